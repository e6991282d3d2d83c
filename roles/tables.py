"""The columns of the list of roles."""

from html import escape

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from itam_portal.lists.exported import labelled, moment
from itam_portal.lists.tables import Column, GroupedBy, ListTable, MomentCell, Reader, Row, text
from itam_portal.templatetags.ui import icon
from roles.models import RoleKind
from roles.queries import MOST_COUNTED


class RoleTable(ListTable):
    """Roles, each with a link to the accounts that hold it."""

    list_name = "roles"

    name = Column(_("Name"), needs=("name",), sort=("name_key",), locked=True)
    description = Column(_("Description"), needs=("description",), sort=("description_key",), classes="wide")
    kind = Column(
        _("Kind"),
        needs=("kind",),
        sort=("builtin", "name_key"),
        export=labelled("kind", RoleKind.choices),
        group=GroupedBy("kind", choices=tuple(RoleKind.choices)),
    )
    accounts = Column(_("Accounts"), needs=("accounts",), classes="num")
    created = Column(
        _("Created"), needs=("created_at",), sort=("created_at",), classes="num", export=moment("created_at")
    )
    changed = Column(
        _("Changed"), needs=("changed_at",), sort=("changed_at",), classes="num", export=moment("changed_at")
    )

    def meet(self, reader: Reader) -> None:
        self._moment = MomentCell(reader)
        self._url = reverse("role", args=[0]).replace("/0/", "/%d/")
        self._carried = escape(reader.carried)

    def render_name(self, row: Row) -> str:
        link = f'<a href="{self._url % row["pk"]}{self._carried}" dir="auto">{escape(row["name"])}</a>'
        return f'<span class="ident">{icon("shield-check", "faint")}{link}</span>'

    def render_description(self, row: Row) -> str:
        return text(row["description"])

    def render_kind(self, row: Row) -> str:
        return escape(str(RoleKind(row["kind"]).label))

    def render_accounts(self, row: Row) -> str:
        number = row["accounts"]
        shown = number_format(min(number, MOST_COUNTED), force_grouping=True) + ("+" if number > MOST_COUNTED else "")
        return f'<a class="count-link" href="{reverse("accounts")}?role={row["pk"]}">{shown}</a>'

    def render_created(self, row: Row) -> str:
        return self._moment(row["created_at"])

    def render_changed(self, row: Row) -> str:
        return self._moment(row["changed_at"])
