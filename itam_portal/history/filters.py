"""The fields a history can be filtered by."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from itam_portal.history import kinds
from itam_portal.history.models import Action, Entry, Via
from itam_portal.lists.filters import Choice, ListFilterSet, Matches, Moment, Number, Text, pattern

Options = Iterable[tuple[str, Any]]


class Known(Choice):
    """One of what the apps have made known by the time somebody asks."""

    def __init__(self, column: str, *, read: Callable[[], Options], **kwargs: Any) -> None:
        self.read = read
        super().__init__(column, **kwargs)

    def bound(self, account: Any) -> "Known":
        twin: Known = super().bound(account)
        twin.choices = list(self.read())
        return twin


class FieldChanged(Known):
    """Entries that say something of a field."""

    operators = ("is", "in")
    is_of_column = False

    def compare(self, operator: str, value: str) -> Q:
        return Q(Matches(self.field_name, pattern("% ", value, " %")))


class OrganizationMeant(Choice):
    """Entries about an organization, and about what stands in it. Values are the organizations' codes."""

    kind = "reference"
    operators = ("is", "not", "in")

    def options(self) -> list[tuple[str, Any]]:
        """The first organizations the reader's rights reach, by name."""
        picks = kinds.known_kinds()["organization"].picks
        return list(picks(self.account)) if picks else []

    def clean_one(self, text: str) -> int:
        sees = kinds.known_kinds()["organization"].sees
        codes = sees(self.account).filter(code__iexact=text) if sees else None
        found = codes.values_list("pk", flat=True).first() if codes is not None else None
        if found is None:
            raise ValidationError(_("There is no organization “%(value)s”."), params={"value": text[:60]})
        return found


def _kinds() -> Options:
    labels = [(word, kind.label) for word, kind in kinds.known_kinds().items()]
    return sorted(((word, capfirst(str(label))) for word, label in labels), key=lambda pair: pair[1])


def _operations() -> Options:
    labels = kinds.known_operations().items()
    return sorted(((code, str(label)) for code, label in labels), key=lambda pair: pair[1])


def _fields() -> Options:
    """The fields of all kinds by name; where several kinds share a name, it is called as the first calls it."""
    labels: dict[str, str] = {}
    for kind in kinds.known_kinds().values():
        for name in kind.fields:
            labels.setdefault(name, kind.label_of(name))
    return sorted(labels.items(), key=lambda pair: pair[1])


class HistoryFilters(ListFilterSet):
    """Time, actor, operation, object, field, reason, and through what."""

    at = Moment("at", label=_("When"))
    actor = Text("actor_key", label=_("Who"))
    operation = Known("operation", read=_operations, label=_("Operation"))
    object = Known("object_type", read=_kinds, label=_("Kind of object"))
    name = Text("object_name_key", label=_("Object"))
    action = Choice("action", choices=Action.choices, label=_("What happened"))
    field = FieldChanged("fields", read=_fields, label=_("Field"))
    reason = Text("reason_key", label=_("Reason"))
    via = Choice("via", choices=Via.choices, label=_("Through"))
    organization = OrganizationMeant("organization_id", label=_("Organization"))
    receipt = Number("receipt_id", label=_("Receipt"))

    class Meta:
        model = Entry
        fields: list[str] = []
