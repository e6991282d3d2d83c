"""What tests of making accounts share: forms, and the link in the mail."""

import re
from datetime import timedelta
from typing import Any

from django.core import mail as outbox
from django.utils import timezone

from itam_portal.mail.jobs import send
from itam_portal.mail.models import Mail, MailState
from organizations.models import Organization

SOON = timezone.now().date() + timedelta(days=30)


def fields_of(login: str, email: str = "", **more: Any) -> dict[str, Any]:
    """The fields of an account at HOME."""
    home = Organization.objects.get(type="HOME")
    return {"name": login.title(), "login": login, "email": email or f"{login}@new.example", "home": home, **more}


def form_of(**values: Any) -> dict[str, Any]:
    """The form of a new account."""
    plain = {"name": "Newt", "email": "newt@new.example", "login": "", "job_title": "", "home": "HOME"}
    return {**plain, "role": "", "scope": "", "organization": "", "expires_on": "", **values}


def link_in_mail() -> str:
    """The path of the sign-in link in the last mail that is sent, after sending all that waits."""
    for mail in Mail.objects.filter(state=MailState.WAITING):
        send.call(tenant_id=mail.tenant_id, mail_id=mail.pk)
    return re.findall(r"http://127\.0\.0\.1:8000(/sign-in/link/\S+)", outbox.outbox[-1].body)[0]


def text_of(answer: Any) -> str:
    """What a page says."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
