"""Bulk actions over more rows than a request should change: the worker does them, as the person who asked."""

from datetime import timedelta

import structlog
from django.utils import timezone
from django_tasks import task

from itam_portal import housekeeping
from itam_portal.history.context import through
from itam_portal.lists import export_records, receipts
from itam_portal.lists.actions import action_of
from itam_portal.lists.models import Receipt, ReceiptState
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope

log = structlog.get_logger()


def do_later(receipt: Receipt) -> None:
    """Leave this receipt's work to the worker; the job is a row written with it."""
    receipt.state = ReceiptState.WAITING
    receipt.save(update_fields=["state"])
    run_bulk.enqueue(tenant_id=receipt.tenant_id, receipt_id=receipt.pk)


@task()
def run_bulk(tenant_id: int, receipt_id: int) -> None:
    """Carry out a receipt's action batch by batch. Begun again after a crash, it goes on where it stopped."""
    try:
        while _next_batch(tenant_id, receipt_id):
            pass
    except Refused as refusal:
        _stop(tenant_id, receipt_id, str(refusal))
    except Exception:
        _stop(tenant_id, receipt_id, "An unexpected error. What was done before it is listed here.")
        raise


def _next_batch(tenant_id: int, receipt_id: int) -> bool:
    """Do one batch in its own transaction; false where nothing is left."""
    with tenant_scope(tenant_id):
        receipt = Receipt.objects.select_for_update(of=("self",)).select_related("account__tenant").get(pk=receipt_id)
        if receipt.is_finished:
            return False
        done = receipt.changed + receipt.skipped
        keys = receipts.keys_of(receipt.selection_id or 0, done, receipts.BATCH)
        if not keys:
            receipts.close(receipt)
            return False
        receipt.state = ReceiptState.RUNNING
        receipt.save(update_fields=["state"])
        with through("job", receipt.operation):
            action_of(receipt.operation).carry_out(receipt, keys, by=receipt.account)
        return True


def _stop(tenant_id: int, receipt_id: int, problem: str) -> None:
    log.error("bulk_stopped", tenant=tenant_id, receipt=receipt_id, problem=problem)
    with tenant_scope(tenant_id):
        receipts.close(Receipt.objects.get(pk=receipt_id), state=ReceiptState.FAILED, problem=problem)


@housekeeping.chore
def resume_bulk(by: System) -> int:
    """Give the worker again what a crash left half done. Two at once take turns, so that once too often is harmless."""
    open_states = (ReceiptState.WAITING, ReceiptState.RUNNING)
    old = timezone.now() - timedelta(minutes=15)
    left = Receipt.objects.filter(
        tenant_id=by.tenant.pk, state__in=open_states, selection__isnull=False, made_at__lt=old
    )
    for receipt in left:
        run_bulk.enqueue(tenant_id=receipt.tenant_id, receipt_id=receipt.pk)
    return len(left)


@housekeeping.chore
def close_lost_exports(by: System) -> int:
    """Close the records of files that nobody writes any more."""
    return export_records.close_lost(by.tenant.pk)
