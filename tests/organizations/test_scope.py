"""Scope works: what each way of holding a role shows and changes, at the own, a sibling and a foreign organization.

Rows: a role for the tenant, for one organization, for an organization group, through a group of accounts, and for a
group of organizations of which one is denied. Columns: list, detail, picker, export, bulk, effective access.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.test import Client

from accounts.models import Account, Group
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Organization, Tenant
from roles.rights import Right
from tests.cast import CANARY, account_named, add_account, gather, give, join, make_role, organization
from tests.tenancy.test_isolation import drop_policies, forgotten_filters
from users.models import ComputerUser

MakeAccount = Callable[..., Account]
Browse = Callable[[Account], Client]
# For each way of holding: whether it reaches the own organization, a sibling that it names too, another sibling.
WAYS = {
    "tenant": (True, True, True),
    "organization": (True, False, False),
    "organization group": (True, True, False),
    "through a group": (True, True, False),
    "with a deny": (True, False, False),
}
PLACES = ("own", "second", "third")
READS = [Right.READ_ACCOUNTS, Right.READ_USERS, Right.READ_ORGANIZATIONS, Right.READ_HISTORY]
ACTS = [Right.DISABLE_ACCOUNTS, Right.ENABLE_ACCOUNTS, Right.EDIT_USERS, Right.EDIT_ACCOUNTS]


@dataclass
class World:
    """Three organizations with somebody in each, and what the neighbour has."""

    tenant: Tenant
    places: dict[str, Organization]
    accounts: dict[str, Account]
    people: dict[str, ComputerUser]

    def reader(self, way: str) -> Account:
        """Somebody who holds the rights in this way."""
        role = make_role(self.tenant, f"Sees and acts {way}", allows=[*READS, *ACTS])
        both = gather(self.tenant, f"Both {way}", self.places["own"], self.places["second"])
        login = f"rita-{way.replace(' ', '-')}"
        reader = add_account(self.tenant, login, home=self.places["own"])
        if way == "through a group":
            group = Group.objects.create(tenant=self.tenant, name=f"Through {way}")
            give(group, role, both)
            join(group, reader)
        else:
            give(reader, role, {"tenant": None, "organization": self.places["own"]}.get(way, both))
        if way == "with a deny":
            give(reader, make_role(self.tenant, "Nothing", denies=[*READS, *ACTS]), self.places["second"])
        return Account.objects.select_related("tenant", "identity", "home").get(pk=reader.pk)


@pytest.fixture
def world(scope: None, northwind: Tenant) -> World:
    """Own, second and third organization, each with an account and a user named after it."""
    return settle(northwind)


def settle(northwind: Tenant) -> World:
    """The same, in the scope that is open."""
    codes = dict(zip(PLACES, ("emea", "apac", "123456"), strict=True))
    places = {name: organization(code) for name, code in codes.items()}
    accounts = {name: add_account(northwind, f"Acc{name}", home=place) for name, place in places.items()}
    people = {
        name: ComputerUser.objects.create(tenant=northwind, display_name=f"Person {name}", home=place)
        for name, place in places.items()
    }
    return World(northwind, places, accounts, people)


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


CELLS = [(way, place, reached) for way, reaches in WAYS.items() for place, reached in zip(PLACES, reaches, strict=True)]
ids = [f"{way} x {place}" for way, place, _reached in CELLS]


@pytest.mark.parametrize(("way", "place", "reached"), CELLS, ids=ids)
def test_lists_and_files_show_what_is_reached(
    world: World, client_of: Browse, way: str, place: str, reached: bool
) -> None:
    browser = client_of(world.reader(way))
    names = {
        "/accounts/": world.accounts[place].name,
        "/users/": world.people[place].display_name,
        "/organizations/": world.places[place].name,
    }

    for path, name in names.items():
        for ending in ("?per_page=200", "export.csv?per_page=200"):
            shown = text_of(browser.get(f"{path}{ending}"))
            rows = "".join(re.findall(r"<tbody.*</tbody>", shown, re.DOTALL)) or shown
            # The chips of a list offer organizations, too: rows alone are asked here.
            assert (name in rows) is reached, (path, ending)
    tree = text_of(browser.get(f"/organizations/tree/?q={world.places[place].code}"))
    assert (f'data-id="{world.places[place].pk}"' in tree) is reached


@pytest.mark.parametrize(("way", "place", "reached"), CELLS, ids=ids)
def test_pages_open_where_they_are_reached_and_do_not_exist_elsewhere(
    world: World, client_of: Browse, way: str, place: str, reached: bool
) -> None:
    browser = client_of(world.reader(way))
    account, person, found = world.accounts[place].pk, world.people[place].pk, world.places[place].pk

    for path in (
        *(f"/accounts/{account}/{page}" for page in ("", "access/", "sessions/", "history/")),
        *(f"/users/{person}/{page}" for page in ("", "edit/", "history/")),
        *(f"/organizations/{found}/{page}" for page in ("", "history/")),
    ):
        assert browser.get(path).status_code == (200 if reached else 404), path


@pytest.mark.parametrize(("way", "place", "reached"), CELLS, ids=ids)
def test_pickers_offer_what_is_reached(world: World, client_of: Browse, way: str, place: str, reached: bool) -> None:
    browser, code = client_of(world.reader(way)), world.places[place].code

    switcher = text_of(browser.get("/switch/"))
    form = text_of(browser.get(f"/users/{world.people['own'].pk}/edit/"))

    assert (f"organization={code}" in switcher) is reached
    assert (f'<option value="{code}"' in form) is reached
    assert browser.get(f"/accounts/?organization={code}").status_code == (200 if reached else 302)
    assert (f"organization={code}" in text_of(browser.get("/accounts/"))) is False
    assert (f'value="{code}"' in text_of(browser.get("/accounts/"))) is reached


@pytest.mark.parametrize(("way", "place", "reached"), CELLS, ids=ids)
def test_bulk_actions_change_what_is_reached(
    world: World, client_of: Browse, way: str, place: str, reached: bool
) -> None:
    reader = world.reader(way)
    browser = client_of(reader)
    number, person = world.accounts[place].pk, world.people[place].pk

    browser.post("/accounts/disable/", {"selected": [number], "confirm": "1"})
    browser.post("/users/retire/", {"selected": [person], "confirm": "1"})

    assert Account.objects.get(pk=number).is_enabled is not reached
    assert (ComputerUser.objects.get(pk=person).status == "retired") is reached


@pytest.mark.parametrize("way", WAYS)
def test_everything_that_matches_ends_at_the_reach(world: World, client_of: Browse, way: str) -> None:
    reader = world.reader(way)
    browser = client_of(reader)
    page = text_of(browser.post("/accounts/disable/?name__starts=Acc", {"everything": "1"}))
    selection = re.findall(r'name="selection" value="(\d+)"', page)[0]

    browser.post("/accounts/disable/", {"selection": selection, "confirm": "1"})

    for place, reached in zip(PLACES, WAYS[way], strict=True):
        assert Account.objects.get(pk=world.accounts[place].pk).is_enabled is not reached


@pytest.mark.parametrize(("way", "place", "reached"), CELLS, ids=ids)
def test_effective_access_says_what_is_reached(
    world: World, client_of: Browse, olivia: Account, way: str, place: str, reached: bool
) -> None:
    reader = world.reader(way)
    code = world.places[place].code

    for right in (*READS, *ACTS):
        assert reader.may(right, world.places[place]) is reached
        shown = text_of(client_of(olivia).get(f"/access/?holds={right}@{code}&login__starts=rita"))
        assert (f'data-id="{reader.pk}"' in shown) is reached


# --- a foreign tenant's organization, under each wall alone -----------------------------------------------------------


@dataclass
class Foreign:
    """The neighbour's numbers, for guessed addresses."""

    account: int
    person: int
    place: int
    group: int


