"""Words for tests of one's own sign-in: signing in, mail as it arrives, codes as an app shows them."""

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail as outbox
from django_tasks_db.models import DBTaskResult

from accounts import doors
from accounts.jobs.own_letters import answer_reset
from accounts.models import Account, Identity
from accounts.operations import add_app
from itam_portal.mail.jobs import send
from itam_portal.mail.models import Mail, MailState
from itam_portal.tenancy.scope import tenant_scope
from tests.cast import PASSWORD
from tests.conftest import PortalClient

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BETTER = "correct horse battery staple"
ASKED = "/sign-in/factor/"


def sign_in(login: str, password: str = PASSWORD, *, browser: PortalClient | None = None, **more: str) -> Any:
    """The answer of the sign-in page, with its browser."""
    browser = browser or PortalClient()
    answer = browser.post("/sign-in/", {"login": login, "password": password, **more})
    answer.browser = browser
    return answer


def code_of(secret: str, steps: int = 0) -> str:
    """What an authenticator app with this secret shows, so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_app(account: Account) -> list[str]:
    """Give an account's sign-in an authenticator app with the secret of these tests; answers its recovery codes."""
    # By the code before this one: the present one is left for the test.
    return add_app(person(account), secret=SECRET, code=code_of(SECRET, -1), by=account)


def person(account: Account) -> Identity:
    """The sign-in of an account as it is now."""
    return Identity.objects.get(pk=account.identity_id)


def deliver() -> list[Any]:
    """Do what the worker does with all mail that waits; answers what arrived."""
    for task in DBTaskResult.objects.filter(task_path__endswith="answer_reset", status="READY"):
        answer_reset.call(**task.args_kwargs["kwargs"])
    DBTaskResult.objects.filter(task_path__endswith="answer_reset").delete()
    before = len(outbox.outbox)
    for row in doors.all_tenants.read():
        with tenant_scope(row["tenant_id"]):
            waiting = list(Mail.objects.filter(state=MailState.WAITING).order_by("pk"))
        for mail in waiting:
            send.call(tenant_id=mail.tenant_id, mail_id=mail.pk)
    return outbox.outbox[before:]


def link_in(message: Any) -> str:
    """The path of the first link of a mail."""
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", message.body)
    assert found
    return found[1]


def half(account: Account, **more: str) -> PortalClient:
    """A browser in which the password was right, and the second factor is asked for."""
    answer = sign_in(account.email, **more)
    assert answer.headers["Location"] == ASKED
    return answer.browser


def secret_on(page: Any) -> str:
    """The new secret that the page for an authenticator app shows."""
    value = page.content.decode().split('id="app-key"')[1].split('value="')[1].split('"')[0]
    return value.replace(" ", "")
