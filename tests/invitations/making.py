"""What tests of invitations share: an offer, the mail with its link, and time that has passed."""

import re
from datetime import timedelta
from typing import Any

from django.core import mail as outbox
from django.db.models import F
from django.test import Client

from accounts.models import Account, Group
from accounts.operations import Offer
from accounts.queries import Scope
from invitations.guards import Offered
from invitations.models import Invitation
from invitations.operations import Line, invite
from itam_portal.mail.jobs import send
from itam_portal.mail.models import Mail, MailState
from tests.cast import role_named

EMAIL = "newt@new.example"
PASSWORD = "a long one for me"
ANSWER = {"do": "accept", "name": "Newt N", "password": PASSWORD, "again": PASSWORD}


def offering(*roles: str, groups: tuple[Group, ...] = (), at: Any = None) -> Offered:
    """An offer of these roles, everywhere or at an organization."""
    scope = Scope(organization_id=at.pk) if at else Scope()
    return Offered(tuple(Offer(role_named(name), scope) for name in roles), groups)


def invited(by: Account, email: str = EMAIL, *, offered: Offered | None = None, **names: str) -> Invitation:
    """An invitation, by default to the role Viewer."""
    return invite(by.tenant, by=by, to=Line(email, **names), offered=offered or offering("Viewer"))


def form_of(**values: Any) -> dict[str, Any]:
    """The form of one invitation."""
    plain = {"email": EMAIL, "first_name": "", "last_name": "", "sets": "1", "do": "send"}
    offer = {"set0-scope": "", "set0-organization": "", "set0-expires_on": ""}
    return {**plain, **offer, **values}


def deliver() -> None:
    """Do the worker's part: send all mail that waits."""
    for mail in Mail.objects.filter(state=MailState.WAITING).order_by("pk"):
        send.call(tenant_id=mail.tenant_id, mail_id=mail.pk)


def link_in_mail() -> str:
    """The path of the link in the last mail that is sent, after sending all that waits."""
    deliver()
    return re.findall(r"http://127\.0\.0\.1:8000(/invitations/accept/\S+)", outbox.outbox[-1].body)[0]


def opened(path: str, browser: Client | None = None) -> Client:
    """A browser that has opened this link."""
    guest = browser or Client()
    assert guest.get(path).headers["Location"] == "/invitations/accept/"
    return guest


def pass_time(invitation: Invitation, **span: float) -> None:
    """Let so much time pass for an invitation: its moments lie so much further back."""
    past = timedelta(**span)
    found = Invitation.objects.filter(pk=invitation.pk)
    found.update(sent_at=F("sent_at") - past, expires_at=F("expires_at") - past)


def read(invitation: Invitation) -> Invitation:
    """The invitation as the database has it now."""
    return Invitation.objects.get(pk=invitation.pk)


def text_of(answer: Any) -> str:
    """What a page says."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
