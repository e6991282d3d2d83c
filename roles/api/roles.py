"""`/roles` and `/rights`: named sets of rights, and the rights there are."""

import json
from http import HTTPStatus
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from itam_portal.api.answers import entity, require_match, success
from itam_portal.api.bodies import Body, FilledLine, Text
from itam_portal.api.document import Answer, Facts, described_list, describes, one
from itam_portal.api.endpoints import endpoint, numbered_or_404
from itam_portal.api.lists import ApiList
from itam_portal.api.problems import WrongBody
from itam_portal.api.rows import JsonRow
from itam_portal.lists.tables import Row
from roles.models import Role
from roles.operations import create_role, delete_role, edit_role
from roles.queries import MOST_COUNTED
from roles.rights import Area, Right, rights_of
from roles.views.lists import RolesList

router = Router(tags=["Roles"])
EXAMPLE = {"name": "Auditor", "description": "Reads accounts", "allows": ["accounts.read"], "denies": []}


class RoleChange(Body):
    """What is to be changed of a role, for everybody who holds it: what is left out stays as it is."""

    description: Text = ""
    allows: list[FilledLine] = Field([], description="The codes of rights, all that it allows from then on.")
    denies: list[FilledLine] = Field([], description="The same of rights that it denies: a deny beats every allow.")
    reason: Text = ""


class NewRole(RoleChange):
    """A role to be made. Its name never changes."""

    name: FilledLine


class RoleFacts(Facts):
    """A role; `accounts` are those who hold it now, counted up to 10,000."""

    id: int
    name: str
    description: str
    kind: str
    allows: list[str]
    denies: list[str]
    accounts: int
    accountsIsCapped: bool
    createdAt: str
    changedAt: str


class RightFacts(Facts):
    """A right."""

    code: str
    label: str
    area: str
    areaLabel: str


class RightsAnswer(Answer):
    """Every right there is."""

    rights: list[RightFacts]


def with_facts(roles: Any) -> Any:
    """Adds `facts`: a role as JSON, but for how many hold it."""
    facts = JsonRow(
        id="pk",
        name="name",
        description="description",
        kind="kind",
        allows=F("allows"),
        denies=F("denies"),
        createdAt="created_at",
        changedAt="changed_at",
    )
    return roles.with_holders().annotate(facts=facts)


def facts_of(account: Any, rows: list[Row]) -> list[dict[str, Any]]:
    """These roles as the API shows them."""
    return [
        {
            **json.loads(row["facts"]),
            "accounts": min(row["accounts"], MOST_COUNTED),
            "accountsIsCapped": row["accounts"] > MOST_COUNTED,
        }
        for row in rows
    ]


ROLES = ApiList(
    word="roles",
    page=RolesList,
    needs=("facts", "accounts"),
    describe=facts_of,
    facts=with_facts,
)


def found_or_404(account: Any, number: str) -> Role:
    """The role of this number that the account sees."""
    found: Role = numbered_or_404(Role.objects.visible_to(account), number)
    return found


def _facts(account: Any, found: Role) -> dict[str, Any]:
    rows = with_facts(Role.objects.visible_to(account).numbered_among([found.pk]))
    return facts_of(account, list(rows.values("facts", "accounts")))[0]


@router.get("/rights", **one("List rights", RightsAnswer))
@endpoint(Right.READ_ROLES, everywhere=True)
def list_rights(request: HttpRequest) -> HttpResponse:
    """Every right that a role can allow or deny, by area."""
    rights = [(area, right) for area in Area for right in rights_of(area)]
    facts = [
        {"code": right.value, "label": str(right.label), "area": area.value, "areaLabel": str(area.label)}
        for area, right in rights
    ]
    return success(rights=facts)


@router.get("/roles", **described_list(ROLES, RoleFacts, "List roles"))
@endpoint(Right.READ_ROLES, everywhere=True, lists=True)
def list_roles(request: HttpRequest) -> HttpResponse:
    """The tenant's roles, built-in ones and its own."""
    return ROLES.answer(request)


@router.post("/roles", **describes("role", RoleFacts, "Create a role", code=201, body=EXAMPLE))
@endpoint(Right.CHANGE_ROLES, everywhere=True)
def post_role(request: Any, body: NewRole) -> HttpResponse:
    """Make a role that nobody holds yet."""
    account, rights = request.account, _rights(body)
    plain: dict[str, Any] = {"name": body.name, "description": body.description, "reason": body.reason}
    made = create_role(account.tenant, by=account, **{**plain, **rights})
    place = f"{request.path}/{made.pk}"
    return entity(request, "role", _facts(account, made), code=HTTPStatus.CREATED, location=place)


@router.get("/roles/{id}", **describes("role", RoleFacts, "Get a role"))
@endpoint(Right.READ_ROLES, everywhere=True)
def get_role(request: Any, id: str) -> HttpResponse:  # noqa: A002 (the parameter's name in the address)
    """One role, by id."""
    return entity(request, "role", _facts(request.account, found_or_404(request.account, id)))


@router.patch("/roles/{id}", **describes("role", RoleFacts, "Change a role", body={"denies": ["accounts.disable"]}))
@endpoint(Right.CHANGE_ROLES, everywhere=True)
def patch_role(request: Any, id: str, body: RoleChange) -> HttpResponse:  # noqa: A002 (see above)
    """Change what a role allows and denies, for everybody who holds it."""
    account, found = request.account, found_or_404(request.account, id)
    require_match(request, _facts(account, found))
    given, rights = body.given(), _rights(body)
    wanted = {name: rights[name] if name in given else getattr(found, name) for name in ("allows", "denies")}
    description = given.get("description", found.description)
    edit_role(found, by=account, was=found.version, description=description, reason=body.reason, **wanted)
    return entity(request, "role", _facts(account, found))


@router.delete("/roles/{id}", **one("Delete a role"))
@endpoint(Right.CHANGE_ROLES, everywhere=True)
def remove_role(request: Any, id: str) -> HttpResponse:  # noqa: A002 (see above)
    """Delete a role that nobody was given."""
    account, found = request.account, found_or_404(request.account, id)
    require_match(request, _facts(account, found))
    delete_role(found, by=account)
    return success()


def _rights(body: RoleChange) -> dict[str, list[str]]:
    """The rights that are named. Raises WrongBody for those that there are not."""
    errors = [
        (f"{field}[{at}]", _("There is no right “%(value)s”.") % {"value": code[:60]})
        for field in ("allows", "denies")
        for at, code in enumerate(getattr(body, field))
        if code not in Right.values
    ]
    if errors:
        raise WrongBody(errors)
    return {"allows": body.allows, "denies": body.denies}
