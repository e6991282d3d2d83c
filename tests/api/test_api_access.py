"""Access to the API: the right alone opens an endpoint, all others together do not, and other tenants get nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Account
from itam_portal.api.document import document_of
from itam_portal.urls import api
from organizations.models import Organization, Tenant
from roles.rights import Right
from tests.api.caller import Caller
from tests.api.table import OWN, TABLE
from tests.cast import account_named, add_account, make_role
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


# What stands for a name in a path: of Northwind, at the organization given.
NAMES: dict[str, Callable[[Organization], Any]] = {
    "organization": lambda place: place.code,
    "operator": lambda place: operator_at(place).login,
    "person": lambda place: person_at(place).pk,
    "empty": lambda place: Organization.objects.create(tenant_id=place.tenant_id, code="EMPTY", name="Empty").code,
}


@pytest.fixture(autouse=True)
def nothing(northwind: Tenant) -> None:
    """A role without any right, which anybody may give."""
    make_role(northwind, "Nothing")


def path_for(path: str, place: Organization) -> str:
    """The path with what it is about, at this organization."""
    parts = [part for part in path.split("/") if part.startswith("{")]
    for part in parts:
        path = path.replace(part, str(NAMES[part.strip("{}")](place)))
    return path


def test_every_endpoint_has_its_line() -> None:
    declared = {
        (method.upper(), path.count("/"), path.split("{")[0], path.split("}")[-1] if "}" in path else "")
        for path, operations in document_of(api)["paths"].items()
        for method in operations
    }
    lines = {
        (method, path.count("/"), path.split("{")[0], path.split("}")[-1] if "}" in path else "")
        for method, path, *_rest in [*TABLE, *OWN]
    }

    assert declared - lines == set()
    assert lines - declared == set()


@pytest.mark.parametrize(("method", "path", "right", "everywhere", "also", "body"), LINES)
def test_the_right_alone_opens_it(  # type: ignore[no-untyped-def]
    method, path, right, everywhere, also, body, northwind: Tenant, caller_with
) -> None:
    role = make_role(northwind, "Only this", allows={right, *also, Right.CALL_API})
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
    missing = stranger.ask(method, path.replace(path[path.find("{") : path.find("}") + 1], "999999"), body)

    assert b"Northwind" not in answer.content
    if "{" in path:
        assert answer.status_code == 404
        assert answer.content == missing.content


@pytest.mark.parametrize(("method", "path", "right", "everywhere", "also", "body"), LINES)
def test_nobody_gets_in_without_a_key(  # type: ignore[no-untyped-def]
    method, path, right, everywhere, also, body, northwind: Tenant, nobody: Caller
) -> None:
    answer = nobody.ask(method, path_for(path, Organization.objects.get(code="emea")), body)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
