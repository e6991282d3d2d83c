"""The second factor of a sign-in: authenticator app, passkeys, recovery codes. allauth's tables and arithmetic."""

import secrets
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import doors, guards
from accounts.models import Account, Identity
from accounts.operations.locking import lock
from accounts.operations.own import locked, record, tell
from itam_portal.history.context import context
from itam_portal.refusals import Refused, require
from itam_portal.tenancy.actor import Actor
from itam_portal.tokens import ALPHABET, marks_of, seal, unseal
from roles.rights import Right

ADDED, REMOVED, RESET_FACTOR = "identity.factor_added", "identity.factor_removed", "identity.factor_reset"
CODES_MADE = "identity.recovery_codes"
CODES, CODE_LENGTH = 10, 10
MOST_PASSKEYS = 10
Kind = Authenticator.Type


class WrongCode(Refused):
    """The code does not belong to the key."""

    code = "wrong_code"
    status = 422
    message = _("This is not the code that the app shows now. Nothing was changed.")


class HasApp(Refused):
    """One authenticator app for each sign-in."""

    code = "has_app"
    message = _("There is an authenticator app already. Remove it first.")


class EnoughPasskeys(Refused):
    """More than these nobody can tell apart."""

    code = "enough_passkeys"
    message = _("There are ten passkeys already. Remove one of them first.")


class NoFactor(Refused):
    """Recovery codes stand in for a second factor."""

    code = "no_factor"
    message = _("There is no second factor that codes could stand in for.")


class WorksElsewhere(Refused):
    """A sign-in that other tenants rely on is its person's alone."""

    code = "works_elsewhere"
    message = _("This sign-in is not this tenant's alone: only its own person can change its second factor.")


def _app_counter(secret: str, code: str) -> int | None:
    """The number of the moment for which an app with this secret shows this code; None where it shows another."""
    for counter in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
            return counter
    return None


@transaction.atomic
def add_app(identity: Identity, *, secret: str, code: str, by: Actor) -> list[str]:
    """Ask for an authenticator app's codes from now on; answers new recovery codes where it is the first factor.

    Raises WrongCode, HasApp.
    """
    found, counter = locked(identity, by=by), _app_counter(secret, code)
    if Authenticator.objects.filter(user=found, type=Kind.TOTP).exists():
        raise HasApp
    if counter is None:
        raise WrongCode
    Authenticator.objects.create(user=found, type=Kind.TOTP, data={"secret": seal(secret), "last": counter})
    return _added(found, by=by, factor=_("authenticator app"))


@transaction.atomic
def add_passkey(identity: Identity, *, name: str, credential: dict[str, Any], by: Actor) -> list[str]:
    """Take this passkey for a second factor from now on; answers new recovery codes where it is the first factor.

    The credential was checked when it came in. Raises EnoughPasskeys.
    """
    found = locked(identity, by=by)
    if Authenticator.objects.filter(user=found, type=Kind.WEBAUTHN).count() >= MOST_PASSKEYS:
        raise EnoughPasskeys
    WebAuthn.add(found, name, credential)
    return _added(found, by=by, factor=name)


def _added(identity: Identity, *, by: Actor, factor: Any) -> list[str]:
    is_first = identity.second_factor_at is None
    identity.second_factor_at = identity.second_factor_at or timezone.now()
    with context("identity.add_factor", by=by, factor=str(factor)):
        record(identity, fields=("second_factor_at",), by=by)
    tell(identity, kind=ADDED, by=by)
    return _new_codes(identity) if is_first else []


@transaction.atomic
def remove_factor(identity: Identity, *, factor: int, by: Actor) -> None:
    """Ask for this authenticator app or passkey no longer; with the last one the recovery codes go, too."""
    found = locked(identity, by=by)
    own = Authenticator.objects.filter(user=found)
    chosen = own.exclude(type=Kind.RECOVERY_CODES).filter(pk=factor).first()
    if chosen is None:
        return
    name = str(chosen)
    chosen.delete()
    if not own.exclude(type=Kind.RECOVERY_CODES).exists():
        own.delete()
        found.second_factor_at = None
    with context("identity.remove_factor", by=by, factor=name):
        record(found, fields=("second_factor_at",), by=by)
    tell(found, kind=REMOVED, by=by)


