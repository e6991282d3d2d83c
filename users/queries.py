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
from itam_portal.lists.scanned import value_in
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
