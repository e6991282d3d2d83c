"""Signing in: by address or login, what is said where it fails, and how sessions end."""

import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Ending, Identity, LoginSession, Status
from accounts.operations import disable_accounts
from tests.cast import PASSWORD, account_named
from tests.conftest import PortalClient

WRONG = "The login or the password is not right."


def sign_in(login: str, password: str = PASSWORD, **more: str) -> Any:
    browser = PortalClient()
    answer = browser.post("/sign-in/", {"login": login, "password": password, **more})
    answer.browser = browser
    return answer


@pytest.mark.parametrize(
    "login", ["olivia@northwind.example", "OLIVIA@Northwind.Example", "northwind\\olivia", "adam", "ADAM"]
)
def test_address_and_login_both_work_in_any_case(scope: None, login: str) -> None:
    answer = sign_in(login)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize(
    "login", ["olivia", "nobody@northwind.example", "contoso\\adam", "\\adam", "nobody", "adam@", "a\0b", "northwind\\"]
)
def test_everything_else_is_one_sentence(scope: None, login: str) -> None:
    """`olivia` alone is two people's login here and there: one person's, in fact, but in two tenants."""
    answer = sign_in(login) if login != "olivia" else sign_in(login, "wrong")

    assert answer.status_code == 422
    assert WRONG in answer.content.decode() or "Null characters" in answer.content.decode()


def test_wrong_password_and_unknown_address_look_the_same(scope: None) -> None:
    wrong, unknown = sign_in("adam@northwind.example", "nope"), sign_in("nobody@northwind.example", "nope")

    assert wrong.status_code == unknown.status_code == 422
    strip = lambda answer, login: answer.content.decode().replace(login, "").split("csrfmiddlewaretoken")[0]  # noqa: E731
    assert strip(wrong, "adam@northwind.example") == strip(unknown, "nobody@northwind.example")


def test_an_unknown_address_costs_as_much_work_as_a_wrong_password(scope: None) -> None:
    def cpu(login: str) -> float:
        begun = time.process_time()
        sign_in(login, "nope")
        return time.process_time() - begun

    pairs = [(cpu("adam@northwind.example"), cpu("nobody@northwind.example")) for _again in range(5)]

    ratio = statistics.median(known / unknown for known, unknown in pairs)
    assert 0.5 < ratio < 2


def test_a_disabled_account_is_told_why_and_whom_to_ask(scope: None, olivia: Account, adam: Account) -> None:
    disable_accounts(Account.objects.filter(pk=adam.pk), by=olivia)

    answer = sign_in("adam@northwind.example")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Your account in Northwind is disabled." in page
    assert "olivia@northwind.example" in page


def test_an_account_without_a_role_is_told_so(scope: None) -> None:
    identity = Identity.objects.get(email="nina@northwind.example")
    identity.set_password(PASSWORD)
    identity.save()

    assert "holds no role" in sign_in("nina@northwind.example").content.decode()


def test_the_reason_is_told_only_to_who_knows_the_password(scope: None, olivia: Account, adam: Account) -> None:
    disable_accounts(Account.objects.filter(pk=adam.pk), by=olivia)

    assert WRONG in sign_in("adam@northwind.example", "nope").content.decode()


def test_every_sign_in_makes_a_session_and_sets_last_login(scope: None, adam: Account) -> None:
    sign_in("adam@northwind.example")

    session = LoginSession.objects.get(account=adam)
    assert session.ended_at is None
    assert adam.refreshed().last_login_at == session.started_at


def test_who_has_several_accounts_enters_the_tenant_used_last(scope: None, contoso: Any) -> None:
    Identity.objects.filter(email="olivia@northwind.example").update(last_tenant=contoso.pk)

    browser = sign_in("olivia@northwind.example").browser

    assert "Contoso" in browser.get("/accounts/").content.decode()


def test_where_none_is_remembered_the_oldest_account_is_entered(scope: None) -> None:
    Identity.objects.filter(email="olivia@northwind.example").update(last_tenant=None)

    browser = sign_in("olivia@northwind.example").browser

    assert "Northwind" in browser.get("/accounts/").content.decode()


def test_signing_out_ends_the_session_and_stores_its_length(scope: None, adam: Account) -> None:
    browser = sign_in("adam@northwind.example").browser
    LoginSession.objects.filter(account=adam).update(started_at=timezone.now() - timedelta(hours=2, seconds=5))

    browser.post("/sign-out/")

    assert LoginSession.objects.get(account=adam).ending == Ending.SIGNED_OUT
    assert adam.refreshed().last_login_duration in (7205, 7206)
    assert browser.get("/accounts/").status_code == 302


