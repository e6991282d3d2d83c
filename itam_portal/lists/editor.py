"""Checks an advanced filter that is edited, and says what each of its rows may choose from."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from itam_portal.lists import days
from itam_portal.lists.draft import EMPTY, FILLED, Draft, DraftGroup, DraftRule
from itam_portal.lists.filters import OPERATORS, Choice, Condition, ListFilterSet, Moment
from itam_portal.lists.tree import ALL, ANY, DEEPEST, NONE, Group, Misread, Node, Rule, read
from itam_portal.lists.wording import operator_in_words


class Editor:
    """What the advanced filter of one list may hold, for one reader."""

    def __init__(self, filters: type[ListFilterSet], account: Any) -> None:
        self.filters, self.account = filters, account
        self._bound: dict[str, Condition] = {}
        self._known_options: dict[str, list[tuple[str, str]]] = {}

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """The fields to choose from, with their labels."""
        return [(name, str(condition.label)) for name, condition in self.filters.declared_filters.items()]

    def _condition(self, name: str) -> Condition | None:
        if name not in self.filters.declared_filters:
            return None
        if name not in self._bound:
            self._bound[name] = self.filters.declared_filters[name].bound(self.account)
        return self._bound[name]

    def _operators(self, condition: Condition) -> list[tuple[str, str]]:
        named = [one for one in OPERATORS if one in condition.operators and one not in ("empty", "in")]
        found = [(one, operator_in_words(condition, one)) for one in named]
        if "empty" in condition.operators:
            found += [(EMPTY, _("is empty")), (FILLED, _("is not empty"))]
        return found

    def _options(self, name: str, condition: Condition) -> list[tuple[str, str]]:
        if name not in self._known_options:
            options = condition.options() if isinstance(condition, Choice) else ()
            self._known_options[name] = [(value, str(label)) for value, label in options]
        return self._known_options[name]

    # --- from rows to a tree ---------------------------------------------------------------------------

    def tree(self, draft: Draft) -> Node | None:
        """The tree that the rows mean; None for no filter. Where rows are incomplete or wrong, they are marked."""
        items = [self._node(item) for item in draft.root.items]
        nodes = [item for item in items if item is not None]
        if draft.has_problems or not nodes:
            return None
        tree = Group(draft.root.mode, tuple(nodes)) if len(nodes) > 1 or draft.root.mode == NONE else nodes[0]
        try:
            return read(str(tree))
        except Misread as misread:
            draft.root.problem = str(misread)
            return None

    def _node(self, item: DraftRule | DraftGroup) -> Node | None:
        if isinstance(item, DraftRule):
            return self._rule(item)
        nodes = [node for one in item.items if (node := self._node(one)) is not None]
        if not item.items:
            item.problem = _("Add a condition to this group, or remove the group.")
        return Group(item.mode, tuple(nodes)) if nodes else None

    def _rule(self, row: DraftRule) -> Rule | None:
        condition = self._condition(row.name)
        if condition is None:
            row.problem = _("Choose a field.")
            return None
        if row.operator not in dict(self._operators(condition)):
            row.problem = _("Choose how to compare.")
            return None
        operator, _mark, given = row.operator.partition(":")
        values = [given] if given else [value for value in row.values if value.strip()]
        if not values:
            row.problem = _("Enter a value.")
            return None
        try:
            condition.with_operator(operator).field.clean(values)
        except ValidationError as error:
            row.problem = " ".join(dict.fromkeys(error.messages))
        bare = isinstance(condition, Choice) and operator == "is"
        return Rule(row.name if bare else f"{row.name}__{operator}", tuple(values))

    # --- from rows to a form ---------------------------------------------------------------------------

    def drawn(self, draft: Draft) -> dict[str, Any]:
        """The rows for the form's template."""
        return self._drawn_group(draft.root, depth=0)

    def _drawn_group(self, group: DraftGroup, depth: int) -> dict[str, Any]:
        labels = {ALL: _("All of these"), ANY: _("Any of these"), NONE: _("None of these")}
        items = [
            self._drawn_group(item, depth + 1) if isinstance(item, DraftGroup) else self._drawn_rule(item, depth + 1)
            for item in group.items
        ]
        return {
            "is_group": True,
            "key": group.key,
            "node": f"{depth}.group.{group.key}",
            "modes": [(mode, label, mode == group.mode) for mode, label in labels.items()],
            "items_in": items,
            "add_id": f"add-{group.key}",
            "problem": group.problem,
            "is_inner": depth > 0,
            "may_nest": depth + 1 < DEEPEST,
        }

    def _drawn_rule(self, row: DraftRule, depth: int) -> dict[str, Any]:
        condition = self._condition(row.name)
        drawn: dict[str, Any] = {
            "key": row.key,
            "node": f"{depth}.rule.{row.key}",
            "field_id": f"field-{row.key}",
            "field": row.name if condition else "",
            "fields": [(name, label, name == row.name) for name, label in self.fields],
            "problem": row.problem,
        }
        return {**drawn, **self._compared(row, condition)} if condition else drawn

    def _compared(self, row: DraftRule, condition: Condition) -> dict[str, Any]:
        """How the row compares, and the boxes for what it compares with."""
        operators = self._operators(condition)
        chosen = row.operator if row.operator in dict(operators) else operators[0][0]
        options = self._options(row.name, condition)
        values = [] if ":" in chosen else (row.values or [""])
        return {
            "label": str(condition.label),
            "operators": [(one, label, one == chosen) for one, label in operators],
            "kind": "choice" if isinstance(condition, Choice) else condition.kind,
            "values_in": [
                {
                    "id": f"value-{row.key}-{at}",
                    "text": value,
                    "options": _with(options, value),
                    "words": _relative(condition, chosen, value),
                }
                for at, value in enumerate(values)
            ],
        }


def _with(options: list[tuple[str, str]], value: str) -> list[tuple[str, str, bool]]:
    """The options of a box, also with a value that is none of those a reader is shown at first."""
    known = options if not value or value in dict(options) else [*options, (value, value)]
    return [(one, label, one == value) for one, label in known]


def _relative(condition: Condition, operator: str, value: str) -> str:
    """What a day relative to today means, in words; '' for everything else."""
    if not isinstance(condition, Moment) or not isinstance(days.read(value), days.RelativeDay):
        return ""
    return days.in_words(value, operator, can_be_ahead=condition.can_be_ahead)


def problems_of(draft: Draft, editor: Editor) -> list[tuple[str, str]]:
    """Every problem with the id of what it is about, for the summary above the form."""
    labels, found = dict(editor.fields), []
    for item in draft.nodes():
        if not item.problem:
            continue
        name = labels.get(item.name, "") if isinstance(item, DraftRule) else ""
        place = f"{'field' if isinstance(item, DraftRule) else 'mode'}-{item.key}"
        found.append((place, f"{name}: {item.problem}" if name else item.problem))
    return found
