"""An advanced filter while it is edited: rows that may be incomplete, as a plain form carries them from one drawing to
the next.

Each node of the form sends `node=DEPTH.KIND.KEY` in the order in which it stands, a group its `mode-KEY`, a rule its
`field-KEY`, `was-KEY` (the field it was drawn for), `operator-KEY` and `value-KEY`, once for each value.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from itam_portal.lists.filters import NO, YES
from itam_portal.lists.tree import ALL, ANY, DEEPEST, MODES, MOST_CONDITIONS, Group, Node, Rule
from itam_portal.refusals import Malformed

_NODE = re.compile(r"([0-5])\.(group|rule)\.([0-9]{1,6})")
_MOST_NODES = 200
# The operator `empty` with its value, which people choose as one.
EMPTY, FILLED = f"empty:{YES}", f"empty:{NO}"


@dataclass
class DraftRule:
    """One row: the name of a field, how it is compared, and with what; '' and [] where nothing is chosen yet."""

    key: int = 0
    name: str = ""
    operator: str = ""
    values: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass
class DraftGroup:
    """Rows and groups, of which all, any or none shall hold."""

    key: int = 0
    mode: str = ALL
    items: list["DraftRule | DraftGroup"] = field(default_factory=list)
    problem: str = ""


@dataclass
class Draft:
    """The whole form. `focus` is the id of the control that should be used next."""

    root: DraftGroup
    focus: str = ""

    def nodes(self) -> Iterator[DraftRule | DraftGroup]:
        """Every row and group, from top to bottom."""
        pending: list[DraftRule | DraftGroup] = [self.root]
        while pending:
            node = pending.pop(0)
            yield node
            pending = [*(node.items if isinstance(node, DraftGroup) else ()), *pending]

    @property
    def rules(self) -> list[DraftRule]:
        """Every row, from top to bottom."""
        return [node for node in self.nodes() if isinstance(node, DraftRule)]

    @property
    def has_problems(self) -> bool:
        """Whether anything was marked as wrong."""
        return any(node.problem for node in self.nodes())

    # --- deeds ----------------------------------------------------------------------------------------

    def do(self, deed: str, key: int) -> None:
        """Add, remove or widen something. Raises Malformed for what the form does not offer."""
        deeds = {"add": self._add, "group": self._add_group, "remove": self._remove, "value": self._add_value}
        if deed not in deeds:
            raise Malformed(_("This form cannot do that. Nothing was changed."))
        deeds[deed](key)

    def _find(self, key: int) -> tuple[DraftGroup | None, DraftRule | DraftGroup, int]:
        """A node, the group it stands in, and how deep. Raises Malformed."""
        above: list[tuple[DraftGroup | None, DraftRule | DraftGroup, int]] = [(None, self.root, 1)]
        while above:
            group, node, depth = above.pop()
            if node.key == key:
                return group, node, depth
            if isinstance(node, DraftGroup):
                above += [(node, item, depth + 1) for item in node.items]
        raise _broken()

    def _group(self, key: int) -> tuple[DraftGroup, int]:
        _above, node, depth = self._find(key)
        if not isinstance(node, DraftGroup):
            raise _broken()
        return node, depth

    def _free_key(self) -> int:
        return max(node.key for node in self.nodes()) + 1

    def _add(self, key: int) -> None:
        group, _depth = self._group(key)
        if len(self.rules) >= MOST_CONDITIONS:
            group.problem = _("A filter holds at most %(number)d conditions.") % {"number": MOST_CONDITIONS}
            return
        rule = DraftRule(self._free_key())
        group.items.append(rule)
        self.focus = f"field-{rule.key}"

    def _add_group(self, key: int) -> None:
        group, depth = self._group(key)
        if depth >= DEEPEST:
            group.problem = _("Groups stand in each other at most %(number)d deep.") % {"number": DEEPEST}
            return
        inner = DraftGroup(self._free_key(), ANY)
        group.items.append(inner)
        self._add(inner.key)

    def _remove(self, key: int) -> None:
        group, node, _depth = self._find(key)
        if group is None:
            raise _broken()
        group.items.remove(node)
        self.focus = f"add-{group.key}"

    def _add_value(self, key: int) -> None:
        _group, node, _depth = self._find(key)
        if not isinstance(node, DraftRule):
            raise _broken()
        node.values = [*(node.values or [""]), ""]
        self.focus = f"value-{node.key}-{len(node.values) - 1}"

    def include(self, rules: list[Rule]) -> None:
        """Take simple filters over: all of them must hold, beside what is there."""
        mine = self.root
        if mine.mode != ALL and mine.items:
            self.root = DraftGroup(self._free_key(), ALL, [mine])
        self.root.mode = ALL
        self.root.items = [item for item in self.root.items if not _is_blank(item)]
        for rule in rules:
            for item in _drafted(rule):
                item.key = self._free_key()
                self.root.items.append(item)
        self.focus = f"add-{self.root.key}"


def _is_blank(item: DraftRule | DraftGroup) -> bool:
    return isinstance(item, DraftRule) and not item.name


def _broken() -> Malformed:
    return Malformed(_("This form is broken. Open the advanced filter again. Nothing was changed."))


# --- from a tree and from a form -----------------------------------------------------------------------------------


def draft_of(tree: Node | None) -> Draft:
    """What the editor begins with: the tree, or one empty row."""
    items: list[DraftRule | DraftGroup] = _drafted(tree) if isinstance(tree, Rule) else [DraftRule()]
    draft = Draft(_drafted_group(tree) if isinstance(tree, Group) else DraftGroup(items=items))
    for number, node in enumerate(draft.nodes()):
        node.key = number
    return draft


def _drafted_group(group: Group) -> DraftGroup:
    drafted = DraftGroup(mode=group.mode)
    for item in group.items:
        drafted.items += [_drafted_group(item)] if isinstance(item, Group) else _drafted(item)
    return drafted


def _drafted(rule: Rule) -> "list[DraftRule | DraftGroup]":
    name, _mark, operator = rule.name.partition("__")
    if operator == "empty":
        rows: list[DraftRule | DraftGroup] = [DraftRule(0, name, f"empty:{one.lower()}") for one in rule.values]
        return rows if len(rows) == 1 else [DraftGroup(mode=ANY, items=rows)]
    texts = [part.strip() for text in rule.values for part in (text.split(",") if operator == "in" else [text])]
    # One of several is what any comparison with several values means.
    return [DraftRule(0, name, "is" if operator in ("", "in") else operator, texts)]


def posted(data: QueryDict) -> Draft:
    """The form as it was sent. Raises Malformed where it is none of ours."""
    nodes = _posted_nodes(data)
    (depth, root), rest = nodes[0], nodes[1:]
    if depth or not isinstance(root, DraftGroup) or len({node.key for _depth, node in nodes}) < len(nodes):
        raise _broken()
    path = [root]
    for depth, node in rest:
        if not 1 <= depth <= len(path):
            raise _broken()
        path[depth - 1].items.append(node)
        path = [*path[:depth], node] if isinstance(node, DraftGroup) else path[:depth]
    return Draft(root)


def _posted_nodes(data: QueryDict) -> list[tuple[int, DraftRule | DraftGroup]]:
    """Every node of the form with how deep it stands."""
    lines = [_NODE.fullmatch(text) for text in data.getlist("node")]
    has_nul = any("\0" in text for _name, texts in data.lists() for text in texts)
    if not 1 <= len(lines) <= _MOST_NODES or not all(lines) or has_nul:
        raise _broken()
    found = [(int(line[1]), line[2] == "group", int(line[3])) for line in lines if line]
    return [
        (depth, _posted_group(data, key) if is_group else _posted_rule(data, key)) for depth, is_group, key in found
    ]


def _posted_group(data: QueryDict, key: int) -> DraftGroup:
    mode = data.get(f"mode-{key}", "")
    if mode not in MODES:
        raise _broken()
    return DraftGroup(key, mode)


def _posted_rule(data: QueryDict, key: int) -> DraftRule:
    name = data.get(f"field-{key}", "")
    if name != data.get(f"was-{key}", ""):
        return DraftRule(key, name)
    return DraftRule(key, name, data.get(f"operator-{key}", ""), data.getlist(f"value-{key}"))
