"""Conditions and trees of conditions as people say them. A reader sees what a list shows, never how it is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from itam_portal.lists import days
from itam_portal.lists.filters import OPERATORS, YES, Choice, Condition, ListFilterSet, Moment
from itam_portal.lists.tree import ALL, NONE, Node, Rule

Labels = Mapping[str, Any]
# More values than this are counted, not listed.
_LISTED = 3


def operator_in_words(condition: Condition, operator: str) -> str:
    """What a comparison is called for this kind of field."""
    if condition.kind == "duration":
        return {"before": _("shorter than"), "after": _("longer than")}.get(operator, str(OPERATORS[operator]))
    if condition.kind == "number":
        return {"before": _("less than"), "after": _("more than")}.get(operator, str(OPERATORS[operator]))
    return str(OPERATORS[operator])


def condition_in_words(condition: Condition, operator: str, values: Sequence[str], labels: Labels) -> str:
    """A condition without its field, as a chip shows it: “Enabled”, “is not Disabled”, “before 1 Mar 2026”."""
    if operator == "empty":
        return _("is empty") if values[0].lower() == YES else _("is not empty")
    if isinstance(condition, Moment):
        return _listed([days.in_words(one, operator, can_be_ahead=condition.can_be_ahead) for one in values])
    shown = _listed([str(labels.get(value) or value) for value in values])
    if operator in ("", "is", "in"):
        return shown
    return f"{operator_in_words(condition, operator)} {shown}"


def _listed(texts: list[str]) -> str:
    return ", ".join(texts) if len(texts) <= _LISTED else _("%(count)d values") % {"count": len(texts)}


def sentence(condition: Condition, operator: str, values: Sequence[str], labels: Labels) -> str:
    """A condition with its field, as part of a sentence: “status is enabled”, “last login in the last 30 days”."""
    field = _small(str(condition.label))
    if operator == "empty":
        return f"{field} {condition_in_words(condition, operator, values, labels)}"
    if isinstance(condition, Moment):
        return f"{field} {_day_sentence(condition, operator, values)}"
    shown = [_quoted(_value(condition, value, labels)) for value in values]
    if operator in ("is", "in", "not") and len(shown) > 1:
        words = _("is none of %(values)s") if operator == "not" else _("is one of %(values)s")
        return f"{field} {words % {'values': ', '.join(shown)}}"
    named = operator_in_words(condition, "is" if operator == "in" else operator)
    return f"{field} {named} {_(' or ').join(shown)}"


def _day_sentence(condition: Moment, operator: str, values: Sequence[str]) -> str:
    ahead = condition.can_be_ahead
    if operator not in ("is", "in"):
        joint = _(" and ") if operator == "not" else _(" or ")
        return joint.join(days.in_words(value, operator, can_be_ahead=ahead) for value in values)
    named = [days.name_of(value) for value in values]
    return (_("is one of %(values)s") if len(named) > 1 else _("is %(values)s")) % {"values": ", ".join(named)}


def _value(condition: Condition, value: str, labels: Labels) -> str:
    """Fixed values are words of ours and stand small in a sentence; names are what they are."""
    label = str(labels.get(value) or value)
    return _small(label) if isinstance(condition, Choice) and condition.choices else label


def _small(label: str) -> str:
    """The label inside a sentence, unless it is written in capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _quoted(text: str) -> str:
    """Quoted where the words around could be read as part of it."""
    return text if text and not set(text) & set(" ,()") else f"“{text}”"


# --- a tree -----------------------------------------------------------------------------------------------------


class Wording:
    """Puts the trees of one list into words for one reader, who knows only some values by their names."""

    def __init__(self, filters: type[ListFilterSet], options_of: Callable[[str], Iterable[tuple[str, Any]]]) -> None:
        self.filters, self.options_of = filters, options_of

    def of(self, node: Node) -> str:
        """The tree as one sentence: “(status is enabled and name is Ann) or not (login begins with svc)”."""
        if isinstance(node, Rule):
            return self._rule(node)
        words = [self._inside(item, len(node.items) > 1) for item in node.items]
        if node.mode == NONE:
            return _("not (%(conditions)s)") % {"conditions": _(" or ").join(words)}
        return (_(" and ") if node.mode == ALL else _(" or ")).join(words)

    def _inside(self, node: Node, has_others: bool) -> str:
        words = self.of(node)
        if not has_others:
            return words
        if isinstance(node, Rule):
            return f"({words})" if _has_or(node) else words
        return words if node.mode == NONE or len(node.items) == 1 else f"({words})"

    def _rule(self, rule: Rule) -> str:
        condition = self.filters.base_filters[rule.name]
        field, _mark, operator = rule.name.partition("__")
        values = [value for text in rule.values for value in (text.split(",") if operator == "in" else [text])]
        return sentence(condition, operator or "is", values, dict(self.options_of(field)))


def _has_or(rule: Rule) -> bool:
    """Whether a rule in words holds an “or” of its own."""
    _field, _mark, operator = rule.name.partition("__")
    return len(rule.values) > 1 and operator not in ("", "is", "in", "not", "empty")
