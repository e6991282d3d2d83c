"""Many rows, by the worker: as the person who asked, batch by batch, after crashes and lost rights."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Account, RoleAssignment, Status
from accounts.operations import refresh_access
from itam_portal.housekeeping import keep_house
from itam_portal.lists import jobs, receipts
from itam_portal.lists.models import Receipt, ReceiptState, Selection
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from roles.models import Role
from tests.cast import give, only

commits = pytest.mark.django_db(transaction=True)
MakeAccount = Callable[..., Account]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes more than 10,000 rows otherwise happens above five, three at a time."""
    monkeypatch.setattr(receipts, "AT_ONCE", 5)
    monkeypatch.setattr(receipts, "BATCH", 3)


def ask_for_all(by: Account, accounts: Any) -> Receipt:
    """What the page does when somebody confirms to disable more rows than a request should change."""
    with tenant_scope(by.tenant_id):
        selection = receipts.freeze(accounts, operation="accounts.disable", by=by)
        facts = {"reason": "All of them", "selection": selection, "total": selection.total}
        receipt = receipts.open_receipt(operation="accounts.disable", by=by, **facts)
        jobs.do_later(receipt)
        return receipt


def viewers(make_account: MakeAccount, number: int = 8) -> list[Account]:
    return [make_account(f"Tess{at}", "Viewer") for at in range(number)]


