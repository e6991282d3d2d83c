"""Frozen selections, and receipts: what a bulk action changed, what it did not, and why."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from itam_portal.lists.models import Receipt, ReceiptRow, ReceiptState, Selection, SelectionRow
from itam_portal.tenancy.actor import Actor

# Above this many rows the worker does it, in batches.
AT_ONCE = 10_000
BATCH = 5_000
# The outcome of a row that was frozen and is not there any more.
GONE = "gone"


def freeze(rows: QuerySet, *, operation: str, by: Any, query: str = "", everything: bool = False) -> Selection:
    """Keep exactly these rows for an action to come; nothing that changes later joins or leaves them."""
    selection = Selection.objects.create(
        tenant=by.tenant, account=by, operation=operation, query=query, everything=everything
    )
    try:
        sql, parameters = rows.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return selection
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lists_selectionrow (tenant_id, selection_id, object_id) "
            f"SELECT %s, %s, chosen.id FROM ({sql}) AS chosen (id)",
            [by.tenant.pk, selection.pk, *parameters],
        )
        selection.total = cursor.rowcount
    selection.save(update_fields=["total"])
    return selection


def rows_of(selection: Selection, first: int | None = None, last: int | None = None) -> QuerySet:
    """The keys of a frozen selection's rows, or of those between two keys, for use in a filter."""
    rows = SelectionRow.objects.filter(tenant_id=selection.tenant_id, selection=selection)
    if first is not None and last is not None:
        rows = rows.filter(object_id__range=(first, last))
    return rows.values("object_id")


def open_receipt(
    *, operation: str, by: Actor, reason: str = "", selection: Selection | None = None, total: int = 0, **facts: Any
) -> Receipt:
    """A receipt, stored before anything is done."""
    return Receipt.objects.create(
        tenant=by.tenant,
        account_id=by.pk,
        by_name=getattr(by, "name", ""),
        operation=operation,
        reason=reason,
        selection=selection,
        total=total,
        **facts,
    )


def record(receipt: Receipt, judged: QuerySet, *, before: Any) -> tuple[int, list[int]]:
    """Write down the outcome of each judged row; answers how many rows that were, and the keys of those to change.

    `judged` carries `refusal`, '' for rows that may change. `before` is what such a row holds now.
    """
    named = judged.order_by().annotate(held=before).values_list("pk", "refusal", "held")
    sql, parameters = named.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lists_receiptrow (tenant_id, receipt_id, object_id, outcome, before) "
            "SELECT %s, %s, judged.id, CASE judged.refusal WHEN '' THEN %s ELSE judged.refusal END, "
            "CASE judged.refusal WHEN '' THEN judged.held END "
            f"FROM ({sql}) AS judged (id, refusal, held) RETURNING object_id, outcome",
            [receipt.tenant_id, receipt.pk, ReceiptRow.CHANGED, *parameters],
        )
        outcomes = cursor.fetchall()
    receipt.total += len(outcomes) if receipt.selection_id is None else 0
    return len(outcomes), [key for key, outcome in outcomes if outcome == ReceiptRow.CHANGED]


def record_gone(receipt: Receipt, keys: list[int]) -> None:
    """Write down which of these rows were not there any more: nobody waits for them."""
    seen = ReceiptRow.objects.filter(tenant_id=receipt.tenant_id, receipt=receipt, object_id__in=keys)
    gone = set(keys) - set(seen.values_list("object_id", flat=True))
    rows = [ReceiptRow(tenant_id=receipt.tenant_id, receipt=receipt, object_id=key, outcome=GONE) for key in gone]
    ReceiptRow.objects.bulk_create(rows)
    count(receipt, changed=0, seen=len(rows))


def count(receipt: Receipt, *, changed: int, seen: int) -> None:
    """Add these rows to what the receipt counts."""
    receipt.changed += changed
    receipt.skipped += seen - changed
    receipt.save(update_fields=["changed", "skipped", "total"])


def close(receipt: Receipt, *, state: str = ReceiptState.DONE, problem: str = "") -> Receipt:
    """Nothing more will happen under this receipt."""
    receipt.state, receipt.problem, receipt.finished_at = state, problem, timezone.now()
    receipt.save(update_fields=["state", "problem", "finished_at"])
    return receipt


def untouched(receipt: Receipt) -> QuerySet:
    """The rows of the receipt's selection for which nothing is written down yet, in batches' order."""
    done = ReceiptRow.objects.filter(tenant_id=receipt.tenant_id, receipt=receipt).values("object_id")
    rows = SelectionRow.objects.filter(tenant_id=receipt.tenant_id, selection=receipt.selection_id)
    return rows.exclude(object_id__in=done).order_by("object_id")
