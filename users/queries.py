"""Questions about computer users."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils import timezone

from itam_portal.lists.filters import Matches
from itam_portal.lists.prepared import rows_of
from itam_portal.lists.scanned import value_in
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.requests import number_of
from itam_portal.tenancy.reach import ALL
from itam_portal.tenancy.text import Fold, is_text
from roles.rights import Right

# Whoever was recorded in so many days has joined.
JOINED_WITHIN = 30


class ComputerUserQuerySet(models.QuerySet):
    """Computer users, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The people whose organization this account may read."""
        people = self.filter(tenant_id=account.tenant_id)
        reach = account.reach(Right.READ_USERS)
        return people if reach is ALL else people.filter(home_id__in=reach)

    def numbered(self, number: int) -> Any:
        """The person with this number among these, if there is one."""
        return self.filter(pk=number).select_related("home", "manager", "account").first()

    def coded(self, text: str) -> Any:
        """The one person whose username, e-mail address or number this text is, None where it is nobody or several."""
        found = self.filter(is_text("username", text) | is_text("email", text))[:2]
        people = list(found) or list(self.filter(pk=int(text))[:1] if text.isascii() and text.isdigit() else [])
        return people[0] if len(people) == 1 else None

    def called(self, user_name: str) -> Any:
        """The person with this username, in any case; else with this number. None where there is nobody."""
        found = self.filter(is_text("username", user_name)).first() if user_name else None
        number = number_of(user_name)
        return found if found is not None or number is None else self.filter(pk=number).first()

    def of_tenant(self, tenant_id: int) -> Self:
        """All of a tenant: for what the caller has just done, wherever it went."""
        return self.filter(tenant_id=tenant_id)

    def at_home(self, organization: int | None) -> Self:
        """Those of one organization, given by its number; all where it is None."""
        return self if organization is None else self.filter(home_id=organization)

    def is_blocked(self, person: Any) -> bool:
        """Whether the block list covers this person's username."""
        return self.filter(tenant_id=person.tenant_id, pk=person.pk).filter(is_blocked()).exists()

    def managed_by(self, person: Any) -> Self:
        """Those whose manager this person is."""
        return self.filter(tenant_id=person.tenant_id, manager=person)

    def of_account(self, account: Any) -> Self:
        """The people whose operator account this is."""
        return self.filter(tenant_id=account.tenant_id, account=account)

    def with_names(self) -> Self:
        """Adds `manager_name` and `account_name`, '' where there is none, and the keys that order rows by them."""
        none = Value("", output_field=TextField())
        names = {"manager_name": "manager__display_name", "account_name": "account__name"}
        texts = {**names, "manager_key": "manager__display_name_key", "account_key": "account__name_key"}
        named = {name: Coalesce(F(path), none, output_field=TextField()) for name, path in texts.items()}
        number = Concat(Value("#"), Cast("manager_id", TextField()), output_field=TextField())
        handle = Coalesce(NullIf(F("manager__username"), none), number, output_field=TextField())
        return self.annotate(**named, manager_handle=handle)

    def with_blocked(self) -> Self:
        """Adds `blocked`: whether the username is on the tenant's block list; and `complies`."""
        blocked = self.annotate(blocked=Case(When(is_blocked(), then=Value(True)), default=Value(False)))
        complies = Case(When(status="active", blocked=False, then=Value(True)), default=Value(False))
        return blocked.annotate(complies=complies)

    def with_folded(self, *, name: str) -> Self:
        """Adds the folded text of a field, `NAME_folded`: for an order that no index serves."""
        return self.annotate(**{f"{name}_folded": Fold(name)})

    def numbered_among(self, keys: Iterable[int]) -> Self:
        """Those with these numbers."""
        return self.filter(pk__in=list(keys))

    def with_email(self, email: str) -> Self:
        """Those with this e-mail address, in any case."""
        return self.filter(is_text("email", email)) if email else self.none()

    def common_values(self, names: Iterable[str], attributes: Iterable[Any]) -> dict[str, Any]:
        """What these people have in common of these fields and attributes, as text; None where they differ."""
        texts: dict[str, Any] = {name: Cast(name, TextField()) for name in names if name != "manager"}
        texts |= {one.field_name: value_in("attributes", one.name) for one in attributes}
        texts["manager"] = Coalesce(Cast("manager_id", TextField()), Value("", output_field=TextField()))
        firsts = {f"first_{name}": Min(text) for name, text in texts.items()}
        lasts = {f"last_{name}": Max(text) for name, text in texts.items()}
        found = self.order_by().aggregate(**firsts, **lasts)
        common = {name: found[f"first_{name}"] for name in texts}
        return {name: value if value == found[f"last_{name}"] else None for name, value in common.items()}


class PendingRoleQuerySet(models.QuerySet):
    """Roles that contacts are to hold, always of one tenant."""

    def of(self, person: Any) -> Self:
        """Those of one person, by role."""
        found = self.filter(tenant_id=person.tenant_id, user=person)
        return found.select_related("role", "organization", "organization_group").order_by("role__name_key", "pk")


