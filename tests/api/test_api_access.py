"""Access to the API: the right alone opens an endpoint, all others together do not, and other tenants get nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Account, Group
from invitations.models import Invitation, OfferedGroup
from organizations.models import Organization, Tenant
from roles.rights import Right
from tests.api.caller import Caller, add_key
from tests.api.table import TABLE
from tests.cast import account_named, add_account, add_invitation, gather, give, join, make_role, role_named
from users.models import ComputerUser

LINES = [pytest.param(*line, id=f"{line[0]} {line[1]}") for line in TABLE]


def person_at(place: Organization) -> ComputerUser:
    """A person at this organization."""
    facts = {"tenant_id": place.tenant_id, "display_name": "Pat Person", "home": place}
    return ComputerUser.objects.get_or_create(**facts)[0]


def operator_at(place: Organization) -> Account:
    """An operator of this organization without any role."""
    found = Account.objects.filter(login="opal").first()
    return found or add_account(place.tenant, "Opal", home=place)


def group_with(account: Account) -> Group:
    """A group with one member and without roles."""
    made = Group.objects.filter(name="Passing").first()
    if made is None:
        made = Group.objects.create(tenant_id=account.tenant_id, name="Passing")
        join(made, account)
    return made


def invitation_at(place: Organization) -> Invitation:
    """An invitation to this organization."""
    email = "tested@access.example"
    made = Invitation.objects.filter(email=email).first()
    if made is None:
        adam = account_named("adam")
        made = add_invitation(place.tenant, adam, email, role="Nothing", at=place, home=place)
        OfferedGroup.objects.filter(invitation=made).delete()
    return made


# What stands for a name in a path: of Northwind, at the organization given.
NAMES: dict[str, Callable[[Organization], Any]] = {
    "organization": lambda place: place.code,
    "operator": lambda place: operator_at(place).login,
    "assignment": lambda place: give(operator_at(place), role_named("Nothing"), place).pk,
    "role": lambda place: make_role(place.tenant, "Passing").pk,
    "group": lambda place: group_with(operator_at(place)).pk,
    "emptygroup": lambda place: Group.objects.get_or_create(tenant_id=place.tenant_id, name="Empty")[0].pk,
    "gathering": lambda place: gather(place.tenant, "Passing", place).pk,
    "key": lambda place: add_key(account_named("robot"))[0].pk,
    "invitation": lambda place: invitation_at(place).pk,
    "person": lambda place: person_at(place).pk,
    "empty": lambda place: Organization.objects.create(tenant_id=place.tenant_id, code="EMPTY", name="Empty").code,
}


@pytest.fixture(autouse=True)
def nothing(northwind: Tenant) -> None:
    """A role without any right, which anybody may give, and somebody to give it to."""
    make_role(northwind, "Nothing")
    operator_at(Organization.objects.get(code="emea"))


def path_for(path: str, place: Organization) -> str:
    """The path with what it is about, at this organization."""
    for name in re.findall(r"\{(\w+)\}", path):
        path = path.replace(f"{{{name}}}", str(NAMES[name](place)))
    return path


@pytest.mark.parametrize(("method", "path", "right", "everywhere", "also", "body"), LINES)
def test_the_right_alone_opens_it(  # type: ignore[no-untyped-def]
    method, path, right, everywhere, also, body, northwind: Tenant, caller_with
) -> None:
    role: Any = make_role(northwind, "Only this", allows={right, *also, Right.CALL_API})
    if path.startswith("/access-keys"):
        role = "Owner"
    place = Organization.objects.get(code="emea")

    answer = caller_with(role).ask(method, path_for(path, place), body)

    assert answer.status_code in (200, 201, 202, 204), answer.content


@pytest.mark.parametrize(("method", "path", "right", "everywhere", "also", "body"), LINES)
def test_all_other_rights_together_do_not(  # type: ignore[no-untyped-def]
    method, path, right, everywhere, also, body, northwind: Tenant, caller_with
) -> None:
    role = make_role(northwind, "All but this", allows=[one for one in Right if one != right])
    place = Organization.objects.get(code="emea")

    answer = caller_with(role).ask(method, path_for(path, place), body)

    assert answer.status_code == 403, answer.content


@pytest.mark.parametrize(("method", "path", "right", "everywhere", "also", "body"), LINES)
def test_without_the_right_to_call_nothing_opens(  # type: ignore[no-untyped-def]
    method, path, right, everywhere, also, body, northwind: Tenant, caller_with
) -> None:
    role = make_role(northwind, "Not callable", allows=[one for one in Right if one != Right.CALL_API])
    place = Organization.objects.get(code="emea")

    assert caller_with(role).ask(method, path_for(path, place), body).status_code == 403


@pytest.mark.parametrize(("method", "path", "right", "everywhere", "also", "body"), LINES)
def test_a_right_for_one_organization_opens_only_what_is_not_the_tenants(  # type: ignore[no-untyped-def]
    method, path, right, everywhere, also, body, northwind: Tenant, caller_with
) -> None:
    place = account_named("emil").home
    role = make_role(northwind, "Only there", allows={right, *also, Right.CALL_API})

    answer = caller_with(role, at=place, home=place).ask(method, path_for(path, place), body)

    assert (answer.status_code in (403, 404)) == everywhere, answer.content


@pytest.mark.parametrize(("method", "path", "right", "everywhere", "also", "body"), LINES)
def test_a_stranger_finds_nothing_of_northwind(  # type: ignore[no-untyped-def]
    method, path, right, everywhere, also, body, northwind: Tenant, stranger: Caller
) -> None:
    place = Organization.objects.get(code="emea")

    answer = stranger.ask(method, path_for(path, place), body)
    missing = stranger.ask(method, re.sub(r"\{\w+\}", "999999", path), body)

    assert b"Northwind" not in answer.content
    if "{" in path.partition("?")[0]:
        assert answer.status_code == 404
        assert answer.content == missing.content


@pytest.mark.parametrize(("method", "path", "right", "everywhere", "also", "body"), LINES)
def test_nobody_gets_in_without_a_key(  # type: ignore[no-untyped-def]
    method, path, right, everywhere, also, body, northwind: Tenant, nobody: Caller
) -> None:
    answer = nobody.ask(method, path_for(path, Organization.objects.get(code="emea")), body)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
