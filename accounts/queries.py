"""Questions about accounts: who sees them, what they hold, and where."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.aggregates import BoolAnd, BoolOr
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, When
from django.db.models.functions import Now
from django.utils import timezone

from itam_portal.tenancy.reach import ALL, NOWHERE, Reach
from organizations.models import Organization, OrganizationGroupMember
from roles.rights import Builtin, Right

# The login of the service account under whose name the history shows housekeeping.
AUTOMATION = "automation"


class AccountQuerySet(models.QuerySet):
    """Accounts, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The accounts whose home this account may read, and always itself."""
        accounts = self.filter(tenant_id=account.tenant_id)
        reach = account.reach(Right.READ_ACCOUNTS)
        if reach is ALL:
            return accounts
        return accounts.filter(Q(home_id__in=reach) | Q(pk=account.pk))

    def numbered(self, number: int) -> Any:
        """The account with this number among these, if there is one."""
        return self.filter(pk=number).first()

    def automation(self) -> Self:
        """The service account under whose name a tenant's history shows housekeeping."""
        return self.filter(type="service", login__iexact=AUTOMATION)

    def enabled(self) -> Self:
        """Accounts that may be used, as far as their status goes."""
        return self.filter(status="enabled")

    def assigned(self) -> Self:
        """Accounts with a live role, own or through a group."""
        return self.filter(access_until__gt=timezone.now())

    def unassigned(self) -> Self:
        """Accounts without any live role, own or through a group."""
        return self.filter(access_until__lte=timezone.now())

    def holding(self, *roles: int) -> Self:
        """Accounts with at least one of these roles live, own or through a group."""
        held = _model("HeldRole").objects.filter(
            tenant_id=OuterRef("tenant_id"), account=OuterRef("pk"), role__in=roles, until__gt=timezone.now()
        )
        return self.filter(Exists(held))

    def owning(self) -> Self:
        """Accounts that hold Owner for the whole tenant, own or through a group."""
        return self.filter(self.assigned_by(Q(role__builtin=Builtin.OWNER.value) & tenant_wide()))

    def keeping(self) -> Self:
        """Enabled operators with a sign-in that are owners without expiry and without any deny."""
        permanent = Q(role__builtin=Builtin.OWNER.value, expires_at__isnull=True) & tenant_wide()
        assignments = _model("RoleAssignment").objects.live().filter(permanent)
        members = _model("GroupMember").objects.filter(
            group__in=assignments.filter(group__isnull=False).values("group")
        )
        # Few hold Owner: they are found first, and only they are asked about denies.
        owners = {*assignments.filter(account__isnull=False).values_list("account_id", flat=True)}
        owners |= {*members.values_list("account_id", flat=True)}
        kept = self.enabled().filter(type="operator", identity__is_active=True, pk__in=owners)
        return kept.exclude(self.assigned_by(~Q(role__denies=[])))

    def holding_any(self, pairs: Q) -> Self:
        """Accounts with a live assignment, own or through a group, that meets the condition."""
        return self.filter(self.assigned_by(pairs))

    @staticmethod
    def assigned_by(condition: Q) -> Q:
        """The condition that an account has such a live assignment, own or through a group."""
        live = _model("RoleAssignment").objects.live().filter(condition)
        own = live.filter(tenant_id=OuterRef("tenant_id"), account=OuterRef("pk"))
        members = _model("GroupMember").objects.filter(
            tenant_id=OuterRef("tenant_id"), account=OuterRef("pk"), group__in=live.values("group")
        )
        return Q(Exists(own)) | Q(Exists(members))

    def common_values(self) -> dict[str, Any]:
        """What these accounts have in common of what can be edited together; None where they differ."""
        found = self.order_by().aggregate(
            first_title=Min("job_title"),
            last_title=Max("job_title"),
            all_shared=BoolAnd("shared"),
            any_shared=BoolOr("shared"),
            first_home=Min("home"),
            last_home=Max("home"),
        )
        is_one_home = found["first_home"] == found["last_home"]
        home = Organization.objects.filter(pk=found["first_home"]).first() if is_one_home else None
        return {
            "job_title": found["first_title"] if found["first_title"] == found["last_title"] else None,
            "shared": ("yes" if found["all_shared"] else "no") if found["all_shared"] == found["any_shared"] else None,
            "home": home.code if home else None,
        }

    def with_role_names(self) -> Self:
        """Adds `role_names`: the names of the live roles, in the order of the alphabet."""
        held = _model("HeldRole").objects.filter(
            tenant_id=OuterRef("tenant_id"), account=OuterRef("pk"), until__gt=Now()
        )
        return self.annotate(role_names=ArraySubquery(held.order_by("role__name_key").values("role__name")))


