"""Letting a person hold exactly these roles at organizations: by the account, or waiting for one."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import Account, RoleAssignment
from accounts.operations import Offer, date_assignment, give_roles, lock, take_assignment
from accounts.queries import Scope
from itam_portal.tenancy.actor import Actor
from users.models import ComputerUser, PendingRole
from users.operations.account import give_pending_role, take_pending_role


@transaction.atomic
def hold_roles(user: ComputerUser, *, by: Actor, wanted: Iterable[Offer], reason: str = "") -> None:
    """Give what is wanted and missing, take what is not wanted, and change the ends that differ.

    It concerns roles at single organizations only: what is held for the whole tenant, for groups of organizations or
    through groups of accounts stays. Raises the refusals of giving and taking.
    """
    by = lock(by)
    found = ComputerUser.objects.get(pk=user.pk, tenant_id=by.tenant.pk)
    offers = {(offer.role.pk, offer.scope.organization_id): offer for offer in wanted}
    held = {(one.role_id, one.organization_id): one for one in _held(found)}
    for key in held.keys() - offers.keys():
        _take(held[key], by=by, reason=reason)
    for key, offer in offers.items():
        if key not in held:
            _give(found, offer, by=by, reason=reason)
        elif held[key].expires_on != offer.expires_on:
            _date(found, held[key], offer, by=by, reason=reason)


def _held(user: ComputerUser) -> list[Any]:
    held: Any = PendingRole.objects.filter(user=user)
    if user.account_id:
        held = RoleAssignment.objects.filter(account_id=user.account_id)
    return list(held.filter(tenant_id=user.tenant_id, organization__isnull=False).select_related("role"))


def _take(held: Any, *, by: Actor, reason: str) -> None:
    if isinstance(held, PendingRole):
        take_pending_role(held, by=by, reason=reason)
    else:
        take_assignment(held, by=by, reason=reason)


def _give(user: ComputerUser, offer: Offer, *, by: Actor, reason: str) -> None:
    given: dict[str, Any] = {"role": offer.role, "scope": offer.scope, "expires_on": offer.expires_on}
    if user.account_id:
        give_roles(Account.objects.filter(pk=user.account_id), by=by, reason=reason, **given)
    else:
        give_pending_role(user, by=by, reason=reason, **given)


def _date(user: ComputerUser, held: Any, offer: Offer, *, by: Actor, reason: str) -> None:
    if isinstance(held, PendingRole):
        take_pending_role(held, by=by, reason=reason)
        _give(user, Offer(offer.role, Scope.of(held), offer.expires_on), by=by, reason=reason)
    else:
        date_assignment(held, by=by, expires_on=offer.expires_on, reason=reason)
