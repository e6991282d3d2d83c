"""Operators become services and services operators."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import guards
from accounts.models import Account, Ending, Type
from accounts.operations.fields import constraints_in_words, require_sound
from accounts.operations.keys import revoke_keys
from accounts.operations.links import void_links
from accounts.operations.locking import lock
from accounts.operations.sessions import end_sessions
from itam_portal.history.context import context
from itam_portal.refusals import require
from itam_portal.tenancy.actor import Actor
from roles.rights import Right


@transaction.atomic
def change_type(account: Account, *, by: Actor, to: Type, reason: str = "") -> Account:
    """Make a service of an operator, which ends its sessions and its sign-in, or an operator of a service, which
    revokes its access keys. Its roles, groups and history stay."""
    by = lock(by)
    require(by, Right.EDIT_ACCOUNTS)
    chosen = Account.objects.filter(pk=account.pk, tenant_id=by.tenant.pk)
    guards.require_allowed(guards.judge_retyping(chosen, by=by, to=to), account)
    found = chosen.get()
    found.type = to
    require_sound(found, by=by)

    with context("accounts.type", by=by, reason=reason), constraints_in_words(by=by):
        if to == Type.SERVICE:
            end_sessions([account.pk], ending=Ending.RETYPED, by=by)
            void_links(found, by=by)
        else:
            revoke_keys([account.pk], by=by)
        # A service has no sign-in; an operator that was a service has none yet.
        chosen.update(type=to, identity=None, version=F("version") + 1, changed_at=timezone.now())
    return found.refreshed()
