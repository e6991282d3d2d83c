"""`/history`: what was changed, by whom, when, why and through what; to be followed by a cursor."""

from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from itam_portal.api.answers import success_list
from itam_portal.api.document import Facts, described_list, parameter
from itam_portal.api.endpoints import endpoint
from itam_portal.api.lists import ApiList
from itam_portal.api.problems import WrongParameters
from itam_portal.api.rows import JsonRow
from itam_portal.history.queries import READ_HISTORY
from itam_portal.history.views import HistoryList
from itam_portal.requests import number_of

router = Router(tags=["History"])


class EntryFacts(Facts):
    """One change of one object; `changes` holds, by field, what was there before and after."""

    id: int
    at: str
    action: str
    objectType: str
    objectId: int
    objectName: str
    operation: str
    actorId: int | None
    actorName: str
    reason: str
    via: str
    viaName: str
    request: str
    receiptId: int | None
    changes: dict[str, list[Any]]


def with_facts(entries: Any) -> Any:
    """Adds `facts`: an entry as JSON."""
    facts = JsonRow(
        id="pk",
        at="at",
        action="action",
        objectType="object_type",
        objectId="object_id",
        objectName="object_name",
        operation="operation",
        actorId="actor_id",
        actorName="actor_name",
        reason="reason",
        via="via",
        viaName="via_name",
        request="request",
        receiptId="receipt_id",
        changes=F("changes"),
    )
    return entries.annotate(facts=facts)


HISTORY = ApiList(
    word="entries",
    page=HistoryList,
    facts=with_facts,
    extra={"nextCursor": (str, "")},
)
_DESCRIBED = described_list(HISTORY, EntryFacts, "List what was changed")
_DESCRIBED["openapi_extra"]["parameters"].append(
    parameter(
        "since",
        "Follow the history: the entries behind this cursor, the oldest first. Begin with 0 and go on with nextCursor.",
        {"type": "string", "pattern": "^[0-9]+$"},
    )
)
_IDLE_BEHIND_A_CURSOR = ("page", "after", "before", "sort", "group", "count")


@router.get("/history", **_DESCRIBED)
@endpoint(READ_HISTORY, everywhere=True, lists=True)
def list_history(request: Any) -> HttpResponse:
    """The tenant's history, the newest entry first; or with `since` what was written behind a cursor, in order.

    A tenant's operations are carried out one after the other, so that no entry appears in front of one that was read.
    """
    if "since" not in request.GET:
        return HISTORY.answer(request)
    since = number_of(request.GET["since"])
    if since is None:
        raise WrongParameters([("since", _("A cursor is what nextCursor said, or 0."))])
    listing = HISTORY.whole(request, beside=("since",), idle=_IDLE_BEHIND_A_CURSOR)
    rows, limit = with_facts(listing.matching()), listing.state.per_page
    found = list(rows.filter(pk__gt=since).order_by("pk").values_list("pk", "facts")[:limit])
    cursor = str(found[-1][0] if found else since)
    facts = {"page": None, "limit": limit, "total": len(found), "totalIsCapped": len(found) == limit}
    return success_list("entries", [text for _key, text in found], **facts, nextPage=None, nextCursor=cursor)
