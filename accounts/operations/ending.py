"""Ending a sign-in for good: document 1's removal from the list of authenticated operators."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import doors
from accounts.models import Account, Identity
from accounts.operations.own import void_own_links
from accounts.operations.status import disable_accounts
from itam_portal.history.context import context
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope


class StillNeeded(Refused):
    """A guard of one of the tenants keeps the sign-in."""

    code = "still_needed"


@transaction.atomic
def end_sign_in(identity: Identity, *, by: Any) -> int:
    """Take a person's password, second factors and sessions for good, and disable their accounts; answers how many.

    `by` makes the actor of each tenant. Raises StillNeeded, and changes nothing, where a tenant's guard refuses.
    """
    places = doors.accounts_of_identity.read(identity.pk)
    disabled = sum(_disable(place, by=by) for place in places)
    Authenticator.objects.filter(user=identity).delete()
    identity.is_active, identity.second_factor_at = False, None
    identity.set_unusable_password()
    with context("identity.end", by=by(None)):
        identity.save(update_fields=["is_active", "password", "second_factor_at"])
        void_own_links(identity, by=by)
    return disabled


def _disable(place: dict[str, Any], *, by: Any) -> int:
    with tenant_scope(place["tenant_id"]):
        account = Account.objects.select_related("tenant").get(pk=place["account_id"])
        if not account.is_enabled:
            return 0
        actor: System = by(account.tenant)
        try:
            disable_accounts(Account.objects.filter(pk=account.pk), by=actor, reason=_("Sign-in ended"))
        except Refused as refusal:
            words = {"tenant": place["tenant_name"], "reason": refusal.message}
            raise StillNeeded(_("In %(tenant)s: %(reason)s Nothing was changed.") % words) from refusal
    return 1
