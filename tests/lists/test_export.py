"""Exports hold exactly the rows of the list, in its order and with its columns, and leave a record."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError
from django.http import QueryDict
from django.test import Client
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account
from accounts.views.lists import ACCOUNTS
from itam_portal.lists import xlsx
from itam_portal.lists.export_source import Source
from itam_portal.lists.listing import Listing
from itam_portal.lists.models import ExportState
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.cast import account_named, make_role
from tests.lists.files import body, csv_rows, exports, sheets

Browse = Callable[[Account], Client]
COLUMNS = ACCOUNTS.shape.columns
AWKWARD = [
    "=1+1",
    "+49 30",
    "-x",
    "@import",
    "\tTab",
    'Quo"te, comma',
    "two\nlines",
    "محمد",
    "李明",
    "<b>&amp;",
    "O'Neil",
]


def ids(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr role="row" id="r\d+" data-id="(\d+)"', html)]


@pytest.fixture
def awkward(make_account: Any) -> list[Account]:
    made = [make_account(f"Awk{number}", "Viewer") for number in range(len(AWKWARD))]
    for account, text in zip(made, AWKWARD, strict=True):
        Account.objects.filter(pk=account.pk).update(name=text, job_title=text)
    return made


# --- the rows -----------------------------------------------------------------------------------------------------

QUERIES = some.fixed_dictionaries(
    {},
    optional={
        "q": some.sampled_from(["north", "a", "olivia", "nobody"]),
        "sort": some.sampled_from(["name", "-email", "status,-name", "-last_login", "role", "organization,login"]),
        "columns": some.lists(some.sampled_from(COLUMNS), min_size=1, unique=True).map(",".join),
        "status": some.sampled_from(["enabled", "disabled"]),
        "type__not": some.just("service"),
        "name__contains": some.sampled_from(["a", "li", "%", "_"]),
    },
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=QUERIES)
def test_both_files_hold_the_rows_of_the_list_in_its_order(
    olivia: Account, awkward: Any, query: dict[str, str]
) -> None:
    data = QueryDict(urlencode(query))
    listing = Listing(ACCOUNTS, Account.objects.visible_to(olivia), data, account=olivia, is_whole=True)
    rows = listing.matching().order_by(*listing.finder.order.expressions())
    names = list(rows.values_list("name", flat=True))

    def source() -> Source:
        return Source.of(listing, "Accounts", ZoneInfo("Europe/Berlin"))

    written, booked = csv_rows(b"".join(source().csv())), sheets(b"".join(source().xlsx()))[0]

    heads = [str(ACCOUNTS.table.columns_by_name()[name].verbose_name) for name in listing.state.columns]
    assert written[0] == booked[0] == heads
    at = listing.state.columns.index("name")
    assert [row[at] for row in written[1:]] == [defused(name) for name in names]
    assert [row[at] for row in booked[1:]] == [defused(name) for name in names]
    assert len(names) == listing.matching().count()


def defused(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("name", COLUMNS)
def test_no_column_lets_a_formula_through(
    olivia: Account, awkward: Any, client_of: Browse, ending: str, name: str
) -> None:
    Account.objects.filter(pk=awkward[0].pk).update(login="=cmd()", email="")

    data = body(client_of(olivia).get(f"/accounts/export.{ending}?columns={name}"))
    rows = csv_rows(data) if ending == "csv" else sheets(data)[0]

    assert len(rows) == Account.objects.count() + 1
    assert [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@", "\t")] == []


def test_words_are_those_of_the_page(olivia: Account, client_of: Browse) -> None:
    query = "login=olivia&columns=name,role,status,type,last_login,login_duration,organization"

    (heads, row) = csv_rows(body(client_of(olivia).get(f"/accounts/export.csv?{query}")))

    assert heads == ["Name", "Role", "Status", "Type", "Last login", "Login duration", "Organization"]
    assert row[:4] == ["Olivia Northwind", "Owner", "Enabled", "Operator"]
    assert datetime.fromisoformat(row[4]).tzinfo
    assert re.fullmatch(r"|\d+ d \d+ h \d+ m \d+ s", row[5])
    assert row[6].endswith("(HOME)")


def test_roles_and_durations_in_full(olivia: Account, make_account: Any, client_of: Browse) -> None:
    tess = make_account("Tess", "Viewer", "Operator")
    Account.objects.filter(pk=tess.pk).update(last_login_duration=93_784)

    rows = csv_rows(
        body(client_of(olivia).get("/accounts/export.csv?name__starts=Tess&columns=name,role,login_duration"))
    )

    assert rows[1] == [tess.name, "Operator, Viewer", "1 d 2 h 3 m 4 s"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_role_stands_in_a_file_however_many(
    olivia: Account, northwind: Tenant, make_account: Any, client_of: Browse, ending: str
) -> None:
    names = [f"Role {number:02}" for number in range(40)]
    make_account("Tess", *[make_role(northwind, name) for name in names])

    data = body(client_of(olivia).get(f"/accounts/export.{ending}?login=tess&columns=name,role"))

    rows = csv_rows(data) if ending == "csv" else sheets(data)[0]
    assert rows[1][1] == ", ".join(names)


def test_awkward_text_comes_back_unchanged(olivia: Account, awkward: Any, client_of: Browse) -> None:
    browser = client_of(olivia)

    written = {row[0] for row in csv_rows(body(browser.get("/accounts/export.csv?columns=name")))}
    booked = {row[0] for row in sheets(body(browser.get("/accounts/export.xlsx?columns=name")))[0]}

    assert {defused(text) for text in AWKWARD} <= written
    assert {defused(text) for text in AWKWARD} <= booked


def test_more_rows_than_a_sheet_holds_go_on_in_further_sheets() -> None:
    made = b"".join(xlsx.stream("Accounts", ["Name", "Number"], ((f"n{at}", at) for at in range(10)), most=4))

    book = sheets(made)
    assert [len(sheet) for sheet in book] == [4, 4, 4, 2]
    assert [row for sheet in book for row in sheet[1:]] == [[f"n{at}", str(at)] for at in range(10)]
    assert all(sheet[0] == ["Name", "Number"] for sheet in book)


def test_a_sheet_that_is_just_full_is_the_last_one() -> None:
    assert len(sheets(b"".join(xlsx.stream("A", ["N"], ((str(at),) for at in range(6)), most=4)))) == 2
    assert len(sheets(b"".join(xlsx.stream("A", ["N"], iter(()), most=4)))) == 1


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_filter_that_nothing_can_meet_makes_a_file_of_heads(olivia: Account, client_of: Browse, ending: str) -> None:
    answer = client_of(olivia).get(f"/accounts/export.{ending}?type__not=operator&type__not=service&columns=name")
    data = body(answer)

    assert (csv_rows(data) if ending == "csv" else sheets(data)[0]) == [["Name"]]
    assert exports().get().state == ExportState.DONE


# Since 1973 no zone differs from UTC by seconds, which a file does not write.
MOMENTS = some.datetimes(datetime(1973, 1, 2), datetime(2100, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001
PLACES = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati", "Africa/Monrovia"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(moment=MOMENTS, place=some.sampled_from(PLACES))
def test_a_moment_says_the_offset_of_the_readers_zone(olivia: Account, moment: datetime, place: str) -> None:
    Account.objects.filter(pk=olivia.pk).update(last_login_at=moment)
    data = QueryDict(f"login={olivia.login}&columns=name,last_login")
    listing = Listing(ACCOUNTS, Account.objects.visible_to(olivia), data, account=olivia)

    source = Source.of(listing, "Accounts", ZoneInfo(place))
    text = csv_rows(b"".join(source.csv()))[1][1]

    assert text == moment.astimezone(ZoneInfo(place)).isoformat(timespec="seconds")


# --- who, and what is left behind ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_leaves_a_record(olivia: Account, client_of: Browse, ending: str) -> None:
    answer = client_of(olivia).get(f"/accounts/export.{ending}?status=enabled&sort=-name&page=2&columns=name,login")
    record = exports().get()
    assert (record.state, record.rows) == (ExportState.RUNNING, 0)

    body(answer)

    record = exports().get()
    assert (record.state, record.list_name, record.format) == (ExportState.DONE, "accounts", ending)
    assert (record.account_id, record.by_name) == (olivia.pk, olivia.name)
    assert record.rows == Account.objects.filter(status="enabled").count()
    assert (record.query, record.columns) == ("status=enabled&sort=-name&columns=name%2Clogin", "name,login")
    assert record.finished_at
    assert re.search(rf'filename="accounts-\d{{4}}-\d\d-\d\d-\d{{4}}\.{ending}"', answer.headers["Content-Disposition"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_reader_who_goes_away_is_written_down(olivia: Account, client_of: Browse, ending: str) -> None:
    answer = client_of(olivia).get(f"/accounts/export.{ending}")
    next(iter(answer.streaming_content))

    answer.close()

    with tenant_scope(olivia.tenant_id):
        assert exports().get().state == ExportState.CUT


def test_an_error_cuts_the_stream_and_is_written_down(olivia: Account, client_of: Browse, monkeypatch: Any) -> None:
    answer = client_of(olivia).get("/accounts/export.xlsx")

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise DatabaseError("gone")
        yield

    monkeypatch.setattr(xlsx, "_sheet", fail)
    with pytest.raises(DatabaseError):
        b"".join(answer.streaming_content)

    assert exports().get().state == ExportState.CUT


@pytest.mark.parametrize("query", ["nope=1", "status=maybe", "sort=nope", "role__in=,"])
def test_a_wrong_parameter_makes_no_file(olivia: Account, client_of: Browse, query: str) -> None:
    answer = client_of(olivia).get(f"/accounts/export.csv?{query}")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not exports().exists()


def test_a_scoped_reader_takes_only_what_it_sees(uma: Account, client_of: Browse) -> None:
    browser = client_of(uma)
    seen = len(ids(browser.get("/accounts/?per_page=200").content.decode()))

    rows = csv_rows(body(browser.get("/accounts/export.csv?columns=name,login")))

    assert len(rows) == seen + 1
    assert account_named("nina").login not in {row[1] for row in rows}


def test_a_neighbour_takes_nothing_of_northwind(mallory: Account, client_of: Browse) -> None:
    assert b"Northwind" not in body(
        client_of(mallory).get("/accounts/export.csv?columns=name,login,email,organization")
    )


def test_the_unassigned_list_exports_the_unassigned(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    shown = len(ids(browser.get("/accounts/unassigned/?per_page=200").content.decode()))

    assert len(csv_rows(body(browser.get("/accounts/unassigned/export.csv")))) == shown + 1


@pytest.mark.parametrize("path", ["/roles/", "/history/", "/receipts/", "/exports/"])
def test_every_list_has_both_files(olivia: Account, client_of: Browse, path: str) -> None:
    browser = client_of(olivia)
    html = browser.get(path).content.decode()

    for ending in ("csv", "xlsx"):
        (address,) = re.findall(rf'href="({path}export\.{ending}[^"]*)"', html)
        assert body(browser.get(address))


def test_exports_are_seen_by_their_makers_and_by_who_reads_the_history(
    olivia: Account, oscar: Account, victor: Account, client_of: Browse
) -> None:
    body(client_of(oscar).get("/accounts/export.csv?status=disabled"))
    record = exports().get()

    assert record.pk in ids(client_of(oscar).get("/exports/").content.decode())
    assert record.pk in ids(client_of(olivia).get("/exports/").content.decode())


@pytest.mark.django_db(transaction=True)
def test_the_record_stands_before_the_first_byte_and_is_another_transaction(olivia: Account, client_of: Browse) -> None:
    answer = client_of(olivia).get("/accounts/export.csv")

    with tenant_scope(olivia.tenant_id):
        assert exports().get().state == ExportState.RUNNING
    body(answer)
    with tenant_scope(olivia.tenant_id):
        assert exports().get().state == ExportState.DONE
