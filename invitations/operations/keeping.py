"""What happens to invitations by itself: their mail goes out, and what is over is removed."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Group
from accounts.operations import lock
from invitations.models import (
    EXPIRED,
    KEPT,
    Delivery,
    Invitation,
    InvitationPurge,
    OfferedGroup,
    OfferedRole,
    Status,
)
from invitations.operations.letters import MAIL, NO_ROLE
from itam_portal.history.context import context
from itam_portal.mail import operations as mails
from itam_portal.tenancy.actor import Actor
from itam_portal.tokens import hash_of, new_token
from organizations.models import Organization, OrganizationGroup, Tenant
from roles.models import Role

AT_ONCE = 10_000


def renew_token(invitation: Invitation, *, by: Actor) -> str:
    """A new secret for a link that is about to be mailed; only its hash is kept."""
    token = new_token()
    Invitation.objects.filter(tenant_id=by.tenant.pk, pk=invitation.pk).update(token_hash=hash_of(token))
    return token


def note_delivery(number: int, *, by: Actor, delivery: Delivery) -> None:
    """What became of the newest mail of an invitation, unless its link was handed over in another way meanwhile."""
    found = Invitation.objects.filter(tenant_id=by.tenant.pk, pk=number)
    found.exclude(delivery=Delivery.COPIED).update(delivery=delivery)


@transaction.atomic
def purge_invitations(tenant: Tenant, *, by: Actor, now: datetime) -> int:
    """Remove what nobody accepted, thirty days after its last moment; answers how many. Only numbers stay."""
    by = lock(by)
    over = Invitation.objects.filter(tenant_id=tenant.pk).over_before(now - KEPT).order_by("expires_at", "pk")
    statuses = dict(over.values_list("pk", "status")[:AT_ONCE])
    if not statuses:
        return 0
    with context("invitations.purge", by=by):
        _remove(list(statuses), by=by)
        numbers = Counter(statuses.values())
        counts = {EXPIRED: numbers[Status.PENDING], "declined": numbers[Status.DECLINED]}
        InvitationPurge.objects.create(tenant_id=tenant.pk, **counts, revoked=numbers[Status.REVOKED])
    return len(statuses)


def _remove(keys: list[int], *, by: Actor) -> None:
    for kind in (MAIL, NO_ROLE):
        mails.forget(kind, about=keys, by=by)
    for model in (OfferedRole, OfferedGroup):
        model.objects.filter(tenant_id=by.tenant.pk, invitation__in=keys).delete()
    Invitation.objects.filter(tenant_id=by.tenant.pk, pk__in=keys).delete()


def forget_role(role: Role, *, by: Actor) -> None:
    """Let no invitation mention a role that is about to be deleted: only answered ones still do."""
    _forget(OfferedRole.objects.filter(tenant_id=by.tenant.pk, role=role))


def forget_group(group: Group, *, by: Actor) -> None:
    """Let no invitation offer a group that is about to end."""
    _forget(OfferedGroup.objects.filter(tenant_id=by.tenant.pk, group=group))


def forget_organization(organization: Organization, *, by: Actor) -> None:
    """Let no invitation lead to an organization that is about to end: only answered ones still do."""
    _forget(OfferedRole.objects.filter(tenant_id=by.tenant.pk, organization=organization))
    home = Organization.objects.get(tenant_id=by.tenant.pk, type="HOME")
    Invitation.objects.filter(tenant_id=by.tenant.pk, home=organization).update(home=home)


def forget_organization_group(group: OrganizationGroup, *, by: Actor) -> None:
    """Let no invitation mention a group of organizations that is about to end."""
    _forget(OfferedRole.objects.filter(tenant_id=by.tenant.pk, organization_group=group))


def _forget(offers: Any) -> None:
    offers.delete()
