"""Making accounts: of people, who must consent before theirs can be used, and of services."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from accounts import guards
from accounts.models import AccessKey, Account, Group, GroupMember, Identity, RoleAssignment, Type
from accounts.operations.access import refresh_access
from accounts.operations.assignments import give_roles
from accounts.operations.fields import constraints_in_words, require_sound
from accounts.operations.keys import create_key
from accounts.operations.links import send_link
from accounts.operations.locking import lock
from accounts.queries import Scope, end_of
from itam_portal import guards as registry
from itam_portal.history.context import context
from itam_portal.refusals import Refused, require
from itam_portal.tenancy.actor import Actor
from organizations.models import Tenant
from roles.models import Role
from roles.rights import Right


@dataclass(frozen=True)
class Offer:
    """A role that somebody is to hold, where, and until when."""

    role: Role
    scope: Scope
    expires_on: date | None = None


@transaction.atomic
def create_account(
    tenant: Tenant, *, by: Actor, fields: dict[str, Any], offers: Iterable[Offer] = (), reason: str = ""
) -> Account:
    """Make an operator account and mail its person a sign-in link.

    Whether the address is known to the installation makes no difference. Raises WrongFields, or a refusal of giving.
    """
    by = lock(by)
    account = _make(tenant, by=by, fields={**fields, "type": Type.OPERATOR}, offers=offers, reason=reason)
    # A contact of the address gets what waited for it, as far as the actor may give it; the rest goes on waiting.
    with suppress(Refused), transaction.atomic():
        registry.linked(account, by=by)
    send_link(account, by=by)
    return account.refreshed()


@transaction.atomic
def admit(
    tenant: Tenant, *, by: Actor, identity: Identity, fields: dict[str, Any], offers: Iterable[Offer], groups: Any = ()
) -> Account:
    """Make the account of somebody who accepts what was offered, with these roles and groups.

    Whoever offered it answers for it: the caller asks whether they may, and says in the history what this is part of.
    Raises WrongFields.
    """
    by = lock(by)
    account = Account(tenant=tenant, identity=identity, type=Type.OPERATOR, **fields)
    require_sound(account, by=by)
    with constraints_in_words(by=by):
        account.save()
    _fill(account, offers=offers, groups=groups)
    refresh_access([account.pk], by=by)
    return account.refreshed()


def _fill(account: Account, *, offers: Iterable[Offer], groups: Iterable[Group]) -> None:
    roles = [
        RoleAssignment(
            tenant_id=account.tenant_id,
            account=account,
            role=offer.role,
            expires_on=offer.expires_on,
            expires_at=end_of(offer.expires_on, account.tenant),
            **offer.scope.fields,
        )
        for offer in offers
    ]
    RoleAssignment.objects.bulk_create(roles)
    members = [GroupMember(tenant_id=account.tenant_id, account=account, group=group) for group in groups]
    GroupMember.objects.bulk_create(members)


@transaction.atomic
def create_service_account(
    tenant: Tenant,
    *,
    by: Actor,
    fields: dict[str, Any],
    offers: Iterable[Offer] = (),
    key: dict[str, Any] | None = None,
    reason: str = "",
) -> tuple[Account, AccessKey | None, str]:
    """Make a service account; with `key` (name, expires_on) also its first access key.

    Answers the account, the key and the key's text, which is kept nowhere; without a key None and ''.
    """
    by = lock(by)
    account = _make(tenant, by=by, fields={**fields, "type": Type.SERVICE}, offers=offers, reason=reason)
    made, text = create_key(account, by=by, **key, reason=reason) if key else (None, "")
    return account.refreshed(), made, text


def _make(tenant: Tenant, *, by: Actor, fields: dict[str, Any], offers: Iterable[Offer], reason: str) -> Account:
    require(by, Right.CREATE_ACCOUNTS, fields["home"])
    account = Account(tenant=tenant, **fields)
    require_sound(account, by=by)
    with context("accounts.create", by=by, reason=reason), constraints_in_words(by=by):
        account.save()
    for offer in offers:
        chosen = Account.objects.filter(pk=account.pk)
        given: dict[str, Any] = {"role": offer.role, "scope": offer.scope, "expires_on": offer.expires_on}
        give_roles(chosen, by=by, reason=reason, **given)
    guards.require_changeable(Account.objects.filter(pk=account.pk), by=by, right=Right.CREATE_ACCOUNTS)
    return account
