"""A forgotten password: the same answer for everybody, a link good for once, and every session ended."""

import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Account, Ending, Identity, IdentityLink, LoginSession
from accounts.operations import end_sign_in
from itam_portal.history.models import Entry
from itam_portal.mail.models import Mail, MailState
from itam_portal.tenancy.actor import System
from itam_portal.tokens import hash_of
from tests.accounts.own import BETTER, deliver, link_in, sign_in
from tests.cast import PASSWORD
from tests.conftest import PortalClient


@pytest.fixture(autouse=True)
def _no_other_mail(scope: None) -> None:
    Mail.objects.update(state=MailState.SENT)


def ask(email: str, browser: PortalClient | None = None) -> Any:
    return (browser or PortalClient()).post("/sign-in/reset/", {"email": email}, follow=True)


def opened(email: str = "adam@northwind.example") -> PortalClient:
    """A browser in which the link for this address was opened."""
    ask(email)
    (message,) = deliver()
    browser = PortalClient()
    browser.get(link_in(message))
    return browser


def choose(browser: PortalClient, password: str = BETTER, again: str = "") -> Any:
    return browser.post("/sign-in/password/", {"password": password, "again": again or password})


def test_the_answer_is_the_same_for_known_and_unknown_addresses(scope: None) -> None:
    known, unknown = ask("adam@northwind.example"), ask("nobody@northwind.example")

    assert known.redirect_chain == unknown.redirect_chain == [("/sign-in/", 302)]
    strip = lambda answer, email: answer.content.decode().replace(email, "").split("csrfmiddlewaretoken")[0]  # noqa: E731
    assert strip(known, "adam@northwind.example") == strip(unknown, "nobody@northwind.example")


def test_the_page_does_the_same_work_for_known_and_unknown_addresses(scope: None) -> None:
    def cost(email: str) -> tuple[int, float]:
        log = connections["default"]
        log.force_debug_cursor = True
        before, begun = len(log.queries_log), time.process_time()
        PortalClient().post("/sign-in/reset/", {"email": email})
        log.force_debug_cursor = False
        return len(log.queries_log) - before, time.process_time() - begun

    cost("the-first-request@northwind.example")
    pairs = [(cost("adam@northwind.example"), cost("nobody@northwind.example")) for _again in range(3)]

    assert [known[0] - unknown[0] for known, unknown in pairs] == [0, 0, 0]
    assert 0.3 < statistics.median(known[1] / unknown[1] for known, unknown in pairs) < 3


def test_only_a_known_address_gets_a_mail(scope: None) -> None:
    ask("nobody@northwind.example")
    ask("ADAM@northwind.example")

    messages = deliver()

    assert [message.to for message in messages] == [["adam@northwind.example"]]
    assert "/sign-in/reset/" in messages[0].body


def test_a_new_password_is_chosen_by_the_link(scope: None) -> None:
    browser = opened()

    answer = choose(browser)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/")
    assert sign_in("adam@northwind.example").status_code == 422
    assert sign_in("adam@northwind.example", BETTER).status_code == 302


def test_the_token_leaves_the_address_at_once_and_only_its_hash_is_kept(scope: None) -> None:
    ask("adam@northwind.example")
    (message,) = deliver()
    browser, token = PortalClient(), link_in(message).split("/")[-2]

    answer = browser.get(link_in(message))
    page = browser.get(answer.headers["Location"])

    assert answer.headers["Location"] == "/sign-in/password/"
    assert token not in page.content.decode()
    assert IdentityLink.objects.latest("pk").token_hash == hash_of(token)
    assert token not in str(browser.session.items())
    assert page.headers["Cache-Control"] == "no-store"


def test_opening_the_link_changes_nothing_and_it_is_good_for_one_use(scope: None) -> None:
    ask("adam@northwind.example")
    (message,) = deliver()
    first, second = PortalClient(), PortalClient()
    first.get(link_in(message), follow=True)
    second.get(link_in(message), follow=True)

    assert choose(first).status_code == 302
    assert choose(second, "another good password").status_code == 410
    assert sign_in("adam@northwind.example", BETTER).status_code == 302


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "", "too short"),
        ("password1234", "", "too common"),
        (BETTER, "something else", "differ"),
        ("adam@northwind.example", "", "similar"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_stays_good(scope: None, password: str, again: str, said: str) -> None:
    browser = opened()

    answer = choose(browser, password, again)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert choose(browser).status_code == 302


def test_after_an_hour_the_link_has_ended(scope: None) -> None:
    browser = opened()
    IdentityLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert browser.get("/sign-in/password/").status_code == 410
    assert choose(browser).status_code == 410
    assert sign_in("adam@northwind.example", PASSWORD).status_code == 302


def test_every_session_in_every_tenant_ends(scope: None, olivia: Account, contoso: Any) -> None:
    begun = timezone.now()
    here, there = sign_in("olivia@northwind.example").browser, sign_in("olivia@northwind.example").browser
    there.post("/switch/", {"tenant": contoso.pk, "for_tenant": olivia.tenant_id})

    choose(opened("olivia@northwind.example"))

    assert here.get("/accounts/").status_code == there.get("/accounts/").status_code == 302
    endings = set(LoginSession.objects.filter(account=olivia, started_at__gt=begun).values_list("ending", flat=True))
    assert endings == {Ending.PASSWORD, Ending.SWITCHED}


def test_it_is_in_the_history_with_its_actor_and_the_person_is_told(scope: None, adam: Account) -> None:
    choose(opened())

    entry = Entry.objects.filter(operation="identity.reset_password").get()
    event = person_events(adam, "identity.reset_password")
    assert (entry.account_id, entry.actor_id, entry.actor_name) == (adam.pk, adam.pk, adam.name)
    assert [one.pgh_context["by_name"] for one in event] == [adam.name]
    assert [message.subject for message in deliver()] == ["Your password was changed"]


def person_events(account: Account, operation: str) -> list[Any]:
    events = Identity.pgh_event_model.objects  # type: ignore[attr-defined]
    return list(events.filter(pgh_obj_id=account.identity_id, pgh_context__operation=operation))


def test_asking_again_and_again_fills_no_mailbox_and_voids_no_link(scope: None) -> None:
    answers = {ask("adam@northwind.example").content.count(b"a link is on its way") for _again in range(9)}

    messages = deliver()

    assert answers == {1}
    assert len(messages) == 5
    browser = PortalClient()
    browser.get(link_in(messages[0]))
    assert choose(browser).status_code == 302


def test_an_ended_sign_in_gets_no_link_and_can_use_none(scope: None, adam: Account) -> None:
    browser = opened()
    end_sign_in(adam.identity, by=lambda tenant: System("Command", tenant))

    ask("adam@northwind.example")

    # That the account is disabled is all that is told.
    assert [mail for mail in deliver() if "/sign-in/reset/" in str(mail.body)] == []
    assert choose(browser).status_code == 410


def test_what_is_queued_holds_an_address_and_nothing_else(scope: None) -> None:
    ask("adam@northwind.example")

    assert DBTaskResult.objects.get(task_path__endswith="answer_reset").args_kwargs["kwargs"] == {
        "email": "adam@northwind.example"
    }
    assert PortalClient().post("/sign-in/reset/", {"email": "my secret password"}).status_code == 422
    assert PortalClient().post("/sign-in/reset/", {"email": "a\0b@c.example"}).status_code == 422


def test_a_link_of_another_kind_opens_nothing(scope: None) -> None:
    browser = PortalClient()

    browser.get("/sign-in/reset/nonsense/")
    assert browser.get("/sign-in/password/").status_code == 410
    assert browser.get("/sign-in/email/").status_code == 410