def work() -> None:
    """The worker's turn: everything that waits."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


@commits
@pytest.mark.usefixtures("small_batches")
def test_the_worker_does_batch_by_batch_what_a_person_asked_for_as_that_person(
    adam: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    chosen = viewers(make_account)
    receipt = ask_for_all(adam, only(*chosen, adam))

    work()

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.total, receipt.changed, receipt.skipped) == ("done", 9, 8, 1)
        assert receipt.finished_at is not None
        assert set(receipt.rows.values_list("outcome", flat=True)) == {"changed", "your_own_account"}
        for account in chosen:
            context = account.events.get(status=Status.DISABLED).pgh_context
            assert (context["by"], context["reason"], context["receipt"]) == (adam.pk, "All of them", receipt.pk)


@commits
@pytest.mark.usefixtures("small_batches")
def test_from_the_page_to_the_worker(
    adam: Account, make_account: MakeAccount, northwind: Tenant, client_of: Callable[[Account], Client]
) -> None:
    chosen = viewers(make_account)

    answer = client_of(adam).post("/accounts/disable/?name__contains=tess", {"everything": "1", "confirm": "1"})

    with tenant_scope(northwind.pk):
        receipt = Receipt.objects.filter(account=adam).latest("pk")
        assert answer.headers["Location"] == f"/receipts/{receipt.pk}/"
        assert (receipt.state, receipt.total, receipt.changed) == (ReceiptState.WAITING, 8, 0)
        assert only(*chosen).enabled().count() == 8
    work()
    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed) == (ReceiptState.DONE, 8)
        assert only(*chosen).enabled().count() == 0


@commits
@pytest.mark.usefixtures("small_batches")
def test_whoever_loses_the_right_before_the_worker_begins_changes_nothing(
    adam: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    chosen = viewers(make_account)
    receipt = ask_for_all(adam, only(*chosen))
    with tenant_scope(northwind.pk):
        RoleAssignment.objects.of(adam).delete()
        refresh_access([adam.pk], by=System("Test", northwind))

    work()

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed) == (ReceiptState.FAILED, 0)
        assert receipt.problem == str(NotAllowed.message)
        assert only(*chosen).enabled().count() == 8


@commits
@pytest.mark.usefixtures("small_batches")
def test_whoever_loses_the_right_halfway_changes_no_more(
    adam: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    chosen = viewers(make_account)
    receipt = ask_for_all(adam, only(*chosen))
    assert jobs._next_batch(northwind.pk, receipt.pk)
    with tenant_scope(northwind.pk):
        Account.objects.filter(pk=adam.pk).update(status=Status.DISABLED)

    work()

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed) == (ReceiptState.FAILED, 3)
        assert only(*chosen).enabled().count() == 5
        assert receipt.rows.count() == 3


@commits
@pytest.mark.usefixtures("small_batches")
def test_rights_are_read_again_for_every_batch(adam: Account, make_account: MakeAccount, northwind: Tenant) -> None:
    chosen = viewers(make_account)
    receipt = ask_for_all(adam, only(*chosen))
    jobs._next_batch(northwind.pk, receipt.pk)
    with tenant_scope(northwind.pk):
        RoleAssignment.objects.of(adam).update(role=Role.objects.get(name="Operator"))
        give(chosen[-1], "Administrator")

    work()

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed, receipt.skipped) == (ReceiptState.DONE, 7, 1)
        assert chosen[-1].refreshed().is_enabled


@commits
@pytest.mark.usefixtures("small_batches")
def test_after_a_crash_the_worker_goes_on_where_it_stopped(
    adam: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    chosen = viewers(make_account)
    receipt = ask_for_all(adam, only(*chosen))
    jobs._next_batch(northwind.pk, receipt.pk)
    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed) == (ReceiptState.RUNNING, 3)

    jobs.run_bulk.func(northwind.pk, receipt.pk)

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed, receipt.rows.count()) == (ReceiptState.DONE, 8, 8)
        assert [a.events.filter(status=Status.DISABLED).count() for a in chosen] == [1] * 8


@commits
@pytest.mark.usefixtures("small_batches")
def test_a_batch_that_breaks_is_undone_whole_and_the_receipt_says_so(
    adam: Account, make_account: MakeAccount, northwind: Tenant, as_owner: Any, own_walls: None
) -> None:
    chosen = viewers(make_account)
    as_owner.execute(
        "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END';"
        "CREATE TRIGGER breaks BEFORE UPDATE OF status ON accounts_account FOR EACH ROW "
        "WHEN (OLD.login = 'tess4') EXECUTE FUNCTION break()"
    )
    receipt = ask_for_all(adam, only(*chosen))

    work()

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed, receipt.rows.count()) == (ReceiptState.FAILED, 3, 3)
        assert receipt.problem
        assert only(*chosen).enabled().count() == 5


@commits
@pytest.mark.usefixtures("small_batches")
def test_a_job_that_is_run_twice_changes_everything_once(
    adam: Account, make_account: MakeAccount, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    chosen = viewers(make_account)
    receipt = ask_for_all(adam, only(*chosen))

    at_once(*[lambda: jobs.run_bulk.func(northwind.pk, receipt.pk)] * 2)

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed, receipt.rows.count()) == (ReceiptState.DONE, 8, 8)
        assert [a.events.filter(status=Status.DISABLED).count() for a in chosen] == [1] * 8


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Stop what takes longer, instead of waiting for ever."""

    def stop(*_signal: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@commits
@pytest.mark.usefixtures("small_batches")
def test_a_row_that_is_gone_when_its_turn_comes_keeps_nobody_busy(
    adam: Account, victor: Account, northwind: Tenant
) -> None:
    receipt = ask_for_all(adam, only(victor))
    with tenant_scope(northwind.pk):
        Selection.objects.filter(pk=receipt.selection_id).update(keys=[victor.pk, 987_654_321], total=2)

    with within(10):
        jobs.run_bulk.func(northwind.pk, receipt.pk)

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed, receipt.skipped) == (ReceiptState.DONE, 1, 1)


@commits
@pytest.mark.usefixtures("small_batches")
def test_housekeeping_takes_up_what_a_dead_worker_left(
    adam: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    receipt = ask_for_all(adam, only(*viewers(make_account)))
    jobs._next_batch(northwind.pk, receipt.pk)
    with tenant_scope(northwind.pk):
        Receipt.objects.filter(pk=receipt.pk).update(made_at=timezone.now() - timedelta(minutes=20))

    keep_house()
    work()

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed) == (ReceiptState.DONE, 8)


def test_a_selection_of_nothing_is_empty(adam: Account) -> None:
    assert receipts.freeze(Account.objects.none(), operation="accounts.disable", by=adam).total == 0
