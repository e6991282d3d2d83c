"""The operator account of the same human: making it, linking it, and the roles that wait for it."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import guards
from accounts.models import Account
from accounts.operations import Offer, create_account, give_roles, lock
from accounts.queries import Scope, end_of
from itam_portal.history.context import context
from itam_portal.refusals import Refused, refusing, require
from itam_portal.tenancy.actor import Actor
from roles.models import Role
from roles.rights import Right
from users.models import ComputerUser, PendingRole


class HasAnAccount(Refused):
    """A person with an account holds roles by it."""

    code = "has_an_account"
    message = _("This user has an account. Give the role to that.")


class AlreadyPending(Refused):
    """A role waits once at each scope."""

    code = "already_pending"
    message = _("This role waits for this user there already. Take it away first to change when it ends.")


_ONE_PENDING = {"pending_role_once": AlreadyPending}


def _found(user: ComputerUser, by: Actor) -> ComputerUser:
    return ComputerUser.objects.select_related("home").get(pk=user.pk, tenant_id=by.tenant.pk)


@transaction.atomic
def link_account(user: ComputerUser, *, by: Actor, account: Account | None, reason: str = "") -> None:
    """Say that this account belongs to the same human, or that none does.

    Roles that waited for an account become the account's: raises the refusal of giving where the actor may not.
    """
    by = lock(by)
    found = _found(user, by)
    require(by, Right.EDIT_USERS, found.home)
    with context("users.link" if account else "users.unlink", by=by, reason=reason):
        ComputerUser.objects.filter(pk=found.pk).update(account=account, version=F("version") + 1)
    if account:
        _redeem(found, account, by=by, reason=reason)


@transaction.atomic
def create_account_for(
    user: ComputerUser, *, by: Actor, fields: dict[str, Any], offers: Iterable[Offer] = (), reason: str = ""
) -> Account:
    """Make an operator account for a person, link it, and give it the roles that waited. Raises HasAnAccount."""
    by = lock(by)
    found = _found(user, by)
    if found.account_id:
        raise HasAnAccount
    made = create_account(by.tenant, by=by, fields=fields, offers=offers, reason=reason)
    link_account(found, by=by, account=made, reason=reason)
    return made.refreshed()


@transaction.atomic
def link_contact(account: Account, *, by: Actor) -> None:
    """Link an account that somebody has just got to the one contact of its address, whose roles waited for it."""
    contacts = ComputerUser.objects.filter(tenant_id=account.tenant_id, account=None).with_email(account.email)[:2]
    if len(contacts) != 1:
        return
    with context("users.link", by=by):
        ComputerUser.objects.filter(pk=contacts[0].pk).update(account=account, version=F("version") + 1)
    _redeem(contacts[0], account, by=by, reason="")


def _redeem(user: ComputerUser, account: Account, *, by: Actor, reason: str) -> None:
    """What waited becomes assignments; what has expired meanwhile gives nothing."""
    today = timezone.now().astimezone(ZoneInfo(by.tenant.time_zone)).date()
    for pending in PendingRole.objects.of(user):
        if pending.expires_on is None or pending.expires_on >= today:
            given = {"role": pending.role, "scope": Scope.of(pending), "expires_on": pending.expires_on}
            try:
                give_roles(Account.objects.filter(pk=account.pk), by=by, reason=reason, **given)
            except guards.NoChange:
                continue  # The account holds it already.
    with context("users.redeem_roles", by=by, reason=reason):
        PendingRole.objects.filter(tenant_id=user.tenant_id, user=user).delete()


@transaction.atomic
def give_pending_role(
    user: ComputerUser, *, by: Actor, role: Role, scope: Scope, expires_on: date | None = None, reason: str = ""
) -> PendingRole:
    """Let a contact hold a role as soon as there is an account. Raises HasAnAccount, AlreadyPending."""
    by = lock(by)
    found = _found(user, by)
    require(by, Right.GIVE_ROLES, found.home)
    if found.account_id:
        raise HasAnAccount
    guards.require_giving(role, scope, by=by, until=end_of(expires_on, by.tenant))
    with context("users.give_role", by=by, reason=reason), refusing(_ONE_PENDING):
        return PendingRole.objects.create(
            tenant_id=found.tenant_id, user=found, role=role, expires_on=expires_on, **scope.fields
        )


@transaction.atomic
def take_pending_role(pending: PendingRole, *, by: Actor, reason: str = "") -> None:
    """Let a role wait no longer."""
    by = lock(by)
    found = PendingRole.objects.select_related("role", "user__home").filter(tenant_id=by.tenant.pk, pk=pending.pk)
    current = found.first()
    if current is None:
        raise Refused(_("Somebody else took this role already."))
    require(by, Right.GIVE_ROLES, current.user.home)
    guards.require_taking(current.role, Scope.of(current), by=by, until=end_of(current.expires_on, by.tenant))
    with context("users.take_role", by=by, reason=reason):
        current.delete()
