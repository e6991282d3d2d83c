"""Inviting: one address, or many at once with the same offer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.operations import Offer, lock
from accounts.queries import end_of, wanted_of
from invitations import guards
from invitations.guards import Offered
from invitations.models import LIVES, Invitation, OfferedGroup, OfferedRole
from invitations.operations.letters import MAIL
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt, ReceiptRow
from itam_portal.mail.posting import post
from itam_portal.refusals import Refused, refusing, require
from itam_portal.tenancy.actor import Actor
from organizations.models import Organization, Tenant
from roles.rights import Right


@dataclass(frozen=True)
class Line:
    """Whom an invitation is for."""

    email: str
    first_name: str = ""
    last_name: str = ""


@transaction.atomic
def invite(tenant: Tenant, *, by: Actor, to: Line, offered: Offered, reason: str = "") -> Invitation:
    """Offer an account to whoever reads the mail of an address. Whether the installation knows the address makes no
    difference.

    Raises NothingOffered, a refusal of giving, or one of the address: Malformed, AlreadyMember, AlreadyInvited.
    """
    by = lock(by)
    home = _require(offered, by=by)
    (refusal,) = guards.judge_addresses([to.email], by=by)
    if refusal:
        raise refusal
    with context("invitations.send", by=by, reason=reason):
        return _send(to, offered, home=home, by=by)


@transaction.atomic
def invite_many(tenant: Tenant, *, by: Actor, lines: Sequence[Line], offered: Offered, reason: str = "") -> Receipt:
    """Invite whoever of these can be invited; the receipt counts the others by why they could not.

    Raises NothingOffered, or a refusal of giving.
    """
    by = lock(by)
    home = _require(offered, by=by)
    judged = guards.judge_addresses([line.email for line in lines], by=by)
    skipped = Counter(refusal.code for refusal in judged if refusal)
    # Addresses that were refused stand nowhere: a receipt outlives the purge of what it tells of.
    wanted = {**_wanted(offered), "skipped": dict(skipped)}
    receipt = receipts.open_receipt(operation="invitations.send", by=by, reason=reason, wanted=wanted, total=len(lines))
    with context("invitations.send", by=by, reason=reason, receipt=receipt.pk):
        good = [line for line, refusal in zip(lines, judged, strict=True) if refusal is None]
        made = [_send(line, offered, home=home, by=by) for line in good]
    rows = [_row(receipt, one.pk, ReceiptRow.CHANGED) for one in made]
    ReceiptRow.objects.bulk_create([*rows, *_invited_rows(receipt, lines, judged, by=by)])
    receipts.count(receipt, changed=len(made), seen=len(lines))
    return receipts.close(receipt)


def _wanted(offered: Offered) -> dict[str, Any]:
    """What a receipt keeps of an offer."""
    roles = [wanted_of(offer.role, offer.scope, offer.expires_on) for offer in offered.roles]
    return {"roles": roles, "groups": [group.pk for group in offered.groups]}


def _row(receipt: Receipt, number: int, outcome: str) -> ReceiptRow:
    before: dict[str, Any] | None = {} if outcome == ReceiptRow.CHANGED else None
    return ReceiptRow(tenant_id=receipt.tenant_id, receipt=receipt, object_id=number, outcome=outcome, before=before)


def _invited_rows(
    receipt: Receipt, lines: Sequence[Line], judged: Sequence[type[Refused] | None], *, by: Actor
) -> list[ReceiptRow]:
    """Those that were invited already lead to that invitation."""
    pairs = zip(lines, judged, strict=True)
    emails = [line.email for line, refusal in pairs if refusal is guards.AlreadyInvited]
    found = Invitation.objects.filter(tenant_id=by.tenant.pk).open().addressed(emails)
    return [_row(receipt, one.pk, guards.AlreadyInvited.code) for one in found]


def _require(offered: Offered, *, by: Actor) -> Organization:
    """Raise the refusal of offering this; answers the organization that whoever accepts would belong to."""
    require(by, Right.INVITE)
    if not (offered.roles or offered.groups):
        raise guards.NothingOffered
    guards.require_offer(offered, by=by)
    home = _home_of(offered.roles, by=by)
    if home is None:
        raise guards.InvitationOutOfReach(_("Your right to invite does not reach what you would offer."))
    return home


def _home_of(offers: Sequence[Offer], *, by: Any) -> Organization | None:
    """The one organization that the roles are for; else HOME, or the first of them that the right to invite reaches."""
    known = Organization.objects.filter(tenant_id=by.tenant.pk).where_may(by, Right.INVITE).order_by("name_key", "pk")
    scopes = [offer.scope.organization_id for offer in offers]
    places = {place for place in scopes if place is not None}
    if len(places) == 1 and None not in scopes:
        return known.filter(pk__in=places).first()
    named = known.filter(pk__in=places).first()
    return known.filter(type="HOME").first() or named or known.first()


def _send(to: Line, offered: Offered, *, home: Organization, by: Any) -> Invitation:
    now = timezone.now()
    Invitation.objects.filter(tenant_id=by.tenant.pk).unanswered().addressed([to.email]).update(replaced=True)
    names = {"first_name": to.first_name, "last_name": to.last_name}
    times = {"sent_at": now, "expires_at": now + LIVES}
    key = min((offer.role.name_key for offer in offered.roles), default="")
    with refusing({"invitation_open_once": guards.AlreadyInvited}):
        made = Invitation.objects.create(
            tenant=by.tenant, invited_by=by, email=to.email, home=home, role_key=key, **names, **times
        )
    once = {(offer.role.pk, offer.scope): offer for offer in offered.roles}
    OfferedRole.objects.bulk_create([_role(made, offer) for offer in once.values()])
    groups = [OfferedGroup(tenant_id=made.tenant_id, invitation=made, group=group) for group in offered.groups]
    OfferedGroup.objects.bulk_create(groups)
    post(by.tenant, kind=MAIL, address=made.email, about=made.pk)
    return made


def _role(invitation: Invitation, offer: Offer) -> OfferedRole:
    return OfferedRole(
        tenant_id=invitation.tenant_id,
        invitation=invitation,
        role=offer.role,
        expires_on=offer.expires_on,
        expires_at=end_of(offer.expires_on, invitation.tenant),
        **offer.scope.fields,
    )
