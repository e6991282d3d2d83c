"""One's own sign-in: password, address and sessions, and what it shows to whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account, Ending, Identity, IdentityLink, LoginSession
from accounts.operations.own import KEPT_FOR
from itam_portal import devices
from itam_portal.history.models import Entry
from itam_portal.housekeeping import keep_house
from itam_portal.mail.models import Mail, MailState
from organizations.models import Tenant
from tests.accounts.own import BETTER, deliver, link_in, person, sign_in
from tests.cast import PASSWORD
from tests.conftest import PortalClient

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0 Edg/139.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def _no_other_mail(scope: None) -> None:
    Mail.objects.update(state=MailState.SENT)
    LoginSession.objects.filter(ended_at__isnull=True).update(ended_at=timezone.now(), ending=Ending.EXPIRED)


def visiting(account: Account, browser: str = FIREFOX, address: str = "203.0.113.7") -> PortalClient:
    """A browser of this kind, at this address, in which somebody has signed in."""
    return sign_in(account.email, browser=PortalClient(HTTP_USER_AGENT=browser, REMOTE_ADDR=address)).browser


def latest(account: Account) -> LoginSession:
    return LoginSession.objects.filter(account=account).latest("pk")


# --- password ---------------------------------------------------------------------------------------------------


def change(browser: PortalClient, current: str = PASSWORD, password: str = BETTER, again: str = "") -> Any:
    form = {"current": current, "password": password, "again": again or password}
    return browser.post("/me/password/", form)


def test_a_changed_password_keeps_this_session_and_ends_the_others(scope: None, adam: Account) -> None:
    other, mine = visiting(adam), visiting(adam)

    answer = change(mine)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/")
    assert mine.get("/accounts/").status_code == 200
    assert other.get("/accounts/").status_code == 302
    assert sign_in(adam.email).status_code == 422
    assert sign_in(adam.email, BETTER).status_code == 302


@pytest.mark.parametrize(
    ("current", "password", "again", "said"),
    [
        ("nope", BETTER, "", "The password is not right."),
        (PASSWORD, "short", "", "too short"),
        (PASSWORD, BETTER, "else", "The two passwords differ."),
        ("", BETTER, "", "required"),
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(
    scope: None, adam: Account, current: str, password: str, again: str, said: str
) -> None:
    browser = visiting(adam)

    answer = change(browser, current, password, again)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert sign_in(adam.email).status_code == 302


def test_a_changed_password_voids_links_and_is_told(scope: None, adam: Account) -> None:
    PortalClient().post("/sign-in/reset/", {"email": adam.email})
    (message,) = deliver()
    change(visiting(adam))

    stale = PortalClient()
    stale.get(link_in(message))

    assert stale.get("/sign-in/password/").status_code == 410
    assert [message.subject for message in deliver()] == ["Your password was changed"]
    entry = Entry.objects.filter(operation="identity.password").get()
    assert (entry.actor_id, entry.account_id) == (adam.pk, adam.pk)


# --- address ----------------------------------------------------------------------------------------------------

NEW = "adam@new.example"


def ask(browser: PortalClient, email: str = NEW, current: str = PASSWORD) -> Any:
    return browser.post("/me/email/", {"email": email, "current": current})


def test_a_new_address_counts_once_its_link_is_opened_and_both_are_told(scope: None, adam: Account) -> None:
    ask(visiting(adam))
    asked = {message.to[0]: message for message in deliver()}
    assert set(asked) == {NEW, adam.email}
    assert NEW in asked[adam.email].body
    assert person(adam).email == adam.email

    browser = PortalClient()
    page = browser.get(link_in(asked[NEW]), follow=True)
    assert NEW in page.content.decode()
    assert person(adam).email == adam.email
    browser.post("/sign-in/email/")

    assert person(adam).email == NEW
    assert {message.to[0] for message in deliver()} == {NEW, adam.email}
    assert sign_in(NEW).status_code == 302
    assert sign_in(adam.email).status_code == 422
    assert adam.refreshed().email == adam.email
    entry = Entry.objects.filter(operation="identity.email").get()
    assert (entry.actor_id, NEW in str(entry.changes)) == (adam.pk, False)


def test_an_address_of_somebody_else_gets_the_same_answer_and_no_mail(scope: None, adam: Account) -> None:
    free, taken = ask(visiting(adam)), ask(visiting(adam), "mallory@contoso.example")

    assert free.headers["Location"] == taken.headers["Location"] == "/me/"
    assert "mallory@contoso.example" not in [to for message in deliver() for to in message.to]


def test_an_address_taken_meanwhile_is_refused(scope: None, adam: Account) -> None:
    ask(visiting(adam))
    message = next(message for message in deliver() if message.to == [NEW])
    browser = PortalClient()
    browser.get(link_in(message))
    Identity.objects.create(email=NEW.upper())

    answer = browser.post("/sign-in/email/")

    assert answer.status_code == 409
    assert "This address cannot be used" in answer.content.decode()
    assert person(adam).email == adam.email


@pytest.mark.parametrize(
    ("email", "current", "status"),
    [
        ("adam@northwind.example", PASSWORD, 409),
        ("ADAM@northwind.example", PASSWORD, 409),
        (NEW, "nope", 422),
        ("no address", PASSWORD, 422),
        ("", PASSWORD, 422),
    ],
)
def test_a_refused_address_sends_nothing(scope: None, adam: Account, email: str, current: str, status: int) -> None:
    assert ask(visiting(adam), email, current).status_code == status
    assert deliver() == []


def test_a_second_request_voids_the_first(scope: None, adam: Account) -> None:
    browser = visiting(adam)
    ask(browser)
    ask(browser, "adam@newer.example")

    assert NEW not in [to for message in deliver() for to in message.to]
    assert IdentityLink.objects.open().count() == 1


# --- sessions ---------------------------------------------------------------------------------------------------


def test_the_list_names_device_address_and_tenant_of_each_session(
    scope: None, olivia: Account, contoso: Tenant
) -> None:
    visiting(olivia, EDGE, "198.51.100.4").post("/switch/", {"tenant": contoso.pk})

    page = visiting(olivia).get("/me/").content.decode()

    assert "Edge on Windows" in page
    assert "198.51.100.4" in page
    assert "Contoso" in page
    assert "Firefox on Linux" in page
    assert page.count("This session") == 1


def test_one_is_signed_out_of_one_session_in_whichever_tenant(scope: None, olivia: Account, contoso: Tenant) -> None:
    there, here, third = visiting(olivia, EDGE), visiting(olivia), visiting(olivia, IPHONE)
    there.post("/switch/", {"tenant": contoso.pk})
    page = here.get("/me/").content.decode()
    number = page.split("Sign out Edge on Windows, Contoso")[0].rsplit('value="', 1)[1].split('"')[0]

    here.post("/me/sessions/end/", {"session": number})

    assert there.get("/accounts/").status_code == 302
    assert third.get("/accounts/").status_code == here.get("/accounts/").status_code == 200


def test_one_is_signed_out_everywhere_else(scope: None, olivia: Account, contoso: Tenant) -> None:
    there, here = visiting(olivia, EDGE), visiting(olivia)
    there.post("/switch/", {"tenant": contoso.pk})

    answer = here.post("/me/sessions/end/", {"others": "1"}, follow=True)

    assert "1 session ended." in answer.content.decode()
    assert there.get("/accounts/").status_code == 302
    assert here.get("/accounts/").status_code == 200
    entries = Entry.objects.filter(operation="identity.end_sessions")
    assert set(entries.values_list("actor_name", flat=True)) == {olivia.name}
    assert "Sign out elsewhere" in here.get("/me/").content.decode()


@pytest.mark.parametrize("form", [{}, {"session": "x"}, {"session": "9" * 30}])
def test_nothing_chosen_ends_nothing(scope: None, adam: Account, form: dict[str, str]) -> None:
    other, browser = visiting(adam), visiting(adam)

    assert browser.post("/me/sessions/end/", form).status_code == 409
    assert other.get("/accounts/").status_code == 200


def test_nobody_ends_anothers_session_by_its_number(scope: None, adam: Account, victor: Account) -> None:
    theirs, browser = visiting(victor), visiting(adam)

    browser.post("/me/sessions/end/", {"session": latest(victor).pk})

    assert theirs.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("curl/8.1", "curl"),
        ("", "Unknown device"),
        ("<script>", "Unknown device"),
    ],
)
def test_a_device_is_named_in_words(user_agent: str, words: str) -> None:
    assert devices.in_words(user_agent) == words


# --- whose it is ------------------------------------------------------------------------------------------------


def test_the_page_costs_the_same_for_one_session_and_for_fifty(
    scope: None, adam: Account, django_assert_max_num_queries: Any
) -> None:
    browser = visiting(adam)
    for _again in range(49):
        now = timezone.now()
        LoginSession.objects.create(tenant_id=adam.tenant_id, account=adam, started_at=now, last_seen_at=now)
    browser.get("/me/")

    with django_assert_max_num_queries(20):
        page = browser.get("/me/").content.decode()

    assert page.count("data-session=") == 50


def test_what_was_changed_is_shown_to_its_person_only(scope: None, adam: Account, olivia: Account) -> None:
    change(visiting(adam))

    assert "Change the password" in visiting(olivia).get(f"/accounts/{adam.pk}/history/").content.decode()
    assert "Change the password" not in visiting(olivia).get("/me/").content.decode().split('id="changes-heading"')[1]


def test_old_links_go_with_housekeeping(scope: None, adam: Account) -> None:
    ask(visiting(adam))
    IdentityLink.objects.update(made_at=timezone.now() - KEPT_FOR - timedelta(days=1))

    assert keep_house()["forget_own_links"] >= 1
    assert not IdentityLink.objects.exists()
