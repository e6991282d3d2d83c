"""The columns of a list of accounts."""

from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Func, TextField, Value, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import NEVER, NO_DURATION, Status, Type
from accounts.queries import CHANGE_NEEDS, Change, change_is, changes_in
from itam_portal.lists.exported import any_of, both, labelled, listed, moment, named, seconds, yes_or_no
from itam_portal.lists.tables import NONE, Column, GroupedBy, ListTable, MomentCell, Reader, Row, duration, safe, text
from itam_portal.templatetags.ui import hue, icon, initials


def changes(zone: ZoneInfo) -> Func:
    """Why an account should be looked at, for an exported file."""
    words = [Case(When(change_is(value), then=Value(str(label)))) for value, label in Change.choices]
    return Func(Value(", "), *words, function="concat_ws", output_field=TextField())


class AccountTable(ListTable):
    """The nine properties of an account, and its organization."""

    list_name = "accounts"

    name = Column(_("Name"), needs=("name", "type"), sort=("name_key",), locked=True)
    login = Column(_("Login"), needs=("login",), sort=("login_key",), classes="code")
    email = Column(_("Email"), needs=("email",), sort=("email_key", "name_key"), classes="wide")
    job_title = Column(_("Job title"), needs=("job_title",), sort=("job_title_key", "name_key"), shown=False)
    role = Column(_("Role"), needs=("role_names",), sort=("role_key", "name_key"), export=listed("role_names"))
    status = Column(
        _("Status"),
        needs=("status",),
        sort=("status", "name_key"),
        export=labelled("status", Status.choices),
        group=GroupedBy("status", choices=tuple(Status.choices)),
    )
    type = Column(
        _("Type"),
        needs=("type",),
        sort=("type", "name_key"),
        export=labelled("type", Type.choices),
        group=GroupedBy("type", choices=tuple(Type.choices)),
    )
    last_login = Column(
        _("Last login"),
        needs=("last_login_at",),
        sort=("last_login_at",),
        classes="num",
        export=moment("last_login_at", missing=NEVER),
    )
    login_duration = Column(
        _("Login duration"),
        needs=("last_login_duration",),
        sort=("last_login_duration",),
        classes="num",
        shown=False,
        export=seconds("last_login_duration", missing=NO_DURATION),
    )
    organization = Column(
        _("Organization"),
        needs=("home__name",),
        sort=("home_key", "name_key"),
        shown=False,
        export=named("home__name", "home__code"),
        group=GroupedBy("home_key", "home__code", "home__name"),
    )
    change = Column(_("Change"), needs=CHANGE_NEEDS, sort=("change_rank", "quiet_since"), shown=False, export=changes)
    has_user = Column(
        _("Has a user"),
        needs=("has_user",),
        sort=("has_user", "name_key"),
        shown=False,
        export=yes_or_no("has_user"),
    )

    def __init__(self, data: list[Row] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._url = reverse("account", args=[0]).replace("/0/", "/%d/")
        self._statuses = {
            value: f'<span class="status {value}">{escape(str(label))}</span>' for value, label in Status.choices
        }
        self._types = {value: escape(str(label)) for value, label in Type.choices}
        self._changes = {
            value: f'<span class="tag" data-change="{value}">{escape(str(label))}</span>'
            for value, label in Change.choices
        }
        self._yes, self._no = escape(gettext("Yes")), escape(gettext("No"))
        self._no_role = f'<span class="none">{escape(gettext("No role"))}</span>'
        self._never = f'<span class="none">{escape(gettext("Never"))}</span>'
        self._service = f'<span class="avatar square-avatar" aria-hidden="true">{icon("cpu")}</span>'

    def meet(self, reader: Reader) -> None:
        self._moment, self._now = MomentCell(reader), reader.now
        self._carried = escape(reader.carried)

    def render_name(self, row: Row) -> str:
        name = row["name"]
        avatar = self._service
        if row["type"] != Type.SERVICE:
            avatar = f'<span class="avatar" data-hue="{hue(name)}" aria-hidden="true">{safe(initials(name))}</span>'
        url = f"{self._url % row['pk']}{self._carried}"
        return f'<span class="ident">{avatar}<a href="{url}" dir="auto">{safe(name)}</a></span>'

    def render_login(self, row: Row) -> str:
        return text(row["login"])

    def render_email(self, row: Row) -> str:
        return text(row["email"])

    def render_job_title(self, row: Row) -> str:
        return text(row["job_title"])

    def render_role(self, row: Row) -> str:
        names = row["role_names"]
        if not names:
            return self._no_role
        first = f'<span class="tag">{safe(names[0])}</span>'
        if len(names) == 1:
            return f'<span class="tags">{first}</span>'
        rest = escape(", ".join(names[1:]))
        hidden = f'<span class="visually-hidden"> {rest}</span>'
        more = f'<span class="tag more" title="{rest}">+{len(names) - 1}{hidden}</span>'
        return f'<span class="tags">{first}{more}</span>'

    def render_status(self, row: Row) -> str:
        return self._statuses[row["status"]]

    def render_type(self, row: Row) -> str:
        return self._types[row["type"]]

    def render_last_login(self, row: Row) -> str:
        moment = row["last_login_at"]
        return self._moment(moment) if moment > NEVER else self._never

    def render_login_duration(self, row: Row) -> str:
        seconds = row["last_login_duration"]
        return duration(seconds) if seconds >= 0 else NONE

    def render_organization(self, row: Row) -> str:
        return text(row["home__name"])

    def render_change(self, row: Row) -> str:
        found = changes_in(row, self._now)
        return f'<span class="tags">{"".join(self._changes[change] for change in found)}</span>' if found else NONE

    def render_has_user(self, row: Row) -> str:
        return self._yes if row["has_user"] else self._no


class AccessTable(AccountTable):
    """Accounts that hold a right, and through what."""

    list_name = "access"

    ways = Column(_("Through"), needs=("own_ways", "group_ways"), classes="wide", export=both("own_ways", "group_ways"))
    directly = Column(_("Directly"), needs=("own_ways",), export=any_of("own_ways"))

    @classmethod
    def columns_by_name(cls) -> dict[str, Column]:
        """Through what stands right behind who it is."""
        first = ("name", "login", "ways", "directly", "status", "type")
        return {name: cls.base_columns[name] for name in dict.fromkeys((*first, *cls.base_columns))}

    def render_ways(self, row: Row) -> str:
        ways = [*row["own_ways"], *row["group_ways"]]
        shown = f'<span class="tag" dir="auto">{safe(ways[0])}</span>' if ways else NONE
        if len(ways) < 2:
            return f'<span class="tags">{shown}</span>'
        rest = escape("; ".join(ways[1:]))
        hidden = f'<span class="visually-hidden"> {rest}</span>'
        return f'<span class="tags">{shown}<span class="tag more" title="{rest}">+{len(ways) - 1}{hidden}</span></span>'

    def render_directly(self, row: Row) -> str:
        return f'<span class="tag">{escape(gettext("Directly"))}</span>' if row["own_ways"] else NONE
