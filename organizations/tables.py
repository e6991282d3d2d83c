"""The columns of the lists of organizations and of their groups."""

from html import escape
from typing import Any
from urllib.parse import parse_qs

from django.db.models import Case, CharField, Value, When
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itam_portal.lists.exported import labelled, listed, moment
from itam_portal.lists.tables import NONE, Column, GroupedBy, ListTable, MomentCell, Reader, Row, safe, text
from itam_portal.templatetags.ui import hue, icon, initials
from organizations.models import OrganizationType
from organizations.queries import parent_names
from roles.queries import MOST_COUNTED
from roles.rights import Right


def yes_or_no(zone: Any) -> Case:
    """Whether it is visible, for an exported file."""
    return Case(When(visible=True, then=Value(gettext("Yes"))), default=Value(gettext("No")), output_field=CharField())


def up_to(number: int) -> str:
    """A number that was counted as far as counting goes."""
    shown = number_format(min(number, MOST_COUNTED), force_grouping=True)
    return shown + ("+" if number > MOST_COUNTED else "")


class OrganizationTable(ListTable):
    """Organizations: the current one marked, the others each with the link that makes them so."""

    list_name = "organizations"

    name = Column(_("Name"), needs=("name", "code"), sort=("name_key",), locked=True)
    current = Column(_("Set organization"), needs=("code", "name"))
    code = Column(_("Code"), needs=("code",), sort=("code_key",), classes="code")
    type = Column(
        _("Type"),
        needs=("type",),
        sort=("type", "name_key"),
        export=labelled("type", OrganizationType.choices),
        group=GroupedBy("type", choices=tuple(OrganizationType.choices)),
    )
    groups = Column(_("Groups"), needs=("group_names",), export=listed("group_names"))
    parents = Column(_("Below"), needs=("pk",))
    country = Column(
        _("Country"),
        needs=("country",),
        sort=("country_key", "name_key"),
        group=GroupedBy("country_key", label="country"),
    )
    users = Column(_("Users"), needs=("pk", "code", "user_count"), classes="num")
    accounts = Column(_("Accounts"), needs=("pk", "code", "account_count"), classes="num")
    description = Column(_("Description"), needs=("description",), shown=False, classes="wide")
    address = Column(_("Address"), needs=("address",), shown=False)
    city = Column(_("City"), needs=("city",), sort=("city_key", "name_key"), shown=False)
    state = Column(_("State"), needs=("state",), shown=False)
    zipcode = Column(_("Postal code"), needs=("zipcode",), shown=False)
    region = Column(_("Region"), needs=("region",), sort=("region_key", "name_key"), shown=False)
    visible = Column(_("Visible"), needs=("visible",), sort=("visible", "name_key"), shown=False, export=yes_or_no)
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
        self._url = reverse("organization", args=[0]).replace("/0/", "/%d/")
        self._lists = {"accounts": reverse("accounts"), "users": reverse("users")}
        self._types = {value: escape(str(label)) for value, label in OrganizationType.choices}
        self._answers = {True: escape(gettext("Yes")), False: escape(gettext("No"))}
        self._current = f'<span class="current-word">{escape(gettext("Current"))}</span>'
        self._set, self._set_to = escape(gettext("Set")), escape(gettext("Set organization to %(name)s"))

    def meet(self, reader: Reader) -> None:
        self._moment = MomentCell(reader)
        self._carried = escape(reader.carried)
        self._chosen = "".join(parse_qs(reader.carried.removeprefix("?")).get("organization", [])).lower()
        self._parents: dict[int, list[str]] = {}
        self._counted = {
            "accounts": ("account_count", Right.READ_ACCOUNTS),
            "users": ("user_count", Right.READ_USERS),
        }

    def prepare(self, rows: list[Row]) -> None:
        """Who stands above these: of them, who the reader may know of."""
        self._parents = parent_names(self.reader.account, [row["pk"] for row in rows])

    def render_name(self, row: Row) -> str:
        name = row["name"]
        letters, colour = safe(initials(name)), hue(name)
        avatar = f'<span class="avatar square-avatar" data-hue="{colour}" aria-hidden="true">{letters}</span>'
        link = f'<a href="{self._url % row["pk"]}{self._carried}" dir="auto">{safe(name)}</a>'
        return f'<span class="ident">{avatar}{link}</span>'

    def render_current(self, row: Row) -> str:
        if self._is_current(row):
            return self._current
        label = self._set_to % {"name": safe(row["name"])}
        url = escape(self.reader.link(organization=row["code"]))
        return f'<a class="btn small" href="{url}" aria-label="{label}">{self._set}</a>'

    def write_current(self, row: Row) -> str:
        return gettext("Current") if self._is_current(row) else ""

    def _is_current(self, row: Row) -> bool:
        return bool(self._chosen) and str(row["code"]).lower() == self._chosen

    def render_code(self, row: Row) -> str:
        return safe(row["code"])

    def render_type(self, row: Row) -> str:
        return self._types[row["type"]]

    def render_groups(self, row: Row) -> str:
        return _tags(row["group_names"])

    def render_parents(self, row: Row) -> str:
        return _tags(self._parents.get(row["pk"], []))

    def write_parents(self, row: Row) -> str:
        return ", ".join(self._parents.get(row["pk"], []))

    def render_country(self, row: Row) -> str:
        return text(row["country"])

    def render_users(self, row: Row) -> str:
        return self._count("users", row)

    def write_users(self, row: Row) -> str:
        return self._number("users", row)

    def render_accounts(self, row: Row) -> str:
        return self._count("accounts", row)

    def write_accounts(self, row: Row) -> str:
        return self._number("accounts", row)

    def _number(self, what: str, row: Row) -> str:
        """How many; nothing where the reader may not see them."""
        name, right = self._counted[what]
        return up_to(row[name]) if row["pk"] in self.reader.account.reach(right) else ""

    def _count(self, what: str, row: Row) -> str:
        number = self._number(what, row)
        url = escape(f"{self._lists[what]}{Reader.choosing(row['code'])}")
        return f'<a class="count-link" href="{url}">{number}</a>' if number else NONE

    def render_description(self, row: Row) -> str:
        return text(row["description"])

    def render_address(self, row: Row) -> str:
        return text(row["address"])

    def render_city(self, row: Row) -> str:
        return text(row["city"])

    def render_state(self, row: Row) -> str:
        return text(row["state"])

    def render_zipcode(self, row: Row) -> str:
        return text(row["zipcode"])

    def render_region(self, row: Row) -> str:
        return text(row["region"])

    def render_visible(self, row: Row) -> str:
        return self._answers[row["visible"]]

    def render_created(self, row: Row) -> str:
        return self._moment(row["created_at"])

    def render_changed(self, row: Row) -> str:
        return self._moment(row["changed_at"])


