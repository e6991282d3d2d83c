"""The bulk actions on what accounts hold: roles given and taken, groups joined and left."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import guards
from accounts.models import Account, Group, RoleAssignment
from accounts.operations import add_to_group, give_roles, remove_from_group, take_roles
from accounts.queries import Effect, Held, Scope, Side, effect_of, end_of, outside_of, with_more, without
from itam_portal.history import kinds
from itam_portal.lists.actions import BulkAction, register
from itam_portal.lists.models import Receipt
from organizations.models import Organization, OrganizationGroup
from roles.models import Role
from roles.rights import Right

RIGHTS_SHOWN = 4


def role_of(wanted: dict[str, Any]) -> tuple[Role, Scope, date | None]:
    """What a receipt keeps of a role that is given or taken."""
    scope = Scope(wanted["organization_id"], wanted["organization_group_id"])
    day = date.fromisoformat(wanted["expires_on"]) if wanted.get("expires_on") else None
    return Role.objects.get(pk=wanted["role"]), scope, day


def scope_in_words(scope: Scope) -> str:
    """Where a role counts."""
    if scope.organization_id is not None:
        found = Organization.objects.filter(pk=scope.organization_id).first()
        return found.name if found else _("An organization that is gone")
    if scope.organization_group_id is not None:
        group = OrganizationGroup.objects.filter(pk=scope.organization_group_id).first()
        return group.name if group else _("A group of organizations that is gone")
    return _("Whole tenant")


def _describe_role(wanted: dict[str, Any]) -> list[tuple[Any, Any]]:
    role = Role.objects.filter(pk=wanted.get("role") or 0).first()
    if role is None:
        return [(_("Role"), _("A role that is gone"))]
    _role, scope, day = role_of(wanted)
    until = [(_("Expires on"), date_format(day, "DATE_FORMAT"))] if day else []
    return [(_("Role"), role.name), (_("Counts for"), scope_in_words(scope)), *until]


def _describe_group(wanted: dict[str, Any]) -> list[tuple[Any, Any]]:
    group = Group.objects.filter(pk=wanted.get("group") or 0).first()
    return [(_("Group"), group.name if group else _("A group that is gone"))]


def effect_in_words(effect: Effect) -> str:
    """Which rights would be gained and lost by how many, in one sentence each."""
    said = []
    if effect.gains:
        said.append(_("Rights gained, by how many accounts: %(rights)s.") % {"rights": _listed(effect.gains)})
    if effect.losses:
        said.append(_("Rights lost, by how many accounts: %(rights)s.") % {"rights": _listed(effect.losses)})
    return " ".join(said) or _("Nobody gains or loses a right by it.")


def _listed(sides: dict[str, Side]) -> str:
    labels = {right.value: right.label for right in Right}
    ordered = sorted(sides.items(), key=lambda one: -one[1].number)
    said = [f"{labels[right]} ({number_format(side.number, force_grouping=True)})" for right, side in ordered]
    more = len(said) - RIGHTS_SHOWN
    rest = " " + ngettext("and %(number)d right more", "and %(number)d rights more", more) % {"number": more}
    return ", ".join(said[:RIGHTS_SHOWN]) + (rest if more > 0 else "")


def _words(title: Any, one: tuple[str, str], done: tuple[str, str], consequence: str = "") -> Callable[[int], Any]:
    def words(number: int) -> dict[str, str]:
        shown = {"number": number_format(number, force_grouping=True)}
        button = ngettext(*one, number) % shown
        return {
            "title": str(title),
            "question": f"{button}?",
            "consequence": consequence,
            "button": button,
            "done": ngettext(*done, number) % shown,
        }

    return words


_GIVES = (
    gettext_lazy("Give a role"),
    ("Give a role to %(number)s account", "Give a role to %(number)s accounts"),
    ("%(number)s account got the role.", "%(number)s accounts got the role."),
)
_TAKES = (
    gettext_lazy("Take a role away"),
    ("Take a role from %(number)s account", "Take a role from %(number)s accounts"),
    ("%(number)s account lost the role.", "%(number)s accounts lost the role."),
)
_JOINS = (
    gettext_lazy("Add to a group"),
    ("Add %(number)s account to the group", "Add %(number)s accounts to the group"),
    ("%(number)s account added.", "%(number)s accounts added."),
)
_LEAVES = (
    gettext_lazy("Remove from a group"),
    ("Remove %(number)s account from the group", "Remove %(number)s accounts from the group"),
    ("%(number)s account removed.", "%(number)s accounts removed."),
)


def _give(rows: Any, *, by: Any, reason: str, receipt: Receipt) -> Receipt:
    role, scope, day = role_of(receipt.wanted)
    return give_roles(rows, by=by, role=role, scope=scope, expires_on=day, reason=reason, receipt=receipt)


def _take(rows: Any, *, by: Any, reason: str, receipt: Receipt) -> Receipt:
    role, scope, _day = role_of(receipt.wanted)
    return take_roles(rows, by=by, role=role, scope=scope, reason=reason, receipt=receipt)


def _join(rows: Any, *, by: Any, reason: str, receipt: Receipt) -> Receipt:
    group = Group.objects.get(pk=receipt.wanted["group"])
    return add_to_group(rows, by=by, group=group, reason=reason, receipt=receipt)


def _leave(rows: Any, *, by: Any, reason: str, receipt: Receipt) -> Receipt:
    group = Group.objects.get(pk=receipt.wanted["group"])
    return remove_from_group(rows, by=by, group=group, reason=reason, receipt=receipt)


def _unjudged(rows: Any, by: Any) -> Any:
    raise NotImplementedError("judged by what was chosen")


def _action(name: str, operate: Any, words: Any, describe: Any, *, is_dangerous: bool = False) -> BulkAction:
    return register(
        BulkAction(
            name=name,
            rows=Account.objects.all,
            operate=operate,
            judge=_unjudged,
            refusals=guards.refusal_labels,
            words=_words(*words),
            describe=describe,
            is_dangerous=is_dangerous,
        )
    )


GIVE = _action("accounts.give_role", _give, _GIVES, _describe_role)
TAKE = _action("accounts.take_role", _take, _TAKES, _describe_role, is_dangerous=True)
JOIN = _action("accounts.add_to_group", _join, _JOINS, _describe_group)
LEAVE = _action("accounts.remove_from_group", _leave, _LEAVES, _describe_group, is_dangerous=True)


def _sets(pairs: list[tuple[Any, Any]], *more: str) -> str:
    return ". ".join(["; ".join(f"{label}: {value}" for label, value in pairs), *more])


def giving_with(wanted: dict[str, Any], rows: Any) -> BulkAction:
    """The action that gives exactly this role, for its preview, which says what these accounts would gain."""
    role, scope, day = role_of(wanted)
    given = Held(0, role.pk, scope.organization_id, scope.organization_group_id)
    rights = [right.value for right in Right if right in {*role.allows, *role.denies}]
    effect = effect_of(rows, tenant_id=role.tenant_id, rights=rights, change=with_more(given))

    def judge(rows: Any, by: Any) -> guards.Judgement:
        until = end_of(day, by.tenant)
        return guards.judge_giving(rows, by=by, role=role, scope=scope, until=until)

    return replace(GIVE, judge=judge, words=_words(*_GIVES, _sets(_describe_role(wanted), effect_in_words(effect))))


def taking_with(wanted: dict[str, Any], rows: Any) -> BulkAction:
    """The action that takes exactly this role, for its preview, which says what these accounts would lose."""
    role, scope, _day = role_of(wanted)
    taken = Held(0, role.pk, scope.organization_id, scope.organization_group_id)
    rights = [right.value for right in Right if right in {*role.allows, *role.denies}]
    effect = effect_of(rows, tenant_id=role.tenant_id, rights=rights, change=without(taken))
    return replace(
        TAKE,
        judge=lambda rows, by: guards.judge_taking(rows, by=by, role=role, scope=scope),
        words=_words(*_TAKES, _sets(_describe_role(wanted), effect_in_words(effect))),
    )


def joining_with(wanted: dict[str, Any], rows: Any) -> BulkAction:
    """The action that adds to exactly this group, for its preview, which says what these accounts would gain."""
    group = Group.objects.get(pk=wanted["group"])
    given = [Held.of(one) for one in RoleAssignment.objects.live().given_to(group)]
    effect = effect_of(rows, tenant_id=group.tenant_id, rights=list(Right.values), change=with_more(*given))
    return replace(
        JOIN,
        judge=lambda rows, by: guards.judge_joining(rows, by=by, group=group),
        words=_words(*_JOINS, _sets(_describe_group(wanted), effect_in_words(effect))),
    )


def leaving_with(wanted: dict[str, Any], rows: Any) -> BulkAction:
    """The action that takes out of exactly this group, for its preview, which says what these accounts would lose."""
    group = Group.objects.get(pk=wanted["group"])
    effect = effect_of(rows, tenant_id=group.tenant_id, rights=list(Right.values), change=outside_of(group.pk))
    return replace(
        LEAVE,
        judge=lambda rows, by: guards.judge_leaving(rows, by=by, group=group),
        words=_words(*_LEAVES, _sets(_describe_group(wanted), effect_in_words(effect))),
    )


kinds.describe("group", url_name="group", opens=Group.objects.visible_to)
kinds.describe("role", url_name="role", opens=Role.objects.visible_to)
kinds.name_operations(
    {
        "accounts.give_role": gettext_lazy("Give a role"),
        "accounts.take_role": gettext_lazy("Take a role away"),
        "accounts.add_to_group": gettext_lazy("Add to a group"),
        "accounts.remove_from_group": gettext_lazy("Remove from a group"),
        "assignments.date": gettext_lazy("Change the end of a role"),
        "assignments.take": gettext_lazy("Take a role away"),
        "groups.create": gettext_lazy("Create group"),
        "groups.edit": gettext_lazy("Edit group"),
        "groups.delete": gettext_lazy("Delete group"),
        "groups.members": gettext_lazy("Change members"),
        "groups.give_role": gettext_lazy("Give a group a role"),
        "roles.create": gettext_lazy("Create role"),
        "roles.edit": gettext_lazy("Edit role"),
        "roles.delete": gettext_lazy("Delete role"),
    }
)
