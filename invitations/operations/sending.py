"""Sending invitations again, copying their links, revoking them: one or many."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.guards import Judgement, refusals
from accounts.operations import lock
from invitations import guards
from invitations.models import LIVES, Delivery, Invitation, Status
from invitations.operations.letters import MAIL
from invitations.queries import InvitationQuerySet
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt, ReceiptRow
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.mail.posting import post
from itam_portal.refusals import require
from itam_portal.tenancy.actor import Actor
from itam_portal.tokens import hash_of, new_token
from roles.rights import Right


@transaction.atomic
def resend_invitations(
    invitations: InvitationQuerySet, *, by: Actor, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Mail these a new link, good for seven more days: the old one is dead at once, and the actor answers for it."""
    by = lock(by)
    require(by, Right.INVITE)
    judgement = guards.judge_sending(invitations, by=by)
    receipt = receipt or receipts.open_receipt(operation="invitations.resend", by=by, reason=reason)
    with context("invitations.resend", by=by, reason=reason, receipt=receipt.pk):
        seen, keys = _record(receipt, judgement, invitations)
        _among(keys, by=by).update(**_afresh(by), token_hash="", delivery=Delivery.WAITING)
        for number, email in _among(keys, by=by).values_list("pk", "email"):
            post(by.tenant, kind=MAIL, address=email, about=number)
    return _settle(receipt, changed=len(keys), seen=seen, by=by)


@transaction.atomic
def copy_links(
    invitations: InvitationQuerySet, *, by: Actor, reason: str = "", receipt: Receipt | None = None
) -> tuple[Receipt, dict[int, str]]:
    """Make these new links to hand over by oneself, as good as mailed ones; answers the tokens, kept nowhere."""
    by = lock(by)
    require(by, Right.INVITE)
    judgement = guards.judge_sending(invitations, by=by)
    receipt = receipt or receipts.open_receipt(operation="invitations.copy_link", by=by, reason=reason)
    with context("invitations.copy_link", by=by, reason=reason, receipt=receipt.pk):
        seen, keys = _record(receipt, judgement, invitations)
        tokens = {key: new_token() for key in keys}
        for key, token in tokens.items():
            _among([key], by=by).update(**_afresh(by), token_hash=hash_of(token), delivery=Delivery.COPIED)
    return _settle(receipt, changed=len(keys), seen=seen, by=by), tokens


@transaction.atomic
def revoke_invitations(
    invitations: InvitationQuerySet, *, by: Actor, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Take these offers back: whoever opens the link is told so."""
    by = lock(by)
    require(by, Right.INVITE)
    judgement = guards.judge_revoking(invitations, by=by)
    receipt = receipt or receipts.open_receipt(operation="invitations.revoke", by=by, reason=reason)
    with context("invitations.revoke", by=by, reason=reason, receipt=receipt.pk):
        seen, keys = _record(receipt, judgement, invitations)
        _among(keys, by=by).update(status=Status.REVOKED, answered_at=timezone.now())
    return _settle(receipt, changed=len(keys), seen=seen, by=by)


def _afresh(by: Any) -> dict[str, Any]:
    now = timezone.now()
    return {"sent_at": now, "expires_at": now + LIVES, "invited_by": by}


def _record(receipt: Receipt, judgement: Judgement, invitations: Any) -> tuple[int, list[int]]:
    before = JSONObject(status="status", expires_at="expires_at")
    return receipts.record(receipt, judgement.annotate(invitations.order_by()), before=before)


def _among(keys: list[int], *, by: Actor) -> Any:
    return Invitation.objects.filter(AnyOf(F("pk"), as_array(keys)), tenant_id=by.tenant.pk)


def _settle(receipt: Receipt, *, changed: int, seen: int, by: Actor) -> Receipt:
    """Count what was done; one invitation that was refused is an error, not a receipt of nothing."""
    receipts.count(receipt, changed=changed, seen=seen)
    if receipt.selection_id is not None:
        return receipt
    if receipt.total == 1 and not changed:
        code = ReceiptRow.objects.values_list("outcome", flat=True).get(tenant=by.tenant, receipt=receipt)
        raise refusals()[code]
    return receipts.close(receipt)
