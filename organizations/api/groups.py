"""`/organization-groups`: named sets of organizations, for which roles can be given."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from itam_portal.api.answers import entity, require_match, success
from itam_portal.api.bodies import Body, FilledLine, Text
from itam_portal.api.document import Answer, Facts, described_list, describes, one
from itam_portal.api.endpoints import endpoint, numbered_or_404
from itam_portal.api.lists import ApiList
from itam_portal.api.problems import WrongBody
from itam_portal.api.rows import JsonRow, facts_of_one
from organizations.api.accounts import ACCOUNTS, AccountFacts
from organizations.models import Organization, OrganizationGroup
from organizations.operations import (
    create_organization_group,
    delete_organization_group,
    edit_organization_group,
    gather_organizations,
)
from organizations.views.lists import OrganizationGroupsList, visible_organizations
from roles.rights import Right

router = Router(tags=["Organization groups"])
EXAMPLE = {"name": "Key customers", "description": "Served first"}
MOST_NAMED = 1_000


class OrganizationGroupChange(Body):
    """What is to be changed of an organization group: what is left out stays as it is."""

    name: FilledLine = ""
    description: Text = ""
    reason: Text = ""


class NewOrganizationGroup(OrganizationGroupChange):
    """An organization group to be made."""

    name: FilledLine


class GatheredAccounts(Body):
    """Organizations, by their ids."""

    accounts: list[FilledLine] = Field(max_length=MOST_NAMED)
    reason: Text = ""


class OrganizationGroupFacts(Facts):
    """An organization group."""

    id: int
    name: str
    description: str


class GatheredAnswer(Answer):
    """How many came and went."""

    added: int
    removed: int


def with_facts(groups: Any) -> Any:
    """Adds `facts`: an organization group as JSON."""
    return groups.annotate(facts=JsonRow(id="pk", name="name", description="description"))


GROUPS = ApiList(
    word="organizationGroups",
    page=OrganizationGroupsList,
    facts=with_facts,
)


def found_or_404(account: Any, number: str) -> OrganizationGroup:
    """The group of this number that the account sees."""
    found: OrganizationGroup = numbered_or_404(OrganizationGroup.objects.visible_to(account), number)
    return found


def _facts(account: Any, found: OrganizationGroup) -> dict[str, Any]:
    return facts_of_one(with_facts(OrganizationGroup.objects.visible_to(account).alone(found.pk)))


@router.get("/organization-groups", **described_list(GROUPS, OrganizationGroupFacts, "List organization groups"))
@endpoint(Right.READ_ORGANIZATIONS, everywhere=True, lists=True)
def list_organization_groups(request: HttpRequest) -> HttpResponse:
    """The tenant's groups of organizations."""
    return GROUPS.answer(request)


@router.post(
    "/organization-groups",
    **describes("organizationGroup", OrganizationGroupFacts, "Create an organization group", code=201, body=EXAMPLE),
)
@endpoint(Right.CHANGE_ORGANIZATION_GROUPS, everywhere=True)
def post_organization_group(request: Any, body: NewOrganizationGroup) -> HttpResponse:
    """Make an empty group of organizations."""
    account = request.account
    plain = {"name": body.name, "description": body.description, "reason": body.reason}
    made = create_organization_group(account.tenant, by=account, **plain)
    facts, place = _facts(account, made), f"{request.path}/{made.pk}"
    return entity(request, "organizationGroup", facts, code=HTTPStatus.CREATED, location=place)


@router.get(
    "/organization-groups/{id}",
    **describes("organizationGroup", OrganizationGroupFacts, "Get an organization group"),
)
@endpoint(Right.READ_ORGANIZATIONS, everywhere=True)
def get_organization_group(request: Any, id: str) -> HttpResponse:  # noqa: A002 (the parameter's name in the address)
    """One organization group, by id."""
    account = request.account
    return entity(request, "organizationGroup", _facts(account, found_or_404(account, id)))


