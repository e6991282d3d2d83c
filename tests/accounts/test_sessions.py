"""Sessions from start to end: Last login and Login duration."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Ending, Identity, LoginSession
from accounts.operations import begin_session, disable_accounts, end_expired_sessions, end_session
from itam_portal import housekeeping
from itam_portal.housekeeping import keep_house
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.cast import started

commits = pytest.mark.django_db(transaction=True)


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

    ended = end_expired_sessions(before=timezone.now() - timedelta(hours=12), by=System("Test", northwind))

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
def test_housekeeping_acts_under_the_name_of_automation(victor: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    monkeypatch.setattr(housekeeping, "_chores", [lambda by: names.append(by.name) or 0])

    keep_house()

    assert set(names) == {"Automation"}


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
