"""The same requests with both walls, with each wall alone, and, as a control, with none.

Everything of Contoso carries a canary. People of Northwind fetch and post whatever they can think of, with Contoso's
numbers, codes and names in it. No answer may hold the canary, and nothing of Contoso may change. With no wall at all
the same requests do show and change Contoso: so they could have found something.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.db import connection, models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Account
from accounts.tables import AccountTable
from itam_portal.lists import prepared
from itam_portal.lists import views as lists_views
from itam_portal.lists.models import Receipt
from itam_portal.tenancy import walls
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.cast import CANARY
from tests.conftest import sign_in_to

commits = pytest.mark.django_db(transaction=True)
PART = CANARY[:5]
NO_PAGES = ("/sign-out/", "/sign-in/", "/health/")

# --- what is asked ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visit:
    """One request."""

    address: str
    form: dict[str, Any] | None = None
    htmx: bool = False

    def pay(self, browser: Client) -> str:
        """Everything that came back, in one text."""
        headers = {"HX-Request": "true", "HX-Target": "list"} if self.htmx else {}
        if self.form is None:
            answer = browser.get(self.address, headers=headers)
        else:
            answer = browser.post(self.address, self.form, headers=headers)
        body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code < 500, (self, answer.status_code)
        return f"{answer.headers}{answer.cookies}{unpacked(body).decode('utf-8', 'replace')}"


def unpacked(body: bytes) -> bytes:
    """What a workbook holds: nothing can be found in it while it is packed."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def routes(resolver: Any = None, prefix: str = "/") -> Iterator[str]:
    """Every address there is, with %d where it takes a number."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern).replace("<int:pk>", "%d")
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        elif isinstance(entry, URLPattern) and not path.startswith(NO_PAGES):
            yield path


@dataclass
class Neighbour:
    """What somebody could know or guess of Contoso."""

    tenant: int
    numbers: dict[str, list[int]] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    @property
    def all_numbers(self) -> list[int]:
        """The numbers of everything that could have a page."""
        found = {table: numbers for table, numbers in self.numbers.items() if not table.endswith("event")}
        return sorted({numbers[-1] for numbers in found.values() if numbers} | set(self.numbers["accounts_account"]))

    def visits(self, own: Account) -> list[Visit]:
        """All requests, readings first."""
        return [*self._pages(), *self._lists(), *self._details(), *self._bulk(own), *self._switches()]

    def _pages(self) -> Iterable[Visit]:
        for path in routes():
            if "%d" not in path:
                yield Visit(path)
                yield Visit(path, htmx=True)
                yield Visit(f"{path}?tenant=contoso")

    def _details(self) -> Iterable[Visit]:
        for path in routes():
            if "%d" in path:
                yield from [Visit(path % number) for number in self.all_numbers]

    def _lists(self) -> Iterable[Visit]:
        columns = ",".join(AccountTable.columns_by_name())
        queries = [f"columns={columns}&per_page=200&sort=-name", f"q={PART}&count=exact", "q=z", "page=2"]
        queries += [f"{name}__contains={PART}" for name in ("name", "job_title")]
        queries += [f"name__starts={PART}"]
        queries += [f"role{operator}={self.numbers['roles_role'][-1]}" for operator in ("", "__not")]
        queries += [f"organization={code}" for code in self.codes]
        queries += [f"view={number}" for number in self.numbers["lists_savedview"]]
        yield from [Visit(f"/accounts/?{query}") for query in queries]
        yield from [Visit(f"{path}?per_page=200") for path in ("/accounts/unassigned/", "/roles/")]
        yield Visit(f"/roles/?name__contains={PART}")

    def _bulk(self, own: Account) -> Iterable[Visit]:
        foreign = self.numbers["accounts_account"]
        for action in ("/accounts/disable/", "/accounts/enable/"):
            yield Visit(action, {"selected": foreign})
            yield Visit(action, {"selected": [own.pk, *foreign]})
            yield Visit(action, {"selected": [own.pk, *foreign], "confirm": "1"})
            yield Visit(f"{action}?name__contains={PART}", {"everything": "1"})
            yield Visit(f"{action}?sort=-name", {"everything": "1", "confirm": "1"})
            for number in self.numbers["lists_selection"]:
                yield Visit(action, {"selection": number})
                yield Visit(action, {"selection": number, "confirm": "1"})

    def _switches(self) -> Iterable[Visit]:
        yield Visit("/switch/", {"tenant": self.tenant, "next": "/accounts/"})
        yield Visit("/accounts/")
        yield Visit("/accounts/columns/", {"reset": "1", "for_tenant": self.tenant})


@pytest.fixture
def neighbour(contoso: Tenant) -> Neighbour:
    """Contoso, as far as numbers and codes go."""
    found = Neighbour(contoso.pk)
    with tenant_scope(contoso.pk):
        for model in walls.tenant_models():
            if isinstance(model._meta.pk, models.AutoField):
                found.numbers[model._meta.db_table] = list(model._base_manager.values_list("pk", flat=True))
        organizations = next(m for m in walls.tenant_models() if m._meta.db_table == "organizations_organization")
        found.codes = list(organizations._base_manager.values_list("code", flat=True))
    return found


# --- what must not happen ---------------------------------------------------------------------------------------


def snapshot(tenant: Tenant) -> dict[str, str]:
    """A mark of every table's rows of this tenant."""
    marks = {}
    with tenant_scope(tenant.pk), connection.cursor() as cursor:
        for model in walls.tenant_models():
            table = model._meta.db_table
            column = "id" if table == walls.TENANT_TABLE else "tenant_id"
            rows = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t WHERE {column} = %s"
            cursor.execute(rows, [tenant.pk])
            marks[table] = cursor.fetchone()[0]
    return marks


