"""Filter chips: one for each field, with a control for every operator worth a box."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from itam_portal.lists.drawing import draw
from itam_portal.lists.filters import NO, OPERATORS, YES, Choice, Condition
from itam_portal.lists.state import ListState

# The operators with a box of their own, for each kind of field; the others still work by address.
_BOXES = {
    "text": ("contains", "is", "not", "starts", "ends"),
    "date": ("is", "not", "before", "after"),
    "duration": ("is", "not", "before", "after"),
    "number": ("is", "before", "after"),
    "choice": (),
    "reference": (),
}
_INPUTS = {"date": "date", "text": "text", "duration": "text", "number": "number"}


Options = tuple[tuple[str, Any], ...]


@dataclass
class Control:
    """One labelled box: its parameter's name, and what it holds now."""

    kind: str
    name: str
    label: str
    value: str = ""
    options: list[tuple[str, str, bool]] = field(default_factory=list)


@dataclass
class Chip:
    """One field's filter: available, or in use with its value in words and a link that takes it away."""

    name: str
    label: str
    icon: str
    is_on: bool = False
    text: str = ""
    clear: str = ""
    controls: list[Control] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)


def draw_chips(filters: Any, state: ListState, account: Any, icons: dict[str, str]) -> SafeString:
    """The chips of a list as HTML, in the order in which its filter set declares the fields.

    A chip that is not in use is the same for everybody who may choose from the same options: it is drawn once
    for them. Ten chips drawn anew for each page would cost more than its rows.
    """
    drawn = []
    for name, condition in filters.declared_filters.items():
        if not condition.has_chip:
            continue
        icon = icons.get(name, "filter")
        options = tuple(condition.bound(account).options()) if isinstance(condition, Choice) else ()
        if _is_used(name, state):
            drawn.append(_draw(_chip(name, condition.bound(account), state, icon, options)))
        else:
            drawn.append(_draw_unused(filters, name, icon, get_language(), options))
    return mark_safe("".join(drawn))  # noqa: S308 (drawn by our templates)


def _is_used(name: str, state: ListState) -> bool:
    return any(one == name or one.startswith(f"{name}__") for one in state.conditions)


@functools.lru_cache(maxsize=500)
def _draw_unused(filters: Any, name: str, icon: str, language: str | None, options: Options) -> str:
    return _draw(_chip(name, filters.declared_filters[name], ListState(), icon, options))


def _draw(chip: Chip) -> str:
    return draw("lists/_chip.jinja", {"chip": chip})


def _chip(name: str, condition: Condition, state: ListState, icon: str, options: Options) -> Chip:
    names = [name, *[f"{name}__{operator}" for operator in condition.operators]]
    used = {one: state.conditions[one] for one in names if one in state.conditions}
    chip = Chip(name, str(condition.label), icon, is_on=bool(used))
    chip.controls = list(_controls(name, condition, used, options))
    drawn = {control.name for control in chip.controls}
    chip.kept = [(one, value) for one, values in used.items() for value in values if _is_kept(one, drawn, values)]
    if used:
        chip.text = "; ".join(_words(name, one, values, chip, condition) for one, values in used.items())
        chip.clear = state.link(**dict.fromkeys(used))
    return chip


def _is_kept(name: str, drawn: set[str], values: list[str]) -> bool:
    return name not in drawn or len(values) > 1


def _controls(name: str, condition: Condition, used: dict[str, list[str]], known: Options) -> Iterator[Control]:
    if isinstance(condition, Choice):
        chosen = set(used.get(name, []))
        options = [(value, str(label), value in chosen) for value, label in known]
        yield Control("ticks", name, str(condition.label), options=options)
        left_out = set(used.get(f"{name}__not", []))
        options = [(value, str(label), value in left_out) for value, label in known]
        yield Control("others", f"{name}__not", str(OPERATORS["not"]), options=options)
    for operator in _BOXES[condition.kind]:
        full = f"{name}__{operator}"
        if len(used.get(full, [])) <= 1:
            yield Control(_INPUTS[condition.kind], full, _operator(condition, operator), _single(used.get(full)))
    if "empty" in condition.operators:
        full, chosen_one = f"{name}__empty", _single(used.get(f"{name}__empty"))
        labels = (("", _("Any")), (YES, _("Yes")), (NO, _("No")))
        options = [(value, label, value == chosen_one) for value, label in labels]
        yield Control("select", full, _operator(condition, "empty"), options=options)


def _single(values: list[str] | None) -> str:
    return values[0] if values and len(values) == 1 else ""


def _operator(condition: Condition, operator: str) -> str:
    if condition.kind == "duration":
        return {"before": _("shorter than"), "after": _("longer than")}.get(operator, str(OPERATORS[operator]))
    if condition.kind == "number":
        return {"before": _("less than"), "after": _("more than")}.get(operator, str(OPERATORS[operator]))
    return str(OPERATORS[operator])


def _words(field_name: str, name: str, values: list[str], chip: Chip, condition: Condition) -> str:
    """One condition in words, for the chip: “Enabled”, “is not Disabled”, “before 1 Mar 2026”."""
    labels = {
        value: label for control in chip.controls if control.kind == "ticks" for value, label, _on in control.options
    }
    shown = ", ".join(labels.get(value) or _shown(value, condition) for value in values[:3])
    if len(values) > 3:
        shown = _("%(count)d values") % {"count": len(values)}
    operator = name.removeprefix(field_name).removeprefix("__")
    if not operator or operator in ("is", "in"):
        return shown
    if operator == "empty":
        return _("is empty") if values[0] == YES else _("is not empty")
    return f"{_operator(condition, operator)} {shown}"


def _shown(value: str, condition: Condition) -> str:
    """A value as the reader writes it."""
    if condition.kind != "date":
        return value
    try:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    except ValueError:
        return value
