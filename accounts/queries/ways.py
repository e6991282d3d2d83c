"""Who holds a right in the end, and through what: what Holdings says of one account, as conditions on all of them."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _

from accounts.queries.accounts import tenant_wide


@dataclass(frozen=True)
class HeldRight:
    """A right at an organization, or, without one, in the whole tenant."""

    right: str
    organization_id: int | None

    def allowing(self, tenant_id: int) -> Q:
        """The condition on assignments that allow it there."""
        return Q(role__in=_roles(tenant_id, allows__contains=[self.right])) & self._covering()

    def denying(self, tenant_id: int) -> Q:
        """The condition on assignments that deny it there; for the whole tenant, that deny it anywhere at all."""
        denied = Q(role__in=_roles(tenant_id, denies__contains=[self.right]))
        if self.organization_id is not None:
            return denied & self._covering()
        some = Q(organization__isnull=False) | Q(organization_group__in=_filled())
        return denied & (tenant_wide() | some)

    def _covering(self) -> Q:
        if self.organization_id is None:
            return tenant_wide()
        links = apps.get_model("organizations", "OrganizationGroupMember").objects
        gathered = links.filter(organization=self.organization_id).values("group")
        return tenant_wide() | Q(organization=self.organization_id) | Q(organization_group__in=gathered)


def _roles(tenant_id: int, **rights: Any) -> list[int]:
    """The roles that say this, by their numbers: through their own table the planner would ask each row."""
    roles = apps.get_model("roles", "Role").objects.filter(tenant_id=tenant_id, **rights)
    return list(roles.values_list("pk", flat=True))


def _filled() -> QuerySet:
    """The organization groups that hold any organization."""
    return apps.get_model("organizations", "OrganizationGroupMember").objects.order_by().values("group")


def with_ways(rows: Any, values: dict[str, list[Any]], *, tenant_id: int) -> Any:
    """Adds in words every live assignment that allows the right asked for: the account's own, and its groups'."""
    asked: HeldRight = values["holds"][0]
    live = apps.get_model("accounts", "RoleAssignment").objects.live().filter(asked.allowing(tenant_id))
    own = live.filter(tenant_id=OuterRef("tenant_id"), account=OuterRef("pk"))
    member = apps.get_model("accounts", "GroupMember").objects.filter(account=OuterRef(OuterRef("pk"))).values("group")
    through = live.filter(tenant_id=OuterRef("tenant_id"), group__in=member)
    return rows.annotate(
        own_ways=ArraySubquery(own.order_by("role__name_key", "pk").values_list(_in_words())),
        group_ways=ArraySubquery(through.order_by("group__name_key", "role__name_key", "pk").values_list(_in_words())),
    )


def _in_words() -> Concat:
    scope = Coalesce(
        F("organization__name"), F("organization_group__name"), Value(_("Whole tenant")), output_field=CharField()
    )
    until = Case(
        When(expires_on__isnull=True, then=Value("")),
        default=Concat(Value(" · " + _("until") + " "), Cast("expires_on", TextField())),
        output_field=CharField(),
    )
    group = Case(
        When(group__isnull=True, then=Value("")),
        default=Concat(F("group__name"), Value(": ")),
        output_field=CharField(),
    )
    return Concat(group, F("role__name"), Value(" · "), scope, until, output_field=CharField())
