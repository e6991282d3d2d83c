"""What an account holds, and where: the one computation behind every guard and every explanation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.db.models import F
from django.utils import timezone

from itam_portal.tenancy.reach import ALL, NOWHERE, Reach
from organizations.models import Organization, OrganizationGroupMember
from roles.rights import Builtin


@dataclass(frozen=True)
class Grant:
    """One live assignment, as far as it decides anything."""

    allows: frozenset[str]
    denies: frozenset[str]
    organization_id: int | None
    organization_group_id: int | None
    builtin: str

    @property
    def is_tenant_wide(self) -> bool:
        return self.organization_id is None and self.organization_group_id is None


# Every page asks this: written out, it costs a third of what building it anew does.
_GRANTS = """
SELECT r.allows, r.denies, s.organization_id, s.organization_group_id, r.builtin
FROM (
    SELECT * FROM accounts_roleassignment WHERE tenant_id = %(tenant)s AND account_id = %(account)s
    UNION ALL
    SELECT s.* FROM accounts_groupmember m
    JOIN accounts_roleassignment s ON s.tenant_id = m.tenant_id AND s.group_id = m.group_id
    WHERE m.tenant_id = %(tenant)s AND m.account_id = %(account)s
) AS s JOIN roles_role r ON r.tenant_id = s.tenant_id AND r.id = s.role_id
WHERE s.expires_at IS NULL OR s.expires_at > %(now)s
"""


class Holdings:
    """All that an account holds. The one function behind every page's guard and every explanation of it."""

    def __init__(self, grants: Iterable[Grant], organizations: dict[int | None, frozenset[int]]) -> None:
        self.grants = tuple(grants)
        self._organizations = organizations
        self._reaches: dict[str, Reach] = {}

    @classmethod
    def of(cls, account: Any, *, at: datetime | None = None) -> "Holdings":
        """Read the holdings of one account, now or as they will be then, in at most two queries."""
        then = at or timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(_GRANTS, {"tenant": account.tenant_id, "account": account.pk, "now": then})
            grants = [Grant(frozenset(a), frozenset(d), o, g, builtin) for a, d, o, g, builtin in cursor.fetchall()]
        return cls(grants, organizations_behind(account.tenant_id, grants))

    @property
    def is_owner(self) -> bool:
        """Whether the account holds the built-in role Owner for the whole tenant."""
        return any(grant.builtin == Builtin.OWNER and grant.is_tenant_wide for grant in self.grants)

    @property
    def is_tenant_wide(self) -> bool:
        """Whether every right is held everywhere or nowhere."""
        return all(grant.is_tenant_wide for grant in self.grants)

    def reach(self, right: str) -> Reach:
        """Where the right is held: ALL, or organization ids. A deny beats every allow at its own scope."""
        if right not in self._reaches:
            self._reaches[right] = self._compute(right)
        return self._reaches[right]

    def may(self, right: str, target: Any = None) -> bool:
        """Whether the right is held: anywhere, or at the target's place if one is given."""
        reach = self.reach(right)
        if target is None:
            return bool(reach)
        place = place_of(target)
        return reach is ALL if place is None else place in reach

    def allowed(self, right: str) -> Reach:
        """Where any role allows the right, denies left aside."""
        return self._places(grant for grant in self.grants if right in grant.allows)

    def denied(self, right: str) -> Reach:
        """Where any role denies the right."""
        return self._places(grant for grant in self.grants if right in grant.denies)

    def _compute(self, right: str) -> Reach:
        allowed, denied = self.allowed(right), self.denied(right)
        if denied is ALL or not allowed:
            return NOWHERE
        if not isinstance(denied, frozenset) or not denied:
            return allowed
        everywhere = self._organizations[None] if allowed is ALL else allowed
        return frozenset(everywhere) - denied  # type: ignore[arg-type]

    def _places(self, grants: Iterable[Grant]) -> Reach:
        places: set[int] = set()
        for grant in grants:
            if grant.is_tenant_wide:
                return ALL
            if grant.organization_id is not None:
                places.add(grant.organization_id)
            else:
                places |= self._organizations.get(grant.organization_group_id, NOWHERE)
        return frozenset(places)


@dataclass(frozen=True)
class Scope:
    """Where an assignment counts: an organization, a group of them, or, with neither, the whole tenant."""

    organization_id: int | None = None
    organization_group_id: int | None = None

    @classmethod
    def of(cls, assignment: Any) -> "Scope":
        """The scope of this assignment."""
        return cls(assignment.organization_id, assignment.organization_group_id)

    @property
    def fields(self) -> dict[str, int | None]:
        """As columns of an assignment."""
        return {"organization_id": self.organization_id, "organization_group_id": self.organization_group_id}

    def place(self, tenant_id: int) -> Reach:
        """The organizations it covers now; ALL for the whole tenant."""
        if self.organization_id is not None:
            return frozenset([self.organization_id])
        if self.organization_group_id is None:
            return ALL
        members = OrganizationGroupMember.objects.filter(tenant_id=tenant_id, group=self.organization_group_id)
        return frozenset(members.values_list("organization_id", flat=True))


def end_of(day: date | None, tenant: Any) -> datetime | None:
    """The moment at which an assignment that expires on this day ends: the end of the day in the tenant's zone."""
    return None if day is None else end_in(day, tenant.time_zone)


def end_in(day: date, zone: str) -> datetime:
    """The moment at which this day ends in this time zone."""
    # In UTC: moments of different zones are never equal where a midnight comes twice.
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone)).astimezone(UTC)


def wanted_of(role: Any, scope: Scope, expires_on: date | None) -> dict[str, Any]:
    """What a receipt keeps of a role that is given or taken."""
    return {"role": role.pk, **scope.fields, "expires_on": expires_on.isoformat() if expires_on else None}


def place_of(target: Any) -> int | None:
    """The organization a target stands in, or None for what belongs to the whole tenant."""
    if isinstance(target, Organization):
        return target.pk
    return getattr(target, "home_id", None)


def organizations_behind(tenant_id: int, grants: Iterable[Grant]) -> dict[int | None, frozenset[int]]:
    """The organizations of each organization group in these grants; under None all of the tenant, where needed."""
    grants = list(grants)
    groups = {grant.organization_group_id for grant in grants} - {None}
    diminished = any(grant.denies and not grant.is_tenant_wide for grant in grants)
    if not groups and not diminished:
        return {}
    members = OrganizationGroupMember.objects.filter(tenant_id=tenant_id, group__in=groups)
    rows = members.values_list("group_id", "organization_id")
    if diminished:
        everything = Organization.objects.filter(tenant_id=tenant_id).order_by()
        nothing = models.Value(None, output_field=models.BigIntegerField())
        rows = rows.union(everything.annotate(no_group=nothing).values_list("no_group", F("pk")), all=True)
    found: dict[int | None, set[int]] = {group: set() for group in groups}
    if diminished:
        found[None] = set()
    for group, organization in rows:
        found[group].add(organization)
    return {group: frozenset(organizations) for group, organizations in found.items()}
