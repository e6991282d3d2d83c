"""Questions about accounts, groups, assignments and sessions: who sees them, and what they hold."""

import functools
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.aggregates import BoolAnd, BoolOr
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, When
from django.db.models.functions import Lower, Now
from django.utils import timezone

from itam_portal.lists.filters import Matches, fold_of, pattern
from itam_portal.lists.search import AnyOf
from itam_portal.requests import number_of
from itam_portal.tenancy.reach import ALL
from itam_portal.tenancy.text import is_text
from organizations.models import Organization
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
        # Where its home is among them, it is seen already; two conditions joined by OR would be no range of an index.
        at_home = Q(home_id__in=reach)
        return accounts.filter(at_home if account.home_id in reach else at_home | Q(pk=account.pk))

    def numbered(self, number: int) -> Any:
        """The account with this number among these, if there is one."""
        return self.filter(pk=number).first()

    def numbered_among(self, numbers: Iterable[int]) -> Self:
        """The accounts with these numbers among these."""
        return self.filter(pk__in=list(numbers))

    def called(self, text: str) -> Any:
        """The operator with this login or e-mail address among these, if there is one."""
        return self.filter(is_text("login", text) | is_text("email", text), type="operator").order_by("pk").first()

    def services(self, most: int = 100) -> Self:
        """The first service accounts among these, by name."""
        return self.filter(type="service").order_by("name_key", "pk")[:most]

    def service_called(self, login: str) -> Any:
        """The service account with this login among these, if there is one."""
        return self.filter(is_text("login", login), type="service").first()

    def with_logins(self, names: Iterable[str]) -> dict[str, int]:
        """The numbers of those with these logins, in any case, else with these numbers, by the name in small letters.

        The folded key comes first: it has an index that serves below a policy.
        """
        wanted = {name.lower() for name in names}
        numbers = {number for name in wanted if (number := number_of(name)) is not None}
        by_number = self.filter(pk__in=numbers).values_list("pk", flat=True)
        found = {str(key): key for key in by_number}
        keys = [fold_of(name) for name in wanted]
        rows = self.filter(login_key__in=keys).values_list("login", "pk")
        return {**found, **{login.lower(): key for login, key in rows if login.lower() in wanted}}

    def with_login(self, name: str) -> Any:
        """The account with this login, in any case, else with this number, if there is one."""
        number = self.with_logins([name]).get(name.lower())
        return None if number is None else self.filter(pk=number).first()

    def left_behind(self, tenant_id: int, *, login: str, email: str) -> Any:
        """The disabled operator account with this login and address that no user is linked to, if there is one."""
        known = self.filter(is_text("login", login), is_text("email", email), tenant_id=tenant_id)
        return known.filter(type="operator", status="disabled", has_user=False).first()

    def suggested_for(self, email: str) -> list[Any]:
        """The operators with this e-mail address among these: probably the same human."""
        return list(self.filter(is_text("email", email), type="operator").order_by("pk")[:5]) if email else []

    def at_home(self, organization: int | None) -> Self:
        """Those of one organization, given by its number; all where it is None."""
        return self if organization is None else self.filter(home_id=organization)

    def numbers(self) -> list[int]:
        """The numbers of all of these."""
        return list(self.order_by().values_list("pk", flat=True))

    def in_group(self, group: Any) -> Self:
        """The members of a group, given itself or by its number."""
        return self.filter(group_links__group=group)

    def given(self, assignment: Any) -> Self:
        """Everybody who holds something through this assignment: its account, or the members of its group."""
        of = self.filter(tenant_id=assignment.tenant_id)
        return of.in_group(assignment.group_id) if assignment.group_id else of.filter(pk=assignment.account_id)

    def automation(self) -> Self:
        """The service account under whose name a tenant's history shows housekeeping."""
        return self.filter(is_text("login", AUTOMATION), type="service")

    def enabled(self) -> Self:
        """Accounts that may be used, as far as their status goes."""
        return self.filter(status="enabled")

    def assigned(self) -> Self:
        """Accounts with a live role, own or through a group."""
        return self.filter(access_until__gt=timezone.now())

    def unassigned(self) -> Self:
        """Accounts without any live role, own or through a group."""
        return self.filter(is_unassigned())

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

    def named_like(self, text: str) -> Self:
        """The groups whose name holds this text, without regard to case and accents."""
        return self.filter(Q(Matches("name_key", pattern("%", text, "%")))) if text else self

    def numbered(self, number: int) -> Any:
        """The group with this number among these, if there is one."""
        return self.filter(pk=number).first()

    def named_or_numbered(self, names: Iterable[str]) -> dict[str, Any]:
        """Those with these names, in any case, else with these numbers, by what they were called in small letters."""
        wanted = {name.lower() for name in names}
        numbers = [number for name in wanted if (number := number_of(name)) is not None]
        numbered: Any = self.filter(pk__in=numbers)
        by_number = {str(group.pk): group for group in numbered}
        found: Any = self.annotate(lower_name=Lower("name")).filter(lower_name__in=wanted)
        return {**by_number, **{group.name.lower(): group for group in found}}

    def alone(self, number: int) -> Self:
        """The group with this number as a set of rows."""
        return self.filter(pk=number)

    def of(self, account: Any) -> Self:
        """The groups that an account is in, by name."""
        return self.filter(tenant_id=account.tenant_id, members__account=account).order_by("name_key", "pk")


