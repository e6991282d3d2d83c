"""The fields that lists of organizations and of their groups can be filtered by."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from itam_portal.lists.facts import YesOrNo
from itam_portal.lists.filters import Choice, ListFilterSet, Moment, Text
from itam_portal.requests import number_of
from organizations.models import (
    Organization,
    OrganizationGroup,
    OrganizationGroupMember,
    OrganizationType,
)
from organizations.queries import LISTED, first_organizations, links_seen_by


class Linked(Choice):
    """Organizations that are tied to something by a table of links."""

    kind = "reference"
    operators = ("is", "not", "in", "empty")
    is_of_column = False

    def links(self) -> Any:
        """The links that count for this reader."""
        raise NotImplementedError

    def tied(self, values: list[Any]) -> Any:
        """The links to any of these."""
        raise NotImplementedError

    def own(self, links: Any) -> Q:
        """The condition that an organization has such a link."""
        raise NotImplementedError

    def condition(self, values: list[Any]) -> Q:
        if self.operator == "empty":
            return super().condition(values)
        tied = self.own(self.tied(values))
        return ~tied if self.operator == "not" else tied

    def is_empty(self) -> Q:
        return ~self.own(self.links())

    def finds(self, values: list[Any]) -> bool:
        return self.operator in ("is", "in")

    def candidates(self, rows: Any, values: list[Any], cap: int) -> list[int] | None:
        found = list(self.tied(values).values_list(self.field_name, flat=True).distinct()[: cap + 1])
        return found if len(found) <= cap else None


class InGroup(Linked):
    """Organizations in an organization group. Values are the groups' numbers."""

    def options(self) -> list[tuple[str, Any]]:
        """The first groups the reader may know of, by name."""
        known = OrganizationGroup.objects.all().known_to(self.account).order_by("name_key", "pk")
        return [(str(key), name) for key, name in known.values_list("pk", "name")[: LISTED + 1]]

    def clean_one(self, text: str) -> int:
        number = number_of(text)
        known = OrganizationGroup.objects.all().known_to(self.account)
        if number is None or not known.filter(pk=number).exists():
            raise ValidationError(_("There is no organization group “%(value)s”."), params={"value": text[:60]})
        return number

    def links(self) -> Any:
        return OrganizationGroupMember.objects.filter(tenant_id=self.account.tenant_id)

    def tied(self, values: list[Any]) -> Any:
        return self.links().filter(group__in=values)

    def own(self, links: Any) -> Q:
        return Q(Exists(links.filter(organization=OuterRef("pk"))))


class BelowOrganization(Linked):
    """Organizations directly below another one. Values are the codes of those above."""

    def options(self) -> list[tuple[str, Any]]:
        """The first organizations the reader's rights reach, by name."""
        return first_organizations(self.account)

    def clean_one(self, text: str) -> int:
        known = Organization.objects.all().visible_to(self.account)
        found = known.coded(text).values_list("pk", flat=True).first()
        if found is None:
            raise ValidationError(_("There is no organization “%(value)s”."), params={"value": text[:60]})
        return found

    def links(self) -> Any:
        return links_seen_by(self.account)

    def tied(self, values: list[Any]) -> Any:
        return self.links().filter(parent__in=values)

    def own(self, links: Any) -> Q:
        return Q(Exists(links.filter(child=OuterRef("pk"))))


class OrganizationFilters(ListFilterSet):
    """The fields of an organization, its groups and its place."""

    code = Text("code_key", label=_("Code"))
    name = Text("name_key", label=_("Name"))
    type = Choice("type", choices=OrganizationType.choices, label=_("Type"))
    organization_group = InGroup("organization", label=_("Groups"))
    parent = BelowOrganization("child", label=_("Below"))
    country = Text("country_key", label=_("Country"))
    city = Text("city_key", label=_("City"))
    region = Text("region_key", label=_("Region"))
    visible = YesOrNo("visible", label=_("Visible"))
    created = Moment("created_at", label=_("Created"))
    changed = Moment("changed_at", label=_("Changed"))

    class Meta:
        model = Organization
        fields: list[str] = []


class OrganizationGroupFilters(ListFilterSet):
    """Name and description."""

    name = Text("name_key", label=_("Name"))
    description = Text("description_key", label=_("Description"))

    class Meta:
        model = OrganizationGroup
        fields: list[str] = []
