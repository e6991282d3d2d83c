"""Giving and taking roles: to accounts, one or many, and to groups."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from accounts import guards
from accounts.models import Account, Group, RoleAssignment
from accounts.operations.access import looked_at, refresh_access
from accounts.operations.locking import lock
from accounts.queries import AccountQuerySet, Scope, end_of, wanted_of
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt, ReceiptRow
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.refusals import Refused, require
from itam_portal.tenancy.actor import Actor
from roles.models import Role
from roles.rights import Right

_UNIQUE = ["tenant", "account", "group", "role", "organization", "organization_group"]


# The end of an assignment that nobody read before.
KEEP = object()


class EndChangedMeanwhile(Refused):
    """Somebody else changed when the role ends after the form was drawn."""

    code = "end_changed_meanwhile"
    message = _("Somebody else changed when this role ends while you edited it. Nothing was saved yet.")


class AlreadyGiven(Refused):
    """The subject holds this role at this scope already, at least as long."""

    code = "already_given"
    message = _("This role is given there already. Change its end date instead.")


@transaction.atomic
def give_roles(
    accounts: AccountQuerySet,
    *,
    by: Actor,
    role: Role,
    scope: Scope,
    expires_on: date | None = None,
    reason: str = "",
    receipt: Receipt | None = None,
) -> Receipt:
    """Give these accounts a role at a scope until the end of a day; one that is held for a shorter time is extended."""
    by = lock(by)
    require(by, Right.GIVE_ROLES)
    until = end_of(expires_on, by.tenant)
    guards.require_giving(role, scope, by=by, until=until)
    judgement = guards.judge_giving(accounts, by=by, role=role, scope=scope, until=until)

    receipt = receipt or receipts.open_receipt(
        operation="accounts.give_role", by=by, reason=reason, wanted=wanted_of(role, scope, expires_on)
    )
    with context("accounts.give_role", by=by, reason=reason, receipt=receipt.pk), guards.keeping_order(by=by):
        seen, keys = receipts.record(receipt, judgement.annotate(accounts.order_by()), before=_before(role, scope))
        _assign(keys, role=role, scope=scope, expires_on=expires_on, until=until)
        refresh_access(keys, by=by)
        looked_at(keys, by=by)
    return settle(receipt, changed=len(keys), seen=seen, by=by)


@transaction.atomic
def take_roles(
    accounts: AccountQuerySet,
    *,
    by: Actor,
    role: Role,
    scope: Scope,
    reason: str = "",
    receipt: Receipt | None = None,
) -> Receipt:
    """Take a role at a scope from these accounts; what they hold through groups stays."""
    by = lock(by)
    require(by, Right.GIVE_ROLES)
    guards.require_taking(role, scope, by=by)
    judgement = guards.judge_taking(accounts, by=by, role=role, scope=scope)

    receipt = receipt or receipts.open_receipt(
        operation="accounts.take_role", by=by, reason=reason, wanted=wanted_of(role, scope, None)
    )
    with context("accounts.take_role", by=by, reason=reason, receipt=receipt.pk), guards.keeping_order(by=by):
        seen, keys = receipts.record(receipt, judgement.annotate(accounts.order_by()), before=_before(role, scope))
        _held_at(role, scope).filter(AnyOf(F("account_id"), as_array(keys))).delete()
        refresh_access(keys, by=by)
        looked_at(keys, by=by)
    return settle(receipt, changed=len(keys), seen=seen, by=by)


def settle(receipt: Receipt, *, changed: int, seen: int, by: Actor) -> Receipt:
    """Count what was done; one account that was refused is an error, not a receipt of nothing."""
    receipts.count(receipt, changed=changed, seen=seen)
    if receipt.selection_id is not None:
        return receipt
    if receipt.total == 1 and not changed:
        code = ReceiptRow.objects.values_list("outcome", flat=True).get(tenant=by.tenant, receipt=receipt)
        raise guards.refusals()[code]
    return receipts.close(receipt)


def _held_at(role: Role, scope: Scope) -> QuerySet:
    return RoleAssignment.objects.filter(tenant_id=role.tenant_id, role=role, **scope.fields)


def _before(role: Role, scope: Scope) -> JSONObject:
    held = _held_at(role, scope).filter(account=OuterRef("pk"))
    return JSONObject(assignment=Subquery(held.values("pk")), expires_on=Subquery(held.values("expires_on")))


def _assign(
    keys: list[int], *, role: Role, scope: Scope, expires_on: date | None, until: datetime | None, group: Any = None
) -> None:
    subjects: list[dict[str, Any]] = [{"group": group}] if group else [{"account_id": key} for key in keys]
    rows = [
        RoleAssignment(
            tenant_id=role.tenant_id, role=role, expires_on=expires_on, expires_at=until, **scope.fields, **subject
        )
        for subject in subjects
    ]
    RoleAssignment.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=_UNIQUE, update_fields=["expires_on", "expires_at"], batch_size=5_000
    )


# --- groups and single assignments --------------------------------------------------------------------------------


@transaction.atomic
def give_group_role(
    group: Group, *, by: Actor, role: Role, scope: Scope, expires_on: date | None = None, reason: str = ""
) -> None:
    """Give a group a role: all its members hold it as long as they are in the group.

    Raises AlreadyGiven where the group has it at least as long.
    """
    by = lock(by)
    require(by, Right.GIVE_ROLES, by.tenant)
    until = end_of(expires_on, by.tenant)
    guards.require_giving(role, scope, by=by, until=until)
    guards.require_members_changeable(group, by=by)
    found = _held_at(role, scope).live().filter(group=group).first()  # type: ignore[attr-defined]
    if found and (found.expires_at is None or (until and found.expires_at >= until)):
        raise AlreadyGiven
    with context("groups.give_role", by=by, reason=reason), guards.keeping_order(by=by):
        _assign([], role=role, scope=scope, expires_on=expires_on, until=until, group=group)
        refresh_members(group, by=by)


@transaction.atomic
def date_assignment(
    assignment: RoleAssignment, *, by: Actor, expires_on: date | None, was: Any = KEEP, reason: str = ""
) -> None:
    """Let an assignment end with this day, or never.

    `was` is the end that the form was drawn with. Raises EndChangedMeanwhile where it is another by now.
    """
    by = lock(by)
    found = _changeable(assignment, by=by)
    scope, until = Scope.of(found), end_of(expires_on, by.tenant)
    if was is not KEEP and was != found.expires_on:
        raise EndChangedMeanwhile
    guards.require_giving(found.role, scope, by=by, until=until)
    guards.require_taking(found.role, scope, by=by, until=found.expires_at)
    with context("assignments.date", by=by, reason=reason), guards.keeping_order(by=by):
        RoleAssignment.objects.filter(pk=found.pk).update(expires_on=expires_on, expires_at=until)
        _refresh_subject(found, by=by)


@transaction.atomic
def take_assignment(assignment: RoleAssignment, *, by: Actor, reason: str = "") -> None:
    """Take one role at one scope from an account or a group."""
    by = lock(by)
    found = _changeable(assignment, by=by)
    if found.is_live:
        guards.require_taking(found.role, Scope.of(found), by=by, until=found.expires_at)
    with context("assignments.take", by=by, reason=reason), guards.keeping_order(by=by):
        RoleAssignment.objects.filter(pk=found.pk).delete()
        _refresh_subject(found, by=by)


def _changeable(assignment: RoleAssignment, *, by: Actor) -> RoleAssignment:
    """The assignment as it is now. Raises the refusal of whoever may not change its subject."""
    found = RoleAssignment.objects.select_related("role", "group").filter(tenant_id=by.tenant.pk, pk=assignment.pk)
    current = found.first()
    if current is None:
        raise Refused(_("Somebody else took this role already."))
    if current.group_id:
        require(by, Right.GIVE_ROLES, by.tenant)
        guards.require_members_changeable(current.group, by=by)
    else:
        require(by, Right.GIVE_ROLES)
        guards.require_changeable(Account.objects.all().given(current), by=by, right=Right.GIVE_ROLES)
    return current


def _refresh_subject(assignment: RoleAssignment, *, by: Actor) -> None:
    if assignment.group_id:
        refresh_members(assignment.group, by=by)
    else:
        keys: list[Any] = [assignment.account_id]
        refresh_access(keys, by=by)
        looked_at(keys, by=by)


def refresh_members(group: Group, *, by: Actor) -> None:
    """Recompute what lists show of everybody in this group."""
    keys = list(group.members.values_list("account_id", flat=True))
    if keys:
        refresh_access(keys, by=by)
