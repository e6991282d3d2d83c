"""What the operations on accounts change, what they write down, and what a crash or a lost right leaves."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given

from accounts.guards import LastOwner
from accounts.models import (
    FOREVER,
    NEVER,
    Account,
    Ending,
    Group,
    GroupMember,
    HeldRole,
    Identity,
    LoginSession,
    RoleAssignment,
    Status,
    Type,
)
from accounts.operations import (
    begin_session,
    choose_theme,
    disable_accounts,
    enable_accounts,
    end_expired_sessions,
    end_session,
    furnish_tenant,
    lock,
    refresh_access,
    refresh_stale_roles,
)
from itam_portal.housekeeping import keep_house
from itam_portal.lists import jobs, receipts
from itam_portal.lists.models import Receipt, ReceiptRow, ReceiptState, Selection, SelectionRow
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Organization, OrganizationType, Tenant
from roles.models import Role
from roles.rights import BUILTIN_RIGHTS, Builtin
from tests.accounts.test_reach import World, on_random_worlds, settle, undone, worlds
from tests.cast import account_named, add_account, give, make_role, organization

commits = pytest.mark.django_db(transaction=True)
MakeAccount = Callable[..., Account]


def only(*accounts: Account) -> Any:
    return Account.objects.filter(pk__in=[account.pk for account in accounts])


def system(tenant: Tenant) -> System:
    return System("Test", tenant)


# --- disabling and enabling -------------------------------------------------------------------------------------


def test_a_disabled_account_can_be_enabled_again(olivia: Account, victor: Account) -> None:
    disable_accounts(only(victor), by=olivia)
    assert victor.refreshed().status == Status.DISABLED

    enable_accounts(only(victor), by=olivia)
    assert victor.refreshed().status == Status.ENABLED


def test_nothing_else_of_the_account_changes(olivia: Account, victor: Account) -> None:
    before = Account.objects.filter(pk=victor.pk).values().get()

    disable_accounts(only(victor), by=olivia)

    after = Account.objects.filter(pk=victor.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"status", "changed_at"}
    assert RoleAssignment.objects.of(victor).count() == 1


def test_only_the_chosen_accounts_change(olivia: Account, victor: Account) -> None:
    before = set(Account.objects.enabled().values_list("pk", flat=True))

    disable_accounts(only(victor), by=olivia)

    assert set(Account.objects.enabled().values_list("pk", flat=True)) == before - {victor.pk}


def test_the_receipt_says_what_changed_and_what_it_was_before(olivia: Account, victor: Account, adam: Account) -> None:
    dora = account_named("dora")

    receipt = disable_accounts(only(victor, adam, olivia, dora), by=olivia, reason="They left.")

    kept = Receipt.objects.get(pk=receipt.pk)
    assert (kept.account, kept.by_name, kept.operation) == (olivia, "Olivia Northwind", "accounts.disable")
    assert (kept.total, kept.changed, kept.skipped) == (4, 2, 2)
    assert (kept.state, kept.reason) == (ReceiptState.DONE, "They left.")
    assert kept.finished_at is not None
    rows = {row.object_id: (row.outcome, row.before) for row in kept.rows.all()}
    assert rows == {
        victor.pk: ("changed", {"status": "enabled"}),
        adam.pk: ("changed", {"status": "enabled"}),
        olivia.pk: ("your_own_account", None),
        dora.pk: ("no_change", None),
    }


def test_enabling_writes_down_that_it_was_disabled(olivia: Account) -> None:
    receipt = enable_accounts(only(account_named("dora")), by=olivia)

    row = ReceiptRow.objects.get(receipt=receipt)
    assert (receipt.operation, row.outcome, row.before) == ("accounts.enable", "changed", {"status": "disabled"})


def test_what_is_already_so_is_no_error_and_no_change(olivia: Account) -> None:
    dora = account_named("dora")
    entries = dora.events.count()

    receipt = disable_accounts(only(dora), by=olivia)

    assert (receipt.changed, receipt.skipped) == (0, 1)
    assert dora.events.count() == entries


def test_a_single_refusal_leaves_no_receipt(olivia: Account, northwind: Tenant) -> None:
    receipts_before = Receipt.objects.count()

    with pytest.raises(LastOwner):
        disable_accounts(only(olivia), by=system(northwind))

    assert Receipt.objects.count() == receipts_before


def test_one_statement_changes_many(olivia: Account, make_account: MakeAccount) -> None:
    def queries(number: int) -> int:
        accounts = [make_account(f"Tess{number}x{at}", "Viewer") for at in range(number)]
        with CaptureQueriesContext(connection) as captured:
            assert disable_accounts(only(*accounts), by=olivia).changed == number
        return len(captured)

    assert queries(2) == queries(20)


# --- history ----------------------------------------------------------------------------------------------------


def test_every_changed_row_has_one_entry_that_says_who_why_and_by_what(
    olivia: Account, victor: Account, adam: Account
) -> None:
    receipt = disable_accounts(only(victor, adam, olivia), by=olivia, reason="They left.")

    for account in (victor, adam):
        entry = account.events.get(status=Status.DISABLED)
        assert entry.pgh_label == "update"
        assert entry.tenant_id == olivia.tenant_id
        assert entry.pgh_context | {"request": ""} == {
            "request": "",
            "operation": "accounts.disable",
            "reason": "They left.",
            "by": olivia.pk,
            "by_name": "Olivia Northwind",
            "receipt": receipt.pk,
        }
    assert not olivia.events.filter(status=Status.DISABLED).exists()


def test_the_entries_of_one_operation_share_a_number(olivia: Account, victor: Account, adam: Account) -> None:
    disable_accounts(only(victor), by=olivia)
    disable_accounts(only(adam, account_named("nina")), by=olivia)

    numbers = {
        a.login: a.events.get(status=Status.DISABLED).pgh_context_id for a in (victor, adam, account_named("nina"))
    }
    assert numbers["adam"] == numbers["nina"] != numbers["victor"]


def test_what_the_system_does_carries_its_name(victor: Account, northwind: Tenant) -> None:
    receipt = disable_accounts(only(victor), by=System("Housekeeping", northwind))

    context = victor.events.get(status=Status.DISABLED).pgh_context
    assert context["by_system"] == "Housekeeping"
    assert "by" not in context
    assert (receipt.account, receipt.by_name) == (None, "Housekeeping")


def test_what_a_page_does_carries_the_requests_number(
    adam: Account, victor: Account, client_of: Callable[[Account], Client]
) -> None:
    client_of(adam).post("/accounts/disable/", {"selected": [victor.pk], "confirm": "1", "reason": "Gone"})

    context = victor.events.get(status=Status.DISABLED).pgh_context
    assert len(context["request"]) == 32
    assert (context["by"], context["reason"]) == (adam.pk, "Gone")


def test_what_no_request_does_names_no_request(
    olivia: Account, victor: Account, client_of: Callable[[Account], Client]
) -> None:
    client_of(olivia).get("/accounts/")

    disable_accounts(only(victor), by=olivia)

    assert "request" not in victor.events.get(status=Status.DISABLED).pgh_context


# --- sessions end at once ---------------------------------------------------------------------------------------


def started(account: Account, seconds_ago: float) -> LoginSession:
    """A session of this account that began so long ago."""
    session = begin_session(account, by=account)
    moment = timezone.now() - timedelta(seconds=seconds_ago)
    LoginSession.objects.filter(pk=session.pk).update(started_at=moment, last_seen_at=moment)
    return LoginSession.objects.get(pk=session.pk)


def test_disabling_ends_every_open_session_and_keeps_how_long_the_newest_took(olivia: Account, victor: Account) -> None:
    sessions = [started(victor, 7_200), started(victor, 3_600.4)]

    disable_accounts(only(victor), by=olivia)

    for session in sessions:
        session.refresh_from_db()
        assert session.ending == Ending.DISABLED
        assert abs((timezone.now() - session.ended_at).total_seconds()) < 60
    assert 3_600 <= victor.refreshed().last_login_duration < 3_660


def test_sessions_of_skipped_accounts_go_on(oscar: Account, adam: Account, victor: Account) -> None:
    skipped, changed = started(adam, 60), started(victor, 60)

    disable_accounts(only(adam, victor), by=oscar)

    assert LoginSession.objects.open().filter(pk=skipped.pk).exists()
    assert not LoginSession.objects.open().filter(pk=changed.pk).exists()


def test_enabling_brings_no_session_back(olivia: Account, victor: Account) -> None:
    session = started(victor, 60)
    disable_accounts(only(victor), by=olivia)

    enable_accounts(only(victor), by=olivia)

    session.refresh_from_db()
    assert session.ending == Ending.DISABLED


def test_the_next_click_of_a_disabled_account_leads_to_the_sign_in_page(
    olivia: Account, victor: Account, client_of: Callable[[Account], Client]
) -> None:
    browser = client_of(victor)
    assert browser.get("/accounts/").status_code == 200

    disable_accounts(only(victor), by=olivia)

    assert browser.get("/accounts/").headers["Location"].startswith("/sign-in/")


# --- many, by the worker ----------------------------------------------------------------------------------------


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes more than 10,000 rows otherwise happens above five, three at a time."""
    monkeypatch.setattr(receipts, "AT_ONCE", 5)
    monkeypatch.setattr(receipts, "BATCH", 3)


