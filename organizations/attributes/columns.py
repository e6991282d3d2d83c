"""Custom attributes as columns and filters of a list: what a tenant defined is part of its lists, and of no other's."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

from django.db.models import Case, CharField, DecimalField, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itam_portal.lists.filters import Condition
from itam_portal.lists.listing import ListKind
from itam_portal.lists.scanned import ScannedChoice, ScannedDay, ScannedNumber, ScannedText, number_in, value_in
from itam_portal.lists.tables import Column, Row, text
from itam_portal.tenancy.text import Fold
from organizations.attributes.values import shown_value
from organizations.models import AttributeKind, CustomAttribute

COLUMN = "attributes"
YES_NO = (("yes", _("Yes")), ("no", _("No")))
_LEAST = Value(Decimal(-(10**30)), output_field=DecimalField())
_MOST_KINDS = 500
_known: dict[Any, ListKind] = {}


def with_attributes(kind: ListKind, attributes: list[CustomAttribute], *, then: str) -> ListKind:
    """A list with a column and a filter for each attribute; among equals the rows are ordered by `then`."""
    if not attributes:
        return kind
    facts = tuple((one.name, one.code, one.kind, tuple(one.choices)) for one in attributes)
    if (kind.name, facts) not in _known:
        if len(_known) >= _MOST_KINDS:
            _known.clear()
        _known[kind.name, facts] = _extended(kind, attributes, then)
    return _known[kind.name, facts]


def _extended(kind: ListKind, attributes: list[CustomAttribute], then: str) -> ListKind:
    columns = {one.field_name: _column(one, then) for one in attributes}
    cells = {f"render_{one.field_name}": _cell(one) for one in attributes}
    table = type(f"{kind.table.__name__}WithAttributes", (kind.table,), {**columns, **cells})
    conditions: dict[str, Any] = {one.field_name: _condition(one) for one in attributes}
    filters = type(f"{kind.filters.__name__}WithAttributes", (kind.filters,), {**conditions, "Meta": kind.filters.Meta})
    orders = {f"{one.field_name}_order": partial(_ordered, one) for one in attributes}
    icons = dict.fromkeys(conditions, "tag")
    return replace(
        kind,
        table=table,
        filters=filters,
        icons={**kind.icons, **icons},
        annotations={**kind.annotations, **orders},
    )


def _column(attribute: CustomAttribute, then: str) -> Column:
    return Column(
        attribute.name,
        needs=(COLUMN,),
        sort=(f"{attribute.field_name}_order", then),
        shown=False,
        classes="num" if attribute.kind == AttributeKind.NUMBER else "",
        export=partial(_exported, attribute),
    )


def _cell(attribute: CustomAttribute) -> Callable[[Any, Row], str]:
    def render(table: Any, row: Row) -> str:
        return text(shown_value(attribute, str(row[COLUMN].get(attribute.name) or "")))

    return render


def _exported(attribute: CustomAttribute, zone: Any) -> Any:
    value = value_in(COLUMN, attribute.name)
    if attribute.kind != AttributeKind.YES_NO:
        return value
    answers = {"yes": gettext("Yes"), "no": gettext("No")}
    whens = [When(Exact(value, Value(answer)), then=Value(label)) for answer, label in answers.items()]
    return Case(*whens, default=Value(""), output_field=CharField())


def _ordered(attribute: CustomAttribute, rows: Any) -> Any:
    value = value_in(COLUMN, attribute.name)
    if attribute.kind == AttributeKind.NUMBER:
        order: Any = Coalesce(number_in(COLUMN, attribute.name), _LEAST)
    else:
        order = value if attribute.kind == AttributeKind.DATE else Fold(value)
    return rows.annotate(**{f"{attribute.field_name}_order": order})


def _condition(attribute: CustomAttribute) -> Condition:
    given: dict[str, Any] = {"name": attribute.name, "label": attribute.name}
    if attribute.kind == AttributeKind.CHOICE:
        return ScannedChoice(COLUMN, choices=[(choice, choice) for choice in attribute.choices], **given)
    if attribute.kind == AttributeKind.YES_NO:
        return ScannedChoice(COLUMN, choices=YES_NO, **given)
    return _CONDITIONS[attribute.kind](COLUMN, **given)


_CONDITIONS = MappingProxyType(
    {
        AttributeKind.TEXT.value: ScannedText,
        AttributeKind.NUMBER.value: ScannedNumber,
        AttributeKind.DATE.value: ScannedDay,
    }
)
