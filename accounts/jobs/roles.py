"""What the floors below ask this one: whom their changes concern, what keeps them from being made, what follows."""

from typing import Any

from accounts.guards import keeping_order
from accounts.guards.ends import require_moving_ends
from accounts.guards.roles import effect_of_edit, require_role_edit, users_of, uses_of
from accounts.models import Account
from accounts.operations.ends import move_ends
from accounts.operations.locking import lock
from accounts.operations.notices import Notice, tell_all
from accounts.queries import ends_moved
from itam_portal import guards

guards.lock_with(lock)
guards.count_uses(uses_of)
guards.guard("role.edit", require_role_edit)
guards.watch("role.edit", lambda by: keeping_order(by=by))
guards.tell("role.users", users_of)
guards.tell("role.effect", effect_of_edit)
guards.tell("tenant.ends", ends_moved)
guards.guard("tenant.time_zone", require_moving_ends)
guards.watch("tenant.edit", lambda by: keeping_order(by=by))
guards.after("tenant.time_zone", lambda tenant, by: move_ends(tenant, by=by))


def _tell_holders(role: Any, by: Any) -> None:
    """Mail everybody who holds the role that it allows or denies something else now."""
    tell_all(Account.objects.all().holding(role.pk), notice=Notice.EDITED, by=by, lines=[{"role": role.name}])


guards.after("role.rights", _tell_holders)
