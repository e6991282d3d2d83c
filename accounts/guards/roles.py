"""What the roles' floor asks of this one before a role changes: whom it would change, and by how much."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.guards.giving import require_changeable, require_rights
from accounts.models import Account, RoleAssignment
from accounts.queries import AccountQuerySet, Effect, RightsOf, Scope, effect_of
from itam_portal.tenancy.actor import Actor
from roles.models import Role
from roles.rights import Right


def holders_of(role: Role) -> AccountQuerySet:
    """Every account that holds the role now, own or through a group."""
    return Account.objects.filter(tenant_id=role.tenant_id).holding_any(Q(role=role.pk))


def require_role_edit(role: Role, allows: frozenset[str], denies: frozenset[str], by: Actor) -> None:
    """Raise the refusal of letting a role allow and deny this: to all its holders it gives what it did not before."""
    if allows == frozenset(role.allows) and denies == frozenset(role.denies):
        return
    given = (allows - denies) - role.grants_rights
    freed = frozenset(role.denies) - denies
    for scope, until in _scopes(role):
        require_rights(given | freed, scope.place(by.tenant.pk), by=by, until=until)
    require_changeable(holders_of(role), by=by, right=Right.CHANGE_ROLES)


def _scopes(role: Role) -> set[tuple[Scope, datetime | None]]:
    """Where and until when the role is given."""
    live = RoleAssignment.objects.live().filter(tenant_id=role.tenant_id, role=role).order_by()
    places = live.values_list("organization_id", "organization_group_id", "expires_at").distinct()
    return {(Scope(organization, group), until) for organization, group, until in places}


def effect_of_edit(role: Role, allows: frozenset[str], denies: frozenset[str]) -> Effect:
    """Who would gain and who would lose which right if the role allowed and denied this."""
    touched = (allows ^ frozenset(role.allows)) | (denies ^ frozenset(role.denies))
    rights = [right.value for right in Right if right in touched]
    if not rights:
        return Effect()
    then = {role.pk: RightsOf(allows, denies)}
    return effect_of(holders_of(role), tenant_id=role.tenant_id, rights=rights, roles=then)


def uses_of(role: Role) -> int:
    """How many assignments of this role are on record, those included that expired."""
    return RoleAssignment.objects.filter(tenant_id=role.tenant_id, role=role).count()


def users_of(role: Role) -> dict[str, Any]:
    """Who uses a role: groups, accounts that hold it directly now, and assignments that expired."""
    given = RoleAssignment.objects.filter(tenant_id=role.tenant_id, role=role)
    live = given.live()
    return {
        "groups": list(live.filter(group__isnull=False).values_list("group_id", "group__name").distinct()),
        "direct": live.filter(account__isnull=False).values("account").distinct().count(),
        "expired": given.count() - live.count(),
    }
