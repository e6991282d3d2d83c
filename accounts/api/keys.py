"""`/access-keys`: keys of service accounts. Only owners touch them."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from accounts.models import AccessKey, Account
from accounts.operations import create_key, revoke_key, rotate_key
from accounts.views.keys import KeysList
from itam_portal.api.answers import entity, success
from itam_portal.api.bodies import Body, Day, FilledLine, Number, Reason, Text
from itam_portal.api.document import Answer, Facts, described_list, describes, one
from itam_portal.api.endpoints import endpoint
from itam_portal.api.lists import ApiList
from itam_portal.api.problems import WrongBody
from itam_portal.lists.tables import Row
from itam_portal.refusals import NotAllowed
from itam_portal.requests import number_of
from roles.rights import Right

router = Router(tags=["Access keys"])
EXAMPLE = {"operator": "integration", "name": "Nightly sync", "expiryDate": "2027-03-31"}
LONGEST_OVERLAP = 7 * 86_400
NEEDS = ("pk",)


class NewKey(Body):
    """A key of a service account."""

    operator: FilledLine = Field(description="The service account's login or id.")
    name: FilledLine
    expiryDate: Day = Field(description="Its last day, within a year.")
    reason: Text = ""


class Rotation(Body):
    """A key in the place of another."""

    expiryDate: Day = Field(description="The last day of the new key, within a year.")
    overlapSeconds: Number = Field(0, ge=0, le=LONGEST_OVERLAP, description="So long the old one is still accepted.")
    reason: Text = ""


class KeyFacts(Facts):
    """An access key. Its text is shown once, when it is made: only its hash is kept."""

    id: int
    name: str
    operator: str
    prefix: str
    state: Literal["live", "disabled", "expired", "revoked"]
    madeAt: str
    expiresAt: str
    revokedAt: str | None
    lastUsedAt: str | None
    lastUsedFrom: str | None


class NewKeyAnswer(Answer):
    """The key, with its text: it is shown this once."""

    accessKey: KeyFacts
    key: str


def facts_of(account: Any, rows: list[Row]) -> list[dict[str, Any]]:
    """These keys as the API shows them."""
    found = {key.pk: key for key in AccessKey.objects.visible_to(account).numbered_among([row["pk"] for row in rows])}
    return [_facts(found[row["pk"]]) for row in rows if row["pk"] in found]


def _facts(key: AccessKey) -> dict[str, Any]:
    return {
        "id": key.pk,
        "name": key.name,
        "operator": key.account.login,
        "prefix": key.prefix,
        "state": key.state.value,
        "madeAt": key.made_at.isoformat(),
        "expiresAt": key.expires_at.isoformat(),
        "revokedAt": key.revoked_at.isoformat() if key.revoked_at else None,
        "lastUsedAt": key.last_used_at.isoformat() if key.was_used else None,
        "lastUsedFrom": key.last_used_from,
    }


KEYS = ApiList(word="accessKeys", page=KeysList, needs=NEEDS, describe=facts_of)


def found_or_404(account: Any, number: str) -> AccessKey:
    """The key of this number. Raises NotAllowed for whoever is no owner."""
    require_owner(account)
    found = next(iter(AccessKey.objects.visible_to(account).numbered_among([number_of(number) or 0])), None)
    if found is None:
        raise Http404
    return found


def require_owner(account: Any) -> None:
    """Raise NotAllowed for whoever is no owner."""
    if not account.holdings.is_owner:
        raise NotAllowed


@router.get("/access-keys", **described_list(KEYS, KeyFacts, "List access keys"))
@endpoint(Right.READ_ACCESS_KEYS, everywhere=True, lists=True)
def list_keys(request: HttpRequest) -> HttpResponse:
    """Every key of the tenant, those included that are over. Only for owners."""
    require_owner(request.account)  # type: ignore[attr-defined]
    return KEYS.answer(request)


@router.post("/access-keys", **one("Create an access key", NewKeyAnswer, code=201, body=EXAMPLE))
@endpoint(Right.CHANGE_ACCESS_KEYS, everywhere=True)
def post_key(request: Any, body: NewKey) -> HttpResponse:
    """Make a key of a service account. Its text is in the answer, and nowhere else. Only for owners."""
    require_owner(request.account)
    account = request.account
    subject = Account.objects.visible_to(account).with_login(body.operator)
    if subject is None:
        words = _("There is no operator “%(value)s”.") % {"value": body.operator[:60]}
        raise WrongBody([("operator", words)])
    made, text = create_key(subject, by=account, name=body.name, expires_on=body.expiryDate, reason=body.reason)
    place = f"{request.path}/{made.pk}"
    return success(
        code=HTTPStatus.CREATED, location=place, accessKey=_facts(found_or_404(account, str(made.pk))), key=text
    )


@router.get("/access-keys/{id}", **describes("accessKey", KeyFacts, "Get an access key"))
@endpoint(Right.READ_ACCESS_KEYS, everywhere=True)
def get_key(request: Any, id: str) -> HttpResponse:  # noqa: A002 (the parameter's name in the address)
    """One key, by id. Only for owners."""
    return entity(request, "accessKey", _facts(found_or_404(request.account, id)))


@router.post("/access-keys/{id}/rotate", **one("Rotate an access key", NewKeyAnswer, code=201))
@endpoint(Right.CHANGE_ACCESS_KEYS, everywhere=True)
def rotate(request: Any, id: str, body: Rotation) -> HttpResponse:  # noqa: A002 (see above)
    """Make a key in this one's place, which ends at once or after an overlap. Only for owners."""
    account, found = request.account, found_or_404(request.account, id)
    overlap = timedelta(seconds=body.overlapSeconds)
    given: dict[str, Any] = {"expires_on": body.expiryDate, "overlap": overlap, "reason": body.reason}
    made, text = rotate_key(found, by=account, **given)
    return success(code=HTTPStatus.CREATED, accessKey=_facts(found_or_404(account, str(made.pk))), key=text)


@router.post("/access-keys/{id}/revoke", **describes("accessKey", KeyFacts, "Revoke an access key"))
@endpoint(Right.CHANGE_ACCESS_KEYS, everywhere=True)
def revoke(request: Any, id: str, body: Reason | None = None) -> HttpResponse:  # noqa: A002 (see above)
    """Accept a key no longer, from this moment on. Only for owners."""
    found = found_or_404(request.account, id)
    revoke_key(found, by=request.account, reason=body.reason if body else "")
    return entity(request, "accessKey", _facts(found_or_404(request.account, id)))