def leaks(reader: Account, neighbour: Neighbour) -> list[str]:
    """The requests whose answer holds the canary."""
    browser = sign_in_to(reader)
    return [visit.address for visit in neighbour.visits(reader) if CANARY in visit.pay(browser)]


def prove(readers: Iterable[Account], neighbour: Neighbour, contoso: Tenant) -> None:
    """No reader sees anything of Contoso or changes it."""
    before = snapshot(contoso)

    found = {reader.login: leaks(reader, neighbour) for reader in readers}

    assert {login: addresses for login, addresses in found.items() if addresses} == {}
    assert snapshot(contoso) == before


# --- the walls --------------------------------------------------------------------------------------------------


@contextmanager
def forgotten_filters() -> Iterator[None]:
    """The application's wall torn down: no query names a tenant, and everybody sees every row that is there."""
    filtered = models.QuerySet.filter

    def unfiltered(rows: Any, *conditions: Any, **named: Any) -> Any:
        kept = {name: value for name, value in named.items() if name not in ("tenant", "tenant_id")}
        return filtered(rows, *conditions, **kept)

    with pytest.MonkeyPatch.context() as patch:
        # What was put into SQL before holds its filters.
        patch.setattr(prepared, "_known", {})
        patch.setattr(models.QuerySet, "filter", unfiltered)
        patch.setattr(lists_views.ReceiptPage, "rows", lambda account: Receipt.objects.all())
        for kind in _query_sets(models.QuerySet):
            if "visible_to" in vars(kind):
                patch.setattr(kind, "visible_to", lambda rows, account: rows)
        yield


def _query_sets(kind: type) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from _query_sets(below)


def drop_policies(as_owner: psycopg.Cursor) -> None:
    """The database's wall torn down."""
    for model in walls.tenant_models():
        as_owner.execute(f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY")  # type: ignore[arg-type]


@pytest.fixture
def readers(adam: Account, uma: Account) -> list[Account]:
    """People of Northwind: one who may nearly everything, and one who has a single organization."""
    return [adam, uma]


def test_behind_both_walls_nothing_of_a_neighbour_shows(
    readers: list[Account], neighbour: Neighbour, contoso: Tenant
) -> None:
    prove(readers, neighbour, contoso)


def test_the_databases_wall_holds_alone(readers: list[Account], neighbour: Neighbour, contoso: Tenant) -> None:
    with forgotten_filters():
        prove(readers, neighbour, contoso)


@commits
@pytest.mark.usefixtures("own_walls")
def test_the_applications_wall_holds_alone(
    readers: list[Account], neighbour: Neighbour, contoso: Tenant, as_owner: psycopg.Cursor
) -> None:
    drop_policies(as_owner)

    prove(readers, neighbour, contoso)


@commits
@pytest.mark.usefixtures("own_walls")
def test_without_any_wall_the_same_requests_show_and_change_the_neighbour(
    adam: Account, neighbour: Neighbour, contoso: Tenant, as_owner: psycopg.Cursor
) -> None:
    before = snapshot(contoso)
    drop_policies(as_owner)

    with forgotten_filters():
        found = set(leaks(adam, neighbour))

    (receipt,) = neighbour.numbers["lists_receipt"]
    details = {f"/accounts/{number}/" for number in neighbour.numbers["accounts_account"]}
    assert {"/accounts/", "/accounts/disable/", "/roles/", f"/receipts/{receipt}/"} <= found
    assert {"/accounts/export.csv", "/accounts/export.xlsx"} <= found
    assert len(details & found) >= 3
    assert any("organization=" in address for address in found)
    assert snapshot(contoso)["accounts_account"] != before["accounts_account"]


def test_a_person_of_both_tenants_sees_each_only_after_entering_it(
    olivia: Account, neighbour: Neighbour, contoso: Tenant
) -> None:
    browser = sign_in_to(olivia)
    reading = [visit for visit in neighbour.visits(olivia) if visit.form is None]
    assert [visit.address for visit in reading if CANARY in visit.pay(browser)] == []

    browser.post("/switch/", {"tenant": contoso.pk})

    assert CANARY in Visit("/accounts/").pay(browser)
    assert "Uma Northwind" not in Visit("/accounts/").pay(browser)
