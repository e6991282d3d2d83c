"""The traps of TENANCY.md, each as a test: where a scope could be lost, leak, or let a GET write."""

import threading
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.expressions import RawSQL
from django.db.utils import DataError, InternalError, ProgrammingError
from django.test import Client
from django.utils import timezone

from accounts.models import Account, LoginSession
from accounts.operations import begin_session
from itam_portal.history.context import request_id
from itam_portal.lists.models import SavedView
from itam_portal.tenancy import scope as scopes
from itam_portal.tenancy.after import after_response, scoped_stream
from itam_portal.tenancy.scope import NoScope, current_scope, has_scope, tenant_scope
from organizations.models import Tenant
from tests.cast import CANARY

commits = pytest.mark.django_db(transaction=True)
own_pages = pytest.mark.urls("tests.tenancy.urls")
ClientOf = Callable[[Account], Client]
AtOnce = Callable[..., None]


def tenants_seen() -> set[int]:
    return set(Account.objects.values_list("tenant_id", flat=True))


def names_in(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.pk):
        return list(Account.objects.order_by("pk").values_list("name", flat=True))


def views_named(tenant: Tenant, name: str) -> int:
    with tenant_scope(tenant.pk):
        return SavedView.objects.filter(name=name).count()


def in_a_scope(tenant: Tenant, work: Callable[[Tenant], object]) -> None:
    with tenant_scope(tenant.pk):
        work(tenant)


# --- one scope ------------------------------------------------------------------------------------------------


@commits
def test_a_scope_shows_one_tenant(northwind: Tenant, contoso: Tenant) -> None:
    for tenant in (northwind, contoso, northwind):
        with tenant_scope(tenant.pk):
            assert tenants_seen() == {tenant.pk}
            assert current_scope().tenant_id == tenant.pk


@commits
def test_outside_of_every_scope_nothing_answers(database: None) -> None:
    assert not has_scope()
    with pytest.raises(NoScope):
        current_scope()
    with pytest.raises((ProgrammingError, DataError)):
        Account.objects.exists()


@commits
def test_a_scope_that_ended_leaves_nothing_on_the_connection(northwind: Tenant) -> None:
    with tenant_scope(northwind.pk):
        assert Account.objects.exists()

    with pytest.raises(DataError, match="invalid input syntax"):
        Account.objects.exists()


@commits
def test_a_scope_that_failed_leaves_nothing_on_the_connection(northwind: Tenant) -> None:
    with pytest.raises(ZeroDivisionError), tenant_scope(northwind.pk):
        raise ZeroDivisionError

    assert not has_scope()
    with pytest.raises((ProgrammingError, DataError)):
        Account.objects.exists()


@commits
def test_no_connection_of_the_pool_remembers_a_tenant(northwind: Tenant, contoso: Tenant, at_once: AtOnce) -> None:
    together = threading.Barrier(3)
    remembered: list[str | None] = []

    def work(tenant: Tenant) -> None:
        with tenant_scope(tenant.pk):
            together.wait(10)
            assert tenants_seen() == {tenant.pk}

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.tenant_id', true)")
            together.wait(10)
            remembered.extend(cursor.fetchone())

    at_once(lambda: work(northwind), lambda: work(contoso), lambda: work(northwind))
    at_once(look, look, look)

    assert [bool(text) for text in remembered] == [False] * 3


# --- a scope inside another -----------------------------------------------------------------------------------


def test_an_inner_scope_gives_the_outer_one_back(scope: None, northwind: Tenant, contoso: Tenant) -> None:
    with tenant_scope(contoso.pk):
        assert tenants_seen() == {contoso.pk}

    assert tenants_seen() == {northwind.pk}
    assert current_scope().tenant_id == northwind.pk


@commits
def test_an_inner_scope_that_fails_gives_the_outer_one_back(northwind: Tenant, contoso: Tenant) -> None:
    with tenant_scope(northwind.pk):
        with pytest.raises(ZeroDivisionError), tenant_scope(contoso.pk):
            raise ZeroDivisionError

        assert tenants_seen() == {northwind.pk}


