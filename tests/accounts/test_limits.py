"""Limits on signing in: shared by all processes, and nothing that a stranger can shut somebody out with."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts import sign_in as signing
from accounts.models import Account
from accounts.operations import create_account, use_code
from itam_portal.limits import Limit, forget_old
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Organization
from tests.accounts.own import BETTER, SECRET, code_of, deliver, link_in, person, sign_in, with_app
from tests.cast import PASSWORD
from tests.conftest import PortalClient

THREE = Limit("three", 3, 60)
TOO_MANY = "Too many attempts"


@pytest.fixture(autouse=True)
def _low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three failures are too many, so that these tests need not hash hundreds of passwords."""
    monkeypatch.setattr(signing, "LOGIN_LIMITS", (Limit("here", 3, 300), Limit("anywhere", 200, 3600)))
    monkeypatch.setattr(signing, "FROM_KNOWN", Limit("known", 3, 300))


def fails(login: str, times: int, **place: str) -> Any:
    """So many wrong passwords, each from a browser of its own."""
    answers = [PortalClient(**place).post("/sign-in/", {"login": login, "password": "nope"}) for _again in range(times)]
    return answers[-1]


def test_a_limit_counts_each_key_alone_and_gives_back(scope: None) -> None:
    assert [THREE.take("a") for _again in range(4)] == [True, True, True, False]
    assert THREE.take("b")

    THREE.give_back("a")
    THREE.give_back("a")
    assert THREE.take("a")


def test_a_limit_begins_anew_when_its_time_is_over(scope: None, as_app: Any) -> None:
    brief = Limit("brief", 1, 0)

    assert brief.take("a")
    assert brief.take("a")
    assert forget_old() == 0


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_time_are_all_counted(at_once: Callable[..., None], database: None) -> None:
    taken: list[bool] = []

    at_once(*[lambda: taken.append(THREE.take("together")) for _again in range(8)])

    assert sorted(taken) == [False] * 5 + [True] * 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_is_good_once_also_at_the_same_time(
    at_once: Callable[..., None], database: None, adam: Account, kind: str
) -> None:
    with tenant_scope(adam.tenant_id):
        codes = with_app(adam)
    code = code_of(SECRET) if kind == "app" else codes[0]
    identity, taken = person(adam), []

    at_once(*[lambda: taken.append(use_code(identity, code=code, by=identity)) for _again in range(4)])

    assert sorted(taken) == [False, False, False, True]


def test_a_stranger_elsewhere_shuts_nobody_out_at_home(scope: None) -> None:
    assert TOO_MANY in fails("adam@northwind.example", 4, REMOTE_ADDR="203.0.113.9").content.decode()

    assert sign_in("adam@northwind.example").status_code == 302


def test_strangers_everywhere_do_not_shut_out_a_browser_that_its_person_used(
    scope: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "LOGIN_LIMITS", (Limit("here", 2, 300), Limit("anywhere", 4, 300)))
    mine = sign_in("adam@northwind.example").browser
    mine.post("/sign-out/")
    for number in range(1, 6):
        fails("adam@northwind.example", 1, REMOTE_ADDR=f"203.0.113.{number}")

    assert TOO_MANY in sign_in("adam@northwind.example").content.decode()
    assert mine.post("/sign-in/", {"login": "adam@northwind.example", "password": PASSWORD}).status_code == 302


def test_a_known_browser_has_a_limit_of_its_own(scope: None) -> None:
    mine = sign_in("adam@northwind.example").browser
    mine.post("/sign-out/")
    form = {"login": "adam@northwind.example", "password": "nope"}
    answers = [mine.post("/sign-in/", form) for _again in range(4)]

    assert TOO_MANY in answers[-1].content.decode()
    assert sign_in("adam@northwind.example").status_code == 302


def test_a_stranger_in_the_same_network_shuts_out_no_known_browser(
    scope: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "FROM_ADDRESS", Limit("address", 2, 60))
    mine = sign_in("adam@northwind.example").browser
    mine.post("/sign-out/")
    for number in range(3):
        fails(f"somebody-{number}@northwind.example", 1)

    assert TOO_MANY in sign_in("victor@northwind.example").content.decode()
    assert mine.post("/sign-in/", {"login": "adam@northwind.example", "password": PASSWORD}).status_code == 302


def test_whom_strangers_shut_out_of_a_new_browser_gets_in_by_mail(scope: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "LOGIN_LIMITS", (Limit("here", 2, 300), Limit("anywhere", 2, 300)))
    fails("adam@northwind.example", 3, REMOTE_ADDR="203.0.113.9")
    assert "by mail" in sign_in("adam@northwind.example").content.decode()
    browser = PortalClient()
    browser.post("/sign-in/reset/", {"email": "adam@northwind.example"})

    browser.get(link_in(deliver()[-1]))
    browser.post("/sign-in/password/", {"password": BETTER, "again": BETTER})

    assert browser.post("/sign-in/", {"login": "adam@northwind.example", "password": BETTER}).status_code == 302


def test_wrong_passwords_for_a_sign_in_link_are_counted_too(scope: None, olivia: Account) -> None:
    home = Organization.objects.get(type="HOME")
    fields = {"name": "Mal", "login": "mal", "email": "mallory@contoso.example", "home": home}
    create_account(olivia.tenant, by=olivia, fields=fields)
    browser = PortalClient()
    browser.get(link_in(deliver()[-1]))

    answers = [browser.post("/sign-in/link/", {"password": "nope"}) for _again in range(4)]

    assert TOO_MANY in answers[-1].content.decode()


def test_a_known_browser_is_known_for_its_person_only(scope: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "LOGIN_LIMITS", (Limit("here", 2, 300), Limit("anywhere", 2, 300)))
    mine = sign_in("victor@northwind.example").browser
    mine.post("/sign-out/")
    fails("adam@northwind.example", 3)

    answer = mine.post("/sign-in/", {"login": "adam@northwind.example", "password": PASSWORD})

    assert TOO_MANY in answer.content.decode()


def test_a_cookie_that_somebody_made_up_makes_nobody_known(scope: None) -> None:
    browser = PortalClient()
    browser.cookies[signing.KNOWN_COOKIE] = "eyIxIjoiYSJ9:1a:made-up"

    assert signing.known_in(browser.get("/sign-in/").wsgi_request) == {}


def test_limits_are_the_same_for_known_and_unknown_logins(scope: None) -> None:
    known, unknown = fails("adam@northwind.example", 4), fails("nobody@northwind.example", 4)

    assert known.status_code == unknown.status_code == 422
    assert (TOO_MANY in known.content.decode()) is (TOO_MANY in unknown.content.decode()) is True


def test_signing_in_costs_nothing_of_the_limit(scope: None) -> None:
    answers = [sign_in("adam@northwind.example").status_code for _again in range(5)]

    assert set(answers) == {302}


def test_guesses_at_the_present_password_are_counted_too(scope: None, adam: Account) -> None:
    browser = sign_in("adam@northwind.example").browser
    form = {"current": "nope", "password": BETTER, "again": BETTER, "for_tenant": adam.tenant_id}

    answers = [browser.post("/me/password/", form) for _again in range(4)]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert TOO_MANY in answers[-1].content.decode()
    right = browser.post("/me/password/", {**form, "current": PASSWORD})
    assert TOO_MANY in right.content.decode()
