"""What this floor gives the shared parts for access keys: their place, their words, and revoking many at once."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import AccessKey
from accounts.operations import KeyEnded, judge_revoking, revoke_access_keys
from itam_portal import shell
from itam_portal.history import kinds
from itam_portal.lists.actions import BulkAction, register
from roles.rights import Right


def _revoking(number: int) -> dict[str, str]:
    shown = {"number": number_format(number, force_grouping=True)}
    return {
        "title": _("Revoke access keys"),
        "question": ngettext("Revoke %(number)s access key?", "Revoke %(number)s access keys?", number) % shown,
        "consequence": _("What calls the API with them is refused at once. This cannot be undone."),
        "button": ngettext("Revoke %(number)s access key", "Revoke %(number)s access keys", number) % shown,
        "done": ngettext("%(number)s access key revoked.", "%(number)s access keys revoked.", number) % shown,
    }


def _labels() -> dict[str, Any]:
    return {KeyEnded.code: KeyEnded.message}


REVOKE = register(
    BulkAction(
        name="access_keys.revoke",
        rows=AccessKey.objects.all,
        operate=revoke_access_keys,
        judge=lambda rows, by: judge_revoking(by=by),
        refusals=_labels,
        words=_revoking,
        is_dangerous=True,
        url_name="access_key",
        list_url_name="access_keys",
        back=gettext_lazy("Back to the access keys"),
    )
)


def shows_keys(reader: Any) -> bool:
    """Whether this reader sees access keys, and what was changed of them."""
    return reader.holdings.is_owner and reader.may(Right.READ_ACCESS_KEYS, reader.tenant)


kinds.describe("access_key", url_name="access_key", opens=AccessKey.objects.visible_to, shown_to=shows_keys)
kinds.name_operations(
    {
        "access_keys.create": gettext_lazy("Create an access key"),
        "access_keys.rotate": gettext_lazy("Rotate an access key"),
        "access_keys.revoke": gettext_lazy("Revoke access keys"),
    }
)
shell.add_place(
    shell.Place(
        gettext_lazy("Access keys"),
        "access_keys",
        "key-round",
        Right.READ_ACCESS_KEYS,
        heading=gettext_lazy("Tenant"),
        everywhere=True,
        only_owners=True,
    )
)
# Everybody may read how programs call the portal.
shell.add_place(shell.Place(gettext_lazy("API"), "api", "code", "", heading=gettext_lazy("Tenant"), rank=2))
