"""Sign-in links: mailed to a person, opened by them, good for seven days and for one use."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import guards
from accounts.models import Account, Identity, SignInLink, Type
from accounts.models.links import LIVES
from accounts.operations.locking import lock
from itam_portal.history.context import context
from itam_portal.mail.posting import post
from itam_portal.refusals import Refused, require
from itam_portal.tenancy.actor import Actor
from itam_portal.tokens import hash_of, new_token
from organizations.models import Tenant
from roles.rights import Right

MAIL = "accounts.sign_in_link"


class NobodyToLetIn(Refused):
    """Only an operator account without a person behind it is waiting for one."""

    code = "nobody_to_let_in"
    message = _("This account needs no sign-in link: somebody signs in to it already, or it is a service account.")


class NoAddress(Refused):
    """A link is mailed to the account's address."""

    code = "no_address"
    message = _("This account has no email address. Enter one first, then send the link.")


class LinkEnded(Refused):
    """The link was used, replaced, or its time is over."""

    code = "link_ended"
    message = _("This link cannot be used any more. Ask whoever made your account to send a new one.")


class AlreadyHere(Refused):
    """One person has at most one account in a tenant."""

    code = "already_here"
    message = _("You already have another account in this tenant. Ask whoever made this one which of them to use.")


@transaction.atomic
def send_link(account: Account, *, by: Actor, reason: str = "") -> SignInLink:
    """Mail the account's person a link; earlier ones are dead from then on."""
    by = lock(by)
    require(by, Right.CREATE_ACCOUNTS)
    found = Account.objects.get(pk=account.pk, tenant_id=by.tenant.pk)
    guards.require_changeable(Account.objects.filter(pk=found.pk), by=by, right=Right.CREATE_ACCOUNTS)
    if found.type != Type.OPERATOR or found.identity_id is not None:
        raise NobodyToLetIn
    if not found.email:
        raise NoAddress
    now = timezone.now()
    with context("accounts.send_link", by=by, reason=reason):
        void_links(found, by=by)
        link = SignInLink.objects.create(tenant=by.tenant, account=found, email=found.email, expires_at=now + LIVES)
    post(by.tenant, kind=MAIL, address=found.email, about=link.pk)
    return link


def void_links(account: Account, *, by: Actor) -> None:
    """Let none of an account's links let anybody in any more."""
    unused = SignInLink.objects.filter(tenant_id=by.tenant.pk, account=account, used_at__isnull=True)
    unused.filter(voided_at__isnull=True).update(voided_at=timezone.now())


def renew_token(link: SignInLink, *, by: Actor) -> str:
    """A new secret for a link that is about to be mailed; only its hash is kept."""
    token = new_token()
    with context("accounts.send_link", by=by):
        SignInLink.objects.filter(tenant_id=by.tenant.pk, pk=link.pk).update(token_hash=hash_of(token))
    return token


def create_identity(email: str, *, name: str, password: str, by: Actor) -> Identity:
    """A sign-in for somebody who has none. Raises ValidationError for a weak password."""
    identity = Identity(email=email, name=name)
    validate_password(password, identity)
    identity.set_password(password)
    with context("identity.create", by=by):
        identity.save()
    return identity


@transaction.atomic
def accept_link(link: SignInLink, *, identity: Identity, by: Actor) -> Account:
    """Let this person into the link's account. Raises LinkEnded, AlreadyHere."""
    tenant = Tenant.objects.locked(link.tenant_id)
    found = SignInLink.objects.select_related("account").get(pk=link.pk)
    account = found.account
    addresses = {identity.email.lower(), found.email.lower(), account.email.lower()}
    if not found.is_open or not account.waits_for_person or len(addresses) > 1:
        raise LinkEnded
    if Account.objects.filter(tenant=tenant, identity=identity).exists():
        raise AlreadyHere
    now: Any = timezone.now()
    with context("accounts.accept_link", by=by):
        Account.objects.filter(pk=account.pk).update(identity=identity, changed_at=now)
        SignInLink.objects.filter(pk=found.pk).update(used_at=now)
    return account.refreshed()