def ask_for_all(
    by: Account, accounts: Any, operation: str = "accounts.disable", reason: str = "All of them"
) -> Receipt:
    """What the page does when somebody confirms more rows than a request should change."""
    with tenant_scope(by.tenant_id):
        selection = receipts.freeze(accounts, operation=operation, by=by)
        receipt = receipts.open_receipt(
            operation=operation, by=by, reason=reason, selection=selection, total=selection.total
        )
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
        refresh_access([adam.pk], by=system(northwind))

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
        selection = Selection.objects.get(pk=receipt.selection_id)
        SelectionRow.objects.create(tenant=northwind, selection=selection, object_id=987_654_321)

    with within(10):
        jobs.run_bulk.func(northwind.pk, receipt.pk)

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed) == (ReceiptState.DONE, 1)


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


# --- sessions ---------------------------------------------------------------------------------------------------


def test_signing_in_is_remembered_with_its_moment_and_its_tenant(victor: Account, northwind: Tenant) -> None:
    entries = victor.events.count()
    Identity.objects.filter(pk=victor.identity_id).update(last_tenant=None)

    session = begin_session(victor, by=victor, address="192.0.2.1", browser="x" * 500)

    now = victor.refreshed()
    assert now.last_login_at == session.started_at == session.last_seen_at
    assert (session.address, len(session.browser), session.ended_at) == ("192.0.2.1", 200, None)
    assert Identity.objects.get(pk=victor.identity_id).last_tenant_id == northwind.pk
    assert victor.events.count() == entries


