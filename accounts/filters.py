"""The fields the lists of accounts and of access keys can be filtered by."""

import functools
import operator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    NEVER,
    NO_DURATION,
    AccessKey,
    Account,
    Group,
    HeldRole,
    KeyState,
    RoleAssignment,
    Status,
    Type,
)
from accounts.queries import AccountQuerySet, Change, HeldRight, change_is, is_unassigned
from itam_portal.lists.facts import YesOrNo
from itam_portal.lists.filters import Choice, Condition, Duration, ListFilterSet, Moment, Text, of_ranges
from itam_portal.lists.prepared import rows_of
from itam_portal.requests import number_of
from organizations.models import Organization
from organizations.queries import first_organizations
from roles.models import Role
from roles.rights import Right


def _roles_of(tenant: int) -> Any:
    return Role.objects.filter(tenant_id=tenant).order_by("name_key").values("pk", "name")[:200]


class RoleHeld(Choice):
    """Accounts that hold a role now, own or through a group. Values are the roles' numbers."""

    kind = "reference"
    operators = ("is", "not", "in", "empty")
    is_of_column = False

    def options(self) -> list[tuple[str, Any]]:
        """The roles the reader may know of, by name."""
        if not self.account.may(Right.READ_ROLES, self.account.tenant):
            return [(str(key), name) for key, name in self._known().values_list("pk", "name")[:200]]
        found = rows_of("role options", _roles_of, tenant=self.account.tenant_id)
        return [(str(row["pk"]), row["name"]) for row in found]

    def _known(self) -> Any:
        """The tenant's roles; a scoped reader knows only those that stand on rows it sees."""
        roles = Role.objects.filter(tenant_id=self.account.tenant_id).order_by("name_key")
        if self.account.may(Right.READ_ROLES, self.account.tenant):
            return roles
        seen = Account.objects.all().visible_to(self.account)
        return roles.filter(pk__in=HeldRole.objects.filter(account__in=seen.values("pk")).values("role"))

    def clean_one(self, text: str) -> int:
        number = number_of(text)
        if number is None or not self._known().filter(pk=number).exists():
            raise ValidationError(_("There is no role “%(value)s”."), params={"value": text[:60]})
        return number

    def condition(self, values: list[Any]) -> Q:
        """Any of the roles in one condition: one for each role, joined by OR, would be asked of every account."""
        if self.operator == "empty":
            return super().condition(values)
        held = Q(Exists(self._holders().filter(account=OuterRef("pk"), role__in=values)))
        return ~held if self.operator == "not" else held

    def is_empty(self) -> Q:
        return is_unassigned()

    def finds(self, values: list[Any]) -> bool:
        return self.is_exact(values)

    def candidates(self, rows: Any, values: list[Any], cap: int) -> list[int] | None:
        held = HeldRole.objects.filter(role=values[0], until__gt=timezone.now())
        found = list(held.values_list("account_id", flat=True)[: cap + 1])
        return found if len(found) <= cap else None

    @staticmethod
    def _holders() -> Any:
        return HeldRole.objects.filter(tenant_id=OuterRef("tenant_id"), until__gt=timezone.now())


class HomeOrganization(Choice):
    """Accounts whose home is an organization. Values are the organizations' codes."""

    kind = "reference"
    operators = ("is", "not", "in")

    def options(self) -> list[tuple[str, Any]]:
        """The first organizations the reader's rights reach, by name."""
        return first_organizations(self.account)

    def _known(self) -> Any:
        return Organization.objects.all().visible_to(self.account)

    def clean_one(self, text: str) -> int:
        found = self._known().filter(code__iexact=text).values_list("pk", flat=True).first()
        if found is None:
            raise ValidationError(_("There is no organization “%(value)s”."), params={"value": text[:60]})
        return found

    def finds(self, values: list[Any]) -> bool:
        return self.operator == "not"

    def candidates(self, rows: Any, values: list[Any], cap: int) -> list[int] | None:
        """What lies between the organizations left out: no index serves a negation."""
        below, ranges = 0, []
        for key in sorted(set(values)):
            ranges.append(Q(home__gt=below, home__lt=key))
            below = key
        return of_ranges(rows, [*ranges, Q(home__gt=below)], cap)

    def compare(self, operator: str, value: int) -> Q:
        return Q(home_id=value)


