"""`/assignments`: which role somebody or a group holds, where, and until when."""

from http import HTTPStatus
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from accounts.api.scopes import RoleAt, day, offer_of
from accounts.models import Account, Group, RoleAssignment
from accounts.operations import date_assignment, give_group_role, give_roles, take_assignment
from itam_portal.api.answers import entity, require_match, success
from itam_portal.api.bodies import Body, Day, Line, Text
from itam_portal.api.document import Answer, Facts, describes, one
from itam_portal.api.endpoints import endpoint
from itam_portal.api.problems import WrongBody, WrongParameters
from itam_portal.requests import number_of
from organizations.queries import names_of
from roles.rights import Right

router = Router(tags=["Assignments"])
EXAMPLE = {"operator": "ada", "role": "Viewer", "accountId": "123456", "expiryDate": "2027-12-31"}
MOST = 200


class NewAssignment(RoleAt):
    """A role for an operator or for a group."""

    operator: Line = Field("", description="The operator's login or id.")
    group: Line = Field("", description="The group's id.")
    reason: Text = ""


class AssignmentChange(Body):
    """Another end."""

    expiryDate: Day | None = Field(description="The last day; null: never.")
    reason: Text = ""


class AssignmentFacts(Facts):
    """A role that is held: by an operator or through a group. What has expired counts for nothing."""

    id: int
    operator: str | None
    group: str | None
    role: str
    accountId: str | None
    organizationGroup: str | None
    expiryDate: str | None
    isLive: bool


class AssignmentsAnswer(Answer):
    """The roles of an operator or a group."""

    page: int
    limit: int
    total: int
    assignments: list[AssignmentFacts]


def facts_of(account: Any, rows: list[RoleAssignment]) -> list[dict[str, Any]]:
    """These assignments; of organizations that the caller does not see only the number stands there."""
    seen = names_of(account, {one.organization_id for one in rows if one.organization_id})
    return [_facts(one, seen) for one in rows]


def _facts(one: RoleAssignment, seen: dict[int, str]) -> dict[str, Any]:
    place = one.organization
    known = place.code if place and place.pk in seen else (f"#{one.organization_id}" if place else None)
    return {
        "id": one.pk,
        "operator": one.account.login if one.account else None,
        "group": one.group.name if one.group else None,
        "role": one.role.name,
        "accountId": known,
        "organizationGroup": one.organization_group.name if one.organization_group else None,
        "expiryDate": day(one.expires_on),
        "isLive": one.is_live,
    }


def found_or_404(account: Any, number: str) -> RoleAssignment:
    """The assignment of this number whose subject the caller sees."""
    found = RoleAssignment.objects.numbered(number_of(number) or 0, tenant_id=account.tenant_id)
    sees_groups = account.may(Right.READ_GROUPS, account.tenant)
    if found is None or (found.group_id and not sees_groups):
        raise Http404
    if found.account_id and Account.objects.visible_to(account).numbered(found.account_id) is None:
        raise Http404
    return found


@router.get("/assignments", **one("List the assignments of an operator or a group", AssignmentsAnswer))
@endpoint(Right.READ_ACCOUNTS, query=("operator", "group", "page", "limit"))
def list_assignments(
    request: Any,
    operator: str = Query("", description="The operator's login or id: own roles, and those through groups."),
    group: str = Query("", description="The group's id."),
    page: int = Query(1, ge=1, description="The page, from 1."),
    limit: int = Query(25, ge=1, le=MOST, description="Assignments a page."),
) -> HttpResponse:
    """The roles of one operator, own and through groups, or of one group, those that have expired last."""
    account = request.account
    try:
        subject = _subject(account, operator, group)
    except WrongBody as refusal:
        raise WrongParameters(refusal.errors) from refusal
    held = RoleAssignment.objects
    rows = held.held_by(subject) if isinstance(subject, Account) else held.given_to(subject)
    first = (page - 1) * limit
    found = list(rows.select_related("account")[first : first + limit])
    return success(page=page, limit=limit, total=rows.count(), assignments=facts_of(account, found))


@router.post("/assignments", **describes("assignment", AssignmentFacts, "Give a role", code=201, body=EXAMPLE))
@endpoint(Right.GIVE_ROLES)
def post_assignment(request: Any, body: NewAssignment) -> HttpResponse:
    """Give an operator, or a group and so all its members, a role; nobody gives what they do not hold."""
    account, offer = request.account, offer_of(request.account, body)
    subject = _subject(account, body.operator, body.group)
    given: dict[str, Any] = {"role": offer.role, "scope": offer.scope, "expires_on": offer.expires_on}
    if isinstance(subject, Account):
        give_roles(Account.objects.numbered_among([subject.pk]), by=account, reason=body.reason, **given)
        made = RoleAssignment.objects.of(subject).at(offer.role, offer.scope)
    else:
        give_group_role(subject, by=account, reason=body.reason, **given)
        made = RoleAssignment.objects.given_to(subject).at(offer.role, offer.scope)
    facts = facts_of(account, [found_or_404(account, str(made.pk))])[0]
    return entity(request, "assignment", facts, code=HTTPStatus.CREATED, location=f"{request.path}/{made.pk}")


@router.get("/assignments/{id}", **describes("assignment", AssignmentFacts, "Get an assignment"))
@endpoint(Right.READ_ACCOUNTS)
def get_assignment(request: Any, id: str) -> HttpResponse:  # noqa: A002 (the parameter's name in the address)
    """One assignment, by id."""
    return entity(request, "assignment", facts_of(request.account, [found_or_404(request.account, id)])[0])


@router.patch(
    "/assignments/{id}",
    **describes("assignment", AssignmentFacts, "Change when a role ends", body={"expiryDate": "2027-12-31"}),
)
@endpoint(Right.GIVE_ROLES)
def patch_assignment(request: Any, id: str, body: AssignmentChange) -> HttpResponse:  # noqa: A002 (see above)
    """Let a role end with another day, or never."""
    account, found = request.account, found_or_404(request.account, id)
    require_match(request, facts_of(account, [found])[0])
    date_assignment(found, by=account, expires_on=body.expiryDate, reason=body.reason)
    return entity(request, "assignment", facts_of(account, [found_or_404(account, id)])[0])


@router.delete("/assignments/{id}", **one("Take a role"))
@endpoint(Right.GIVE_ROLES)
def remove_assignment(request: Any, id: str) -> HttpResponse:  # noqa: A002 (see above)
    """Take a role from an operator or a group."""
    account, found = request.account, found_or_404(request.account, id)
    require_match(request, facts_of(account, [found])[0])
    take_assignment(found, by=account)
    return success()


def _subject(account: Any, operator: str, group: str) -> Account | Group:
    """Whoever is named, and is seen. Raises WrongBody for nobody and for both."""
    if bool(operator) == bool(group):
        raise WrongBody([("operator", _("Name an operator or a group: one of both."))])
    if operator:
        found: Any = Account.objects.visible_to(account).with_login(operator)
    else:
        found = Group.objects.visible_to(account).numbered(number_of(group) or 0)
    if found is None:
        name, text = ("operator", operator) if operator else ("group", group)
        raise WrongBody([(name, _("There is no %(what)s “%(value)s”.") % {"what": name, "value": text[:60]})])
    return cast("Account | Group", found)
