"""Random advanced filters, each with its plain reference: what it means for one row."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as some

from itam_portal.lists import tree

Row = dict[str, Any]
Condition = tuple[tuple[str, str], Callable[[Row], bool]]
MODES: dict[str, Callable[[Any], bool]] = {"all": all, "any": any, "none": lambda tests: not any(tests)}
Pair = tuple[tree.Node, Callable[[Row], bool]]


def rule(condition: Condition) -> Pair:
    """One condition of the list as a part of a tree."""
    (name, value), test = condition
    return tree.Rule(name, (value,)), test


def group(mode: str, items: list[Pair]) -> Pair:
    """All, any or none of these."""
    test: Callable[[Row], bool] = lambda row: MODES[mode](item(row) for _node, item in items)  # noqa: E731
    return tree.Group(mode, tuple(node for node, _test in items)), test


def depth_of(node: tree.Node) -> int:
    """How many groups lie in each other."""
    return 1 + max(map(depth_of, node.items)) if isinstance(node, tree.Group) else 0


def as_condition(pair: Pair) -> Condition:
    """A tree as one condition of the address."""
    node, test = pair
    return ("filter", str(node)), test


def trees_of(conditions: Any) -> Any:
    """Conditions, and groups of them in each other, as deep as a list allows."""
    groups = some.recursive(
        conditions.map(rule),
        lambda nodes: some.builds(group, some.sampled_from(sorted(MODES)), some.lists(nodes, min_size=1, max_size=4)),
        max_leaves=7,
    )
    return groups.filter(lambda pair: depth_of(pair[0]) <= tree.DEEPEST)
