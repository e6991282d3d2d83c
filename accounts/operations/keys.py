"""Access keys of service accounts: made, shown once, revoked."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import guards
from accounts.models import AccessKey, Account, Type
from accounts.models.keys import LIVE_AT_ONCE, LONGEST_LIFE, KeyQuerySet
from accounts.operations.locking import lock
from accounts.queries import end_of
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt
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


class KeyEnded(Refused):
    """What is over cannot be revoked or rotated."""

    code = "key_ended"
    message = _("This key is revoked or expired already.")


def _require_owner(by: Actor) -> None:
    if not by.is_system and not (by.holdings.is_owner and by.may(Right.CHANGE_ACCESS_KEYS, by.tenant)):
        raise OwnersTouchKeys


@transaction.atomic
def create_key(account: Account, *, by: Actor, name: str, expires_on: date, reason: str = "") -> tuple[AccessKey, str]:
    """Make a key that is good until the end of a day; answers it and its text, which is kept nowhere.

    Raises OwnersTouchKeys, OnlyServicesHaveKeys, EnoughKeys, WrongExpiry, ChangesOthers.
    """
    by = lock(by)
    _require_owner(by)
    with context("access_keys.create", by=by, reason=reason):
        return _make(account, name=name, expires_on=expires_on, by=by)


@transaction.atomic
def rotate_key(
    key: AccessKey, *, by: Actor, expires_on: date, overlap: timedelta, reason: str = ""
) -> tuple[AccessKey, str]:
    """Make a key in this one's place; this one is accepted for the overlap, at most until its own end.

    Answers the new key and its text, which is kept nowhere. Raises KeyEnded, and whatever create_key raises.
    """
    by = lock(by)
    _require_owner(by)
    found = AccessKey.objects.select_related("account").get(pk=key.pk, tenant_id=by.tenant.pk)
    if not found.is_live:
        raise KeyEnded
    now = timezone.now()
    ends = {"expires_at": min(found.expires_at, now + overlap)} if overlap else {"revoked_at": now}
    with context("access_keys.rotate", by=by, reason=reason):
        AccessKey.objects.filter(pk=found.pk).update(**ends)
        return _make(found.account, name=found.name, expires_on=expires_on, by=by)


def _make(account: Account, *, name: str, expires_on: date, by: Actor) -> tuple[AccessKey, str]:
    chosen = Account.objects.filter(pk=account.pk, tenant_id=by.tenant.pk)
    if chosen.get().type != Type.SERVICE:
        raise OnlyServicesHaveKeys
    # A key reaches what its account reaches: whoever makes one is given that.
    guards.require_changeable(chosen, by=by, right=Right.CHANGE_ACCESS_KEYS)
    if AccessKey.objects.live().of(account).count() >= LIVE_AT_ONCE:
        raise EnoughKeys
    end = end_of(expires_on, by.tenant)
    now = timezone.now()
    if end is None or not now < end <= now + LONGEST_LIFE - timedelta(minutes=1):
        raise WrongExpiry
    text, prefix = new_key()
    facts = {"name": name, "prefix": prefix, "secret_hash": hash_of(text), "expires_at": end}
    return AccessKey.objects.create(tenant=by.tenant, account=account, **facts), text


@transaction.atomic
def revoke_key(key: AccessKey, *, by: Actor, reason: str = "") -> None:
    """Accept a key no longer, from this moment on."""
    by = lock(by)
    _require_owner(by)
    with context("access_keys.revoke", by=by, reason=reason):
        live = AccessKey.objects.filter(tenant_id=by.tenant.pk, pk=key.pk, revoked_at__isnull=True)
        live.update(revoked_at=timezone.now())


@transaction.atomic
def revoke_access_keys(keys: KeyQuerySet, *, by: Actor, reason: str = "", receipt: Receipt | None = None) -> Receipt:
    """Accept these keys no longer, from this moment on."""
    by = lock(by)
    _require_owner(by)
    receipt = receipt or receipts.open_receipt(operation="access_keys.revoke", by=by, reason=reason)
    with context("access_keys.revoke", by=by, reason=reason, receipt=receipt.pk):
        before = JSONObject(revoked_at=F("revoked_at"))
        seen, chosen = receipts.record(receipt, judge_revoking(by=by).annotate(keys.order_by()), before=before)
        live: Any = AccessKey.objects.filter(tenant_id=by.tenant.pk)
        live.filter(AnyOf(F("pk"), as_array(chosen))).update(revoked_at=timezone.now())
    receipts.count(receipt, changed=len(chosen), seen=seen)
    return receipt if receipt.selection_id is not None else receipts.close(receipt)


def judge_revoking(*, by: Actor) -> guards.Judgement:
    """Which keys are over already."""
    return guards.Judgement(((KeyEnded.code, Q(revoked_at__isnull=False) | Q(expires_at__lte=timezone.now())),))


def revoke_keys(accounts: list[int], *, by: Actor) -> int:
    """Revoke every live access key of these accounts; answers how many. Raises OwnersTouchKeys where there are any."""
    live = AccessKey.objects.live().filter(AnyOf(F("account_id"), as_array(accounts)), tenant_id=by.tenant.pk)
    if not live.exists():
        return 0
    _require_owner(by)
    return live.update(revoked_at=timezone.now())