def test_disabling_ends_an_open_session_at_its_next_request(scope: None, olivia: Account, adam: Account) -> None:
    browser = sign_in("adam@northwind.example").browser
    assert browser.get("/accounts/").status_code == 200

    disable_accounts(Account.objects.filter(pk=adam.pk), by=olivia)
    answer = browser.get("/accounts/", follow=True)

    assert answer.redirect_chain == [("/sign-in/", 302)]
    assert "is disabled" in answer.content.decode()
    assert LoginSession.objects.get(account=adam).ending == Ending.DISABLED


def test_an_idle_session_expires_at_its_last_request(scope: None, adam: Account) -> None:
    browser = sign_in("adam@northwind.example").browser
    seen = timezone.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1)
    LoginSession.objects.filter(account=adam).update(started_at=seen - timedelta(minutes=1), last_seen_at=seen)

    assert browser.get("/accounts/").status_code == 302

    session = LoginSession.objects.get(account=adam)
    assert (session.ending, session.ended_at) == (Ending.EXPIRED, seen)
    assert adam.refreshed().last_login_duration == 60


def test_a_request_moves_last_seen_at_most_once_a_minute(scope: None, adam: Account) -> None:
    browser = sign_in("adam@northwind.example").browser
    before = timezone.now() - timedelta(seconds=50)
    LoginSession.objects.filter(account=adam).update(last_seen_at=before)

    browser.get("/accounts/")
    assert LoginSession.objects.get(account=adam).last_seen_at == before

    LoginSession.objects.filter(account=adam).update(last_seen_at=before - timedelta(seconds=20))
    browser.get("/accounts/")
    assert LoginSession.objects.get(account=adam).last_seen_at > before


def test_switching_ends_one_session_and_begins_another(scope: None, olivia: Account, contoso: Any) -> None:
    browser = sign_in("olivia@northwind.example").browser

    browser.post("/switch/", {"tenant": contoso.pk, "for_tenant": olivia.tenant_id})

    assert LoginSession.objects.filter(account=olivia).latest("pk").ending == Ending.SWITCHED
    assert "Contoso" in browser.get("/accounts/").content.decode()
    assert Identity.objects.get(pk=olivia.identity_id).last_tenant_id == contoso.pk


def test_nobody_switches_to_a_tenant_without_a_usable_account(scope: None, adam: Account, contoso: Any) -> None:
    browser = sign_in("adam@northwind.example").browser

    answer = browser.post("/switch/", {"tenant": contoso.pk})

    assert answer.status_code == 403
    assert "Northwind" in browser.get("/accounts/").content.decode()


def test_a_form_drawn_for_another_tenant_is_refused(scope: None, olivia: Account, contoso: Any) -> None:
    browser = sign_in("olivia@northwind.example").browser
    nina = account_named("nina")

    answer = browser.post("/accounts/disable/", {"selected": nina.pk, "confirm": 1, "for_tenant": contoso.pk})

    assert answer.status_code == 409
    assert nina.refreshed().status == Status.ENABLED


def test_a_link_to_another_own_tenant_offers_the_switch_and_a_foreign_one_is_404(scope: None) -> None:
    olivia, adam = sign_in("olivia@northwind.example").browser, sign_in("adam@northwind.example").browser

    offer = olivia.get("/accounts/?tenant=contoso")

    assert (offer.status_code, "Switch to Contoso" in offer.content.decode()) == (409, True)
    assert olivia.get("/accounts/?tenant=northwind").status_code == 200
    assert adam.get("/accounts/?tenant=contoso").status_code == 404
    assert adam.get("/accounts/?tenant=nowhere").status_code == 404


def test_too_many_failures_are_slowed_down(scope: None) -> None:
    answers = [sign_in("adam@northwind.example", "nope") for _again in range(22)]

    assert "Too many attempts" in answers[-1].content.decode()


def test_going_on_leads_only_to_addresses_of_the_portal(scope: None) -> None:
    inside = sign_in("adam@northwind.example", next="/accounts/?status=disabled")
    outside = sign_in("adam@northwind.example", next="https://elsewhere.example/")

    assert inside.headers["Location"] == "/accounts/?status=disabled"
    assert outside.headers["Location"] == "/"


def test_a_stranger_sees_the_sign_in_page_only() -> None:
    assert Client().get("/health/live").status_code == 200
