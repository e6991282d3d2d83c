"""Access keys of service accounts: made, shown once, revoked."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessKey, Account, Type
from accounts.models.keys import LIVE_AT_ONCE, LONGEST_LIFE
from accounts.operations.locking import lock
from accounts.queries import end_of
from itam_portal.history.context import context
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import Actor
from itam_portal.tokens import hash_of, new_key
from roles.rights import Right


class OwnersTouchKeys(Refused):
    """Only owners touch access keys."""

    code = "owners_touch_keys"
    message = _("This account has access keys that are live. Only an owner of the tenant may make or revoke keys.")


class OnlyServicesHaveKeys(Refused):
    """A person signs in; a program has a key."""

    code = "only_services_have_keys"
    message = _("Only service accounts have access keys.")


class EnoughKeys(Refused):
    """Two keys suffice to replace one without a pause."""

    code = "enough_keys"
    message = _("This account has two live keys already. Revoke one of them first.")


class WrongExpiry(Refused):
    """A key ends within a year."""

    code = "wrong_expiry"
    message = _("A key must end on a day of the next twelve months.")


def _require_owner(by: Actor) -> None:
    if not by.is_system and not (by.holdings.is_owner and by.may(Right.CHANGE_ACCESS_KEYS, by.tenant)):
        raise OwnersTouchKeys


@transaction.atomic
def create_key(account: Account, *, by: Actor, name: str, expires_on: date, reason: str = "") -> tuple[AccessKey, str]:
    """Make a key that is good until the end of a day; answers it and its text, which is kept nowhere.

    Raises OwnersTouchKeys, OnlyServicesHaveKeys, EnoughKeys, WrongExpiry.
    """
    by = lock(by)
    _require_owner(by)
    if Account.objects.get(pk=account.pk, tenant_id=by.tenant.pk).type != Type.SERVICE:
        raise OnlyServicesHaveKeys
    if AccessKey.objects.live().of(account).count() >= LIVE_AT_ONCE:
        raise EnoughKeys
    end = end_of(expires_on, by.tenant)
    now = timezone.now()
    if end is None or not now < end <= now + LONGEST_LIFE - timedelta(minutes=1):
        raise WrongExpiry
    text, prefix = new_key()
    with context("access_keys.create", by=by, reason=reason):
        key = AccessKey.objects.create(
            tenant=by.tenant, account=account, name=name, prefix=prefix, secret_hash=hash_of(text), expires_at=end
        )
    return key, text


@transaction.atomic
def revoke_key(key: AccessKey, *, by: Actor, reason: str = "") -> None:
    """Accept a key no longer, from this moment on."""
    by = lock(by)
    _require_owner(by)
    with context("access_keys.revoke", by=by, reason=reason):
        live = AccessKey.objects.filter(tenant_id=by.tenant.pk, pk=key.pk, revoked_at__isnull=True)
        live.update(revoked_at=timezone.now())


def revoke_keys(accounts: list[int], *, by: Actor) -> int:
    """Revoke every live access key of these accounts; answers how many. Raises OwnersTouchKeys where there are any."""
    live = AccessKey.objects.live().filter(AnyOf(F("account_id"), as_array(accounts)), tenant_id=by.tenant.pk)
    if not live.exists():
        return 0
    _require_owner(by)
    return live.update(revoked_at=timezone.now())
