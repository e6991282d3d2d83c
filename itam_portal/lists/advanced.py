"""The advanced filter of a list: a tree of the same conditions that simple filters are made of.

What stands side by side below the root, and must all hold, goes to the finder as conditions of its own, so that each
can find its rows. What is left is one condition that knows whether its parts can be found. See docs/decisions/0013.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar

from django.core.exceptions import EmptyResultSet, FullResultSet, ValidationError
from django.db.models import BooleanField, CheckConstraint, F, Func, Model, Q, QuerySet, Value
from django.utils.translation import gettext as _

from itam_portal.lists.filters import Choice, Condition, ListFilterSet, of_ranges
from itam_portal.lists.search import AnyOf, Search, as_array, is_long
from itam_portal.lists.tree import ALL, ANY, NONE, Group, Node, Rule

# Questions that one alternative after the other may cost before the list is shown.
_MOST_QUESTIONS = 3
_RANGES = ("is", "in", "starts", "before", "after")


class NotTrue(Func):
    """Whether a condition is false or unknown: what does not hold a row's missing value must not lose the row."""

    template = "(%(expressions)s) IS NOT TRUE"
    output_field = BooleanField()

    def as_sql(self, compiler, connection, **context):  # type: ignore[no-untyped-def, override]
        try:
            return super().as_sql(compiler, connection, **context)
        except EmptyResultSet:
            return compiler.compile(Value(True))
        except FullResultSet:
            return compiler.compile(Value(False))


@dataclass(frozen=True)
class Leaf:
    """One condition with its clean values."""

    condition: Condition
    values: list[Any]

    def q(self) -> Q:
        """The condition as an expression."""
        return self.condition.condition(self.values)

    def opposite(self, model: type[Model]) -> "Leaf | None":
        """The leaf that shows exactly the other rows, where the database holds nothing but the field's choices."""
        one = self.condition
        other = {"is": "not", "in": "not", "not": "is"}.get(one.operator)
        if not (other and isinstance(one, Choice) and one.choices):
            return None
        only = Q(**{f"{one.field_name}__in": [value for value, _label in one.choices]})
        checks = [check for check in model._meta.constraints if isinstance(check, CheckConstraint)]
        is_closed = any(check.condition == only for check in checks)
        return Leaf(one.with_operator(other), self.values) if is_closed else None


@dataclass(frozen=True)
class Branch:
    """Leaves and branches, of which all, any or none hold."""

    mode: str
    items: tuple["Leaf | Branch", ...]

    def q(self) -> Q:
        """The branch as an expression. None of them is: that any of them holds is not true."""
        whole = Q()
        for item in self.items:
            whole = whole & item.q() if self.mode == ALL else whole | item.q()
        return Q(NotTrue(whole)) if self.mode == NONE else whole


@dataclass(frozen=True)
class Question:
    """Answers the keys of all rows of an alternative, or None: then they are more than a cap, if it is sure."""

    ask: Callable[[QuerySet, int], list[int] | None]
    is_sure: bool = True


Ways = tuple[list[Q], list[Question]]
_NO_WAY: Ways = ([], [])


class Subtree(Condition):
    """A branch as one condition among others. It finds its rows where each of its alternatives does."""

    operators: ClassVar[tuple[str, ...]] = ()
    finds_once = False

    def __init__(self, branch: Branch, search: Search | None) -> None:
        super().__init__(operator="")
        self.branch, self.search = branch, search

    def condition(self, values: list[Any]) -> Q:
        return self.branch.q()

    @cached_property
    def _ways(self) -> Ways:
        """What finds the rows of all alternatives: ranges of indexes and questions; nothing where one is not found."""
        ranges, questions = _ways_to(self.branch, self.search)
        return (ranges, questions) if len(questions) <= _MOST_QUESTIONS else _NO_WAY

    def finds(self, values: list[Any]) -> bool:
        return any(self._ways)

    def candidates(self, rows: QuerySet, values: list[Any], cap: int) -> list[int] | None:
        ranges, questions = self._ways
        found: dict[int, None] = {}
        in_ranges = Question(lambda rows, cap: of_ranges(rows, ranges, cap), is_sure=len(ranges) == 1)
        for question in [*([in_ranges] if ranges else []), *questions]:
            keys = question.ask(rows, cap)
            if keys is None:
                self.finds_once = question.is_sure
                return None
            found.update(dict.fromkeys(keys))
        self.finds_once = True
        return list(found) if len(found) <= cap else None


