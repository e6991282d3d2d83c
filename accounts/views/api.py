"""The page about the API: how to get a key, what to call, and what each key called last."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from accounts.models import AccessKey, ApiCall
from itam_portal.api.reference import examples
from itam_portal.api.views import address_of
from itam_portal.pages import PlainPage
from roles.rights import Right

KEYS_SHOWN, CALLS_SHOWN = 10, 20
TITLES = {
    "list": gettext_lazy("List active users, fifty at a time"),
    "create": gettext_lazy("Create a user, once however often it is sent"),
    "preview": gettext_lazy("See what disabling an operator would do"),
    "follow": gettext_lazy("Follow the history"),
}


class Api(PlainPage):
    """How programs call the portal. Everybody may read it; keys and their calls are shown to owners."""

    template_name = "api/start.html"
    title = gettext_lazy("API")
    purpose = gettext_lazy("Programs do here what people do on the pages: by the same rules, under their own account.")
    place = "api"

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        address, account = address_of(self.request), self.account
        keys = list(AccessKey.objects.visible_to(account).lately_used(KEYS_SHOWN))
        return {
            "address": address,
            "examples": [{**one, "title": TITLES[one["title"]]} for one in examples(address)],
            "keys": [(key, calls) for key, calls in ApiCall.objects.newest_of(keys, CALLS_SHOWN)],
            "sees_keys": account.holdings.is_owner and account.may(Right.READ_ACCESS_KEYS, account.tenant),
            "makes_keys": account.holdings.is_owner and account.may(Right.CHANGE_ACCESS_KEYS, account.tenant),
            "of_key": settings.API_CALLS_A_MINUTE_KEY,
            "of_tenant": settings.API_CALLS_A_MINUTE_TENANT,
            "command": f"manage.py access_key --tenant {account.tenant.slug} --role 'Web Service' --name NAME",
        }