@commits
def test_an_error_of_the_database_in_an_inner_scope_comes_out_as_itself(northwind: Tenant, contoso: Tenant) -> None:
    with tenant_scope(northwind.pk):
        with pytest.raises(DatabaseError, match="division by zero"), tenant_scope(contoso.pk):
            Account.objects.annotate(broken=RawSQL("1 / (id - id)", [])).first()

        assert tenants_seen() == {northwind.pk}


@commits
def test_an_inner_scope_that_is_rolled_back_gives_the_outer_one_back(northwind: Tenant, contoso: Tenant) -> None:
    with tenant_scope(northwind.pk):
        with tenant_scope(contoso.pk):
            transaction.set_rollback(True)

        assert tenants_seen() == {northwind.pk}


# --- reading only ---------------------------------------------------------------------------------------------


def rename(tenant: Tenant) -> int:
    return Tenant.objects.filter(pk=tenant.pk).update(company_name="renamed")


@commits
def test_a_read_only_scope_writes_nothing(northwind: Tenant) -> None:
    with pytest.raises(InternalError, match="read-only"), tenant_scope(northwind.pk, read_only=True):
        rename(northwind)


@commits
def test_a_writing_scope_inside_a_read_only_one_writes_nothing_either(northwind: Tenant) -> None:
    with tenant_scope(northwind.pk, read_only=True), tenant_scope(northwind.pk):
        assert current_scope().read_only
    with tenant_scope(northwind.pk, read_only=True), pytest.raises(InternalError, match="read-only"):
        in_a_scope(northwind, rename)


def test_a_read_only_scope_inside_a_transaction_writes_nothing(scope: None, northwind: Tenant) -> None:
    with pytest.raises(InternalError, match="read-only"), tenant_scope(northwind.pk, read_only=True):
        rename(northwind)


@commits
def test_after_a_read_only_scope_the_outer_one_writes_again(northwind: Tenant) -> None:
    with tenant_scope(northwind.pk):
        with tenant_scope(northwind.pk, read_only=True):
            assert Tenant.objects.exists()

        assert rename(northwind) == 1


@own_pages
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_get_cannot_write(method: str, client_of: ClientOf, victor: Account) -> None:
    with pytest.raises(InternalError, match="read-only"):
        getattr(client_of(victor), method)("/write/")

    assert not SavedView.objects.filter(name="written").exists()


@own_pages
def test_a_post_can(client_of: ClientOf, victor: Account) -> None:
    client_of(victor).post("/write/")

    assert SavedView.objects.filter(name="written", account=victor).exists()


# --- after the view -------------------------------------------------------------------------------------------


@commits
@own_pages
def test_a_page_that_is_drawn_after_its_view_shows_everything(
    client_of: ClientOf, victor: Account, northwind: Tenant
) -> None:
    drawn = client_of(victor).get("/lazy/").content.decode()

    assert drawn.replace("&#x27;", "'") == "|".join([*names_in(northwind), ""])
    assert CANARY not in drawn


@commits
@own_pages
def test_a_stream_sends_everything_after_the_request_is_over(
    client_of: ClientOf, victor: Account, northwind: Tenant
) -> None:
    answer = client_of(victor).get("/stream/")
    assert not has_scope()

    sent = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]

    assert sent == "|".join([*names_in(northwind), ""])
    assert not has_scope()


@commits
@own_pages
def test_a_stream_without_a_scope_breaks_instead_of_ending_early(client_of: ClientOf, victor: Account) -> None:
    answer = client_of(victor).get("/naked-stream/")

    with pytest.raises((ProgrammingError, DataError)):
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@commits
@own_pages
def test_a_stream_cannot_write(client_of: ClientOf, victor: Account, northwind: Tenant) -> None:
    for method in ("get", "post"):
        answer = getattr(client_of(victor), method)("/writing-stream/")

        with pytest.raises(InternalError, match="read-only"):
            b"".join(answer.streaming_content)
    assert views_named(northwind, "streamed") == 0


@commits
def test_a_stream_keeps_the_tenant_it_was_made_for(northwind: Tenant, contoso: Tenant) -> None:
    with tenant_scope(northwind.pk):
        stream = scoped_stream(lambda: iter([str(tenants_seen())]))

    with tenant_scope(contoso.pk):
        assert list(stream) == [str({northwind.pk})]
        assert tenants_seen() == {contoso.pk}


