"""What this floor gives the shared parts when the program starts: bulk actions, a place, the history's words."""

from dataclasses import replace
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from itam_portal import guards as registry
from itam_portal import shell
from itam_portal.history import kinds
from itam_portal.lists.actions import BulkAction, register
from itam_portal.lists.models import Receipt
from organizations.models import Organization
from roles.rights import Right
from users import guards
from users.models import MOVES_BY, ComputerUser, PendingRole, UserStatus, label_of
from users.operations import edit_users, link_contact, set_status, transfer_users


def _shown(number: int) -> dict[str, str]:
    return {"number": number_format(number, force_grouping=True)}


def _retiring(number: int) -> dict[str, str]:
    shown = _shown(number)
    return {
        "title": _("Retire users"),
        "question": ngettext("Retire %(number)s user?", "Retire %(number)s users?", number) % shown,
        "consequence": _(
            "They no longer comply. Their operator accounts, if any, stay enabled: disable those yourself."
        ),
        "button": ngettext("Retire %(number)s user", "Retire %(number)s users", number) % shown,
        "done": ngettext("%(number)s user retired.", "%(number)s users retired.", number) % shown,
    }


def _deactivating(number: int) -> dict[str, str]:
    shown = _shown(number)
    return {
        "title": _("Make users inactive"),
        "question": ngettext("Make %(number)s user inactive?", "Make %(number)s users inactive?", number) % shown,
        "consequence": _(
            "They no longer comply. Their operator accounts, if any, stay enabled: disable those yourself."
        ),
        "button": ngettext("Make %(number)s user inactive", "Make %(number)s users inactive", number) % shown,
        "done": ngettext("%(number)s user made inactive.", "%(number)s users made inactive.", number) % shown,
    }


def _activating(number: int) -> dict[str, str]:
    shown = _shown(number)
    return {
        "title": _("Make users active"),
        "question": ngettext("Make %(number)s user active?", "Make %(number)s users active?", number) % shown,
        "consequence": _("They comply again, unless their username is blocked."),
        "button": ngettext("Make %(number)s user active", "Make %(number)s users active", number) % shown,
        "done": ngettext("%(number)s user made active.", "%(number)s users made active.", number) % shown,
    }


def _editing(number: int) -> dict[str, str]:
    shown = _shown(number)
    return {
        "title": _("Edit users"),
        "question": ngettext("Edit %(number)s user?", "Edit %(number)s users?", number) % shown,
        "consequence": "",
        "button": ngettext("Edit %(number)s user", "Edit %(number)s users", number) % shown,
        "done": ngettext("%(number)s user edited.", "%(number)s users edited.", number) % shown,
    }


def _transferring(number: int) -> dict[str, str]:
    shown = _shown(number)
    return {
        "title": _("Transfer users"),
        "question": ngettext("Transfer %(number)s user?", "Transfer %(number)s users?", number) % shown,
        "consequence": "",
        "button": ngettext("Transfer %(number)s user", "Transfer %(number)s users", number) % shown,
        "done": ngettext("%(number)s user transferred.", "%(number)s users transferred.", number) % shown,
    }


def _describe(wanted: dict[str, Any]) -> list[tuple[Any, Any]]:
    """What was set, in words."""
    said = [_described(name, value) for name, value in wanted.items() if name != "attributes"]
    return [*said, *[(name, value or _("Empty")) for name, value in wanted.get("attributes", {}).items()]]


def _described(name: str, value: Any) -> tuple[Any, Any]:
    if name == "manager_id":
        manager = ComputerUser.objects.filter(pk=value).first() if value else None
        return _("Manager"), str(manager or _("Empty"))
    if name == "home_id":
        return _("Organization"), str(Organization.objects.filter(pk=value).first() or "–")
    if name == "status":
        return _("Status"), UserStatus(value).label
    if isinstance(value, bool):
        value = _("Yes") if value else _("No")
    return label_of(name), value or _("Empty")