class LoginSessionQuerySet(models.QuerySet):
    """Sessions, always of one tenant."""

    def of_tenant(self, tenant_id: int) -> Self:
        """All sessions of a tenant."""
        return self.filter(tenant_id=tenant_id)

    def open(self) -> Self:
        """Sessions that have not ended."""
        return self.filter(ended_at__isnull=True)

    def of_accounts(self, accounts: Any) -> Self:
        """The sessions of these accounts."""
        return self.filter(account__in=accounts.order_by().values("pk"))

    def entered(self, session: int, *, account: int, identity: int) -> Any:
        """The session with its account and its tenant, where all three belong together; else None."""
        models = self.model, _model("Account"), apps.get_model("organizations", "Tenant")
        with connection.cursor() as cursor:
            cursor.execute(_entered(*models), {"session": session, "account": account, "identity": identity})
            row = cursor.fetchone()
        if row is None:
            return None
        found, entered, tenant = objects_of(models, row)
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


def columns_of(models: Iterable[Any]) -> str:
    """What a statement written out selects, for one object of each of these models: see `objects_of`."""
    return ", ".join(f"{model._meta.db_table}.{name}" for model in models for name in _stored(model))


def objects_of(models: Iterable[Any], row: Iterable[Any]) -> Iterator[Any]:
    """One object of each of these models, of a row of `columns_of` them."""
    values = iter(row)
    named = ((model, _stored(model)) for model in models)
    return (model.from_db(connection.alias, names, list(islice(values, len(names)))) for model, names in named)


@functools.cache
def _entered(*entered: Any) -> str:
    """Every page asks this: written out, it costs a quarter of what Django's select_related() does."""
    return (
        f"SELECT {columns_of(entered)} FROM accounts_loginsession "  # noqa: S608 (names of our own columns)
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
        links = _model("GroupMember").objects.filter(tenant_id=account.tenant_id, account=account)
        # An array is read first and looked for in an index; the same as a subquery, every assignment would be read.
        through = Q(AnyOf(F("group_id"), ArraySubquery(links.values("group"))))
        held = self.filter(Q(account=account) | through, tenant_id=account.tenant_id)
        return held.select_related("role", "organization", "organization_group", "group").order_by(
            _ended_last(), "role__name_key", "pk"
        )

    def numbered(self, number: int, *, tenant_id: int) -> Any:
        """The tenant's assignment with this number, with all that it names, if there is one."""
        found = self.filter(tenant_id=tenant_id, pk=number)
        return found.select_related("role", "account", "group", "organization", "organization_group").first()

    def given_to(self, group: Any) -> Self:
        """The roles that a group gives, by name; those that expired last."""
        given = self.filter(tenant_id=group.tenant_id, group=group)
        return given.select_related("role", "organization", "organization_group", "group").order_by(
            _ended_last(), "role__name_key", "pk"
        )

    def at(self, role: Any, scope: Any) -> Any:
        """The one among these that gives this role at this scope."""
        return self.get(role=role, **scope.fields)

    def of(self, account: Any) -> Self:
        """The account's own assignments."""
        return self.filter(tenant_id=account.tenant_id, account=account)

    def subjects(self, condition: Q, *, most: int) -> set[int]:
        """The accounts with an assignment that meets the condition, own or through a group, so many at most."""
        found = self.filter(condition)
        own = found.filter(account__isnull=False).order_by().values_list("account_id", flat=True)
        links = _model("GroupMember").objects.filter(group__in=found.filter(group__isnull=False).values("group"))
        return {*own.distinct()[:most], *links.order_by().values_list("account_id", flat=True).distinct()[:most]}

    def pairs(self) -> Any:
        """The distinct (role, organization, organization group) among these assignments."""
        columns = ("role_id", "organization_id", "organization_group_id")
        return self.order_by().values_list(*columns).distinct()


def _ended_last() -> Case:
    return Case(When(Q(expires_at__isnull=False, expires_at__lte=timezone.now()), then=1), default=0)


def is_unassigned() -> Q:
    """The condition that an account holds no live role, own or through a group."""
    return Q(access_until__lte=timezone.now())


def tenant_wide() -> Q:
    """Assignments without a scope: they count in the whole tenant."""
    return Q(organization__isnull=True, organization_group__isnull=True)


def _model(name: str) -> Any:
    return apps.get_model("accounts", name)
