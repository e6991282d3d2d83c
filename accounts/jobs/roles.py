"""What the floors below ask this one: whom a role's change concerns, and what keeps it from being made."""

from accounts.guards import keeping_order
from accounts.guards.roles import effect_of_edit, require_role_edit, users_of, uses_of
from accounts.operations.locking import lock
from itam_portal import guards

guards.lock_with(lock)
guards.count_uses(uses_of)
guards.guard("role.edit", require_role_edit)
guards.watch("role.edit", lambda by: keeping_order(by=by))
guards.tell("role.users", users_of)
guards.tell("role.effect", effect_of_edit)