class HasChange(Choice):
    """Accounts that somebody should look at, and why."""

    is_of_column = False
    # An account may have left and be dormant, too.
    finds_once = False

    def __init__(self, column: str = "", **kwargs: object) -> None:
        super().__init__(column, choices=Change.choices, **kwargs)

    def condition(self, values: list[str]) -> Q:
        """Any of these, or none of them."""
        found = functools.reduce(operator.or_, map(change_is, values))
        return ~found if self.operator == "not" else found

    def finds(self, values: list[str]) -> bool:
        return self.operator != "not"

    def candidates(self, rows: Any, values: list[str], cap: int) -> list[int] | None:
        return of_ranges(rows, [change_is(value) for value in values], cap)

    def is_exact(self, values: list[str]) -> bool:
        return False


class AccountFilters(ListFilterSet):
    """All fields of DESIGN.md section 9."""

    name = Text("name_key", label=_("Name"))
    login = Text("login_key", label=_("Login"))
    email = Text("email_key", label=_("Email"))
    job_title = Text("job_title_key", label=_("Job title"))
    role = RoleHeld("role", label=_("Role"))
    status = Choice("status", choices=Status.choices, label=_("Status"))
    type = Choice("type", choices=Type.choices, label=_("Type"))
    last_login = Moment("last_login_at", missing=NEVER, label=_("Last login"))
    login_duration = Duration("last_login_duration", missing=NO_DURATION, label=_("Login duration"))
    organization = HomeOrganization("home", label=_("Organization"))
    change = HasChange("change", label=_("Change"))
    has_user = YesOrNo("has_user", label=_("Has a user"))

    class Meta:
        model = Account
        fields: list[str] = []


class Holds(Condition):
    """Accounts that hold a right at a place in the end: accounts.read for the whole tenant, accounts.read@CODE at one.

    The same as Holdings.reach(), as a condition of the database.
    """

    operators = ("is",)
    has_chip = False
    is_of_column = False
    # Whoever is allowed it may be denied it: more candidates than a cap need not be more rows.
    finds_once = False

    def clean_one(self, text: str) -> HeldRight:
        right, at, code = text.partition("@")
        if right not in Right.values:
            raise ValidationError(_("There is no right “%(value)s”."), params={"value": right[:60]})
        if not at:
            return HeldRight(right, None)
        found = Organization.objects.all().visible_to(self.account).coded(code).values_list("pk", flat=True).first()
        if found is None:
            raise ValidationError(_("There is no organization “%(value)s”."), params={"value": code[:60]})
        return HeldRight(right, found)

    def compare(self, operator: str, value: HeldRight) -> Q:
        tenant = self.account.tenant_id
        return AccountQuerySet.assigned_by(value.allowing(tenant)) & ~AccountQuerySet.assigned_by(value.denying(tenant))

    def finds(self, values: list[Any]) -> bool:
        return len(values) == 1

    def candidates(self, rows: Any, values: list[Any], cap: int) -> list[int] | None:
        """Whoever has an assignment that allows it: few, where few have one."""
        condition = values[0].allowing(self.account.tenant_id)
        found = RoleAssignment.objects.live().subjects(condition, most=cap + 1)
        if len(found) > cap:
            return None
        return list(rows.filter(pk__in=found).filter(self.compare("is", values[0])).values_list("pk", flat=True))


class AccessFilters(AccountFilters):
    """The fields of an account, and the right that is asked for."""

    holds = Holds("holds", label=_("Holds"))

    class Meta:
        model = Account
        fields: list[str] = []


class StateOfKey(Choice):
    """Keys that are live, or over for this reason: time alone can change it, so no column holds it."""

    is_of_column = False

    def condition(self, values: list[Any]) -> Q:
        states = [state for state in KeyState.values if (state in values) != (self.operator == "not")]
        conditions = [AccessKey.objects.all().in_state(state) for state in states]
        return functools.reduce(operator.or_, conditions, Q(pk__in=[]))

    def is_exact(self, values: list[Any]) -> bool:
        return False


class KeyFilters(ListFilterSet):
    """Name, service account, beginning, state, and the moments of a key."""

    name = Text("name_key", label=_("Name"))
    account = Text("account__name_key", label=_("Service account"))
    prefix = Text("prefix", label=_("Begins with"))
    state = StateOfKey(choices=KeyState.choices, label=_("State"))
    expires = Moment("expires_at", can_be_ahead=True, label=_("Expires"))
    last_used = Moment("last_used_at", missing=NEVER, label=_("Last used"))
    made = Moment("made_at", label=_("Created"))

    class Meta:
        model = AccessKey
        fields: list[str] = []


class GroupFilters(ListFilterSet):
    """A group's name."""

    name = Text("name_key", label=_("Name"))

    class Meta:
        model = Group
        fields: list[str] = []
