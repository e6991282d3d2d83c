"""What the floor of organizations asks of this one before the content of an organization group changes.

Whoever holds a role for the group holds it for each organization in it: putting one in gives, and takes what the role
denies; taking one out takes, and ends a deny.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from accounts.guards.giving import require_changeable, require_rights
from accounts.models import Account, RoleAssignment
from accounts.queries import AccountQuerySet, Effect, effect_of
from itam_portal.tenancy.actor import Actor
from organizations.models import Organization, OrganizationGroup
from roles.rights import Right


def holders_at(group: OrganizationGroup) -> AccountQuerySet:
    """Every account that holds any role for this group now, own or through a group of accounts."""
    return Account.objects.filter(tenant_id=group.tenant_id).holding_any(Q(organization_group=group.pk))


def require_putting(group: OrganizationGroup, keys: Iterable[int], by: Actor) -> None:
    """Raise the refusal of putting these organizations into the group: its roles would be held there."""
    place = frozenset(keys)
    for given in _live_at(group):
        require_rights(given.role.grants_rights, place, by=by, until=given.expires_at)
    require_changeable(holders_at(group), by=by, right=Right.CHANGE_ORGANIZATION_GROUPS)


def require_taking_out(group: OrganizationGroup, keys: Iterable[int], by: Actor) -> None:
    """Raise the refusal of taking these organizations out: what its roles deny would be allowed there again."""
    place = frozenset(keys)
    for given in _live_at(group):
        require_rights(given.role.denies, place, by=by, until=given.expires_at)
    require_changeable(holders_at(group), by=by, right=Right.CHANGE_ORGANIZATION_GROUPS)


def _live_at(group: OrganizationGroup) -> Any:
    live = RoleAssignment.objects.live().filter(tenant_id=group.tenant_id, organization_group=group.pk)
    return live.select_related("role")


def effect_of_gathering(group: OrganizationGroup, add: Iterable[int], remove: Iterable[int]) -> Effect:
    """Who would gain and who would lose which right by it."""
    inside = Organization.objects.filter(tenant_id=group.tenant_id).gathered_in(group.pk)
    then = (frozenset(inside.values_list("pk", flat=True)) | frozenset(add)) - frozenset(remove)
    facts: dict[str, Any] = {"tenant_id": group.tenant_id, "rights": list(Right.values)}
    return effect_of(holders_at(group), gathered={group.pk: then}, **facts)
