"""A tree of conditions as an address writes it, in the parameter `filter`.

    filter    = group | condition
    group     = ("all" | "any" | "none") "(" filter { "," filter } ")"
    condition = field [ "__" operator ] ":" value { ";" value }

    any(all(status:enabled,last_login__after:-30d),none(login__starts:svc))

Fields, operators and values are those of simple filters; several values mean any of them, with `not` none of them. The
characters ( ) , ; and ~ in a value are written with a ~ before them. All of these stand in an address as they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

ALL, ANY, NONE = "all", "any", "none"
MODES = (ALL, ANY, NONE)
DEEPEST, MOST_CONDITIONS, MOST_VALUES = 5, 50, 200
# What a written tree holds that an address need not encode.
SAFE = "(),;:~"
_MARKS = "(),;"
_NAME = re.compile(r"[A-Za-z0-9_]*")
_PIECE = re.compile(r"[^(),;~]+")


@dataclass(frozen=True)
class Rule:
    """One condition: the name of a parameter, and its values as an address gives them."""

    name: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}:{';'.join(map(_escaped, self.values))}"


@dataclass(frozen=True)
class Group:
    """Conditions and groups, of which all, any or none hold."""

    mode: str
    items: tuple["Node", ...]

    def __str__(self) -> str:
        return f"{self.mode}({','.join(map(str, self.items))})"


Node = Rule | Group


class Misread(ValueError):
    """A text that is no tree; the message says where and why."""


def rules_of(node: Node) -> Iterator[Rule]:
    """Every condition of a tree, from left to right."""
    if isinstance(node, Rule):
        yield node
    else:
        for item in node.items:
            yield from rules_of(item)


def simple_rules(node: Node | None) -> dict[str, tuple[str, ...]]:
    """The parameters that mean the same as the tree, where it is conditions that must all hold; else nothing."""
    items = node.items if isinstance(node, Group) and (node.mode == ALL or len(node.items) == 1) else (node,)
    if isinstance(node, Group) and node.mode == NONE:
        return {}
    rules = [item for item in items if isinstance(item, Rule)]
    found = {rule.name: rule.values for rule in rules}
    return found if len(found) == len(items) else {}


def read(text: str) -> Node:
    """The tree that a text writes. Raises Misread."""
    return _Reader(text).read()


def _escaped(value: str) -> str:
    return re.sub(r"[(),;~]", r"~\g<0>", value)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.conditions = self.values = 0

    def read(self) -> Node:
        node = self._node(depth=0)
        if self.at < len(self.text):
            if self.text[self.at] == ",":
                raise self._wrong(_("several conditions stand in a group: all(…), any(…) or none(…)"))
            raise self._wrong(_("nothing may follow here"))
        return node

    def _wrong(self, why: str) -> Misread:
        words = _("The filter cannot be read at character %(number)d: %(why)s.")
        return Misread(words % {"number": self.at + 1, "why": why})

    def _node(self, depth: int) -> Node:
        self._skip_spaces()
        found = _NAME.match(self.text, self.at)
        name = found[0] if found else ""
        mark = self.text[self.at + len(name) : self.at + len(name) + 1]
        if mark == "(":
            return self._group(name, depth + 1)
        if not name:
            raise self._wrong(_("here a condition or a group is missing"))
        if mark != ":":
            self.at += len(name)
            raise self._wrong(_("a colon is missing after “%(name)s”") % {"name": name[:60]})
        return self._rule(name)

    def _group(self, mode: str, depth: int) -> Group:
        if mode not in MODES:
            raise self._wrong(_("a group begins with all(, any( or none("))
        if depth > DEEPEST:
            raise self._wrong(_("groups may stand in each other at most %(number)d deep") % {"number": DEEPEST})
        self.at += len(mode) + 1
        items = [self._node(depth)]
        while self._next() == ",":
            self.at += 1
            items.append(self._node(depth))
        if self._next() != ")":
            raise self._wrong(_("a closing parenthesis is missing"))
        self.at += 1
        self._skip_spaces()
        return Group(mode, tuple(items))

    def _rule(self, name: str) -> Rule:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise self._wrong(_("a filter holds at most %(number)d conditions") % {"number": MOST_CONDITIONS})
        self.at += len(name)
        values = []
        while self._next() in (":", ";"):
            self.at += 1
            values.append(self._value())
        if self._next() == "(":
            raise self._wrong(_("a parenthesis in a value is written ~("))
        return Rule(name, tuple(values))

    def _value(self) -> str:
        self.values += 1
        if self.values > MOST_VALUES:
            raise self._wrong(_("a filter holds at most %(number)d values") % {"number": MOST_VALUES})
        start, parts = self.at, []
        while self.at < len(self.text) and self.text[self.at] not in _MARKS:
            parts.append(self._piece())
        value = "".join(parts)
        if not value.strip():
            self.at = start
            raise self._wrong(_("here a value is missing"))
        return value

    def _piece(self) -> str:
        """Characters that mean themselves, or one that a ~ makes mean itself."""
        found = _PIECE.match(self.text, self.at)
        if found:
            self.at = found.end()
            return found[0]
        marked = self.text[self.at + 1 : self.at + 2]
        if not marked or marked not in f"{_MARKS}~":
            raise self._wrong(_("a ~ stands only before one of ( ) , ; ~"))
        self.at += 2
        return marked

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip_spaces(self) -> None:
        while self._next() == " ":
            self.at += 1
