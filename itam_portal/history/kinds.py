"""The kinds of objects that have a history, and their words: each tracked model is one; apps add what they know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

Labels = Callable[[], Mapping[str, Any]]
Rows = Callable[[Any], models.QuerySet]

# Columns of the history that point at objects, by the kind of object; the tabs of those objects ask for them.
LINKS = {
    "account": "accounts.account",
    "group": "accounts.group",
    "role": "roles.role",
    "organization": "organizations.organization",
    "user": "users.computeruser",
}
NAMES = ("name", "display_name", "login", "code")
# Whatever is called so is never written down, whoever forgets to exclude it.
_SECRET = ("password", "secret", "token")


@dataclass
class Kind:
    """One kind of object: the word that the history calls it by, its label, its fields."""

    word: str
    model: type[models.Model]
    label: Any
    excluded: frozenset[str]
    # What apps add: words for fields and their values; an object's page, and the objects whose page a reader may open.
    labels: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Labels] = field(default_factory=dict)
    url_name: str = ""
    opens: Rows | None = None
    # The objects whose names a reader may learn who reads the history of some organizations only; without it all.
    sees: Rows | None = None
    # Who reads entries about such objects, where not everybody does who reads the tenant's history.
    shown_to: Callable[[Any], bool] | None = None
    # The objects a reader picks from in a filter: their codes and names.
    picks: Callable[[Any], list[tuple[str, str]]] | None = None

    @cached_property
    def fields(self) -> dict[str, models.Field]:
        """The fields that are written down, in the model's order."""
        return {one.name: one for one in self.model._meta.concrete_fields if self._is_written(one)}

    def _is_written(self, one: models.Field) -> bool:
        is_own = not one.primary_key and one.name != "tenant" and not one.generated
        is_stamp = getattr(one, "auto_now", False) or getattr(one, "auto_now_add", False)
        is_secret = one.name in _SECRET or one.name.endswith("_hash")
        return is_own and not is_stamp and not is_secret and one.name not in self.excluded

    @property
    def name_field(self) -> str:
        """The field an object of this kind is called by; '' where nothing that may be written down names it."""
        return next((name for name in NAMES if name in self.fields), "")

    def links(self) -> dict[str, str]:
        """The columns of the history that this kind fills: each with the column of its own that it comes from."""
        found = {}
        for word, label in LINKS.items():
            if self.model._meta.label_lower == label:
                found[word] = "id"
            elif pointing := next((one for one in self.fields.values() if target_of(one) == label), None):
                found[word] = str(pointing.column)
        return found

    def label_of(self, name: str) -> str:
        """A field in words."""
        known = self.labels.get(name)
        if known is None:
            one = self.fields.get(name)
            target = kind_of(target_of(one)) if one is not None else None
            is_bare = one is None or one.verbose_name == name.replace("_", " ")
            known = target.label if target and is_bare else one.verbose_name if one is not None else name
        return capfirst(str(known))


def target_of(one: models.Field) -> str:
    """What a foreign key points at, as app.model; '' for any other field. Keys by name may not be resolved yet."""
    if not isinstance(one, models.ForeignKey):
        return ""
    target = one.remote_field.model
    return target.lower() if isinstance(target, str) else target._meta.label_lower


_kinds: dict[str, Kind] = {}
_operations: dict[str, Any] = {}


def add_kind(kind: Kind) -> Kind:
    """Let the history know this kind of object."""
    _kinds[kind.word] = kind
    return kind


def describe(word: str, **facts: Any) -> Kind:
    """Say more about a kind: labels, values, url_name with opens, sees, picks, shown_to."""
    _kinds[word] = replace(_kinds[word], **facts)
    return _kinds[word]


def known_kinds() -> dict[str, Kind]:
    """Every kind there is, by its word."""
    return dict(_kinds)


def hidden_from(reader: Any) -> list[str]:
    """The kinds of objects whose history this reader does not see, by their words."""
    return [word for word, kind in _kinds.items() if kind.shown_to and not kind.shown_to(reader)]


def kind_of(label: str) -> Kind | None:
    """The kind of a model, named as app.model."""
    return next((kind for kind in _kinds.values() if kind.model._meta.label_lower == label), None)


def name_operations(labels: Mapping[str, Any]) -> None:
    """Put operations into words: their codes, each with what a person calls it."""
    _operations.update(labels)


def known_operations() -> dict[str, Any]:
    """Every operation that has words."""
    return dict(_operations)


def operation_in_words(code: str) -> str:
    """An operation as a person calls it; without one, nothing but the database is known to have done it."""
    return str(_operations.get(code, code)) if code else _("Directly in the database")
