"""The menu that groups a list: by which field, then by which one, and each of them either way round."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from itam_portal.lists.state import NO_GROUP, SortKey

if TYPE_CHECKING:
    from itam_portal.lists.listing import Listing


@dataclass(frozen=True)
class GroupChoice:
    """One entry of the menu."""

    label: str
    link: str
    is_current: bool = False
    # The icon of the present order, where the entry turns it round.
    icon: str = ""


class GroupMenu:
    """The menu's entries for one state of a list."""

    def __init__(self, listing: "Listing") -> None:
        columns = listing.kind.table.columns_by_name()
        self.state, self.now = listing.state, listing.state.group
        self.labels = {name: str(columns[name].verbose_name) for name in listing.kind.shape.groupable}

    def __bool__(self) -> bool:
        return bool(self.labels)

    def sections(self) -> Iterator[tuple[str, list[GroupChoice]]]:
        """Each heading with its entries."""
        yield _("Group by"), list(self._first())
        if self.now and len(self.labels) > 1:
            yield _("Then by"), list(self._second())
        if self.now:
            yield _("Order of the groups"), [self._turned(at) for at in range(len(self.now))]

    def _first(self) -> Iterator[GroupChoice]:
        yield GroupChoice(_("No groups"), self._link() if self.now else self.state.link(), not self.now)
        for name, label in self.labels.items():
            is_current = bool(self.now) and self.now[0].name == name
            behind = [key for key in self.now[1:] if key.name != name]
            yield GroupChoice(label, self._link(self.now[0] if is_current else SortKey(name), *behind), is_current)

    def _second(self) -> Iterator[GroupChoice]:
        first, *rest = self.now
        yield GroupChoice(_("Nothing more"), self._link(first), not rest)
        for name, label in self.labels.items():
            if name != first.name:
                is_current = bool(rest) and rest[0].name == name
                yield GroupChoice(label, self._link(first, rest[0] if is_current else SortKey(name)), is_current)

    def _turned(self, at: int) -> GroupChoice:
        """The same groups, one of the fields the other way round."""
        key, keys = self.now[at], list(self.now)
        keys[at] = SortKey(key.name, not key.descending)
        now = "arrow-down" if key.descending else "arrow-up"
        return GroupChoice(_("Reverse %(field)s") % {"field": self.labels[key.name]}, self._link(*keys), icon=now)

    def _link(self, *keys: SortKey) -> str:
        return self.state.link(group=",".join(map(str, keys)) or NO_GROUP, open=None)
