"""Groups: making them, who is in them, ending them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy

from accounts import guards
from accounts.models import Account, Group, GroupMember, RoleAssignment
from accounts.operations.access import looked_at, refresh_access
from accounts.operations.assignments import give_group_role, settle
from accounts.operations.locking import lock
from accounts.queries import AccountQuerySet, Scope
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.refusals import Refused, refusing, require
from itam_portal.tenancy.actor import Actor
from organizations.models import Tenant
from roles.rights import Right


class GroupNameTaken(Refused):
    """A group's name is unique in its tenant, in any case."""

    code = "group_name_taken"
    message = gettext_lazy("Another group has this name.")


class GroupChangedMeanwhile(Refused):
    """Somebody else changed the group after the form was drawn."""

    code = "group_changed_meanwhile"
    message = gettext_lazy("Somebody else changed this group while you edited it. Nothing was saved yet.")


@dataclass(frozen=True)
class MembersChanged:
    """What a change of members did, and who of the members would still hold no live role."""

    added: int
    removed: int
    without_role: tuple[int, ...]


_ONE_NAME = {"group_name_once_a_tenant": GroupNameTaken}


@transaction.atomic
def create_group(tenant: Tenant, *, by: Actor, name: str, description: str = "", reason: str = "") -> Group:
    """Make an empty group. Raises GroupNameTaken."""
    by = lock(by)
    require(by, Right.CHANGE_GROUPS, by.tenant)
    with context("groups.create", by=by, reason=reason), refusing(_ONE_NAME):
        return Group.objects.create(tenant=tenant, name=name, description=description)


@transaction.atomic
def edit_group(group: Group, *, by: Actor, was: dict[str, str], name: str, description: str, reason: str = "") -> Group:
    """Rename or describe a group that was so when the form was drawn. Raises GroupChangedMeanwhile, GroupNameTaken."""
    by = lock(by)
    require(by, Right.CHANGE_GROUPS, by.tenant)
    found = Group.objects.get(pk=group.pk, tenant_id=by.tenant.pk)
    if was != {"name": found.name, "description": found.description}:
        raise GroupChangedMeanwhile
    with context("groups.edit", by=by, reason=reason), refusing(_ONE_NAME):
        found.name, found.description = name, description
        found.save(update_fields=["name", "description"])
    return found


@transaction.atomic
def copy_group(
    group: Group, *, by: Actor, name: str, description: str, roles: bool, members: bool, reason: str = ""
) -> Group:
    """Make a group like this one: with its roles, its members, both or neither. Raises GroupNameTaken."""
    made = create_group(by.tenant, by=by, name=name, description=description, reason=reason)
    if roles:
        for one in RoleAssignment.objects.live().filter(group=group).select_related("role"):
            given = {"role": one.role, "scope": Scope.of(one), "expires_on": one.expires_on}
            give_group_role(made, by=by, reason=reason, **given)
    if members:
        everybody = Account.objects.filter(tenant_id=by.tenant.pk, group_links__group=group)
        keys = list(everybody.order_by().values_list("pk", flat=True))
        change_members(made, by=by, add=keys, remove=(), reason=reason)
    return made


@transaction.atomic
def delete_group(group: Group, *, by: Actor, reason: str = "") -> None:
    """End a group: its members lose what they held through it, and stay."""
    by = lock(by)
    require(by, Right.CHANGE_GROUPS, by.tenant)
    guards.require_leaving(group, by=by)
    guards.require_members_changeable(group, by=by)
    keys = list(group.members.values_list("account_id", flat=True))
    with context("groups.delete", by=by, reason=reason), guards.keeping_order(by=by):
        GroupMember.objects.filter(tenant_id=by.tenant.pk, group=group).delete()
        RoleAssignment.objects.filter(tenant_id=by.tenant.pk, group=group).delete()
        Group.objects.filter(tenant_id=by.tenant.pk, pk=group.pk).delete()
        if keys:
            refresh_access(keys, by=by)