def test_signing_out_keeps_the_length_in_whole_seconds(victor: Account) -> None:
    session = started(victor, 100)

    end_session(session, by=victor, ending=Ending.SIGNED_OUT, at=session.started_at + timedelta(seconds=90.9))

    session.refresh_from_db()
    assert session.ending == Ending.SIGNED_OUT
    assert victor.refreshed().last_login_duration == 90


def test_a_session_ends_once(victor: Account) -> None:
    session = started(victor, 100)
    end_session(session, by=victor, ending=Ending.SIGNED_OUT, at=session.started_at + timedelta(seconds=10))

    end_session(session, by=victor, ending=Ending.EXPIRED)

    session.refresh_from_db()
    assert session.ending == Ending.SIGNED_OUT
    assert victor.refreshed().last_login_duration == 10


def test_the_newest_ended_session_gives_the_duration(victor: Account) -> None:
    older, newer = started(victor, 1_000), started(victor, 500)
    end_session(newer, by=victor, ending=Ending.SIGNED_OUT, at=newer.started_at + timedelta(seconds=20))

    end_session(older, by=victor, ending=Ending.SIGNED_OUT, at=older.started_at + timedelta(seconds=900))

    assert victor.refreshed().last_login_duration == 20


def test_a_session_that_is_open_gives_no_duration(victor: Account) -> None:
    started(victor, 100)

    assert victor.refreshed().last_login_duration == -1