@transaction.atomic
def renew_recovery_codes(identity: Identity, *, by: Actor) -> list[str]:
    """New recovery codes; the earlier ones are dead from then on. They are shown once: only marks are kept."""
    found = locked(identity, by=by)
    if found.second_factor_at is None:
        raise NoFactor
    with context("identity.recovery_codes", by=by):
        record(found, by=by)
    tell(found, kind=CODES_MADE, by=by)
    return _new_codes(found)


def _new_codes(identity: Identity) -> list[str]:
    codes = ["".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH)) for _code in range(CODES)]
    Authenticator.objects.filter(user=identity, type=Kind.RECOVERY_CODES).delete()
    marks = [marks_of(code)[0] for code in codes]
    Authenticator.objects.create(user=identity, type=Kind.RECOVERY_CODES, data={"marks": marks})
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def reset_second_factor(account: Account, *, by: Actor, reason: str = "") -> None:
    """Let somebody who lost every second factor sign in with the password alone, until they set up a new one.

    Only where the sign-in is this tenant's alone. Raises WorksElsewhere, NoFactor.
    """
    by = lock(by)
    require(by, Right.CREATE_ACCOUNTS)
    chosen = Account.objects.filter(pk=account.pk, tenant_id=by.tenant.pk)
    guards.require_changeable(chosen, by=by, right=Right.CREATE_ACCOUNTS)
    identity_id = chosen.values_list("identity_id", flat=True).get()
    if account.pk == by.pk:
        raise guards.YourOwnAccount(_("This is your own sign-in. Change it on its own page."))
    if identity_id is None:
        raise NoFactor(_("Nobody signs in to this account."))
    # Held whole, so that no other tenant's account is linked to it meanwhile.
    identity = Identity.objects.select_for_update().get(pk=identity_id)
    if any(place["tenant_id"] != by.tenant.pk for place in doors.accounts_of_identity.read(identity_id)):
        raise WorksElsewhere
    _reset(identity, by=by, reason=reason)


def _reset(identity: Identity, *, by: Actor, reason: str) -> None:
    if identity.second_factor_at is None:
        raise NoFactor(_("This sign-in has no second factor."))
    identity.second_factor_at = None
    with context("accounts.reset_second_factor", by=by, reason=reason):
        Authenticator.objects.filter(user=identity).delete()
        record(identity, fields=("second_factor_at",), by=by)
    tell(identity, kind=RESET_FACTOR, by=by)


@transaction.atomic
def use_code(identity: Identity, *, code: str, by: Any) -> bool:
    """Whether this is a code of the app, or an unused recovery code; either is good once.

    `by` is the person: nobody has entered an account yet.
    """
    held = Authenticator.objects.select_for_update().filter(user=identity).exclude(type=Kind.WEBAUTHN)
    takes = {Kind.TOTP: _takes_app_code, Kind.RECOVERY_CODES: _takes_recovery_code}
    return any(takes[Kind(one.type)](one, code) for one in held.order_by("pk"))


def _takes_app_code(app: Authenticator, code: str) -> bool:
    counter = _app_counter(unseal(app.data["secret"]), code)
    if counter is None or counter <= app.data["last"]:
        return False
    app.data["last"], app.last_used_at = counter, timezone.now()
    app.save(update_fields=["data", "last_used_at"])
    return True


def _takes_recovery_code(codes: Authenticator, code: str) -> bool:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    used = set(marks_of(plain)) & set(codes.data["marks"])
    if not used:
        return False
    codes.data["marks"] = [mark for mark in codes.data["marks"] if mark not in used]
    codes.last_used_at = timezone.now()
    codes.save(update_fields=["data", "last_used_at"])
    return True


@transaction.atomic
def note_passkey_use(passkey: Authenticator, *, by: Any) -> None:
    """Remember when this passkey was used last."""
    passkey.record_usage()