@pytest.fixture
def foreign(contoso: Tenant) -> Foreign:
    """What Contoso has."""
    with tenant_scope(contoso.pk):
        place = Organization.objects.get(code="hideout")
        person = ComputerUser.objects.order_by("pk").values_list("pk", flat=True)[0]
        group = place.group_links.values_list("group_id", flat=True)[0]
        return Foreign(account_named("secret").pk, person, place.pk, group)


def visits(foreign: Foreign) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every guess at what is the neighbour's."""
    for path in ("/accounts/", "/users/", "/organizations/", "/organization-groups/"):
        yield from (("get", f"{path}{ending}", {}) for ending in ("?per_page=200", "export.csv", "?q=Zaun"))
    for path in ("/accounts/", "/users/", "/organizations/"):
        yield "get", f"{path}?organization=hideout", {}
    for page in ("", "edit/", "delete/", "history/"):
        yield "get", f"/organizations/{foreign.place}/{page}", {}
        yield "get", f"/organization-groups/{foreign.group}/{page}", {}
    yield "get", f"/organization-groups/{foreign.group}/manage/", {}
    yield from (("get", f"/accounts/{foreign.account}/{page}", {}) for page in ("", "access/", "history/"))
    yield "get", f"/users/{foreign.person}/", {}
    yield "get", f"/organizations/tree/?open={foreign.place}", {}
    yield from (("get", f"{path}?q=Zaun", {}) for path in ("/organizations/tree/", "/switch/"))
    yield from (("get", f"/organizations/?{field}={foreign.group}", {}) for field in ("organization_group", "parent"))
    yield "get", "/access/?holds=accounts.read@hideout", {}
    yield "post", "/accounts/disable/", {"selected": [foreign.account], "confirm": "1"}
    yield "post", "/users/retire/", {"selected": [foreign.person], "confirm": "1"}
    yield "post", f"/organizations/{foreign.place}/delete/", {}


