"""The fields a list of computer users can be filtered by."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.filters import HomeOrganization
from itam_portal.lists.filters import Choice, ListFilterSet, Moment, Text
from users.models import ComputerUser, UserStatus
from users.queries import is_blocked

YES_NO = (("yes", _("Yes")), ("no", _("No")))


class YesOrNo(Choice):
    """A fact that holds or not."""

    def __init__(self, column: str = "", **kwargs: object) -> None:
        super().__init__(column, choices=YES_NO, **kwargs)

    def condition(self, values: list[str]) -> Q:
        """Either, by its own column."""
        wanted = [value for value in ("yes", "no") if (value in values) != (self.operator == "not")]
        return Q(**{f"{self.field_name}__in": [value == "yes" for value in wanted]})


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


class ComputerUserFilters(ListFilterSet):
    """The fields of a person that are text, a choice or a date."""

    display_name = Text("display_name_key", label=_("Full name"))
    username = Text("username_key", label=_("Username"))
    email = Text("email_key", label=_("Email"))
    employee_id = Text("employee_id_key", label=_("Employee ID"))
    job_title = Text("job_title_key", label=_("Job title"))
    status = Choice("status", choices=UserStatus.choices, label=_("Status"))
    compliance = Compliance("compliance", choices=YES_NO, label=_("Compliance"))
    has_account = HasAccount("account", choices=YES_NO, label=_("Has an account"))
    organization = HomeOrganization("home", label=_("Organization"))
    location = Text("location_key", label=_("Location"))
    corporate_unit = Text("corporate_unit_key", label=_("Corporate unit"))
    cost_center = Text("cost_center_key", label=_("Cost center"))
    shared = YesOrNo("shared", label=_("Shared"))
    created = Moment("created_at", label=_("Created"))

    class Meta:
        model = ComputerUser
        fields: list[str] = []
