"""The pages of one account."""

from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import Account
from itam_portal.lists.tables import duration
from itam_portal.pages import ObjectPage
from roles.rights import Right


class AccountDetail(ObjectPage):
    """One account."""

    right = Right.READ_ACCOUNTS
    rows = Account.objects.visible_to
    template_name = "accounts/detail.html"
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)

    def context(self, found: Account) -> dict[str, Any]:
        own = found.assignments.order_by("role__name_key").select_related("role", "organization", "organization_group")
        groups = found.group_links.order_by("group__name_key").select_related("group")
        may_change = Right.DISABLE_ACCOUNTS if found.is_enabled else Right.ENABLE_ACCOUNTS
        return {
            "account": found,
            "assignments": list(own.live()),
            "groups": [link.group for link in groups],
            "sessions": list(found.sessions.all()[:10]),
            "login_duration": duration(found.last_login_duration) if found.last_login_duration >= 0 else "–",
            "may_change": self.account.may(may_change, found),
            "is_own": found.pk == self.account.pk,
        }
