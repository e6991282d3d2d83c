"""Names of what a page of entries points at, and links to it: read for the whole page in a few queries."""

from collections import defaultdict
from typing import Any

from django.db import models
from django.db.models import F, TextField, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from itam_portal.history.kinds import LINKS, Kind, known_kinds, target_of
from itam_portal.history.models import Entry
from itam_portal.history.queries import READ_HISTORY

Row = dict[str, Any]
Numbers = dict[str, set[int]]


class Names:
    """What the objects of some entries are called, as far as this reader may know it."""

    def __init__(self, rows: list[Row], *, reader: Any) -> None:
        self.reader, self.kinds = reader, known_kinds()
        self._words = {kind.model._meta.label_lower: word for word, kind in self.kinds.items()}
        self.reads_everything = reader.may(READ_HISTORY, reader.tenant)
        mentioned = self._mentioned(rows)
        self._names = self._read_names(mentioned)
        self._open = self._read_open(mentioned)

    def of(self, word: str, number: int) -> str:
        """What an object is called; by its number where nothing names it, and hidden where the reader may not know."""
        kind = self.kinds.get(word)
        if kind and kind.sees and not self.reads_everything and (word, number) not in self._names:
            return _("not shown to you")
        return self._names.get((word, number)) or _("no. %(number)s") % {"number": number}

    def word_of(self, one: models.Field) -> str:
        """The kind of object that a field points at; '' where it points at nothing that has a history here."""
        return self._words.get(target_of(one), "")

    def link(self, word: str, number: int) -> str:
        """The page of an object; '' where there is none, or none for this reader."""
        return reverse(self.kinds[word].url_name, args=[number]) if (word, number) in self._open else ""

    def _mentioned(self, rows: list[Row]) -> Numbers:
        found: dict[str, set[Any]] = defaultdict(set)
        for row in rows:
            for word in LINKS:
                found[word].add(row.get(f"{word}_id"))
            found["account"].add(row.get("actor_id"))
            found[row.get("object_type", "")].add(row.get("object_id"))
            for word, number in self._in_changes(row):
                found[word].add(number)
        return {word: numbers - {None} for word, numbers in found.items() if word in self.kinds and numbers - {None}}

    def _in_changes(self, row: Row) -> list[tuple[str, Any]]:
        kind = self.kinds.get(row.get("object_type", ""))
        if kind is None:
            return []
        pointing = {one.name: self.word_of(one) for one in kind.fields.values() if target_of(one)}
        changes = row.get("changes") or {}
        return [(pointing[name], value) for name, pair in changes.items() if name in pointing for value in pair]

    def _read_names(self, mentioned: Numbers) -> dict[tuple[str, int], str]:
        named = {word: numbers for word, numbers in mentioned.items() if self.kinds[word].name_field}
        queries = [self._named(self.kinds[word], numbers) for word, numbers in named.items()]
        names = {(word, number): name for word, number, name in _all_of(queries)}
        gone = {word: {one for one in numbers if (word, one) not in names} for word, numbers in named.items()}
        gone = {word: numbers for word, numbers in gone.items() if numbers and self._may_know(self.kinds[word])}
        return names | self._last_names(gone)

    def _may_know(self, kind: Kind) -> bool:
        return self.reads_everything or kind.sees is None

    def _named(self, kind: Kind, numbers: set[int]) -> models.QuerySet:
        rows = kind.model._default_manager.all()
        if not self._may_know(kind) and kind.sees:
            rows = kind.sees(self.reader)
        name = F(kind.name_field)
        return self._within(kind, rows, numbers).annotate(history_name=name).values_list("word", "pk", "history_name")

    def _within(self, kind: Kind, rows: models.QuerySet, numbers: set[int]) -> models.QuerySet:
        if any(one.name == "tenant" for one in kind.model._meta.fields):
            rows = rows.filter(tenant_id=self.reader.tenant_id)
        return rows.filter(pk__in=numbers).order_by().annotate(word=Value(kind.word, output_field=TextField()))

    def _last_names(self, gone: Numbers) -> dict[tuple[str, int], str]:
        """Of what is not there any more, the history knows the name."""
        if not gone:
            return {}
        last = Entry.objects.filter(tenant_id=self.reader.tenant_id).newest_of(gone)
        return {(word, number): name for word, number, name in last.values_list(*_NAMED) if name}

    def _read_open(self, mentioned: Numbers) -> set[tuple[str, int]]:
        queries = [
            self._within(kind, kind.opens(self.reader), numbers).values_list("word", "pk")
            for word, numbers in mentioned.items()
            if (kind := self.kinds[word]).opens and kind.url_name
        ]
        return set(_all_of(queries))


_NAMED = ("object_type", "object_id", "object_name")


def _all_of(queries: list[Any]) -> list[Any]:
    return list(queries[0].union(*queries[1:], all=True)) if queries else []
