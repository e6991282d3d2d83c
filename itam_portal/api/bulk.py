"""What is done to many rows over the API: the same selection, preview and receipt as on the pages."""

from http import HTTPStatus
from typing import Any

from django.db.models import Count
from django.http import HttpResponse

from itam_portal.api.answers import success
from itam_portal.api.document import Answer, Facts
from itam_portal.lists import jobs, receipts
from itam_portal.lists.actions import BulkAction, action_of
from itam_portal.lists.bulk import Preview, preview
from itam_portal.lists.models import Receipt, ReceiptRow


class ReasonFacts(Facts):
    """Why so many rows were skipped."""

    code: str
    reason: str
    number: int


class ReceiptFacts(Facts):
    """What was done to how many rows; `reasons` say why others were skipped."""

    id: int
    operation: str
    by: str
    reason: str
    state: str
    selected: int
    changed: int
    skipped: int
    drift: int
    reasons: list[ReasonFacts]
    problem: str
    madeAt: str
    finishedAt: str | None


class PreviewGroup(Facts):
    """Rows with the same outcome: how many, the first names, and why they are skipped."""

    number: int
    names: list[str]
    reason: str


class PreviewFacts(Facts):
    """What would be done: nothing was."""

    changing: PreviewGroup
    skipped: list[PreviewGroup]


class DoneAnswer(Answer):
    """What was done, or with dry_run what would be."""

    receipt: ReceiptFacts | None = None
    preview: PreviewFacts | None = None


def receipt_facts(receipt: Receipt) -> dict[str, Any]:
    """A receipt as the API shows it."""
    skipped = receipt.rows.exclude(outcome=ReceiptRow.CHANGED) if receipt.skipped else receipt.rows.none()
    outcomes = skipped.order_by("outcome").values_list("outcome").annotate(number=Count("object_id"))
    action = action_of(receipt.operation)
    return {
        "id": receipt.pk,
        "operation": receipt.operation,
        "by": receipt.by_name,
        "reason": receipt.reason,
        "state": str(receipt.state),
        "selected": receipt.total,
        "changed": receipt.changed,
        "skipped": receipt.skipped,
        "drift": receipt.drift,
        "reasons": [{"code": code, "reason": str(action.reason(code)), "number": n} for code, n in outcomes],
        "problem": receipt.problem,
        "madeAt": receipt.made_at.isoformat(),
        "finishedAt": receipt.finished_at.isoformat() if receipt.finished_at else None,
    }


def preview_facts(shown: Preview) -> dict[str, Any]:
    """A preview as the API shows it."""
    groups = [shown.changing, *shown.skipped]
    facts = [{"number": one.number, "names": list(map(str, one.names)), "reason": str(one.reason)} for one in groups]
    return {"changing": facts[0], "skipped": facts[1:]}


def do_to_many(
    rows: Any, action: BulkAction, *, by: Any, dry_run: bool, reason: str = "", **asked: Any
) -> HttpResponse:
    """Preview the action on these rows, or freeze them and carry it out; what is too much for a call is the worker's.

    `asked` says which list and query the rows come from, as a selection keeps it.
    """
    if dry_run:
        return success(preview=preview_facts(preview(action, rows, by=by)))
    selection = receipts.freeze(rows, operation=action.name, by=by, **asked)
    facts = {"operation": action.name, "by": by, "reason": reason, "selection": selection, "total": selection.total}
    receipt = receipts.open_receipt(**facts, wanted=selection.wanted)
    if selection.total > receipts.AT_ONCE:
        jobs.do_later(receipt)
        return success(code=HTTPStatus.ACCEPTED, receipt=receipt_facts(receipt))
    action.carry_out(receipt, receipts.keys_of(selection.pk, 0, receipts.AT_ONCE), by=by)
    return success(receipt=receipt_facts(receipts.close(receipt)))
