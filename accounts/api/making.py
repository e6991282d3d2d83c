"""Making and changing operator and service accounts."""

from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _
from pydantic import Field

from accounts.api.describing import OperatorFacts, one_of
from accounts.api.operators import found_or_404, router
from accounts.api.scopes import RoleAt, offer_of
from accounts.api.wrong_fields import naming
from accounts.operations import (
    change_type,
    create_account,
    create_service_account,
    edit_account,
    end_sessions_of,
)
from itam_portal.api.answers import entity, require_match, success
from itam_portal.api.bodies import Body, FilledLine, Flag, Line, Reason, Text
from itam_portal.api.document import Answer, describes, one
from itam_portal.api.endpoints import endpoint
from itam_portal.api.problems import WrongBody
from organizations.models import Organization
from roles.rights import Right

EXAMPLE = {"name": "Ada Ames", "email": "ada@company.example", "accountId": "HOME", "roles": [{"role": "Viewer"}]}
NAMES = {"name": "name", "login": "login", "email": "email", "jobTitle": "job_title", "shared": "shared"}
_API_NAMES = {stored: name for name, stored in NAMES.items()} | {"home": "accountId"}


class OperatorChange(Body):
    """What is to be changed of an account: what is left out stays as it is."""

    name: FilledLine = ""
    login: FilledLine = ""
    email: Line = ""
    jobTitle: Line = ""
    shared: Flag = False
    accountId: FilledLine = Field("", description="The id of the home organization.")
    reason: Text = ""


class NewOperator(OperatorChange):
    """An account to be made."""

    type: Literal["operator", "service"] = "operator"
    name: FilledLine
    login: Line = Field("", description="Left out: the e-mail address.")
    roles: list[RoleAt] = Field([], max_length=50)


class NewType(Body):
    """What an account is from then on."""

    type: Literal["operator", "service"]
    reason: Text = ""


class EndedAnswer(Answer):
    """How many sessions ended."""

    ended: int


def _in_words_of_the_api() -> AbstractContextManager[None]:
    return naming(_API_NAMES, taken=_("Another account has this login or e-mail address."))


@router.post("/operators", **describes("operator", OperatorFacts, "Create an operator", code=201, body=EXAMPLE))
@endpoint(Right.CREATE_ACCOUNTS)
def post_operator(request: Any, body: NewOperator) -> HttpResponse:
    """Make an operator account, whose person is mailed a link and consents by it, or a service account."""
    account = request.account
    offers = [offer_of(account, given, at=f"roles[{at}].") for at, given in enumerate(body.roles)]
    fields = {"name": body.name, "login": body.login or body.email, "home": _home(account, body.accountId or "HOME")}
    if body.type == "operator":
        if not body.email:
            raise WrongBody([("email", _("This field is required."))])
        fields |= {"email": body.email, "job_title": body.jobTitle, "shared": body.shared}
        with _in_words_of_the_api():
            made = create_account(account.tenant, by=account, fields=fields, offers=offers, reason=body.reason)
    else:
        with _in_words_of_the_api():
            given: dict[str, Any] = {"fields": fields, "offers": offers, "reason": body.reason}
            made, _key, _text = create_service_account(account.tenant, by=account, **given)
    place = f"{request.path}/{quote(made.login, safe='@')}"
    return entity(request, "operator", one_of(made), code=HTTPStatus.CREATED, location=place)


@router.post("/operators/{path:login}/type", **describes("operator", OperatorFacts, "Change the type"))
@endpoint(Right.EDIT_ACCOUNTS)
def post_type(request: Any, login: str, body: NewType) -> HttpResponse:
    """Make a service of an operator, which ends its sessions and its sign-in, or an operator of a service."""
    found = found_or_404(request.account, login)
    change_type(found, by=request.account, to=body.type, reason=body.reason)  # type: ignore[arg-type]
    return entity(request, "operator", one_of(found))


@router.post("/operators/{path:login}/end-sessions", **one("End sessions", EndedAnswer))
@endpoint(Right.END_SESSIONS)
def post_end_sessions(request: Any, login: str, body: Reason | None = None) -> HttpResponse:
    """Sign somebody out of this tenant everywhere."""
    found = found_or_404(request.account, login)
    return success(ended=end_sessions_of(found, by=request.account, reason=body.reason if body else ""))


# Last, since a login may hold anything: the first path that fits is taken.
@router.get("/operators/{path:login}", **describes("operator", OperatorFacts, "Get an operator"))
@endpoint(Right.READ_ACCOUNTS)
def get_operator(request: Any, login: str) -> HttpResponse:
    """One account, by login in any case, or by id."""
    return entity(request, "operator", one_of(found_or_404(request.account, login)))


@router.patch("/operators/{path:login}", **describes("operator", OperatorFacts, "Change an operator"))
@endpoint(Right.EDIT_ACCOUNTS)
def patch_operator(request: Any, login: str, body: OperatorChange) -> HttpResponse:
    """Change the tenant's record of an account; how its person signs in is the person's own."""
    account, found = request.account, found_or_404(request.account, login)
    require_match(request, one_of(found))
    given = body.given()
    changes = {NAMES[name]: value for name, value in given.items() if name in NAMES}
    if "accountId" in given:
        changes["home"] = _home(account, body.accountId)
    with _in_words_of_the_api():
        edit_account(found, by=account, version=found.version, changes=changes, reason=body.reason)
    return entity(request, "operator", one_of(found))


def _home(account: Any, code: str) -> Organization:
    place = Organization.objects.all().visible_to(account).coded(code).first()
    if place is None:
        text = _("There is no account “%(value)s”.")
        raise WrongBody([("accountId", text % {"value": code[:60]})])
    return place
