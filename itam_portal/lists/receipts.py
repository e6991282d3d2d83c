"""Frozen selections, and receipts: what a bulk action changed, what it did not, and why."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Subquery
from django.utils import timezone

from itam_portal.lists.models import Receipt, ReceiptRow, ReceiptState, Selection
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.tenancy.actor import Actor

# Above this many rows the worker does it, in batches.
AT_ONCE = 10_000
BATCH = 5_000
# The outcome of a row that was frozen and is not there any more.
GONE = "gone"


def freeze(rows: QuerySet, *, operation: str, by: Any, **asked: Any) -> Selection:
    """Keep exactly these rows for an action to come; nothing that changes later joins or leaves them.

    `asked` says which list and query they come from, and whether that is everything that matched.
    """
    selection = Selection.objects.create(tenant=by.tenant, account=by, operation=operation, **asked)
    try:
        sql, parameters = rows.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return selection
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE lists_selection SET keys = frozen.keys, total = cardinality(frozen.keys) FROM ("
            f"SELECT COALESCE(array_agg(chosen.id ORDER BY chosen.id), '{{}}') FROM ({sql}) AS chosen (id)"
            ") AS frozen (keys) WHERE tenant_id = %s AND id = %s RETURNING total",
            [*parameters, by.tenant.pk, selection.pk],
        )
        (selection.total,) = cursor.fetchone()
    return selection


def want(selection: Selection, wanted: dict[str, Any]) -> None:
    """Keep what an action shall set in these rows: what is confirmed later is what was previewed."""
    selection.wanted = wanted
    selection.save(update_fields=["wanted"])


def among(selection: Selection) -> Q:
    """The condition to be one of a frozen selection's rows.

    The planner takes a selection for ten rows, and would look for each of a million in the index. A hash
    of the keys, asked of every row, costs the same for any number.
    """
    if selection.total <= AT_ONCE:
        return Q(AnyOf(F("pk"), as_array(keys_of(selection.pk, 0, AT_ONCE))))
    frozen = Selection.objects.filter(tenant_id=selection.tenant_id, pk=selection.pk)
    keys = Subquery(frozen.values(key=Func(F("keys"), function="unnest", set_returning=True)))
    return Q(_Hashed(F("pk"), keys))


def chosen(rows: Any, selection: Selection) -> Any:
    """Those of these rows that a selection froze."""
    return rows.filter(among(selection))


def kept(number: int, *, operation: str, by: Any) -> Selection | None:
    """The selection with this number that the account froze for an operation, if there is one."""
    return Selection.objects.filter(tenant_id=by.tenant_id, account=by, operation=operation, pk=number).first()


class _Hashed(Func):
    """`key IN (query)`, which the planner does not turn into a join."""

    template = "(%(expressions)s) IS TRUE"
    arg_joiner = " IN "
    output_field = BooleanField()


def keys_of(selection_id: int, first: int, most: int) -> list[int]:
    """So many keys of a frozen selection, from this position on."""
    return Selection.objects.values_list(f"keys__{first}_{first + most}", flat=True).get(pk=selection_id)


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
