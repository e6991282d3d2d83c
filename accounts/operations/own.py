"""What a person changes of their own sign-in: password, address, sessions. No tenant does it for them."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import doors
from accounts.models import Account, Ending, Identity, IdentityLink, Purpose
from accounts.models.identity import LINKS_LIVE
from accounts.operations.sessions import end_these_sessions
from itam_portal.history.context import context
from itam_portal.mail.posting import post
from itam_portal.refusals import Refused, refusing
from itam_portal.tenancy.actor import Actor
from itam_portal.tenancy.scope import tenant_scope
from itam_portal.tokens import hash_of, new_token
from organizations.models import Tenant

RESET, CONFIRM_EMAIL = "identity.reset", "identity.confirm_email"
EMAIL_ASKED, EMAIL_CHANGED, PASSWORD_CHANGED = "identity.email_asked", "identity.email_changed", "identity.password"

KEPT_FOR = timedelta(days=30)


class OwnLinkEnded(Refused):
    """The link was used, replaced, or its time is over."""

    code = "own_link_ended"
    message = _("This link cannot be used any more. Ask for a new one.")


class AddressTaken(Refused):
    """One sign-in for each address."""

    code = "address_taken"
    message = _("This address cannot be used for your sign-in. Nothing was changed.")


class SameAddress(Refused):
    """There is nothing to change."""

    code = "same_address"
    message = _("You sign in with this address already.")


def locked(identity: Identity, *, by: Any) -> Identity:
    """The sign-in as it is now; whatever else changes it waits until the end of the transaction."""
    return Identity.objects.select_for_update(no_key=True).get(pk=identity.pk)


def record(identity: Identity, *, fields: tuple[str, ...] = (), by: Actor) -> None:
    """Store these fields, and let the history of the sign-in and of the actor's tenant say that it was changed.

    The caller says by `context` what was done.
    """
    identity.sign_in_changed_at = timezone.now()
    identity.save(update_fields=[*fields, "sign_in_changed_at"])
    own = Account.objects.filter(tenant_id=by.tenant.pk, identity=identity)
    own.update(sign_in_changed_at=identity.sign_in_changed_at)


def tell(identity: Identity, *, kind: str, by: Actor) -> None:
    """Let the person know by mail what was done to their sign-in."""
    post(by.tenant, kind=kind, address=identity.email, about=identity.pk)


# --- password ---------------------------------------------------------------------------------------------------


@transaction.atomic
def change_password(identity: Identity, *, password: str, by: Actor, keep: int | None = None) -> None:
    """Sign in with another password from now on; every session but the one to keep ends.

    Raises ValidationError for a weak one.
    """
    found = locked(identity, by=by)
    validate_password(password, found)
    found.set_password(password)
    with context("identity.password", by=by):
        record(found, fields=("password",), by=by)
        void_own_links(found, by=by)
    end_own_sessions(found, by=by, keep=keep, ending=Ending.PASSWORD)
    tell(found, kind=PASSWORD_CHANGED, by=by)


def home_of(identity: Identity, *, by: Any = None) -> dict[str, Any] | None:
    """The tenant through which a person is written to: the one used last, else the oldest; None without any."""
    places = doors.accounts_of_identity.read(identity.pk)
    return next((one for one in places if one["tenant_id"] == identity.last_tenant_id), places[0] if places else None)


@transaction.atomic
def send_reset(identity: Identity, *, by: Any) -> None:
    """Mail a person a link to choose a new password. `by` makes the actor of the tenant that the mail goes through."""
    place = home_of(identity)
    if place is None or not identity.is_active:
        return
    with tenant_scope(place["tenant_id"]):
        tenant = Tenant.objects.get(pk=place["tenant_id"])
        with context("identity.ask_reset", by=by(tenant)):
            link = _make_link(identity, purpose=Purpose.PASSWORD, email=identity.email)
        post(tenant, kind=RESET, address=identity.email, about=link.pk)


@transaction.atomic
def choose_password(link: IdentityLink, *, password: str, by: Actor) -> None:
    """Set the password of a link's person. Raises OwnLinkEnded, and ValidationError for a weak one."""
    found = locked(link.identity, by=by)
    if not found.is_active or not IdentityLink.objects.open().filter(pk=link.pk, purpose=Purpose.PASSWORD).exists():
        raise OwnLinkEnded
    with context("identity.reset_password", by=by):
        _use(link)
        validate_password(password, found)
        found.set_password(password)
        record(found, fields=("password",), by=by)
        void_own_links(found, by=by)
    end_own_sessions(found, by=by, ending=Ending.PASSWORD)
    tell(found, kind=PASSWORD_CHANGED, by=by)


