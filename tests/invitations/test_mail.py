"""The mail of an invitation: sent once, with a link that rests nowhere; put off while the server is down."""

import re
from typing import Any

from django.core import mail as outbox
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Account
from invitations.models import Invitation
from invitations.operations import copy_links, resend_invitations, revoke_invitations
from itam_portal.history.models import Entry
from itam_portal.mail.models import Mail, MailState
from itam_portal.tokens import hash_of
from tests.invitations.making import (
    ANSWER,
    deliver,
    invited,
    link_in_mail,
    offering,
    opened,
    pass_time,
    read,
    text_of,
)

PAGE = "/invitations/accept/"
DOWN = "tests.mail.test_sending.DownBackend"
UP = "django.core.mail.backends.locmem.EmailBackend"


def only(made: Invitation) -> Any:
    """This invitation as a set of rows."""
    return Invitation.objects.filter(pk=made.pk)


def token_of(path: str) -> str:
    """The secret in a link."""
    return path.rstrip("/").split("/")[-1]


def test_it_says_who_invites_to_what_as_text_and_html_without_images(olivia: Account, settings: Any) -> None:
    settings.PUBLIC_URL = "https://portal.company.example"
    invited(olivia, first_name="Newt", offered=offering("Viewer", "USER"))
    deliver()

    (message,) = outbox.outbox
    html = message.alternatives[0][0]  # type: ignore[attr-defined]
    for body in (message.body, html):
        assert "Newt" in body
        assert "Olivia Northwind invites you" in body
        assert "Viewer" in body
        assert re.search(r"https://portal\.company\.example/invitations/accept/\S+", body)
    assert "<img" not in html
    assert "style" not in html
    assert message.to == ["newt@new.example"]
    assert message.subject == "Olivia Northwind invites you to Northwind"


def test_the_host_header_decides_nothing(olivia: Account, client_of: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    made = invited(olivia)
    client_of(olivia).post("/invitations/resend/", {"selected": [made.pk], "confirm": "1"}, HTTP_HOST="evil.example")

    assert link_in_mail().startswith(PAGE)
    assert "evil" not in outbox.outbox[-1].body


def test_the_token_rests_nowhere_but_as_its_hash(olivia: Account) -> None:
    made = invited(olivia)
    token = token_of(link_in_mail())

    assert read(made).token_hash == hash_of(token)
    rests = [*Mail.objects.values(), *DBTaskResult.objects.values("args_kwargs"), *Entry.objects.values()]
    rests += [*Invitation.objects.values(), *made.events.values()]
    assert token not in str(rests)
    assert hash_of(token) not in str([*Entry.objects.values(), *made.events.values()])


def test_a_server_that_is_down_loses_nothing_and_the_page_says_so(
    olivia: Account, client_of: Any, settings: Any
) -> None:
    made = invited(olivia)
    browser = client_of(olivia)
    assert "Not sent yet" in text_of(browser.get(f"/invitations/{made.pk}/"))
    settings.EMAIL_BACKEND = DOWN
    deliver()

    assert read(made).delivery == "failing"
    page = text_of(browser.get(f"/invitations/{made.pk}/"))
    assert "The mail server did not take it: SMTPServerDisconnected" in page
    assert "delivery=failing" not in page
    assert f'data-id="{made.pk}"' in browser.get("/invitations/?delivery=failing").content.decode()
    settings.EMAIL_BACKEND = UP
    Mail.objects.filter(about=made.pk).update(next_try_at=timezone.now())
    deliver()
    assert read(made).delivery == "sent"
    assert "The mail server took the mail" in text_of(browser.get(f"/invitations/{made.pk}/"))


def test_a_retry_makes_a_new_token(olivia: Account, settings: Any) -> None:
    made = invited(olivia)
    settings.EMAIL_BACKEND = DOWN
    deliver()
    first = read(made).token_hash
    settings.EMAIL_BACKEND = UP
    Mail.objects.filter(about=made.pk).update(next_try_at=timezone.now())

    assert hash_of(token_of(link_in_mail())) == read(made).token_hash != first


def test_sending_again_kills_the_old_link_before_the_new_one_is_mailed(olivia: Account) -> None:
    made = invited(olivia)
    old = link_in_mail()

    resend_invitations(only(made), by=olivia)

    assert opened(old).get(PAGE).status_code == 410
    new = link_in_mail()
    assert opened(old).get(PAGE).status_code == 410
    assert opened(new).post(PAGE, ANSWER).status_code == 302


def test_of_two_mails_that_wait_only_the_newest_goes_out(olivia: Account) -> None:
    made = invited(olivia)
    resend_invitations(only(made), by=olivia)

    deliver()

    assert len(outbox.outbox) == 1
    assert sorted(Mail.objects.filter(about=made.pk).values_list("state", flat=True)) == ["dropped", "sent"]


def test_what_was_revoked_or_expired_before_it_went_out_is_not_mailed(olivia: Account) -> None:
    revoked, lapsed = invited(olivia), invited(olivia, "other@new.example")
    revoke_invitations(only(revoked), by=olivia)
    pass_time(lapsed, days=8)

    deliver()

    assert outbox.outbox == []


def test_a_copied_link_works_and_no_waiting_mail_kills_it(olivia: Account) -> None:
    made = invited(olivia)
    _receipt, tokens = copy_links(only(made), by=olivia)

    deliver()

    assert outbox.outbox == []
    assert read(made).delivery == "copied"
    assert Mail.objects.get(about=made.pk).state == MailState.DROPPED
    assert opened(f"{PAGE}{tokens[made.pk]}/").post(PAGE, ANSWER).status_code == 302


def test_after_copying_it_may_be_mailed_again(olivia: Account) -> None:
    made = invited(olivia)
    _receipt, tokens = copy_links(only(made), by=olivia)
    resend_invitations(only(made), by=olivia)

    path = link_in_mail()

    assert opened(f"{PAGE}{tokens[made.pk]}/").get(PAGE).status_code == 410
    assert opened(path).get(PAGE).status_code == 200
