"""The columns of the lists of accounts and of access keys."""

from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Func, TextField, Value, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import NEVER, NO_DURATION, AccessKey, KeyState, Status, Type, state_of
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


def _state_in_words(zone: Any) -> Case:
    """The state of a key, for files."""
    whens = [When(AccessKey.objects.all().in_state(state.value), then=Value(str(state.label))) for state in KeyState]
    return Case(*whens, default=Value(""), output_field=CharField())


class KeyTable(ListTable):
    """Access keys: whose they are, how long they last, and when they were last used. Never their text."""

    list_name = "access_keys"

    name = Column(_("Name"), needs=("name",), sort=("name_key",), locked=True)
    account = Column(_("Service account"), needs=("account__name", "account_id"))
    prefix = Column(_("Begins with"), needs=("prefix",), classes="code")
    state = Column(_("State"), needs=("revoked_at", "expires_at", "account__status"), export=_state_in_words)
    expires = Column(
        _("Expires"), needs=("expires_at",), sort=("expires_at",), classes="num", export=moment("expires_at")
    )
    last_used = Column(
        _("Last used"),
        needs=("last_used_at",),
        sort=("last_used_at",),
        classes="num",
        export=moment("last_used_at", missing=NEVER),
    )
    used_from = Column(_("Used from"), needs=("last_used_from",), classes="code")
    made = Column(
        _("Created"), needs=("made_at",), sort=("made_at",), classes="num", shown=False, export=moment("made_at")
    )

    def meet(self, reader: Reader) -> None:
        self._moment = MomentCell(reader)
        self._urls = [reverse(name, args=[0]).replace("/0/", "/%d/") for name in ("access_key", "account")]
        self._carried = escape(reader.carried)
        self._never = f'<span class="none">{escape(gettext("Never"))}</span>'

    def _link(self, url: str, number: int, name: str) -> str:
        return f'<a href="{url % number}{self._carried}" dir="auto">{safe(name)}</a>'

    def render_name(self, row: Row) -> str:
        link = self._link(self._urls[0], row["pk"], row["name"])
        return f'<span class="ident">{icon("key-round", "faint")}{link}</span>'

    def render_account(self, row: Row) -> str:
        return self._link(self._urls[1], row["account_id"], row["account__name"])

    def render_prefix(self, row: Row) -> str:
        return f"{safe(row['prefix'])}…"

    def render_state(self, row: Row) -> str:
        values = {"revoked_at": row["revoked_at"], "expires_at": row["expires_at"], "status": row["account__status"]}
        state = state_of(**values)
        look = Status.ENABLED if state == KeyState.LIVE else Status.DISABLED
        return f'<span class="status {look.value}">{escape(str(state.label))}</span>'

    def render_expires(self, row: Row) -> str:
        return self._moment(row["expires_at"])

    def render_last_used(self, row: Row) -> str:
        return self._moment(row["last_used_at"]) if row["last_used_at"] > NEVER else self._never

    def render_used_from(self, row: Row) -> str:
        return text(row["last_used_from"] or "")

    def render_made(self, row: Row) -> str:
        return self._moment(row["made_at"])


class GroupTable(ListTable):
    """Groups by name."""

    list_name = "groups"

    name = Column(_("Name"), needs=("name",), sort=("name_key",), locked=True)
    description = Column(_("Description"), needs=("description",), classes="wide")
    created = Column(_("Created"), needs=("created_at",), sort=("created_at",), export=moment("created_at"))

    def meet(self, reader: Reader) -> None:
        self._moment = MomentCell(reader)

    def render_name(self, row: Row) -> str:
        return text(row["name"])

    def render_description(self, row: Row) -> str:
        return text(row["description"])

    def render_created(self, row: Row) -> str:
        return self._moment(row["created_at"])
