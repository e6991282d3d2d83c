"""Somebody has looked at what an account may do, after its human moved."""

from django.db import transaction
from django.db.models.functions import JSONObject

from accounts import guards
from accounts.operations.access import looked_at
from accounts.operations.assignments import settle
from accounts.operations.locking import lock
from accounts.queries import AccountQuerySet
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt
from itam_portal.refusals import require
from itam_portal.tenancy.actor import Actor
from roles.rights import Right


@transaction.atomic
def confirm_rights(
    accounts: AccountQuerySet, *, by: Actor, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Say that these accounts hold the right roles, although their humans moved."""
    by = lock(by)
    require(by, Right.GIVE_ROLES)
    judgement = guards.judge_confirming(accounts, by=by)

    receipt = receipt or receipts.open_receipt(operation="accounts.confirm", by=by, reason=reason)
    with context("accounts.confirm", by=by, reason=reason, receipt=receipt.pk):
        judged = judgement.annotate(accounts.order_by())
        seen, keys = receipts.record(receipt, judged, before=JSONObject(moved_at="moved_at"))
        looked_at(keys, by=by)
    return settle(receipt, changed=len(keys), seen=seen, by=by)
