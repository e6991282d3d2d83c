"""Mail on its way: sent once, put off while the server is down, dropped when it is no longer wanted."""

import smtplib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outbox
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import SignInLink
from accounts.operations import create_account
from accounts.operations.links import MAIL
from itam_portal.mail import operations
from itam_portal.mail.jobs import send, send_left_mail
from itam_portal.mail.models import Mail, MailState
from itam_portal.tenancy.actor import System
from itam_portal.tokens import hash_of
from organizations.models import Organization, Tenant
from tests.cast import account_named


class DownBackend:
    """A mail server that takes nothing."""

    def __init__(self, **kwargs: Any) -> None:
        """As Django makes it."""

    def send_messages(self, messages: Any) -> int:
        """Refuse."""
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.fixture
def mail(scope: None, northwind: Tenant) -> Mail:
    """A mail that waits: of an account just made."""
    Mail.objects.update(state=MailState.SENT)
    home = Organization.objects.get(type="HOME")
    fields = {"name": "Newt", "login": "newt", "email": "newt@new.example", "home": home}
    create_account(northwind, by=account_named("olivia"), fields=fields)
    return Mail.objects.get(state=MailState.WAITING)


def deliver(mail: Mail) -> Mail:
    """Do the worker's job, and read the mail again."""
    send.call(tenant_id=mail.tenant_id, mail_id=mail.pk)
    return Mail.objects.get(pk=mail.pk)


def test_a_mail_is_written_and_queued_with_the_change(mail: Mail) -> None:
    queued = DBTaskResult.objects.filter(queue_name="mail", args_kwargs__kwargs__mail_id=mail.pk)

    assert (mail.kind, mail.address, mail.tries) == (MAIL, "newt@new.example", 0)
    assert queued.count() == 1
    assert outbox.outbox == []


def test_it_is_sent_once_as_text_and_html_with_a_link_of_the_setting(mail: Mail) -> None:
    assert deliver(mail).state == MailState.SENT
    deliver(mail)

    (message,) = outbox.outbox
    html = message.alternatives[0][0]  # type: ignore[attr-defined]
    token = message.body.split("http://127.0.0.1:8000/sign-in/link/")[1].split("/")[0]
    assert message.to == ["newt@new.example"]
    assert token in html
    assert "<img" not in html
    link = SignInLink.objects.get(account__login="newt")
    assert link.token_hash == hash_of(token)


def test_the_token_rests_nowhere_but_as_its_hash(mail: Mail) -> None:
    deliver(mail)

    token = outbox.outbox[0].body.split("/sign-in/link/")[1].split("/")[0]
    rests = [*Mail.objects.values(), *SignInLink.objects.values(), *DBTaskResult.objects.values("args_kwargs")]
    assert token not in str(rests)


@pytest.mark.usefixtures("scope")
def test_a_server_that_is_down_loses_nothing_and_is_asked_again_with_growing_pauses(mail: Mail, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DownBackend"
    pauses = []

    for _try in range(3):
        before = timezone.now()
        mail = deliver(mail)
        pauses.append(round((mail.next_try_at - before).total_seconds() / 60))
        Mail.objects.filter(pk=mail.pk).update(next_try_at=timezone.now())

    assert pauses == [1, 2, 4]
    assert mail.state == MailState.WAITING
    assert mail.last_error.startswith("SMTPServerDisconnected: Connection unexpectedly closed")
    assert DBTaskResult.objects.filter(queue_name="mail", run_after__gt=timezone.now() - timedelta(days=1)).exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver(mail).state == MailState.SENT


def test_two_workers_send_it_once(mail: Mail, northwind: Tenant) -> None:
    by = System("Mail", northwind)

    first = operations.take(mail.pk, by=by, now=timezone.now())
    second = operations.take(mail.pk, by=by, now=timezone.now())
    late = operations.take(mail.pk, by=by, now=timezone.now() + operations.TAKEN_FOR)

    assert first is not None
    assert second is None
    assert late is not None


def test_what_is_no_longer_wanted_is_dropped(mail: Mail) -> None:
    SignInLink.objects.update(voided_at=timezone.now())

    assert deliver(mail).state == MailState.DROPPED
    assert outbox.outbox == []


def test_housekeeping_queues_again_what_a_crash_left(mail: Mail, northwind: Tenant) -> None:
    DBTaskResult.objects.all().delete()
    by = System("Automation", northwind)

    assert send_left_mail(by) == 0
    Mail.objects.filter(pk=mail.pk).update(next_try_at=timezone.now() - timedelta(hours=1))
    assert send_left_mail(by) == 1

    assert DBTaskResult.objects.filter(queue_name="mail").count() == 1


def test_in_development_mail_lands_in_a_folder_and_is_named(
    mail: Mail, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND, settings.MAIL_FOLDER = "itam_portal.mail.folder.FolderBackend", str(tmp_path / "mail")

    deliver(mail)

    (file,) = (tmp_path / "mail").glob("*.eml")
    assert capsys.readouterr().out == f"Mail to newt@new.example: {file}\n"
    assert b"Subject: Your account in Northwind" in file.read_bytes()
