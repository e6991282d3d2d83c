"""Answering an invitation: whoever accepts gets one account, whoever declines none."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account, Identity
from accounts.operations import WrongFields, admit, create_identity, lock
from invitations import guards
from invitations.guards import Offered
from invitations.models import Invitation, Status
from invitations.operations.letters import NO_ROLE
from itam_portal import guards as registry
from itam_portal.history.context import context
from itam_portal.mail.posting import post
from itam_portal.refusals import Refused, refusing
from itam_portal.tenancy.actor import Actor


@transaction.atomic
def accept_invitation(
    invitation: Invitation,
    *,
    by: Actor,
    link: str,
    identity: Identity | None = None,
    name: str = "",
    password: str = "",
) -> Account:
    """Make the account that was offered: of this person, or of a new one who chooses name and password.

    `link` is the hash by which the invitation was opened. Raises the refusal of answering or accepting it, SignInExists
    where the address has a sign-in by now, and ValidationError for a weak password.
    """
    by = lock(by)
    found = _answerable(invitation, link=link, by=by)
    offered = Offered.by(found)
    guards.require_acceptable(found, offered, identity=identity)
    person = identity or _new_person(found.email, name=name, password=password, by=by)
    with context("invitations.accept", by=by, reason=_numbered(found)), _login_in_words():
        fields = {"name": _name_of(found, person), "login": found.email, "email": found.email, "home": found.home}
        made = admit(found.tenant, by=by, identity=person, fields=fields, offers=offered.roles, groups=offered.groups)
    with context("invitations.accept", by=made, reason=_numbered(found)):
        _answer(found, status=Status.ACCEPTED, account=made)
    made = _with_pending_roles(made, inviter=found.invited_by)
    if not made.is_assigned and found.invited_by.email:
        post(found.tenant, kind=NO_ROLE, address=found.invited_by.email, about=found.pk)
    return made


@transaction.atomic
def decline_invitation(invitation: Invitation, *, by: Actor, link: str) -> None:
    """Want no account. Raises the refusal of answering the invitation now."""
    by = lock(by)
    found = _answerable(invitation, link=link, by=by)
    with context("invitations.decline", by=by):
        _answer(found, status=Status.DECLINED)


def _answerable(invitation: Invitation, *, link: str, by: Actor) -> Invitation:
    """The invitation as it is now, nobody else answering it meanwhile."""
    rows = Invitation.objects.select_related("tenant", "invited_by__tenant", "home")
    found = rows.filter(tenant_id=by.tenant.pk, pk=invitation.pk).first()
    if found is None or not link or found.token_hash != link:
        raise guards.WasReplaced
    guards.require_answerable(found)
    return found


def _answer(found: Invitation, **facts: Any) -> None:
    Invitation.objects.filter(tenant_id=found.tenant_id, pk=found.pk).update(answered_at=timezone.now(), **facts)


def _with_pending_roles(made: Account, *, inviter: Account) -> Account:
    """A contact of the address gets what waited for it, as far as the inviter may give it; the rest goes on waiting."""
    with suppress(Refused), transaction.atomic():
        registry.linked(made, by=inviter)
    return made.refreshed()


def _new_person(email: str, *, name: str, password: str, by: Actor) -> Identity:
    validate_password(password, Identity(email=email, name=name))
    with refusing({"identity_email_once": guards.SignInExists}):
        return create_identity(email, name=name, password=password, by=by)


def _name_of(found: Invitation, person: Identity) -> str:
    """What the tenant calls the account: as the inviter wrote, else as the person does."""
    return found.full_name or person.name or found.email.split("@")[0]


def _numbered(found: Invitation) -> str:
    return _("Invitation no. %(number)s") % {"number": found.pk}


@contextmanager
def _login_in_words() -> Iterator[None]:
    """Another account may have taken the address as its login after the invitation was sent."""
    try:
        yield
    except WrongFields as refusal:
        raise guards.AddressTaken from refusal
