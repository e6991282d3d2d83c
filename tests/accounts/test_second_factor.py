"""The second factor: set up, asked for on the way in, required by tenants, and lost."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.utils.html import escape

from accounts import sign_in as signing
from accounts.models import Account, Identity, LoginSession
from accounts.operations import WrongCode, add_app, remove_factor, reset_second_factor, use_code
from itam_portal.history.models import Entry
from itam_portal.mail.models import Mail, MailState
from tests.accounts.own import ASKED, SECRET, code_of, deliver, half, person, secret_on, sign_in, with_app
from tests.cast import PASSWORD
from tests.conftest import PortalClient
from tests.conftest import sign_in_to as bypass


@pytest.fixture(autouse=True)
def _no_other_mail(scope: None) -> None:
    Mail.objects.update(state=MailState.SENT)


# --- setting up -------------------------------------------------------------------------------------------------


def test_an_app_is_set_up_by_its_first_code_and_codes_are_shown_once(scope: None, adam: Account) -> None:
    browser = sign_in(adam.email).browser
    secret = secret_on(browser.get("/me/app/"))

    answer = browser.post("/me/app/", {"code": code_of(secret), "for_tenant": adam.tenant_id})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("-</li>") == 0
    assert len(page.split('data-field="codes"')[1].split("</ul>")[0].split("<li>")) == 11
    assert answer.headers["Cache-Control"] == "no-store"
    assert person(adam).second_factor_at is not None
    assert browser.get("/me/").status_code == 200


def test_a_wrong_first_code_sets_up_nothing_and_the_key_stays(scope: None, adam: Account) -> None:
    browser = sign_in(adam.email).browser
    secret = secret_on(browser.get("/me/app/"))

    answer = browser.post("/me/app/", {"code": "000000", "for_tenant": adam.tenant_id})

    assert answer.status_code == 422
    assert secret_on(answer) == secret
    assert "This is not the code" in answer.content.decode()
    assert person(adam).second_factor_at is None


def test_the_password_is_asked_once_more_when_it_was_given_long_ago(scope: None, adam: Account) -> None:
    browser = bypass(adam)

    asked = browser.get("/me/app/")
    wrong = browser.post("/me/app/", {"do": "confirm", "current": "nope", "for_tenant": adam.tenant_id})
    right = browser.post("/me/app/", {"do": "confirm", "current": PASSWORD, "for_tenant": adam.tenant_id})

    assert "app-key" not in asked.content.decode()
    assert wrong.status_code == 422
    assert right.status_code == 302
    assert "app-key" in browser.get("/me/app/").content.decode()


@pytest.mark.parametrize("path", ["/me/app/", "/me/passkeys/new/", "/me/recovery-codes/"])
def test_nothing_of_it_changes_without_the_password(scope: None, adam: Account, path: str) -> None:
    with_app(adam)
    browser = bypass(adam)
    before = list(Authenticator.objects.order_by("pk").values())

    answer = browser.post(path, {"code": code_of(SECRET), "name": "Key", "credential": "{}"})

    assert answer.status_code == 422
    assert list(Authenticator.objects.order_by("pk").values()) == before


def test_a_second_app_is_refused(scope: None, adam: Account) -> None:
    with_app(adam)
    browser = half(adam)
    browser.post(ASKED, {"code": code_of(SECRET)})
    secret = secret_on(browser.get("/me/app/"))

    answer = browser.post("/me/app/", {"code": code_of(secret), "for_tenant": adam.tenant_id})

    assert answer.status_code == 409
    assert Authenticator.objects.filter(type="totp").count() == 1


@pytest.mark.parametrize("credential", ["", "{", "[]", "7", '"x"', "{}", '{"id": 1, "rawId": [], "response": "x"}'])
def test_a_passkey_that_is_none_is_refused_in_words(scope: None, adam: Account, credential: str) -> None:
    browser = sign_in(adam.email).browser
    browser.get("/me/passkeys/new/", headers={"host": "localhost"})

    answer = browser.post("/me/passkeys/new/", {"name": "Key", "credential": credential, "for_tenant": adam.tenant_id})

    assert answer.status_code == 422
    assert not Authenticator.objects.exists()


def test_passkeys_are_not_offered_at_a_number(scope: None, adam: Account) -> None:
    browser = sign_in(adam.email).browser

    by_number = browser.get("/me/passkeys/new/", headers={"host": "127.0.0.1:8000"}).content.decode()
    by_name = browser.get("/me/passkeys/new/", headers={"host": "localhost:8000"}).content.decode()

    assert "data-options" not in by_number
    assert escape('"rp": {"name": "ITAM Portal", "id": "localhost"}') in by_name


def test_removing_the_last_factor_takes_the_recovery_codes_too(scope: None, adam: Account) -> None:
    with_app(adam)
    app = Authenticator.objects.get(type="totp")
    browser = half(adam)
    browser.post(ASKED, {"code": code_of(SECRET)})

    question = browser.get(f"/me/factors/{app.pk}/remove/").content.decode()
    answer = browser.post(f"/me/factors/{app.pk}/remove/", {"for_tenant": adam.tenant_id})

    assert "It is your last one" in question
    assert answer.status_code == 302
    assert not Authenticator.objects.exists()
    assert person(adam).second_factor_at is None
    assert sign_in(adam.email).headers["Location"] == "/"


def test_nobody_removes_anothers_factor(scope: None, adam: Account, victor: Account) -> None:
    with_app(victor)
    app = Authenticator.objects.get(type="totp")
    browser = sign_in(adam.email).browser

    assert browser.get(f"/me/factors/{app.pk}/remove/").status_code == 404
    assert browser.post(f"/me/factors/{app.pk}/remove/").status_code == 404
    remove_factor(person(adam), factor=app.pk, by=adam)
    assert Authenticator.objects.filter(pk=app.pk).exists()


# --- on the way in ----------------------------------------------------------------------------------------------


def test_who_has_one_is_not_in_before_it_is_shown(scope: None, adam: Account) -> None:
    with_app(adam)
    browser = half(adam)

    assert browser.get("/accounts/").headers["Location"].startswith("/sign-in/")
    assert not LoginSession.objects.filter(account=adam).exists()
    answer = browser.post(ASKED, {"code": code_of(SECRET)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert browser.get("/accounts/").status_code == 200
    assert LoginSession.objects.filter(account=adam).count() == 1


def test_going_on_leads_where_one_wanted_to_go(scope: None, adam: Account) -> None:
    with_app(adam)
    browser = half(adam, next="/users/?q=x")

    assert browser.post(ASKED, {"code": code_of(SECRET)}).headers["Location"] == "/users/?q=x"


def test_a_code_is_good_once(scope: None, adam: Account) -> None:
    with_app(adam)
    code = code_of(SECRET)
    half(adam).post(ASKED, {"code": code})

    answer = half(adam).post(ASKED, {"code": code})

    assert answer.status_code == 422
    assert "This is not right" in answer.content.decode()


def test_codes_of_a_moment_ago_count_and_older_ones_do_not(scope: None, adam: Account) -> None:
    add_app(person(adam), secret=SECRET, code=code_of(SECRET, -1), by=adam)
    Authenticator.objects.filter(type="totp").update(data=dict(Authenticator.objects.get(type="totp").data, last=0))

    assert not use_code(person(adam), code=code_of(SECRET, -3), by=person(adam))
    assert not use_code(person(adam), code=code_of(SECRET, 3), by=person(adam))
    assert use_code(person(adam), code=code_of(SECRET, -1), by=person(adam))
    assert use_code(person(adam), code=code_of(SECRET), by=person(adam))


def test_a_recovery_code_lets_one_in_once_however_it_is_typed(scope: None, adam: Account) -> None:
    codes = with_app(adam)

    assert half(adam).post(ASKED, {"code": codes[3].upper().replace("-", " ")}).status_code == 302
    assert half(adam).post(ASKED, {"code": codes[3]}).status_code == 422
    assert half(adam).post(ASKED, {"code": codes[4]}).status_code == 302


def test_new_recovery_codes_kill_the_earlier_ones(scope: None, adam: Account) -> None:
    codes = with_app(adam)
    browser = half(adam)
    browser.post(ASKED, {"code": code_of(SECRET)})

    page = browser.post("/me/recovery-codes/", {"for_tenant": adam.tenant_id}).content.decode()

    fresh = page.split('data-field="codes"')[1].split("<li>")[1].split("<")[0]
    assert not use_code(person(adam), code=codes[0], by=person(adam))
    assert use_code(person(adam), code=fresh, by=person(adam))
    assert "9 unused codes" in browser.get("/me/").content.decode()


def test_guesses_are_limited_and_shut_out_no_known_browser(scope: None, adam: Account) -> None:
    with_app(adam)
    mine = half(adam)
    mine.post(ASKED, {"code": code_of(SECRET)})
    mine.post("/sign-out/")
    browser = half(adam)

    answers = [browser.post(ASKED, {"code": "000000"}) for _again in range(11)]
    mine.post("/sign-in/", {"login": adam.email, "password": PASSWORD})

    assert "Too many attempts" in answers[-1].content.decode()
    assert "Too many attempts" in browser.post(ASKED, {"code": code_of(SECRET, 1)}).content.decode()
    assert mine.post(ASKED, {"code": code_of(SECRET, 1)}).status_code == 302


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"code": ""},
        {"code": "x" * 200},
        {"code": "a\0b"},
        {"credential": "{"},
        {"credential": "[]"},
        {"credential": '{"id": 4}'},
        {"credential": "null"},
        {"code": "１２３４５６"},
    ],
)
def test_anything_else_is_refused_in_words(scope: None, adam: Account, form: dict[str, str]) -> None:
    with_app(adam)

    assert half(adam).post(ASKED, form).status_code == 422


def test_the_page_belongs_to_who_gave_the_password(scope: None, adam: Account) -> None:
    with_app(adam)

    assert PortalClient().get(ASKED).headers["Location"] == "/sign-in/"
    assert PortalClient().post(ASKED, {"code": code_of(SECRET)}).headers["Location"] == "/sign-in/"
    assert sign_in("victor@northwind.example").browser.get(ASKED).headers["Location"] == "/"
    browser = half(adam)
    assert browser.post(ASKED, {"do": "leave"}).headers["Location"] == "/sign-in/"
    assert browser.get(ASKED).headers["Location"] == "/sign-in/"


def test_whose_factor_was_reset_meanwhile_begins_anew(scope: None, adam: Account, olivia: Account) -> None:
    with_app(adam)
    browser = half(adam)
    reset_second_factor(adam, by=olivia)

    answer = browser.post(ASKED, {"code": code_of(SECRET)}, follow=True)

    assert answer.redirect_chain == [("/sign-in/", 302)]
    assert answer.status_code == 200
    assert sign_in(adam.email, browser=browser).headers["Location"] == "/"


def test_who_lost_the_account_meanwhile_is_told_why(scope: None, adam: Account) -> None:
    with_app(adam)
    browser = half(adam)
    Account.objects.filter(pk=adam.pk).update(status="disabled")

    answer = browser.post(ASKED, {"code": code_of(SECRET)}, follow=True)

    assert answer.redirect_chain == [("/sign-in/", 302)]
    assert "is disabled" in answer.content.decode()


# --- history and mail -------------------------------------------------------------------------------------------


def test_each_act_is_in_the_history_with_its_actor_and_told_by_mail(scope: None, adam: Account) -> None:
    with_app(adam)
    app = Authenticator.objects.get(type="totp")
    remove_factor(person(adam), factor=app.pk, by=adam)

    entries = Entry.objects.filter(account_id=adam.pk, operation__startswith="identity.").order_by("pk")
    assert list(entries.values_list("operation", "actor_id")) == [
        ("identity.add_factor", adam.pk),
        ("identity.remove_factor", adam.pk),
    ]
    assert [(one.to, one.subject) for one in deliver()] == [
        ([adam.email], "A second factor was added"),
        ([adam.email], "A second factor was removed"),
    ]
    page = bypass(adam).get("/me/").content.decode()
    assert "Add a second factor" in page
    assert "Remove a second factor" in page


def test_nothing_is_added_by_a_wrong_code(scope: None, adam: Account) -> None:
    with pytest.raises(WrongCode):
        add_app(person(adam), secret=SECRET, code="123", by=adam)

    assert Identity.objects.get(pk=adam.identity_id).second_factor_at is None


def test_the_password_counts_as_given_for_ten_minutes(
    scope: None, adam: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(adam.email).browser
    assert "app-key" in browser.get("/me/app/").content.decode()

    later = time.time() + 601
    monkeypatch.setattr(signing.time, "time", lambda: later)

    assert "app-key" not in browser.get("/me/app/").content.decode()
