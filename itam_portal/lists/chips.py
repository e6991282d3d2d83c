"""Filter chips: one for each field, with a control for every operator worth a box."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from itam_portal.lists import days
from itam_portal.lists.drawing import draw
from itam_portal.lists.filters import NO, OPERATORS, YES, Choice, Condition, Moment
from itam_portal.lists.state import ListState
from itam_portal.lists.wording import condition_in_words, operator_in_words

# The operators with a box of their own, for each kind of field; the others still work by address.
_BOXES = {
    "text": ("contains", "is", "not", "starts", "ends"),
    "date": ("is", "not", "before", "after"),
    "duration": ("is", "not", "before", "after"),
    "number": ("is", "before", "after"),
    "choice": (),
    "reference": (),
}
_INPUTS = {"date": "day", "text": "text", "duration": "text", "number": "number"}


Options = tuple[tuple[str, Any], ...]


@dataclass
class Control:
    """One labelled box: its parameter's name, and what it holds now."""

    kind: str
    name: str
    label: str
    value: str = ""
    options: list[tuple[str, str, bool]] = field(default_factory=list)

    def shown(self) -> Iterator[tuple[str, str]]:
        """What the box sends as it stands: its parameter with each of its values."""
        chosen = [value for value, _label, on in self.options if on]
        yield from [(self.name, value) for value in [self.value, *chosen] if value]


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


def draw_chips(
    filters: Any, state: ListState, account: Any, icons: dict[str, str], options_of: Callable[[str], Options]
) -> SafeString:
    """The chips of a list as HTML, in the order in which its filter set declares the fields.

    A chip that is not in use is the same for everybody who may choose from the same options: it is drawn once
    for them. Ten chips drawn anew for each page would cost more than its rows.
    """
    drawn = []
    for name, condition in filters.declared_filters.items():
        if not condition.has_chip:
            continue
        icon = icons.get(name, "list-filter")
        options = options_of(name)
        if _is_used(name, state):
            drawn.append(_draw(_chip(name, condition.bound(account), state, icon, options)))
        else:
            drawn.append(_draw_unused(filters, name, icon, get_language(), options))
    if any(condition.kind == "date" for condition in filters.declared_filters.values()):
        drawn.append(proposed_days(get_language()))
    return mark_safe("".join(drawn))  # noqa: S308 (drawn by our templates)


@functools.cache
def proposed_days(language: str | None) -> SafeString:
    """What the boxes for days propose, once for a page, in the active language."""
    options = format_html_join("", '<option value="{}">{}</option>', days.proposals())
    return format_html('<datalist id="proposed-days">{}</datalist>', options)


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
    shown = {pair for control in chip.controls for pair in control.shown()}
    chip.kept = [(one, value) for one, values in used.items() for value in values if (one, value) not in shown]
    if used:
        labels = dict(options)
        words = (
            condition_in_words(condition, one.removeprefix(name).removeprefix("__") or "is", values, labels)
            for one, values in used.items()
        )
        chip.text, chip.clear = "; ".join(words), state.link(**dict.fromkeys(used))
    return chip


def _controls(name: str, condition: Condition, used: dict[str, list[str]], known: Options) -> Iterator[Control]:
    if isinstance(condition, Choice):
        yield from _choices(name, condition, used, known)
    if isinstance(condition, Moment):
        yield from _common_days(name, condition, used)
    for operator in _BOXES[condition.kind]:
        full = f"{name}__{operator}"
        ticked = dict(days.COMMON).get(operator, ()) if condition.kind == "date" else ()
        typed = [value for value in used.get(full, []) if value not in ticked]
        if len(typed) <= 1:
            yield Control(_INPUTS[condition.kind], full, operator_in_words(condition, operator), "".join(typed))
    if "empty" in condition.operators:
        full, chosen_one = f"{name}__empty", _single(used.get(f"{name}__empty"))
        labels = (("", _("Any")), (YES, _("Yes")), (NO, _("No")))
        options = [(value, label, value == chosen_one) for value, label in labels]
        yield Control("select", full, operator_in_words(condition, "empty"), options=options)


def _choices(name: str, condition: Condition, used: dict[str, list[str]], known: Options) -> Iterator[Control]:
    chosen = set(used.get(name, []))
    options = [(value, str(label), value in chosen) for value, label in known]
    yield Control("ticks", name, str(condition.label), options=options)
    left_out = set(used.get(f"{name}__not", []))
    options = [(value, str(label), value in left_out) for value, label in known]
    yield Control("others", f"{name}__not", str(OPERATORS["not"]), options=options)


def _common_days(name: str, condition: Moment, used: dict[str, list[str]]) -> Iterator[Control]:
    """The days that people ask for most, relative to today, to tick."""
    for operator, texts in days.COMMON:
        full, ahead = f"{name}__{operator}", condition.can_be_ahead
        words = [(text, capfirst(days.in_words(text, operator, can_be_ahead=ahead))) for text in texts]
        options = [(text, label, text in used.get(full, [])) for text, label in words]
        yield Control("ticks", full, operator_in_words(condition, operator), options=options)


def _single(values: list[str] | None) -> str:
    return values[0] if values and len(values) == 1 else ""