@router.patch(
    "/organization-groups/{id}",
    **describes("organizationGroup", OrganizationGroupFacts, "Change an organization group", body=EXAMPLE),
)
@endpoint(Right.CHANGE_ORGANIZATION_GROUPS, everywhere=True)
def patch_organization_group(
    request: Any,
    id: str,  # noqa: A002 (see above)
    body: OrganizationGroupChange,
) -> HttpResponse:
    """Rename or describe a group of organizations."""
    account, found = request.account, found_or_404(request.account, id)
    require_match(request, _facts(account, found))
    was = {"name": found.name, "description": found.description}
    wanted = {**was, **{name: value for name, value in body.given().items() if name in was}}
    edit_organization_group(found, by=account, was=was, reason=body.reason, **wanted)
    return entity(request, "organizationGroup", _facts(account, found))


@router.delete("/organization-groups/{id}", **one("Delete an organization group"))
@endpoint(Right.CHANGE_ORGANIZATION_GROUPS, everywhere=True)
def remove_organization_group(request: Any, id: str) -> HttpResponse:  # noqa: A002 (see above)
    """Delete a group that no role is given for; its organizations stay."""
    account, found = request.account, found_or_404(request.account, id)
    require_match(request, _facts(account, found))
    delete_organization_group(found, by=account)
    return success()


@router.get(
    "/organization-groups/{id}/accounts", **described_list(ACCOUNTS, AccountFacts, "List the organizations of a group")
)
@endpoint(Right.READ_ORGANIZATIONS, everywhere=True, lists=True)
def list_gathered(request: Any, id: str) -> HttpResponse:  # noqa: A002 (see above)
    """The organizations in a group."""
    account = request.account
    return ACCOUNTS.answer(request, rows=visible_organizations(account).gathered_in(found_or_404(account, id).pk))


@router.post("/organization-groups/{id}/accounts", **one("Add organizations", GatheredAnswer, body={"accounts": ["1"]}))
@endpoint(Right.CHANGE_ORGANIZATION_GROUPS, everywhere=True)
def add_gathered(request: Any, id: str, body: GatheredAccounts) -> HttpResponse:  # noqa: A002 (see above)
    """Put these organizations into a group: whoever holds a role for the group holds it there at once."""
    account, found = request.account, found_or_404(request.account, id)
    return _gather(account, found, add=_numbers(account, body), remove=[], reason=body.reason)


@router.put(
    "/organization-groups/{id}/accounts", **one("Replace the organizations", GatheredAnswer, body={"accounts": ["1"]})
)
@endpoint(Right.CHANGE_ORGANIZATION_GROUPS, everywhere=True)
def replace_gathered(request: Any, id: str, body: GatheredAccounts) -> HttpResponse:  # noqa: A002 (see above)
    """Let exactly these organizations be in the group."""
    account, found = request.account, found_or_404(request.account, id)
    wanted = set(_numbers(account, body))
    now = set(visible_organizations(account).gathered_in(found.pk).numbers())
    return _gather(account, found, add=sorted(wanted - now), remove=sorted(now - wanted), reason=body.reason)


@router.delete("/organization-groups/{id}/accounts/{path:accountId}", **one("Remove an organization", GatheredAnswer))
@endpoint(Right.CHANGE_ORGANIZATION_GROUPS, everywhere=True)
def remove_gathered(request: Any, id: str, accountId: str) -> HttpResponse:  # noqa: A002 (see above)
    """Take an organization out of a group, by its id."""
    account, found = request.account, found_or_404(request.account, id)
    inside: Organization | None = visible_organizations(account).gathered_in(found.pk).coded(accountId).first()
    if inside is None:
        raise Http404
    return _gather(account, found, add=[], remove=[inside.pk], reason="")


def _gather(account: Any, found: OrganizationGroup, *, add: list[int], remove: list[int], reason: str) -> HttpResponse:
    done = gather_organizations(found, by=account, add=add, remove=remove, reason=reason)
    return success(added=done.added, removed=done.removed)


def _numbers(account: Any, body: GatheredAccounts) -> list[int]:
    """The numbers of the organizations that are named. Raises WrongBody with each that is not seen."""
    known = {one.code.lower(): one.pk for one in visible_organizations(account).coded_among(body.accounts)}
    missing = [(f"accounts[{at}]", code) for at, code in enumerate(body.accounts) if code.lower() not in known]
    if missing:
        text = _("There is no account “%(value)s”.")
        raise WrongBody([(where, text % {"value": code[:60]}) for where, code in missing])
    return sorted(known.values())
