"""The columns of a history."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from itam_portal.history.changes import Change, changes_of
from itam_portal.history.kinds import LINKS, known_kinds, known_operations, operation_in_words
from itam_portal.history.models import Action, Via
from itam_portal.history.names import Names
from itam_portal.lists.exported import moment, stored
from itam_portal.lists.tables import NONE, Column, GroupedBy, ListTable, MomentCell, Reader, Row, text

SHOWN = 2
# So many letters stand in the cell.
ROOM = 44
_ABOUT = tuple(f"{word}_id" for word in LINKS)


def _operations() -> Iterable[tuple[str, str]]:
    return [(code, operation_in_words(code)) for code in ("", *known_operations())]


def _kinds() -> Iterable[tuple[str, str]]:
    return [(word, capfirst(str(kind.label))) for word, kind in known_kinds().items()]


class HistoryTable(ListTable):
    """Entries: when, who, which operation, of what, from what to what, why, through what."""

    list_name = "history"

    at = Column(_("When"), needs=("at",), sort=("at",), locked=True, export=moment("at"))
    actor = Column(
        _("Who"),
        needs=("actor_id", "actor_name"),
        sort=("actor_key", "at"),
        export=stored("actor_name"),
        group=GroupedBy("actor_name"),
    )
    operation = Column(
        _("Operation"),
        needs=("operation", "receipt_id", "actor_id"),
        sort=("operation", "at"),
        group=GroupedBy("operation", choices=_operations),
    )
    object = Column(
        _("Object"),
        needs=("object_type", "object_id", "object_name", *_ABOUT),
        sort=("object_type", "object_id", "at"),
        group=GroupedBy("object_type", choices=_kinds),
    )
    changes = Column(_("What changed"), needs=("object_type", "action", "changes"), classes="changes")
    reason = Column(_("Reason"), needs=("reason",))
    via = Column(_("Through"), needs=("via", "via_name"), group=GroupedBy("via", choices=tuple(Via.choices)))

    def __init__(self, data: list[Row] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._vias = {value: str(label) for value, label in Via.choices}
        self._actions = {value: str(label) for value, label in Action.choices}
        self._kinds: dict[str, str] = dict(_kinds())

    def meet(self, reader: Reader) -> None:
        self._moment = MomentCell(reader)

    def prepare(self, rows: list[Row]) -> None:
        self.names = Names(rows, reader=self.reader.account)

    def render_at(self, row: Row) -> str:
        return self._moment(row["at"])

    def render_actor(self, row: Row) -> str:
        if not row["actor_name"]:
            return NONE
        return _linked(row["actor_name"], self.names.link("account", row["actor_id"]) if row["actor_id"] else "")

    def render_operation(self, row: Row) -> str:
        label = operation_in_words(row["operation"])
        is_own = row["actor_id"] == self.reader.account.pk
        opens = row["receipt_id"] and (is_own or self.names.reads_everything)
        return _linked(label, reverse("receipt", args=[row["receipt_id"]]) if opens else "")

    def write_operation(self, row: Row) -> str:
        return operation_in_words(row["operation"])

    def render_object(self, row: Row) -> str:
        word: str = row["object_type"]
        kind = f'<small class="kind">{escape(self._kinds.get(word, word))}</small>'
        link = self.names.link(word, row["object_id"])
        return f'<span class="object">{kind} {_linked(self._name_of(row), link)}</span>'

    def write_object(self, row: Row) -> str:
        word = row["object_type"]
        return f"{self._kinds.get(word, word)}: {self._name_of(row)}"

    def _name_of(self, row: Row) -> str:
        return row["object_name"] or self._of_what(row) or gettext("no. %(number)s") % {"number": row["object_id"]}

    def _of_what(self, row: Row) -> str:
        """What has no name of its own is called by what it joins."""
        about = [(word, row[f"{word}_id"]) for word in ("role", "group", "account", "user", "organization")]
        return " · ".join(self.names.of(word, number) for word, number in about if number is not None)

    def render_changes(self, row: Row) -> str:
        changes = changes_of(row, self.names, self.reader.zone)
        whole = (
            ""
            if row["action"] == Action.UPDATE
            else f'<span class="tag">{escape(self._actions[row["action"]])}</span> '
        )
        shown = ", ".join(_change(one) for one in changes[:SHOWN])
        is_cut = len(changes) > SHOWN or sum(len(str(one)) for one in changes) > ROOM
        more = self._more(row, changes) if is_cut else ""
        return f'<span class="change-line"><span class="change">{whole}{shown}</span>{more}</span>'

    def write_changes(self, row: Row) -> str:
        whole = [] if row["action"] == Action.UPDATE else [self._actions[row["action"]]]
        return "; ".join([*whole, *map(str, changes_of(row, self.names, self.reader.zone))])

    def _more(self, row: Row, changes: list[Change]) -> str:
        """A button for the rest, which opens all of them."""
        number, target = max(0, len(changes) - SHOWN), f"changes-{row['pk']}"
        said = escape(ngettext("%(number)s more change", "%(number)s more changes", number) % {"number": number})
        said, shown = (said, f"+{number}") if number else (escape(gettext("All that changed")), "…")
        every = "".join(f"<li>{_change(one)}</li>" for one in changes)
        return (
            f' <button type="button" class="tag more" popovertarget="{target}" aria-label="{said}">{shown}</button>'
            f'<div class="menu change-list" id="{target}" popover><ul>{every}</ul></div>'
        )

    def render_reason(self, row: Row) -> str:
        return f'<span title="{escape(row["reason"])}">{escape(row["reason"])}</span>' if row["reason"] else NONE

    def render_via(self, row: Row) -> str:
        if not row["via"]:
            return NONE
        name = f'<small dir="ltr">{escape(row["via_name"])}</small>'
        return f'<span class="via">{escape(self._vias.get(row["via"], ""))} {name}</span>'

    def write_via(self, row: Row) -> str:
        return " ".join(filter(None, [self._vias.get(row["via"], ""), row["via_name"]]))

    def name_of(self, row: Row) -> str:
        return str(row["pk"])


def _linked(name: str, url: str) -> str:
    return f'<a href="{url}" dir="auto">{escape(name)}</a>' if url else f'<span dir="auto">{text(name)}</span>'


def _change(one: Change) -> str:
    values = " → ".join(f'<span dir="auto">{escape(value)}</span>' for value in (one.before, one.after) if value)
    return f'<span class="field-name">{escape(one.label)}:</span> {values}'
