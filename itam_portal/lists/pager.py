"""Where in a list a page stands, and the ways on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format

from itam_portal.lists.state import PAGE_SIZES


@dataclass
class Pager:
    """The foot of a list."""

    # The Listing whose foot it is.
    listing: Any

    def __post_init__(self) -> None:
        found, state, total = self.listing.found, self.listing.state, self.listing.total
        self.total = total
        self.count = self.listing.kind.count_in_words(total.number)
        self.number = number_format(total.number, force_grouping=True) + ("+" if total.is_capped else "")
        self.first = self.last = ""
        if found.first and found.keys:
            self.first = number_format(found.first, force_grouping=True)
            self.last = number_format(found.first + len(found.keys) - 1, force_grouping=True)
        self.count_link = state.link(count="exact", **self._place()) if total.is_capped else ""
        self.sizes = [(size, state.link(per_page=size), size == state.per_page) for size in PAGE_SIZES]
        self.was_moved = found.moved
        # Pages count the rows of open groups only.
        grouping = self.listing.grouping
        self.open = number_format(grouping.open_number, force_grouping=True) if grouping and self.first else ""
        self.next, self.previous = self._next(), self._previous()
        self.pages = list(self._pages())

    def _cursor(self, key: int) -> str:
        return (self.listing.pages or self.listing.finder).cursor(key)

    def _place(self) -> dict[str, Any]:
        state = self.listing.state
        if state.after or state.before:
            return {"after": state.after or None, "before": state.before or None}
        return {"page": state.page if state.page > 1 else None}

    def _next(self) -> str:
        found, state = self.listing.found, self.listing.state
        if not found.has_next or not found.keys:
            return ""
        if found.page and (found.page + 1) * state.per_page <= 100_000:
            return state.link(page=found.page + 1)
        return state.link(after=self._cursor(found.keys[-1]))

    def _previous(self) -> str:
        found, state = self.listing.found, self.listing.state
        if not found.has_previous:
            return ""
        if found.page:
            return state.link(page=found.page - 1 if found.page > 2 else None)
        return state.link(before=self._cursor(found.keys[0])) if found.keys else state.link(page=None)

    @property
    def last_page(self) -> int:
        """The last page known to exist."""
        grouping = self.listing.grouping
        number = grouping.open_number if grouping else self.total.number
        known = max(1, -(-min(number, 100_000) // self.listing.state.per_page))
        return max(known, self.listing.found.page or 1)

    def _pages(self) -> Iterator[tuple[int, str, bool]]:
        """Numbers around the current page; 0 stands for a gap."""
        current, last = self.listing.found.page, self.last_page
        if current is None:
            return
        shown = sorted({1, last, *range(max(1, current - 2), min(last, current + 2) + 1)})
        before = 0
        for number in shown:
            if number > before + 1:
                yield 0, "", False
            yield number, self.listing.state.link(page=number if number > 1 else None), number == current
            before = number
