"""The columns of a list of invitations."""

from html import escape
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from invitations.models import STATES, Delivery, Status
from itam_portal.lists.exported import labelled, listed, moment, named
from itam_portal.lists.tables import NONE, Column, GroupedBy, ListTable, MomentCell, Reader, Row, safe, text
from itam_portal.templatetags.ui import icon

# The marks of the design: yellow waits, green is well, a ring is over.
_MARKS = {Status.PENDING: "status waiting", Status.ACCEPTED: "status enabled"}


class InvitationTable(ListTable):
    """Whom, what, by whom, and what became of it."""

    list_name = "invitations"

    email = Column(_("Email"), needs=("email",), sort=("email_key",), locked=True)
    full_name = Column(_("Name"), needs=("first_name", "last_name"), shown=False)
    status = Column(
        _("Status"),
        needs=("state_now",),
        sort=("status", "expires_at"),
        export=labelled("state_now", STATES),
        group=GroupedBy("state_now", choices=STATES),
    )
    role = Column(_("Roles"), needs=("role_names",), sort=("role_key", "sent_at"), export=listed("role_names"))
    groups = Column(_("Groups"), needs=("group_names",), export=listed("group_names"))
    invited_by = Column(
        _("Invited by"),
        needs=("invited_by__name",),
        group=GroupedBy("invited_by", "invited_by__login", "invited_by__name"),
    )
    sent = Column(_("Sent"), needs=("sent_at",), sort=("sent_at",), classes="num", export=moment("sent_at"))
    expires = Column(
        _("Expires"), needs=("expires_at",), sort=("expires_at",), classes="num", export=moment("expires_at")
    )
    delivery = Column(
        _("Delivery"),
        needs=("delivery",),
        sort=("delivery", "sent_at"),
        export=labelled("delivery", Delivery.choices),
        group=GroupedBy("delivery", choices=tuple(Delivery.choices)),
    )
    organization = Column(
        _("Organization"), needs=("home__name",), shown=False, export=named("home__name", "home__code")
    )

    def __init__(self, data: list[Row] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._url = reverse("invitation", args=[0]).replace("/0/", "/%d/")
        self._states = {
            value: f'<span class="{_MARKS.get(value, "status disabled")}">{escape(str(label))}</span>'  # type: ignore[call-overload]
            for value, label in STATES
        }
        self._avatar = f'<span class="avatar" aria-hidden="true">{icon("mail")}</span>'
        self._deliveries = {value: escape(str(label)) for value, label in Delivery.choices}

    def meet(self, reader: Reader) -> None:
        self._moment = MomentCell(reader)
        self._carried = escape(reader.carried)

    def name_of(self, row: Row) -> str:
        return str(row["email"])

    def render_email(self, row: Row) -> str:
        url = f"{self._url % row['pk']}{self._carried}"
        return f'<span class="ident">{self._avatar}<a href="{url}" dir="auto">{safe(row["email"])}</a></span>'

    def render_full_name(self, row: Row) -> str:
        return text(f"{row['first_name']} {row['last_name']}".strip())

    def render_status(self, row: Row) -> str:
        return self._states[row["state_now"]]

    def render_role(self, row: Row) -> str:
        return tags(row["role_names"])

    def render_groups(self, row: Row) -> str:
        return tags(row["group_names"])

    def render_invited_by(self, row: Row) -> str:
        return f'<span dir="auto">{text(row["invited_by__name"])}</span>'

    def render_sent(self, row: Row) -> str:
        return self._moment(row["sent_at"])

    def render_expires(self, row: Row) -> str:
        return self._moment(row["expires_at"])

    def render_delivery(self, row: Row) -> str:
        return self._deliveries[row["delivery"]]

    def render_organization(self, row: Row) -> str:
        return text(row["home__name"])


def tags(names: list[str]) -> str:
    """The first of some names, and how many more there are."""
    if not names:
        return NONE
    first = f'<span class="tag" dir="auto">{safe(names[0])}</span>'
    if len(names) == 1:
        return f'<span class="tags">{first}</span>'
    rest = escape(", ".join(names[1:]))
    hidden = f'<span class="visually-hidden"> {rest}</span>'
    return f'<span class="tags">{first}<span class="tag more" title="{rest}">+{len(names) - 1}{hidden}</span></span>'
