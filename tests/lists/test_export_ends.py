"""Exports that end without their end: killed, cut, or unable to be written down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from itam_portal.housekeeping import keep_house
from itam_portal.lists import xlsx
from itam_portal.lists.export_records import Unrecorded
from itam_portal.lists.models import ExportState
from itam_portal.tenancy.scope import tenant_scope
from tests.lists.files import body, csv_rows, exports, sheets

Browse = Callable[[Account], Client]


def begun_long_ago() -> None:
    exports().update(made_at=timezone.now() - timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
def test_an_export_that_nobody_writes_any_more_is_closed_as_cut_off(olivia: Account, client_of: Browse) -> None:
    answer = client_of(olivia).get("/accounts/export.csv")
    del answer  # as a killed server leaves it: the record is open, and nobody holds its lock

    with tenant_scope(olivia.tenant_id):
        begun_long_ago()
    keep_house()

    with tenant_scope(olivia.tenant_id):
        record = exports().get()
        assert record.state == ExportState.CUT
        assert record.finished_at


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/1.1"])
def test_an_export_that_is_being_written_stays_open(
    olivia: Account, client_of: Browse, at_once: Any, protocol: str
) -> None:
    answer = client_of(olivia).get("/accounts/export.csv", SERVER_PROTOCOL=protocol)
    chunks = iter(answer.streaming_content)
    next(chunks)

    def house() -> None:
        with tenant_scope(olivia.tenant_id):
            begun_long_ago()
        keep_house()

    at_once(house)
    list(chunks)

    with tenant_scope(olivia.tenant_id):
        assert exports().get().state == ExportState.DONE


@pytest.mark.django_db(transaction=True)
def test_an_export_that_has_just_begun_is_left_alone(olivia: Account, client_of: Browse) -> None:
    client_of(olivia).get("/accounts/export.csv")

    keep_house()

    with tenant_scope(olivia.tenant_id):
        assert exports().get().state == ExportState.RUNNING


@pytest.mark.django_db(transaction=True)
def test_without_a_record_there_is_no_file(olivia: Account, client_of: Browse, as_owner: psycopg.Cursor) -> None:
    as_owner.execute("REVOKE INSERT ON lists_export FROM itam_app")
    try:
        answer = client_of(olivia).get("/accounts/export.csv")
        with pytest.raises(Unrecorded):
            next(iter(answer.streaming_content))
        answer.close()
    finally:
        as_owner.execute("GRANT INSERT ON lists_export TO itam_app")


@pytest.mark.django_db(transaction=True)
def test_an_end_that_cannot_be_written_down_cuts_the_file_and_is_closed_later(
    olivia: Account, client_of: Browse, as_owner: psycopg.Cursor
) -> None:
    answer = client_of(olivia).get("/accounts/export.csv")
    as_owner.execute("REVOKE UPDATE ON lists_export FROM itam_app")
    try:
        with pytest.raises(DatabaseError):
            list(answer.streaming_content)
    finally:
        as_owner.execute("GRANT UPDATE ON lists_export TO itam_app")
    with tenant_scope(olivia.tenant_id):
        assert exports().get().state == ExportState.RUNNING
        begun_long_ago()

    keep_house()

    with tenant_scope(olivia.tenant_id):
        assert exports().get().state == ExportState.CUT


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_reader_of_http_1_0_is_told_the_length(olivia: Account, client_of: Browse, ending: str) -> None:
    browser = client_of(olivia)

    answer = browser.get(f"/accounts/export.{ending}", SERVER_PROTOCOL="HTTP/1.0")
    data = body(answer)

    assert int(answer.headers["Content-Length"]) == len(data)
    rows = csv_rows(data) if ending == "csv" else sheets(data)[0]
    assert len(rows) == Account.objects.count() + 1
    assert exports().get().rows == Account.objects.count()
    assert "Content-Length" not in browser.get(f"/accounts/export.{ending}", SERVER_PROTOCOL="HTTP/1.1").headers


def test_an_error_leaves_a_reader_of_http_1_0_without_a_file(
    olivia: Account, client_of: Browse, monkeypatch: Any
) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise DatabaseError("gone")
        yield

    monkeypatch.setattr(xlsx, "_sheet", fail)
    browser = client_of(olivia)
    browser.raise_request_exception = False

    assert browser.get("/accounts/export.xlsx", SERVER_PROTOCOL="HTTP/1.0").status_code == 500
    assert not exports().exists()
