"""The fields a list of computer users can be filtered by."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.filters import HomeOrganization
from itam_portal.lists.facts import YES_NO, YesOrNo
from itam_portal.lists.filters import Choice, Condition, ListFilterSet, Matches, Moment, Text, pattern
from itam_portal.lists.scanned import ScannedText
from organizations.models import Organization, OrganizationType
from users.models import ComputerUser, UserStatus
from users.queries import found_at, is_blocked, linked_to


class Compliance(Choice):
    """Yes for whoever is active under a username that is not blocked."""

    is_of_column = False

    def condition(self, values: list[str]) -> Q:
        """Either, computed."""
        wanted = {value for value in ("yes", "no") if (value in values) != (self.operator == "not")}
        complies = Q(status=UserStatus.ACTIVE) & ~Q(is_blocked())
        if wanted == {"yes"}:
            return complies
        return ~complies if wanted == {"no"} else Q(pk__isnull=not wanted)


class HasAccount(Choice):
    """Whether the person has an operator account."""

    is_of_column = False

    def condition(self, values: list[str]) -> Q:
        """Either, or both."""
        wanted = {value for value in ("yes", "no") if (value in values) != (self.operator == "not")}
        return Q(account__isnull="no" in wanted) if len(wanted) == 1 else Q(pk__isnull=not wanted)


class NameOf(Text):
    """What somebody or something that the person points at is called, by its stored key."""

    is_of_column = False

    def is_empty(self) -> Q:
        return Q(**{f"{self.field_name.partition('__')[0]}__isnull": True})

    def is_present(self) -> Q:
        return ~self.is_empty()

    def condition(self, values: list[Any]) -> Q:
        """Whoever points at nobody is not at this one either."""
        found = super().condition(values)
        return self.is_empty() | found if self.operator == "not" else found

    def is_exact(self, values: list[Any]) -> bool:
        return False


class LinkedOrganization(Condition):
    """Whoever belongs to an organization like this, or holds or awaits a role there: by its name, code or type.

    Only the API asks so. Organizations that the reader does not see make nobody match.
    """

    has_chip = False
    is_of_column = False

    def clean_one(self, text: str) -> str:
        if self.field_name != "type":
            return text
        if text.upper() not in OrganizationType.values:
            known = ", ".join(OrganizationType.values)
            raise ValidationError(_("“%(value)s” is none of: %(known)s."), params={"value": text[:60], "known": known})
        return text.upper()

    def _organizations(self, values: list[str]) -> Any:
        """The organizations like any of these."""
        seen = Organization.objects.all().visible_to(self.account)
        if self.field_name == "type":
            wanted = Q(type__in=values)
        else:
            wanted = Q(pk__in=[])
            for value in values:
                wanted |= Q(Matches(self.field_name, pattern("%", value, "%")))
        return seen.filter(wanted).order_by().values("pk")

    def condition(self, values: list[str]) -> Q:
        return linked_to(self._organizations(values))

    def finds(self, values: list[str]) -> bool:
        return True

    def candidates(self, rows: Any, values: list[str], cap: int) -> list[int] | None:
        return found_at(rows, self._organizations(values), cap)


class ComputerUserFilters(ListFilterSet):
    """Every field of a person."""

    display_name = Text("display_name_key", label=_("Full name"))
    username = Text("username_key", label=_("Username"))
    email = Text("email_key", label=_("Email"))
    employee_id = Text("employee_id_key", label=_("Employee ID"))
    job_title = Text("job_title_key", label=_("Job title"))
    status = Choice("status", choices=UserStatus.choices, label=_("Status"))
    compliance = Compliance("compliance", choices=YES_NO, label=_("Compliance"))
    has_account = HasAccount("account", choices=YES_NO, label=_("Has an account"))
    account = NameOf("account__name_key", label=_("Account name"))
    organization = HomeOrganization("home", label=_("Organization"))
    manager = NameOf("manager__display_name_key", label=_("Manager"))
    location = Text("location_key", label=_("Location"))
    corporate_unit = Text("corporate_unit_key", label=_("Corporate unit"))
    cost_center = Text("cost_center_key", label=_("Cost center"))
    employment_status = ScannedText("employment_status", label=_("Employment status"))
    title = ScannedText("title", label=_("Title"))
    first_name = ScannedText("first_name", label=_("First name"))
    middle_name = ScannedText("middle_name", label=_("Middle name"))
    last_name = ScannedText("last_name", label=_("Last name"))
    suffix = ScannedText("suffix", label=_("Suffix"))
    domain = ScannedText("domain", label=_("Domain name"))
    alternate_email = ScannedText("alternate_email", label=_("Alternate email"))
    phone = ScannedText("phone", label=_("Phone"))
    mobile = ScannedText("mobile", label=_("Mobile"))
    fax = ScannedText("fax", label=_("Fax"))
    street = ScannedText("street", label=_("Street"))
    city = ScannedText("city", label=_("City"))
    state = ScannedText("state", label=_("State"))
    zipcode = ScannedText("zipcode", label=_("Postal code"))
    country = ScannedText("country", label=_("Country"))
    locale = ScannedText("locale", label=_("Language"))
    timezone = ScannedText("timezone", label=_("Time zone"))
    shared = YesOrNo("shared", label=_("Shared"))
    opt_in = YesOrNo("opt_in", label=_("Opt-in"))
    inventory_source = ScannedText("inventory_source", label=_("Last inventory source"))
    created = Moment("created_at", label=_("Created"))
    changed = Moment("changed_at", label=_("Changed"))

    class Meta:
        model = ComputerUser
        fields: list[str] = []
