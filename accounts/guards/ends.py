"""The ceiling where a tenant's time zone moves the ends of roles: later is given for longer, earlier ends a deny."""

from typing import Any

from accounts.guards.giving import require_rights
from accounts.models import FOREVER
from accounts.queries import Holdings, moved_pairs
from itam_portal.tenancy.actor import Actor
from itam_portal.tenancy.reach import ALL
from roles.models import Role
from roles.rights import Right


def require_moving_ends(tenant: Any, zone: str, by: Actor) -> None:
    """Raise the refusal of giving a role for so much longer, or of ending a deny so much earlier."""
    if by.is_system or _holds_everything(by):
        return
    pairs = moved_pairs(tenant, zone)
    roles = Role.objects.filter(tenant_id=tenant.pk).in_bulk({role for role, *_rest in pairs})
    for role, scope, old, new in pairs:
        rights = roles[role].grants_rights if new > old else roles[role].denies
        require_rights(rights, scope.place(tenant.pk), by=by, until=max(old, new))


def _holds_everything(by: Any) -> bool:
    """Whether the actor holds every right everywhere, for good: then no role gives more."""
    then = Holdings.of(by, at=FOREVER)
    return all(by.reach(right) is ALL and then.reach(right) is ALL for right in Right)