# --- links ------------------------------------------------------------------------------------------------------


def _make_link(identity: Identity, *, purpose: Purpose, email: str) -> IdentityLink:
    end = timezone.now() + LINKS_LIVE[purpose]
    return IdentityLink.objects.create(identity=identity, purpose=purpose, email=email, expires_at=end)


def _use(link: IdentityLink) -> None:
    IdentityLink.objects.filter(pk=link.pk).update(used_at=timezone.now())


def void_own_links(identity: Identity, *, by: Any) -> None:
    """Let no link that was mailed before change anything of this sign-in."""
    IdentityLink.objects.open().filter(identity=identity).update(voided_at=timezone.now())


def purge_own_links(*, before: datetime, by: Actor) -> int:
    """Take away links that were made before this moment; answers how many."""
    with context("identity.purge_links", by=by):
        return IdentityLink.objects.older_than(before).delete()[0]


def renew_own_token(link: IdentityLink, *, by: Actor) -> str:
    """A new secret for a link that is about to be mailed; only its hash is kept."""
    token = new_token()
    IdentityLink.objects.filter(pk=link.pk).update(token_hash=hash_of(token))
    return token


# --- address ----------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_email(identity: Identity, *, email: str, by: Actor) -> IdentityLink:
    """Mail a link to the address that somebody wants to sign in with, and tell the one that they use now.

    Whether the address is free is seen when the mail is written: who asks does not learn who else is here.
    """
    found = locked(identity, by=by)
    if found.email.lower() == email.lower():
        raise SameAddress
    with context("identity.ask_email", by=by):
        IdentityLink.objects.open().filter(identity=found, purpose=Purpose.EMAIL).update(voided_at=timezone.now())
        link = _make_link(found, purpose=Purpose.EMAIL, email=email)
    post(by.tenant, kind=CONFIRM_EMAIL, address=email, about=link.pk)
    post(by.tenant, kind=EMAIL_ASKED, address=found.email, about=link.pk)
    return link


@transaction.atomic
def confirm_email(link: IdentityLink, *, by: Actor) -> Identity:
    """Sign in with the link's address from now on; both addresses are told. Raises OwnLinkEnded, AddressTaken."""
    found = locked(link.identity, by=by)
    if not found.is_active or not IdentityLink.objects.open().filter(pk=link.pk, purpose=Purpose.EMAIL).exists():
        raise OwnLinkEnded
    old, found.email = found.email, link.email
    with context("identity.email", by=by), refusing({"identity_email_once": AddressTaken}):
        _use(link)
        record(found, fields=("email",), by=by)
        # What was mailed to the old address must not set the password any more.
        void_own_links(found, by=by)
    for address in (old, found.email):
        post(by.tenant, kind=EMAIL_CHANGED, address=address, about=link.pk)
    return found


# --- sessions ---------------------------------------------------------------------------------------------------


@transaction.atomic
def end_own_sessions(
    identity: Identity,
    *,
    by: Actor,
    keep: int | None = None,
    only: int | None = None,
    ending: Ending = Ending.ELSEWHERE,
) -> int:
    """End a person's open sessions in every tenant, apart from one, or only one; answers how many."""
    found, chosen = locked(identity, by=by), defaultdict(list)
    for row in doors.sessions_of_identity.read(identity.pk):
        if row["session_id"] != keep and only in (None, row["session_id"]):
            chosen[row["tenant_id"], row["account_id"]].append(row["session_id"])
    for (tenant_id, account_id), sessions in chosen.items():
        with tenant_scope(tenant_id):
            account = Account.objects.select_related("tenant").get(pk=account_id)
            with context("identity.end_sessions", by=account):
                end_these_sessions(sessions, ending=ending, by=account)
                if tenant_id != by.tenant.pk:
                    Account.objects.filter(pk=account_id).update(sign_in_changed_at=timezone.now())
    if chosen:
        with context("identity.end_sessions", by=by):
            record(found, by=by)
    return sum(map(len, chosen.values()))