def state_of(contoso: Tenant, foreign: Foreign) -> tuple[Any, ...]:
    with tenant_scope(contoso.pk):
        account = Account.objects.get(pk=foreign.account)
        person = ComputerUser.objects.get(pk=foreign.person)
        return account.status, person.status, Organization.objects.filter(pk=foreign.place).exists()


def prove_nothing_crosses(reader: Account, foreign: Foreign, contoso: Tenant, client_of: Browse) -> None:
    """Whatever is guessed, nothing of the neighbour's is shown or changed."""
    before, browser = state_of(contoso, foreign), client_of(reader)
    browser.raise_request_exception = False
    for method, address, form in visits(foreign):
        assert CANARY not in text_of(getattr(browser, method)(address, form)), address
    assert state_of(contoso, foreign) == before


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_a_foreign_tenant_shows_behind_both_walls(
    world: World, foreign: Foreign, contoso: Tenant, client_of: Browse, way: str
) -> None:
    prove_nothing_crosses(world.reader(way), foreign, contoso, client_of)


@pytest.mark.parametrize("way", WAYS)
def test_the_databases_wall_holds_alone(
    world: World, foreign: Foreign, contoso: Tenant, client_of: Browse, way: str
) -> None:
    reader = world.reader(way)

    with forgotten_filters():
        prove_nothing_crosses(reader, foreign, contoso, client_of)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_walls")
def test_the_applications_wall_holds_alone(
    foreign: Foreign, northwind: Tenant, contoso: Tenant, client_of: Browse, as_owner: psycopg.Cursor
) -> None:
    with tenant_scope(northwind.pk):
        world = settle(northwind)
        readers = [world.reader(way) for way in WAYS]
    drop_policies(as_owner)

    for reader in readers:
        prove_nothing_crosses(reader, foreign, contoso, client_of)
