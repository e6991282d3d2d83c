"""The columns of a list of computer users."""

from functools import partial
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, F, Q, TextField, Value, When
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itam_portal.lists.exported import labelled, moment, named, yes_or_no
from itam_portal.lists.tables import NONE, Column, GroupedBy, ListTable, MomentCell, Reader, Row, safe, text
from itam_portal.templatetags.ui import hue, initials
from users.models import UserStatus


def complies(row: Row) -> bool:
    """Whether a row's person counts: active, under a username that is not blocked."""
    return row["status"] == UserStatus.ACTIVE and not row["blocked"]


def compliance(zone: ZoneInfo) -> Case:
    """The same for an exported file."""
    return Case(
        When(Q(status=UserStatus.ACTIVE, blocked=False), then=Value(gettext("Yes"))),
        default=Value(gettext("No")),
        output_field=CharField(),
    )


def managed(zone: ZoneInfo) -> Case:
    """The manager's name with what tells them from others of that name, as an import reads it."""
    whole = Concat(F("manager_name"), Value(" ("), F("manager_handle"), Value(")"), output_field=TextField())
    return Case(When(manager__isnull=False, then=whole), default=Value(""), output_field=TextField())


def plain(label: Any, name: str, *, shown: bool = False, classes: str = "") -> Column:
    """A text that is shown and exported as it is stored, sorted by its key."""
    return Column(label, needs=(name,), sort=(f"{name}_key", THEN), shown=shown, classes=classes)


def bare(label: Any, name: str) -> Column:
    """A text without a stored key: sorting by it folds that of every row."""
    return Column(label, needs=(name,), sort=(f"{name}_folded", THEN), shown=False)


# By what rows are ordered that are equal otherwise.
THEN = "display_name_key"
# Texts that are asked for seldom.
BARE = (
    *("employment_status", "title", "first_name", "middle_name", "last_name", "suffix", "domain", "alternate_email"),
    *("phone", "mobile", "fax", "street", "city", "state", "zipcode", "country", "locale", "timezone"),
    "inventory_source",
)


class ComputerUserTable(ListTable):
    """Everything that is known of a person."""

    list_name = "users"

    display_name = Column(_("Full name"), needs=("display_name",), sort=("display_name_key",), locked=True)
    username = plain(_("Username"), "username", shown=True, classes="code")
    email = plain(_("Email"), "email", shown=True, classes="wide")
    job_title = plain(_("Job title"), "job_title", shown=True)
    status = Column(
        _("Status"),
        needs=("status",),
        sort=("status", "display_name_key"),
        export=labelled("status", UserStatus.choices),
        group=GroupedBy("status", choices=tuple(UserStatus.choices)),
    )
    organization = Column(
        _("Organization"),
        needs=("home__name",),
        sort=("home_key", THEN),
        export=named("home__name", "home__code"),
        group=GroupedBy("home_key", "home__code", "home__name"),
    )
    compliance = Column(
        _("Compliance"), needs=("status", "blocked"), sort=("complies", THEN), export=compliance, classes="nowrap"
    )
    account = Column(_("Account name"), needs=("account_name", "account_id"), sort=("account_key", THEN), shown=False)
    employee_id = plain(_("Employee ID"), "employee_id", classes="code")
    employment_status = bare(_("Employment status"), "employment_status")
    manager = Column(
        _("Manager"), needs=("manager_name", "manager_handle"), export=managed, sort=("manager_key", THEN), shown=False
    )
    location = plain(_("Location"), "location")
    corporate_unit = plain(_("Corporate unit"), "corporate_unit")
    cost_center = plain(_("Cost center"), "cost_center")
    title = bare(_("Title"), "title")
    first_name = bare(_("First name"), "first_name")
    middle_name = bare(_("Middle name"), "middle_name")
    last_name = bare(_("Last name"), "last_name")
    suffix = bare(_("Suffix"), "suffix")
    domain = bare(_("Domain name"), "domain")
    alternate_email = bare(_("Alternate email"), "alternate_email")
    phone = bare(_("Phone"), "phone")
    mobile = bare(_("Mobile"), "mobile")
    fax = bare(_("Fax"), "fax")
    street = bare(_("Street"), "street")
    city = bare(_("City"), "city")
    state = bare(_("State"), "state")
    zipcode = bare(_("Postal code"), "zipcode")
    country = bare(_("Country"), "country")
    locale = bare(_("Language"), "locale")
    timezone = bare(_("Time zone"), "timezone")
    shared = Column(_("Shared"), needs=("shared",), sort=("shared", THEN), shown=False, export=yes_or_no("shared"))
    opt_in = Column(_("Opt-in"), needs=("opt_in",), sort=("opt_in", THEN), shown=False, export=yes_or_no("opt_in"))
    inventory_source = bare(_("Last inventory source"), "inventory_source")
    created = Column(
        _("Created"),
        needs=("created_at",),
        sort=("created_at",),
        shown=False,
        classes="num",
        export=moment("created_at"),
    )
    changed = Column(
        _("Changed"),
        needs=("changed_at",),
        sort=("changed_at",),
        shown=False,
        classes="num",
        export=moment("changed_at"),
    )

    def __init__(self, data: list[Row] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._url = reverse("user", args=[0]).replace("/0/", "/%d/")
        self._account_url = reverse("account", args=[0]).replace("/0/", "/%d/")
        marks = {UserStatus.ACTIVE.value: "status"}
        self._statuses = {
            value: f'<span class="{marks.get(value, "status disabled")}">{escape(str(label))}</span>'
            for value, label in UserStatus.choices
        }
        self._answers = {True: escape(gettext("Yes")), False: escape(gettext("No"))}

    def __getattr__(self, name: str) -> Any:
        """Most columns are plain text: they need no function of their own."""
        field = name.removeprefix("render_")
        if field == name or field not in type(self).base_columns:
            raise AttributeError(name)
        return partial(_plain, field)

    def meet(self, reader: Reader) -> None:
        self._moment = MomentCell(reader)
        self._carried = escape(reader.carried)

    def name_of(self, row: Row) -> str:
        """What a row is called."""
        return str(row["display_name"])

    def render_display_name(self, row: Row) -> str:
        name = row["display_name"]
        avatar = f'<span class="avatar" data-hue="{hue(name)}" aria-hidden="true">{safe(initials(name))}</span>'
        url = f"{self._url % row['pk']}{self._carried}"
        return f'<span class="ident">{avatar}<a href="{url}" dir="auto">{safe(name)}</a></span>'

    def render_status(self, row: Row) -> str:
        return self._statuses[row["status"]]

    def render_organization(self, row: Row) -> str:
        return text(row["home__name"])

    def render_compliance(self, row: Row) -> str:
        return self._answers[complies(row)]

    def render_account(self, row: Row) -> str:
        if not row["account_id"]:
            return NONE
        return f'<a class="count-link" href="{self._account_url % row["account_id"]}">{safe(row["account_name"])}</a>'

    def render_manager(self, row: Row) -> str:
        return text(row["manager_name"])

    def render_shared(self, row: Row) -> str:
        return self._answers[row["shared"]]

    def render_opt_in(self, row: Row) -> str:
        return self._answers[row["opt_in"]]

    def render_created(self, row: Row) -> str:
        return self._moment(row["created_at"])

    def render_changed(self, row: Row) -> str:
        return self._moment(row["changed_at"])


def _plain(field: str, row: Row) -> str:
    return text(row[field])