def _tags(names: list[str]) -> str:
    """The first name, and how many more there are."""
    if not names:
        return NONE
    first = f'<span class="tag" dir="auto">{safe(names[0])}</span>'
    if len(names) == 1:
        return f'<span class="tags">{first}</span>'
    rest = escape(", ".join(names[1:]))
    hidden = f'<span class="visually-hidden"> {rest}</span>'
    return f'<span class="tags">{first}<span class="tag more" title="{rest}">+{len(names) - 1}{hidden}</span></span>'


class OrganizationGroupTable(ListTable):
    """Organization groups, each with a link to the organizations in it."""

    list_name = "organization_groups"

    name = Column(_("Name"), needs=("name",), sort=("name_key",), locked=True)
    description = Column(_("Description"), needs=("description",), sort=("description_key",), classes="wide")
    organizations = Column(_("Organizations"), needs=("organizations",), classes="num")

    def meet(self, reader: Reader) -> None:
        self._url = reverse("organization_group", args=[0]).replace("/0/", "/%d/")
        self._list, self._carried = reverse("organizations"), escape(reader.carried)

    def render_name(self, row: Row) -> str:
        link = f'<a href="{self._url % row["pk"]}{self._carried}" dir="auto">{safe(row["name"])}</a>'
        return f'<span class="ident">{icon("layers", "faint")}{link}</span>'

    def render_description(self, row: Row) -> str:
        return text(row["description"])

    def render_organizations(self, row: Row) -> str:
        url = f"{self._list}?organization_group={row['pk']}"
        return f'<a class="count-link" href="{url}">{up_to(row["organizations"])}</a>'
