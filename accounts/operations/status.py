"""Enabling and disabling accounts."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts import guards
from accounts.models import Account, Ending, Status
from accounts.operations.locking import lock
from accounts.operations.notices import Notice, tell
from accounts.operations.sessions import end_sessions
from accounts.queries import AccountQuerySet
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt, ReceiptRow
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.refusals import require
from itam_portal.tenancy.actor import Actor
from roles.rights import Right


@transaction.atomic
def disable_accounts(
    accounts: AccountQuerySet, *, by: Actor, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Keep these accounts from signing in until they are enabled again."""
    by = lock(by)
    require(by, Right.DISABLE_ACCOUNTS)
    judgement = guards.judge_disabling(accounts, by=by, right=Right.DISABLE_ACCOUNTS)

    receipt = receipt or receipts.open_receipt(operation="accounts.disable", by=by, reason=reason)
    with context("accounts.disable", by=by, reason=reason, receipt=receipt.pk):
        _set_status(accounts, Status.DISABLED, judgement=judgement, receipt=receipt, by=by)
    return receipt


@transaction.atomic
def enable_accounts(
    accounts: AccountQuerySet, *, by: Actor, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Let these accounts sign in again, with the rights they hold."""
    by = lock(by)
    require(by, Right.ENABLE_ACCOUNTS)
    judgement = guards.judge_enabling(accounts, by=by, right=Right.ENABLE_ACCOUNTS)

    receipt = receipt or receipts.open_receipt(operation="accounts.enable", by=by, reason=reason)
    with context("accounts.enable", by=by, reason=reason, receipt=receipt.pk):
        _set_status(accounts, Status.ENABLED, judgement=judgement, receipt=receipt, by=by)
    return receipt


def _set_status(
    accounts: AccountQuerySet, status: Status, *, judgement: guards.Judgement, receipt: Receipt, by: Actor
) -> None:
    judged = judgement.annotate(accounts.order_by())
    seen, keys = receipts.record(receipt, judged, before=JSONObject(status="status"))
    # By their keys: of rows written a moment ago the planner knows nothing, and would look for each of them alone.
    changing = Account.objects.filter(AnyOf(F("pk"), as_array(keys)), tenant_id=receipt.tenant_id).exclude(
        status=status
    )
    if status == Status.DISABLED:
        end_sessions(keys, ending=Ending.DISABLED, by=by)
    changed = changing.update(status=status, changed_at=timezone.now())
    tell(keys, notice=Notice.DISABLED if status == Status.DISABLED else Notice.ENABLED, by=by)
    receipts.count(receipt, changed=changed, seen=seen)
    if receipt.selection_id is None:
        _raise_single_refusal(receipt)
        receipts.close(receipt)


def _raise_single_refusal(receipt: Receipt) -> None:
    """One account that was refused is an error, not a receipt of nothing."""
    if receipt.total != 1 or receipt.changed:
        return
    code = ReceiptRow.objects.values_list("outcome", flat=True).get(receipt=receipt)
    if code != guards.NoChange.code:
        raise guards.refusals()[code]
