"""Lists over the API: pages, cursors, counts, and the same rows as the pages show."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from organizations.models import Tenant
from tests.api.caller import Caller
from tests.cast import organization
from users.models import ComputerUser


@pytest.fixture
def people(northwind: Tenant) -> list[str]:
    """Sixty people, two of each name."""
    home = organization("emea")
    names = [f"Person {number // 2:02}" for number in range(60)]
    rows = [ComputerUser(tenant=northwind, display_name=name, employee_id="listed", home=home) for name in names]
    ComputerUser.objects.bulk_create(rows)
    return names


def follow(caller: Caller, path: str) -> list[list[Any]]:
    """The numbers on every page from this one on."""
    pages, address = [], path
    while address:
        answer = caller.get(address)
        assert answer.status_code == 200, answer.content
        pages.append([user["id"] for user in answer.facts["users"]])
        parts = urlsplit(answer.facts["nextPage"] or "")
        address = f"{parts.path.removeprefix('/api/v1')}?{parts.query}" if parts.path else ""
    return pages


def test_pages_follow_each_other_to_the_end(admin: Caller, people: list[str]) -> None:
    pages = follow(admin, "/users?employee_id=listed&limit=7&sort_by=displayName")

    numbers = [number for page in pages for number in page]
    assert [len(page) for page in pages] == [7] * 8 + [4]
    assert len(set(numbers)) == 60
    by_name = ComputerUser.objects.filter(employee_id="listed").order_by("display_name_key", "pk")
    assert numbers == list(by_name.values_list("pk", flat=True))


def test_pages_by_number_are_the_same(admin: Caller, people: list[str]) -> None:
    followed = follow(admin, "/users?employee_id=listed&limit=25")

    numbered = [admin.get(f"/users?employee_id=listed&page={page}").facts["users"] for page in (1, 2, 3)]

    assert [[user["id"] for user in page] for page in numbered] == followed


def test_rows_that_come_meanwhile_move_nothing(admin: Caller, people: list[str], northwind: Tenant) -> None:
    first = admin.get("/users?employee_id=listed&limit=20&sort_by=displayName").facts
    before = ComputerUser.objects.filter(employee_id="listed").order_by("display_name_key", "pk")
    expected = list(before.values_list("pk", flat=True))[20:40]
    home = organization("emea")
    for name in ("Aaron", "Person 00", "Zoe"):
        ComputerUser.objects.create(tenant=northwind, display_name=name, employee_id="listed", home=home)

    parts = urlsplit(first["nextPage"])
    second = admin.get(f"{parts.path.removeprefix('/api/v1')}?{parts.query}").facts

    assert [user["id"] for user in second["users"]] == expected


def test_a_page_behind_the_last_is_empty(admin: Caller, people: list[str]) -> None:
    found = admin.get("/users?employee_id=listed&page=99").facts

    assert (found["users"], found["page"], found["total"], found["nextPage"]) == ([], 99, 60, None)


def test_a_place_says_which_page_by_no_number(admin: Caller, people: list[str]) -> None:
    parts = urlsplit(admin.get("/users?employee_id=listed").facts["nextPage"])

    assert admin.get(f"/users?{parts.query}").facts["page"] is None


def test_the_next_page_is_a_whole_address_with_all_that_was_asked(admin: Caller, people: list[str]) -> None:
    address = admin.get("/users?employee_id=listed&limit=5&sort_by=email&page=2").facts["nextPage"]

    assert re.match(r"http://testserver/api/v1/users\?", address)
    for part in ("employee_id=listed", "limit=5", "sort_by=email", "after="):
        assert part in address
    assert "page=" not in address.replace("nextPage", "")


def test_a_place_of_another_order_is_none(admin: Caller, people: list[str]) -> None:
    parts = urlsplit(admin.get("/users?employee_id=listed&sort_by=email").facts["nextPage"])

    assert admin.get(f"/users?{parts.query.replace('email', 'status')}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "q=zzz",
        "filter=nonsense(",
        "view=1",
        "columns=name",
        "boxes=1",
        "sort=nothing",
        "email__nothing=1",
        "count=maybe",
        "page=1&after=x",
        "sort=email&sort_by=email",
        "limit=25&per_page=25",
        "organization=nowhere",
    ],
)
def test_nothing_is_ignored(admin: Caller, query: str) -> None:
    answer = admin.get(f"/users?{query}")

    assert answer.status_code == (200 if query == "q=zzz" else 400)
    assert answer.facts.get("users", []) == []


def test_another_tenant_s_name_finds_nothing(admin: Caller) -> None:
    assert admin.get("/users?tenant=contoso").status_code == 404
    assert admin.get("/users?tenant=Northwind").status_code == 200


def test_an_exact_count_is_given_where_it_is_asked_for(admin: Caller, people: list[str]) -> None:
    found = admin.get("/users?employee_id=listed&count=exact").facts

    assert (found["total"], found["totalIsCapped"]) == (60, False)


def test_a_full_page_costs_as_many_questions_as_two_rows(admin: Caller, people: list[str]) -> None:
    counts = []
    for limit in (2, 50):
        admin.get(f"/users?employee_id=listed&limit={limit}")
        with CaptureQueriesContext(connection) as captured:
            admin.get(f"/users?employee_id=listed&limit={limit}")
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_the_list_shows_what_the_page_shows(admin: Caller, people: list[str], adam: Account, client_of: Any) -> None:
    page = client_of(adam).get("/users/?employee_id=listed&per_page=25&sort=-display_name").content.decode()

    found = admin.get("/users?employee_id=listed&limit=25&sort=-display_name").facts

    assert re.findall(r'data-id="(\d+)"', page) == [str(user["id"]) for user in found["users"]]
