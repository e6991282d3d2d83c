"""`/groups`: sets of accounts that carry roles, and who is in them."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from accounts.api.describing import OperatorFacts
from accounts.api.operators import MOST_NAMED, OPERATORS, numbers_named
from accounts.models import Account, Group
from accounts.operations import change_members, create_group, delete_group, edit_group
from accounts.views.group_list import GroupRows
from itam_portal.api.answers import entity, require_match, success
from itam_portal.api.bodies import Body, FilledLine, Text
from itam_portal.api.document import Answer, Facts, described_list, describes, one
from itam_portal.api.endpoints import endpoint, numbered_or_404
from itam_portal.api.lists import ApiList
from itam_portal.api.rows import JsonRow, facts_of_one
from roles.rights import Right

router = Router(tags=["Groups"])
EXAMPLE = {"name": "Help desk", "description": "Answers the phone"}
MEMBERS = replace(OPERATORS, word="members", columns={})


class GroupChange(Body):
    """What is to be changed of a group: what is left out stays as it is."""

    name: FilledLine = ""
    description: Text = ""
    reason: Text = ""


class NewGroup(GroupChange):
    """A group to be made."""

    name: FilledLine


class Members(Body):
    """Accounts, by login or id."""

    operators: list[FilledLine] = Field(max_length=MOST_NAMED)
    reason: Text = ""


class GroupFacts(Facts):
    """A group."""

    id: int
    name: str
    description: str
    createdAt: str


class MembersChangedAnswer(Answer):
    """How many came and went."""

    added: int
    removed: int


def with_facts(groups: Any) -> Any:
    """Adds `facts`: a group as JSON."""
    return groups.annotate(facts=JsonRow(id="pk", name="name", description="description", createdAt="created_at"))


GROUPS = ApiList(word="groups", page=GroupRows, facts=with_facts)


def found_or_404(account: Any, number: str) -> Group:
    """The group of this number that the account sees."""
    found: Group = numbered_or_404(Group.objects.visible_to(account), number)
    return found


def _facts(found: Group) -> dict[str, Any]:
    return facts_of_one(with_facts(Group.objects.alone(found.pk)))


@router.get("/groups", **described_list(GROUPS, GroupFacts, "List groups"))
@endpoint(Right.READ_GROUPS, everywhere=True, lists=True)
def list_groups(request: HttpRequest) -> HttpResponse:
    """The tenant's groups."""
    return GROUPS.answer(request)


@router.post("/groups", **describes("group", GroupFacts, "Create a group", code=201, body=EXAMPLE))
@endpoint(Right.CHANGE_GROUPS, everywhere=True)
def post_group(request: Any, body: NewGroup) -> HttpResponse:
    """Make an empty group."""
    account = request.account
    plain = {"name": body.name, "description": body.description, "reason": body.reason}
    made = create_group(account.tenant, by=account, **plain)
    return entity(request, "group", _facts(made), code=HTTPStatus.CREATED, location=f"{request.path}/{made.pk}")


@router.get("/groups/{id}", **describes("group", GroupFacts, "Get a group"))
@endpoint(Right.READ_GROUPS, everywhere=True)
def get_group(request: Any, id: str) -> HttpResponse:  # noqa: A002 (the parameter's name in the address)
    """One group, by id."""
    return entity(request, "group", _facts(found_or_404(request.account, id)))


@router.patch("/groups/{id}", **describes("group", GroupFacts, "Change a group", body={"name": "Service desk"}))
@endpoint(Right.CHANGE_GROUPS, everywhere=True)
def patch_group(request: Any, id: str, body: GroupChange) -> HttpResponse:  # noqa: A002 (see above)
    """Rename or describe a group."""
    account, found = request.account, found_or_404(request.account, id)
    require_match(request, _facts(found))
    was = {"name": found.name, "description": found.description}
    wanted = {**was, **{name: value for name, value in body.given().items() if name in was}}
    edit_group(found, by=account, was=was, reason=body.reason, **wanted)
    return entity(request, "group", _facts(found))


@router.delete("/groups/{id}", **one("Delete a group"))
@endpoint(Right.CHANGE_GROUPS, everywhere=True)
def remove_group(request: Any, id: str) -> HttpResponse:  # noqa: A002 (see above)
    """End a group: its members lose what they held through it, and stay."""
    account, found = request.account, found_or_404(request.account, id)
    require_match(request, _facts(found))
    delete_group(found, by=account)
    return success()


@router.get("/groups/{id}/members", **described_list(MEMBERS, OperatorFacts, "List the members of a group"))
@endpoint(Right.READ_GROUPS, everywhere=True, lists=True)
def list_members(request: Any, id: str) -> HttpResponse:  # noqa: A002 (see above)
    """The members of a group that the caller sees."""
    account = request.account
    rows = Account.objects.visible_to(account).in_group(found_or_404(account, id))
    return MEMBERS.answer(request, rows=rows)


@router.post("/groups/{id}/members", **one("Add members", MembersChangedAnswer, body={"operators": ["ada"]}))
@endpoint(Right.CHANGE_MEMBERS, everywhere=True)
def add_members(request: Any, id: str, body: Members) -> HttpResponse:  # noqa: A002 (see above)
    """Let these accounts join; who is in already stays so. All or nobody."""
    found = found_or_404(request.account, id)
    return _change(request, found, body, add=numbers_named(request.account, body.operators), remove=[])


@router.put("/groups/{id}/members", **one("Replace the members", MembersChangedAnswer, body={"operators": ["ada"]}))
@endpoint(Right.CHANGE_MEMBERS, everywhere=True)
def replace_members(request: Any, id: str, body: Members) -> HttpResponse:  # noqa: A002 (see above)
    """Let exactly these accounts be the members, of those that the caller sees. All or nothing."""
    account, found = request.account, found_or_404(request.account, id)
    wanted = set(numbers_named(account, body.operators))
    now = set(Account.objects.visible_to(account).in_group(found).numbers())
    return _change(request, found, body, add=sorted(wanted - now), remove=sorted(now - wanted))


@router.delete("/groups/{id}/members/{path:login}", **one("Remove a member", MembersChangedAnswer))
@endpoint(Right.CHANGE_MEMBERS, everywhere=True)
def remove_member(request: Any, id: str, login: str) -> HttpResponse:  # noqa: A002 (see above)
    """Take an account out of a group, by its login or id."""
    found = found_or_404(request.account, id)
    number = Account.objects.visible_to(request.account).in_group(found).with_logins([login])
    if not number:
        raise Http404
    return _change(request, found, Members(operators=[]), add=[], remove=list(number.values())[:1])


def _change(request: Any, found: Group, body: Members, *, add: list[int], remove: list[int]) -> HttpResponse:
    done = change_members(found, by=request.account, add=add, remove=remove, reason=body.reason)
    return success(added=done.added, removed=done.removed)