def changing_to(action: BulkAction, wanted: dict[str, Any]) -> BulkAction:
    """The action that sets exactly this, for its preview."""
    sets = "; ".join(_("%(field)s becomes: %(value)s") % {"field": f, "value": v} for f, v in _describe(wanted))
    return replace(
        action,
        judge=lambda rows, by: guards.judge_changing(by=by, changes=wanted),
        words=lambda number: {**action.words(number), "consequence": f"{sets}. " + _("Nothing else of them changes.")},
    )


def _action(name: str, words: Any, operate: Any, *, is_dangerous: bool = False, changes: Any = None) -> BulkAction:
    return register(
        BulkAction(
            name=name,
            rows=ComputerUser.objects.all,
            operate=operate,
            judge=lambda rows, by: guards.judge_changing(by=by, changes=changes or {}),
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


def _setting(to: UserStatus) -> dict[str, Any]:
    def operate(rows: Any, *, by: Any, reason: str, receipt: Receipt) -> Receipt:
        return set_status(rows, by=by, to=to, reason=reason, receipt=receipt)

    return {"operate": operate, "changes": {"status": to.value}}


def _edit(rows: Any, *, by: Any, reason: str, receipt: Receipt) -> Receipt:
    return edit_users(rows, by=by, changes=receipt.wanted, reason=reason, receipt=receipt)


def _transfer(rows: Any, *, by: Any, reason: str, receipt: Receipt) -> Receipt:
    return transfer_users(rows, by=by, to=receipt.wanted["home_id"], reason=reason, receipt=receipt)


RETIRE = _action("users.retire", _retiring, is_dangerous=True, **_setting(UserStatus.RETIRED))
DEACTIVATE = _action("users.deactivate", _deactivating, **_setting(UserStatus.INACTIVE))
ACTIVATE = _action("users.activate", _activating, **_setting(UserStatus.ACTIVE))
EDIT = _action("users.edit_together", _editing, _edit)
TRANSFER = _action("users.transfer", _transferring, _transfer)

registry.when_linked(link_contact)
registry.count_uses(lambda role: PendingRole.objects.filter(tenant_id=role.tenant_id, role=role).count())
kinds.describe("user", url_name="user", opens=ComputerUser.objects.visible_to, sees=ComputerUser.objects.visible_to)
kinds.name_operations(
    {
        "users.create": gettext_lazy("Create user"),
        "users.edit": gettext_lazy("Edit user"),
        "users.link": gettext_lazy("Link an account"),
        "users.unlink": gettext_lazy("Unlink an account"),
        "users.give_role": gettext_lazy("Give a pending role"),
        "users.take_role": gettext_lazy("Take a pending role"),
        "users.redeem_roles": gettext_lazy("Pending roles become assignments"),
        "users.status": gettext_lazy("Change the status of users"),
        "users.retire": gettext_lazy("Retire users"),
        "users.deactivate": gettext_lazy("Make users inactive"),
        "users.activate": gettext_lazy("Make users active"),
        "users.edit_together": gettext_lazy("Edit users together"),
        "users.transfer": gettext_lazy("Transfer users"),
        "users.delete": gettext_lazy("Delete user"),
        "users.block": gettext_lazy("Change the blocked usernames"),
    }
)


def people_of_account(account: Any, *, reader: Any) -> list[dict[str, Any]]:
    """The people who have this account, as far as the reader sees them, for the account's page."""
    if not reader.may(Right.READ_USERS):
        return []
    seen = ComputerUser.objects.visible_to(reader).of_account(account)[:10]
    return [
        {
            "pk": one.pk,
            "name": one.display_name,
            "url": one.get_absolute_url(),
            "status": one.get_status_display(),
            "is_gone": one.status != UserStatus.ACTIVE,
        }
        for one in seen
    ]


registry.tell("account.people", people_of_account)
registry.tell("account.moves_by", lambda: MOVES_BY)
shell.add_place(
    shell.Place(gettext_lazy("Overview"), "overview", "layout-dashboard", Right.READ_ACCOUNTS, is_first=True)
)
shell.add_place(shell.Place(gettext_lazy("Users"), "users", "user-round", Right.READ_USERS))