def test_an_expired_session_ended_at_its_last_request(victor: Account, uma: Account, northwind: Tenant) -> None:
    old, fresh = started(victor, 50_000), started(uma, 50_000)
    last_seen = timezone.now() - timedelta(seconds=45_000)
    LoginSession.objects.filter(pk=old.pk).update(last_seen_at=last_seen)
    LoginSession.objects.filter(pk=fresh.pk).update(last_seen_at=timezone.now())

    ended = end_expired_sessions(before=timezone.now() - timedelta(hours=12), by=system(northwind))

    old.refresh_from_db()
    assert ended == 1
    assert (old.ended_at, old.ending) == (last_seen, Ending.EXPIRED)
    assert victor.refreshed().last_login_duration == pytest.approx(5_000, abs=1)
    assert LoginSession.objects.open().filter(pk=fresh.pk).exists()


@commits
def test_housekeeping_ends_expired_sessions_of_every_tenant(
    victor: Account, mallory: Account, northwind: Tenant, contoso: Tenant
) -> None:
    for account in (victor, mallory):
        with tenant_scope(account.tenant_id):
            started(account, 200_000)

    assert keep_house()["end_idle_sessions"] == 2

    for account in (victor, mallory):
        with tenant_scope(account.tenant_id):
            assert LoginSession.objects.filter(account=account, ending=Ending.EXPIRED).count() == 1


@commits
def test_housekeeping_leaves_a_tenant_alone_whose_automation_is_disabled(
    victor: Account, olivia: Account, northwind: Tenant
) -> None:
    with tenant_scope(northwind.pk):
        started(victor, 200_000)
        disable_accounts(Account.objects.filter(login="automation"), by=olivia)

    keep_house()

    with tenant_scope(northwind.pk):
        assert not LoginSession.objects.filter(ending=Ending.EXPIRED).exists()


def test_a_request_after_the_session_expired_ends_it_at_its_last_one(
    victor: Account, client_of: Callable[[Account], Client]
) -> None:
    browser = client_of(victor)
    last_seen = timezone.now() - timedelta(days=2)
    LoginSession.objects.filter(account=victor).update(started_at=last_seen, last_seen_at=last_seen)

    answer = browser.get("/accounts/")

    session = LoginSession.objects.get(account=victor)
    assert answer.headers["Location"].startswith("/sign-in/")
    assert (session.ended_at, session.ending) == (last_seen, Ending.EXPIRED)


# --- what lists show of roles -----------------------------------------------------------------------------------


def plain_held(account: Account) -> dict[int, datetime]:
    """Each role and until when, from every assignment, one by one."""
    groups = {link.group_id for link in GroupMember.objects.filter(account=account)}
    found: dict[int, datetime] = {}
    for one in RoleAssignment.objects.all():
        if one.account_id == account.pk or one.group_id in groups:
            found[one.role_id] = max(found.get(one.role_id, NEVER), one.expires_at or FOREVER)
    return found


def assert_fresh(account: Account) -> None:
    """The stored columns say what the assignments say."""
    held, now = plain_held(account), timezone.now()
    live = [Role.objects.get(pk=role).name_key for role, until in held.items() if until > now]
    stored = account.refreshed()

    assert dict(HeldRole.objects.filter(account=account).values_list("role", "until")) == held
    assert stored.access_until == max(held.values(), default=NEVER)
    assert stored.role_key == min(live, default="")
    assert stored.is_assigned is bool(live)


@given(world=worlds)
@on_random_worlds
def test_the_stored_columns_say_what_the_assignments_say(world: World, scope: None, northwind: Tenant) -> None:
    with undone():
        account = settle(world, northwind)
        assert_fresh(account)

        RoleAssignment.objects.filter(pk__in=list(RoleAssignment.objects.values_list("pk", flat=True))[::2]).delete()
        GroupMember.objects.filter(account=account, group__name="day").delete()
        Account.objects.filter(pk=account.pk).update(role_key="stale", access_until=FOREVER)
        refresh_access([account.pk, account.pk], by=system(northwind))

        assert_fresh(account)


def test_refreshing_touches_only_the_accounts_it_is_given(scope: None, northwind: Tenant, contoso: Tenant) -> None:
    Account.objects.update(role_key="stale")
    victor = account_named("victor")

    refresh_access([victor.pk], by=system(northwind))

    assert set(Account.objects.exclude(role_key="stale").values_list("login", flat=True)) == {"victor"}


