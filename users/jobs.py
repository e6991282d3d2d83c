"""What this floor gives the shared parts when the program starts: bulk actions, a place, the history's words."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from itam_portal import shell
from itam_portal.history import kinds
from itam_portal.lists.actions import BulkAction, register
from itam_portal.lists.models import Receipt
from roles.rights import Right
from users import guards
from users.models import ComputerUser, UserStatus
from users.operations import set_status


def _retiring(number: int) -> dict[str, str]:
    shown = {"number": number_format(number, force_grouping=True)}
    return {
        "title": _("Retire users"),
        "question": ngettext("Retire %(number)s user?", "Retire %(number)s users?", number) % shown,
        "consequence": _(
            "They no longer comply. Their operator accounts, if any, stay enabled: disable those yourself."
        ),
        "button": ngettext("Retire %(number)s user", "Retire %(number)s users", number) % shown,
        "done": ngettext("%(number)s user retired.", "%(number)s users retired.", number) % shown,
    }


def _activating(number: int) -> dict[str, str]:
    shown = {"number": number_format(number, force_grouping=True)}
    return {
        "title": _("Make users active"),
        "question": ngettext("Make %(number)s user active?", "Make %(number)s users active?", number) % shown,
        "consequence": _("They comply again, unless their username is blocked."),
        "button": ngettext("Make %(number)s user active", "Make %(number)s users active", number) % shown,
        "done": ngettext("%(number)s user made active.", "%(number)s users made active.", number) % shown,
    }


def _describe(wanted: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(_("Status"), UserStatus(wanted["status"]).label)] if wanted.get("status") else []


def _action(name: str, to: UserStatus, words: Any, *, is_dangerous: bool) -> BulkAction:
    def operate(rows: Any, *, by: Any, reason: str, receipt: Receipt) -> Receipt:
        return set_status(rows, by=by, to=to, reason=reason, receipt=receipt)

    return register(
        BulkAction(
            name=name,
            rows=ComputerUser.objects.all,
            operate=operate,
            judge=lambda rows, by: guards.judge_status(by=by, to=to),
            refusals=guards.labels,
            words=words,
            describe=_describe,
            is_dangerous=is_dangerous,
            url_name="user",
            list_url_name="users",
            back=gettext_lazy("Back to the users"),
            named=("display_name", "display_name_key"),
        )
    )


RETIRE = _action("users.retire", UserStatus.RETIRED, _retiring, is_dangerous=True)
ACTIVATE = _action("users.activate", UserStatus.ACTIVE, _activating, is_dangerous=False)

kinds.describe("user", url_name="user", opens=ComputerUser.objects.visible_to, sees=ComputerUser.objects.visible_to)
kinds.name_operations(
    {
        "users.create": gettext_lazy("Create user"),
        "users.edit": gettext_lazy("Edit user"),
        "users.link": gettext_lazy("Link an account"),
        "users.unlink": gettext_lazy("Unlink an account"),
        "users.status": gettext_lazy("Change the status of users"),
        "users.retire": gettext_lazy("Retire users"),
        "users.activate": gettext_lazy("Make users active"),
        "users.delete": gettext_lazy("Delete user"),
        "users.block": gettext_lazy("Change the blocked usernames"),
    }
)
shell.add_place(shell.Place(gettext_lazy("Users"), "users", "user-round", Right.READ_USERS))