@commits
def test_a_stream_that_nobody_finishes_lets_go_of_its_scope(northwind: Tenant) -> None:
    with tenant_scope(northwind.pk):
        stream = scoped_stream(lambda: iter(["one", "two"]))
    assert next(stream) == "one"

    stream.close()  # type: ignore[attr-defined]

    assert not has_scope()
    assert not connection.in_atomic_block


@commits
@own_pages
def test_what_a_get_leaves_behind_is_written_after_the_page(
    client_of: ClientOf, victor: Account, northwind: Tenant
) -> None:
    answer = client_of(victor).get("/leave/")

    assert answer.content == b"0"
    assert views_named(northwind, "left behind") == 1


@commits
@own_pages
def test_what_fails_after_the_page_spoils_neither_the_page_nor_the_rest(
    client_of: ClientOf, victor: Account, northwind: Tenant
) -> None:
    answer = client_of(victor).get("/stumble/")

    assert (answer.status_code, answer.content) == (200, b"0")
    assert views_named(northwind, "left behind") == 1
    assert request_id.get() == ""
    assert not has_scope()


@commits
@own_pages
def test_a_failed_page_loses_its_own_changes_but_not_what_it_left_behind(
    client_of: ClientOf, victor: Account, northwind: Tenant
) -> None:
    browser = client_of(victor)
    browser.raise_request_exception = False

    assert browser.post("/fail/").status_code == 500

    assert views_named(northwind, "half done") == 0
    assert views_named(northwind, "left behind") == 1
    assert not has_scope()


@own_pages
@pytest.mark.parametrize(("seconds", "is_kept"), [(50, False), (70, True)])
def test_a_session_keeps_its_last_request_at_most_once_a_minute(
    seconds: int, is_kept: bool, client_of: ClientOf, victor: Account
) -> None:
    browser = client_of(victor)
    before = timezone.now() - timedelta(seconds=seconds)
    LoginSession.objects.filter(account=victor).update(last_seen_at=before)

    browser.get("/lazy/")

    assert (LoginSession.objects.get(account=victor).last_seen_at > before) is is_kept


@commits
def test_outside_of_a_request_nothing_is_left_for_later(northwind: Tenant) -> None:
    done: list[int] = []

    with tenant_scope(northwind.pk):
        after_response(lambda: done.append(current_scope().tenant_id))
        assert done == [northwind.pk]


def test_nothing_is_left_behind_without_a_tenant(database: None) -> None:
    with pytest.raises(NoScope):
        after_response(lambda: None)


@commits
def test_what_waits_for_a_commit_has_no_scope_any_more(northwind: Tenant) -> None:
    """The reason for after_response: an on_commit callback runs outside and must not be used for a tenant's rows."""
    seen: list[bool] = []

    with tenant_scope(northwind.pk):
        transaction.on_commit(lambda: seen.append(has_scope()))

    assert seen == [False]


# --- locks ----------------------------------------------------------------------------------------------------


@commits
def test_an_operation_under_way_keeps_nobody_from_signing_in(
    northwind: Tenant, victor: Account, at_once: AtOnce
) -> None:
    def sign_in() -> None:
        with tenant_scope(northwind.pk), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            begin_session(victor, by=victor)

    with tenant_scope(northwind.pk):
        Tenant.objects.locked(northwind.pk)
        at_once(sign_in)


@commits
def test_two_operations_of_one_tenant_wait_for_each_other(northwind: Tenant, contoso: Tenant, at_once: AtOnce) -> None:
    def lock(tenant: Tenant) -> None:
        with tenant_scope(tenant.pk), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '300ms'")
            Tenant.objects.locked(tenant.pk)

    with tenant_scope(northwind.pk):
        Tenant.objects.locked(northwind.pk)
        at_once(lambda: lock(contoso))
        with pytest.raises(DatabaseError) as waited:
            at_once(lambda: lock(northwind))
    assert isinstance(waited.value.__cause__, psycopg.errors.LockNotAvailable)


def test_no_scope_is_open_between_tests() -> None:
    assert scopes._current.get() is None