class GroupQuerySet(models.QuerySet):
    """Groups, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The groups this account may read."""
        groups = self.filter(tenant_id=account.tenant_id)
        return groups if account.may(Right.READ_GROUPS, account.tenant) else groups.none()

    def of(self, account: Any) -> Self:
        """The groups that an account is in, by name."""
        return self.filter(tenant_id=account.tenant_id, members__account=account).order_by("name_key", "pk")


class LoginSessionQuerySet(models.QuerySet):
    """Sessions, always of one tenant."""

    def open(self) -> Self:
        """Sessions that have not ended."""
        return self.filter(ended_at__isnull=True)

    def entered(self, session: int, *, account: int, identity: int) -> Any:
        """The session with its account and its tenant, where all three belong together; else None."""
        models = self.model, _model("Account"), apps.get_model("organizations", "Tenant")
        with connection.cursor() as cursor:
            cursor.execute(_entered(*models), {"session": session, "account": account, "identity": identity})
            row = cursor.fetchone()
        if row is None:
            return None
        values = iter(row)
        found, entered, tenant = (
            model.from_db(self.db, names, [next(values) for _name in names])
            for model, names in zip(models, map(_stored, models), strict=True)
        )
        found.account, entered.tenant = entered, tenant
        return found

    def newest(self, most: int) -> Self:
        """So many sessions, the newest first."""
        return self.order_by("-started_at", "-pk")[:most]

    def before(self, key: int) -> Self:
        """The sessions that began before this one; all where there is none of this number."""
        pivot = self.filter(pk=key).values_list("started_at", flat=True).first() if key else None
        if pivot is None:
            return self
        return self.filter(Q(started_at__lt=pivot) | Q(started_at=pivot, pk__lt=key))


def identity_by_key(identity: Any, key: int) -> Any:
    """The sign-in with this key, None where there is none: asked with every request."""
    with connection.cursor() as cursor:
        columns = ", ".join(_stored(identity))
        cursor.execute(f"SELECT {columns} FROM accounts_identity WHERE id = %s", [key])  # noqa: S608
        row = cursor.fetchone()
    return identity.from_db(connection.alias, _stored(identity), row) if row else None


@functools.cache
def _stored(model: Any) -> list[str]:
    """The names of a model's columns, those left out that the database makes of others."""
    return [field.attname for field in model._meta.concrete_fields if not field.generated]


@functools.cache
def _entered(*entered: Any) -> str:
    """Every page asks this: written out, it costs a quarter of what Django's select_related() does."""
    columns = [f"{model._meta.db_table}.{name}" for model in entered for name in _stored(model)]
    return (
        f"SELECT {', '.join(columns)} FROM accounts_loginsession "  # noqa: S608 (names of our own columns)
        "JOIN accounts_account ON accounts_account.tenant_id = accounts_loginsession.tenant_id"
        " AND accounts_account.id = accounts_loginsession.account_id "
        "JOIN organizations_tenant ON organizations_tenant.id = accounts_account.tenant_id "
        "WHERE accounts_loginsession.id = %(session)s AND accounts_account.id = %(account)s"
        " AND accounts_account.identity_id = %(identity)s"
    )


class AssignmentQuerySet(models.QuerySet):
    """Assignments, always of one tenant."""

    def live(self) -> Self:
        """Assignments that count now: an expired one counts for nothing, without any job having run."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()))

    def held_by(self, account: Any) -> Self:
        """The account's assignments, own and through its groups, by role; those that expired last."""
        groups = _model("GroupMember").objects.filter(tenant_id=account.tenant_id, account=account).values("group")
        held = self.filter(Q(account=account) | Q(group__in=groups), tenant_id=account.tenant_id)
        ended = Q(expires_at__isnull=False, expires_at__lte=timezone.now())
        return held.select_related("role", "organization", "organization_group", "group").order_by(
            Case(When(ended, then=1), default=0), "role__name_key", "pk"
        )

    def of(self, account: Any) -> Self:
        """The account's own assignments."""
        return self.filter(tenant_id=account.tenant_id, account=account)

    def pairs(self) -> Any:
        """The distinct (role, organization, organization group) among these assignments."""
        columns = ("role_id", "organization_id", "organization_group_id")
        return self.order_by().values_list(*columns).distinct()


def tenant_wide() -> Q:
    """Assignments without a scope: they count in the whole tenant."""
    return Q(organization__isnull=True, organization_group__isnull=True)


def _model(name: str) -> Any:
    return apps.get_model("accounts", name)


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
    def of(cls, account: Any) -> "Holdings":
        """Read the holdings of one account, in at most two queries."""
        with connection.cursor() as cursor:
            cursor.execute(_GRANTS, {"tenant": account.tenant_id, "account": account.pk, "now": timezone.now()})
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
