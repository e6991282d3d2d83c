"""`/receipts`: what was done to many rows."""

from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from itam_portal.api.answers import entity
from itam_portal.api.bulk import ReceiptFacts, receipt_facts
from itam_portal.api.document import Facts, described_list, describes
from itam_portal.api.endpoints import endpoint
from itam_portal.api.lists import ApiList
from itam_portal.api.rows import JsonRow
from itam_portal.lists.models import Receipt
from itam_portal.lists.receipt_list import ReceiptsList
from itam_portal.lists.views import receipts_of
from itam_portal.requests import number_of

router = Router(tags=["Receipts"])


class ReceiptLine(Facts):
    """A receipt, without the reasons for what was skipped."""

    id: int
    operation: str
    by: str
    reason: str
    state: str
    selected: int
    changed: int
    skipped: int
    madeAt: str
    finishedAt: str | None


def with_facts(rows: Any) -> Any:
    """Adds `facts`: a receipt as JSON."""
    facts = JsonRow(
        id="pk",
        operation="operation",
        by="by_name",
        reason="reason",
        state="state",
        selected=F("total"),
        changed="changed",
        skipped="skipped",
        madeAt="made_at",
        finishedAt="finished_at",
    )
    return rows.annotate(facts=facts)


RECEIPTS = ApiList(word="receipts", page=ReceiptsList, facts=with_facts)


@router.get("/receipts", **described_list(RECEIPTS, ReceiptLine, "List receipts"))
@endpoint(None, lists=True)
def list_receipts(request: HttpRequest) -> HttpResponse:
    """One's own receipts; with the right to see the whole history everybody's."""
    return RECEIPTS.answer(request)


@router.get("/receipts/{id}", **describes("receipt", ReceiptFacts, "Get a receipt"))
@endpoint(None)
def get_receipt(request: Any, id: str) -> HttpResponse:  # noqa: A002 (the parameter's name in the address)
    """How far it is, what changed, and why the rest did not."""
    found: Receipt | None = receipts_of(request.account).filter(pk=number_of(id) or 0).first()
    if found is None:
        raise Http404
    return entity(request, "receipt", receipt_facts(found))