def test_refreshing_reaches_no_other_tenant(mallory: Account, northwind: Tenant, contoso: Tenant) -> None:
    with tenant_scope(contoso.pk):
        Account.objects.filter(pk=mallory.pk).update(role_key="stale")

    refresh_access([mallory.pk], by=system(northwind))

    with tenant_scope(contoso.pk):
        assert mallory.refreshed().role_key == "stale"


def test_refreshing_what_is_fresh_writes_nothing_into_the_history(victor: Account, northwind: Tenant) -> None:
    entries = victor.events.count()

    refresh_access([victor.pk], by=system(northwind))

    assert victor.events.count() == entries


def test_a_role_that_expired_by_itself_no_longer_decides_the_order(
    make_account: MakeAccount, northwind: Tenant
) -> None:
    tess = make_account("Tess", "Viewer")
    early = give(tess, make_role(northwind, "Aardvark"), until=timezone.now() + timedelta(days=1))
    assert tess.refreshed().role_key == "aardvark"
    past = timezone.now() - timedelta(days=1)
    RoleAssignment.objects.filter(pk=early.pk).update(expires_at=past)
    HeldRole.objects.filter(account=tess, role=early.role).update(until=past)

    assert refresh_stale_roles(by=system(northwind)) == 1

    assert tess.refreshed().role_key == "viewer"
    assert refresh_stale_roles(by=system(northwind)) == 0


# --- the lock ---------------------------------------------------------------------------------------------------


def test_the_actor_is_read_again_under_the_lock(oscar: Account, northwind: Tenant) -> None:
    assert oscar.may("accounts.disable")
    RoleAssignment.objects.of(oscar).update(role=Role.objects.get(name="Viewer"))

    assert not lock(oscar).may("accounts.disable")
    assert lock(system(northwind)).is_system


# --- founding and the rest ----------------------------------------------------------------------------------------


@commits
def test_a_new_tenant_is_furnished(as_owner: Any) -> None:
    as_owner.execute(
        "INSERT INTO organizations_tenant (name, slug, company_name, company_type, country, time_zone, created_at, "
        "email_notifications, require_mfa, is_demo) VALUES ('Fabrikam', 'fabrikam', '', 'other', '', 'UTC', now(), "
        "true, false, false) RETURNING id"
    )
    with tenant_scope(as_owner.fetchone()[0]) as scope:
        tenant = Tenant.objects.get(pk=scope.tenant_id)

        furnish_tenant(tenant, by=System("Test", tenant))

        roles = {role.builtin: set(role.allows) for role in Role.objects.all()}
        automation = Account.objects.get()
        assert roles == {builtin.value: set(BUILTIN_RIGHTS[builtin]) for builtin in Builtin}
        assert [role.denies for role in Role.objects.all()] == [[]] * 5
        assert Organization.objects.get().type == OrganizationType.HOME
        assert (automation.type, automation.login, automation.identity) == (Type.SERVICE, "automation", None)
        assert list(HeldRole.objects.values_list("role__name", flat=True)) == ["Web Service"]
        assert automation.events.get().pgh_context["operation"] == "tenant.found"


def test_choosing_a_theme_is_written_down_with_the_person(victor: Account) -> None:
    choose_theme(victor.identity, "dark", by=victor)

    entry = Identity.objects.get(pk=victor.identity_id).events.get(theme="dark")
    assert entry.pgh_context["operation"] == "identity.theme"


def test_the_name_of_a_home_goes_along_for_the_order(make_account: MakeAccount) -> None:
    tess = make_account("Tess")
    assert tess.home_key.startswith("northwind ")

    Account.objects.filter(pk=tess.pk).update(home=organization("emea"))

    assert tess.refreshed().home_key == f"emea {organization('emea').pk}"


def test_a_group_without_members_gives_nobody_anything(northwind: Tenant, scope: None) -> None:
    empty = Group.objects.create(tenant=northwind, name="Empty")
    give(empty, "Owner")

    assert set(Account.objects.owning().values_list("login", flat=True)) == {"olivia"}


def test_a_name_that_only_differs_in_its_accents_is_found_beside_it(northwind: Tenant, scope: None) -> None:
    emile = add_account(northwind, "Émile")

    assert emile.name_key == "emile northwind"
    assert emile.login == "émile"