def _ways_to(node: Leaf | Branch, search: Search | None) -> Ways:
    """Ranges of indexes and questions that together find all rows of a node; nothing where an index finds none."""
    if isinstance(node, Leaf):
        return _ways_to_leaf(node, search)
    ways = [_ways_to(item, search) for item in node.items]
    if node.mode == ANY and all(any(way) for way in ways):
        return [one for ranges, _some in ways for one in ranges], [one for _some, asked in ways for one in asked]
    if node.mode == ALL:
        question = next((asked[0] for ranges, asked in ways if len(asked) == 1 and not ranges), None)
        if question:
            return [], [Question(partial(_narrowed, question, node), is_sure=False)]
        # One index leads to the rows, and the rest is asked of each of them.
        return ([node.q()], []) if any(ranges and not asked for ranges, asked in ways) else _NO_WAY
    return _NO_WAY


def _ways_to_leaf(leaf: Leaf, search: Search | None) -> Ways:
    condition, values = leaf.condition, leaf.values
    if condition.finds(values):
        return [], [Question(lambda rows, cap: condition.candidates(rows, values, cap))]
    is_covered = search and condition.field_name in search.covers
    if search and is_covered and condition.operator in ("contains", "ends") and all(map(is_long, map(str, values))):
        return [], [Question(partial(_hits, search, leaf, text)) for text in values]
    if not condition.is_of_column:
        return _NO_WAY
    if condition.operator in _RANGES:
        return [condition.compare(condition.operator, value) for value in values], []
    is_choice = isinstance(condition, Choice) and condition.operator == "not" and bool(condition.choices)
    return ([leaf.q()], []) if is_choice or condition.operator == "empty" else _NO_WAY


def _narrowed(question: Question, branch: Branch, rows: QuerySet, cap: int) -> list[int] | None:
    """Those of the rows found that meet the whole branch."""
    keys = question.ask(rows, cap)
    if keys is None:
        return None
    return list(rows.filter(Q(AnyOf(F("pk"), as_array(keys))), branch.q()).order_by().values_list("pk", flat=True))


def _hits(search: Search, leaf: Leaf, text: str, rows: QuerySet, cap: int) -> list[int] | None:
    """What the search finds for one text of a field."""
    part = leaf.condition.field_name, text, leaf.condition.operator == "contains"
    hits = search.hits([text], [part], cap=cap, named=cap)
    return hits.keys if hits.total <= cap else None


class Advanced:
    """A tree for one list and one reader. With `problems` it shows no rows."""

    def __init__(self, tree: Node | None, filters: type[ListFilterSet], *, account: Any, search: Search | None) -> None:
        self.filters, self.account, self.search = filters, account, search
        self.problems: list[str] = []
        self._known: dict[Rule, Leaf] = {}
        self.root = self._resolved(tree) if tree else None

    def _resolved(self, node: Node) -> Leaf | Branch:
        if isinstance(node, Group):
            items = tuple(self._resolved(item) for item in node.items)
            return items[0] if len(items) == 1 and node.mode != NONE else Branch(node.mode, items)
        if node not in self._known:
            self._known[node] = self._leaf(node)
        return self._known[node]

    def _leaf(self, rule: Rule) -> Leaf:
        known = self.filters.base_filters.get(rule.name)
        if known is None:  # the state has said so already
            return Leaf(Condition(), [])
        condition = known.bound(self.account)
        try:
            return Leaf(condition, condition.field.clean(list(rule.values)))
        except ValidationError as error:
            self.problems += [
                _("%(field)s: %(why)s") % {"field": condition.label, "why": why} for why in error.messages
            ]
            return Leaf(condition, [])

    def conditions(self) -> dict[str, tuple[Condition, list[Any]]]:
        """What the finder must find rows by, under names that no parameter has."""
        parts = self._parts(self.root) if self.root and not self.problems else ()
        return {f"filter {number}": pair for number, pair in enumerate(parts)}

    def _parts(self, node: Leaf | Branch) -> Iterator[tuple[Condition, list[Any]]]:
        """The conditions that must all hold."""
        if isinstance(node, Leaf):
            yield node.condition, node.values
        elif node.mode == ALL:
            for item in node.items:
                yield from self._parts(item)
        elif node.mode == NONE:
            for item in node.items:
                yield from self._without(item)
        else:
            yield Subtree(node, self.search), [True]

    def _without(self, node: Leaf | Branch) -> Iterator[tuple[Condition, list[Any]]]:
        opposite = node.opposite(self.filters._meta.model) if isinstance(node, Leaf) else None
        if opposite:
            yield from self._parts(opposite)
        elif isinstance(node, Branch) and node.mode == NONE:
            yield from self._parts(node.items[0] if len(node.items) == 1 else Branch(ANY, node.items))
        else:
            yield Subtree(Branch(NONE, (node,)), self.search), [True]