@transaction.atomic
def change_members(
    group: Group, *, by: Actor, add: Iterable[int], remove: Iterable[int], reason: str = ""
) -> MembersChanged:
    """Add these accounts and take those out; whoever is added or removed by others meanwhile stays so.

    Raises ChangesOthers where any of them may not be changed; then nothing was.
    """
    by = lock(by)
    require(by, Right.CHANGE_MEMBERS, by.tenant)
    joining, leaving = _outside(group, add, by=by), _inside(group, remove, by=by)
    for keys, allowed in ((joining, guards.require_joining), (leaving, guards.require_leaving)):
        if keys:
            allowed(group, by=by)
            guards.require_changeable(_accounts(keys, by=by), by=by, right=Right.CHANGE_MEMBERS)
    with context("groups.members", by=by, reason=reason), guards.keeping_order(by=by):
        _join(group, joining)
        _leave(group, leaving)
        if changed := [*joining, *leaving]:
            refresh_access(changed, by=by)
            looked_at(changed, by=by)
    stays = Account.objects.filter(tenant_id=by.tenant.pk, group_links__group=group).unassigned()
    return MembersChanged(len(joining), len(leaving), tuple(stays.values_list("pk", flat=True)[: receipts.AT_ONCE]))


@transaction.atomic
def add_to_group(
    accounts: AccountQuerySet, *, by: Actor, group: Group, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Make these accounts members of a group."""
    by = lock(by)
    require(by, Right.CHANGE_MEMBERS, by.tenant)
    guards.require_joining(group, by=by)
    judgement = guards.judge_joining(accounts, by=by, group=group)
    receipt = receipt or receipts.open_receipt(
        operation="accounts.add_to_group", by=by, reason=reason, wanted={"group": group.pk}
    )
    with context("accounts.add_to_group", by=by, reason=reason, receipt=receipt.pk), guards.keeping_order(by=by):
        before = JSONObject(member=Value(False))
        seen, keys = receipts.record(receipt, judgement.annotate(accounts.order_by()), before=before)
        _join(group, keys)
        refresh_access(keys, by=by)
        looked_at(keys, by=by)
    return settle(receipt, changed=len(keys), seen=seen, by=by)


@transaction.atomic
def remove_from_group(
    accounts: AccountQuerySet, *, by: Actor, group: Group, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Take these accounts out of a group."""
    by = lock(by)
    require(by, Right.CHANGE_MEMBERS, by.tenant)
    guards.require_leaving(group, by=by)
    judgement = guards.judge_leaving(accounts, by=by, group=group)
    receipt = receipt or receipts.open_receipt(
        operation="accounts.remove_from_group", by=by, reason=reason, wanted={"group": group.pk}
    )
    with context("accounts.remove_from_group", by=by, reason=reason, receipt=receipt.pk), guards.keeping_order(by=by):
        before = JSONObject(member=Value(True))
        seen, keys = receipts.record(receipt, judgement.annotate(accounts.order_by()), before=before)
        _leave(group, keys)
        refresh_access(keys, by=by)
        looked_at(keys, by=by)
    return settle(receipt, changed=len(keys), seen=seen, by=by)


def _accounts(keys: list[int], *, by: Actor) -> AccountQuerySet:
    return Account.objects.filter(AnyOf(F("pk"), as_array(keys)), tenant_id=by.tenant.pk)


def _outside(group: Group, keys: Iterable[int], *, by: Actor) -> list[int]:
    """Those of these accounts that exist and are not in the group."""
    chosen = _accounts(list(keys), by=by).exclude(group_links__group=group)
    return list(chosen.order_by().values_list("pk", flat=True))


def _inside(group: Group, keys: Iterable[int], *, by: Actor) -> list[int]:
    """Those of these accounts that are in the group."""
    chosen = _accounts(list(keys), by=by).filter(group_links__group=group)
    return list(chosen.order_by().values_list("pk", flat=True))


def _join(group: Group, keys: list[int]) -> None:
    links = [GroupMember(tenant_id=group.tenant_id, group=group, account_id=key) for key in keys]
    GroupMember.objects.bulk_create(links, ignore_conflicts=True, batch_size=5_000)


def _leave(group: Group, keys: list[int]) -> None:
    links: Any = GroupMember.objects.filter(tenant_id=group.tenant_id, group=group)
    links.filter(AnyOf(F("account_id"), as_array(keys))).delete()