class UserImportQuerySet(models.QuerySet):
    """Imports, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The imports that this account began."""
        return self.filter(tenant_id=account.tenant_id, account=account)

    def left_behind(self, tenant: Any) -> Any:
        """Imports that the worker has had for so long that it must have lost them."""
        old = timezone.now() - timedelta(minutes=15)
        return self.filter(tenant=tenant, state__in=("checking", "running"), changed_at__lt=old)

    def mapped_before(self, one: Any) -> Any:
        """The newest import of a file with the same heads that was mapped, if there is one."""
        known = self.filter(tenant_id=one.tenant_id, heads=one.heads).exclude(mapping=[]).exclude(pk=one.pk)
        return known.order_by("-pk").first()


class ImportLineQuerySet(models.QuerySet):
    """Lines of files, always of one tenant."""

    def of(self, one: Any) -> Self:
        """The lines of one import."""
        return self.filter(tenant_id=one.tenant_id, user_import=one)

    def with_outcome(self, outcome: str) -> Self:
        """Those that would do this, in the order of the file."""
        return self.filter(outcome=outcome).order_by("number")


def kinds_of_people(*, now: datetime) -> dict[str, Q]:
    """People by what the overview counts: their status, whether they have an account, who joined."""
    return {
        **{status: Q(status=status) for status in ("active", "inactive", "retired")},
        "linked": Q(account__isnull=False),
        "unlinked": Q(account__isnull=True),
        "joined": has_joined(now=now),
    }


def has_joined(*, now: datetime) -> Q:
    """The condition that somebody is active, has no account and was recorded lately.

    It counts whole days of the moment's time zone.
    """
    first = datetime.combine(now.date() - timedelta(days=JOINED_WITHIN), time.min, now.tzinfo)
    return Q(status="active", account__isnull=True, created_at__gte=first)


def is_blocked() -> Exists:
    """The condition that a pattern of the block list covers the username."""
    patterns = apps.get_model("users", "BlockedUsername").objects
    covering = patterns.filter(Matches(OuterRef("username_key"), F("pattern_key")))
    return Exists(covering.filter(tenant_id=OuterRef("tenant_id")).exclude(Q(pattern_key="")))


def _links(organizations: Any) -> tuple[Any, Any]:
    """Roles that wait for people, and assignments of accounts, at these organizations."""
    pending = apps.get_model("users", "PendingRole").objects.filter(organization__in=organizations)
    given = apps.get_model("accounts", "RoleAssignment").objects.filter(organization__in=organizations)
    return pending.order_by(), given.filter(account__isnull=False).order_by()


def linked_to(organizations: Any) -> Q:
    """The condition that a person belongs to one of these organizations, or holds or awaits a role there."""
    pending, given = _links(organizations)
    awaits = Exists(pending.filter(tenant_id=OuterRef("tenant_id"), user=OuterRef("pk")))
    holds = Exists(given.filter(tenant_id=OuterRef("tenant_id"), account=OuterRef("account")))
    return Q(home__in=organizations) | Q(awaits) | Q(holds)


def found_at(people: Any, organizations: Any, cap: int) -> list[int] | None:
    """The numbers of those people, found from the organizations; None where they are more than `cap`."""
    pending, given = _links(organizations)
    ways = (
        Q(home__in=organizations),
        Q(pk__in=pending.values("user")),
        Q(account__in=given.values("account")),
    )
    first, *rest = [people.filter(way).order_by().values_list("pk", flat=True) for way in ways]
    found = set(first.union(*rest)[: cap + 1])
    return list(found) if len(found) <= cap else None


def roles_at_organizations(tenant_id: int, people: Iterable[tuple[int, int | None]]) -> dict[int, list[Any]]:
    """What people hold or await at organizations: (code, role, end) of each role there, by the person's number.

    `people` are pairs of a person's number and their account's, None where there is none.
    """
    pairs = list(people)
    accounts = sorted({account for _person, account in pairs if account is not None})
    held: dict[Any, list[Any]] = {}
    for row in _roles_of("accounts", "RoleAssignment", "account_id", tenant_id, accounts):
        held.setdefault(("account", row["account_id"]), []).append(_role(row))
    for row in _roles_of("users", "PendingRole", "user_id", tenant_id, [person for person, _account in pairs]):
        held.setdefault(row["user_id"], []).append(_role(row))
    return {person: [*held.get(("account", account), []), *held.get(person, [])] for person, account in pairs}


def _role(row: dict[str, Any]) -> tuple[str, str, Any]:
    return row["organization__code"], row["role__name"], row["expires_on"]


def _roles_of(app: str, model: str, subject: str, tenant_id: int, keys: list[int]) -> list[dict[str, Any]]:
    """The roles at organizations of these, in order: asked with every page of people."""

    def build(tenant: int, keys: list[int]) -> Any:
        held = apps.get_model(app, model).objects.filter(AnyOf(F(subject), as_array(keys)), tenant_id=tenant)
        order = ("organization__code", "expires_on", "role__name_key", "pk")
        columns = (subject, "organization__code", "role__name", "expires_on")
        return held.filter(organization__isnull=False).order_by(*order).values(*columns)

    return rows_of((app, model, "roles at organizations"), build, tenant=tenant_id, keys=keys) if keys else []


def end_of_role(person: Any, role: int, organization: int) -> Any:
    """The last day of a role that a person holds or awaits at an organization; None without end, or without it."""
    app, model, subject = "users", "PendingRole", {"user": person}
    if person.account_id:
        app, model, subject = "accounts", "RoleAssignment", {"account": person.account_id}
    held = apps.get_model(app, model).objects.filter(tenant_id=person.tenant_id, role=role, organization=organization)
    return held.filter(**subject).values_list("expires_on", flat=True).first()
