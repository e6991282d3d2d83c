"""What changed, in words: “Status: Enabled → Disabled”."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from itam_portal.history.kinds import Kind, known_kinds, target_of
from itam_portal.history.models import Action
from itam_portal.history.names import Names, Row

NOTHING = "–"


@dataclass(frozen=True)
class Change:
    """One field: its label, and what it held before and after in words; '' where there was no row."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        values = [value for value in (self.before, self.after) if value]
        return f"{self.label}: {' → '.join(values)}"


def changes_of(row: Row, names: Names, zone: ZoneInfo) -> list[Change]:
    """The changes of one entry, in the order of the object's fields; fields that there are no more come last."""
    kind, changes = known_kinds().get(row["object_type"]), row["changes"]
    known = list(kind.fields) if kind else []
    order = [*[name for name in known if name in changes], *[name for name in changes if name not in known]]
    if kind and row["action"] != Action.UPDATE:
        # The name stands in the entry's own place already.
        order.sort(key=lambda name: name == kind.name_field)
    return [_change(name, changes[name], row["action"], kind, Sayer(names, zone)) for name in order]


def _change(name: str, pair: list[Any], action: str, kind: Kind | None, sayer: "Sayer") -> Change:
    label = kind.label_of(name) if kind else name
    before, after = pair
    if action == Action.UPDATE and isinstance(before, list) and isinstance(after, list):
        return Change(label, "", ", ".join(_differences(kind, name, before, after, sayer)))
    words = [sayer.say(kind, name, value) for value in (before, after)]
    return Change(label, words[0] if action != Action.INSERT else "", words[1] if action != Action.DELETE else "")


def _differences(kind: Kind | None, name: str, before: list[Any], after: list[Any], sayer: "Sayer") -> Iterator[str]:
    """Of two lists only what came and what went."""
    for value in [one for one in after if one not in before]:
        yield f"+ {sayer.say(kind, name, value)}"
    for value in [one for one in before if one not in after]:
        yield f"− {sayer.say(kind, name, value)}"


@dataclass(frozen=True)
class Sayer:
    """Puts stored values into words."""

    names: Names
    zone: ZoneInfo

    def say(self, kind: Kind | None, name: str, value: Any) -> str:
        """One value of one field in words."""
        if value is None or value == "":
            return NOTHING
        if isinstance(value, list):
            return ", ".join(self.say(kind, name, one) for one in value) or NOTHING
        one = kind.fields.get(name) if kind else None
        if kind is None or one is None:
            return _plain(value)
        return self._of_field(kind, one, value)

    def _of_field(self, kind: Kind, one: models.Field, value: Any) -> str:
        if target_of(one):
            return self.names.of(self.names.word_of(one), value)
        if isinstance(value, dict):
            return _plain(value)
        labels = kind.values[one.name]() if one.name in kind.values else dict(one.flatchoices)
        if value in labels:
            return str(labels[value])
        if isinstance(one, models.DateTimeField):
            return date_format(datetime.fromisoformat(value).astimezone(self.zone), "DATETIME_FORMAT")
        if isinstance(one, models.DateField):
            return date_format(date.fromisoformat(value), "DATE_FORMAT")
        return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
