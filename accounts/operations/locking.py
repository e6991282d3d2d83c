"""One operation of a tenant at a time."""

from typing import Any

from accounts.models import Account
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.actor import Actor
from organizations.models import Tenant


def lock(by: Actor) -> Any:
    """Let no other operation of this tenant run beside this one; answers the actor as it is now.

    Raises NotAllowed where the actor can no longer act.
    """
    Tenant.objects.locked(by.tenant.pk)
    if by.is_system:
        return by
    actor = Account.objects.select_related("tenant").get(pk=by.pk)
    if not (actor.is_enabled and actor.is_assigned):
        raise NotAllowed
    return actor
