"""What a list page shows of its advanced filter: the filter in words, and the ways to change it or take it away."""

from functools import cached_property
from typing import Any

from django.urls import reverse

from itam_portal.lists.listing import Listing
from itam_portal.lists.tree import rules_of
from itam_portal.lists.wording import Wording


class FilterBar:
    """The advanced filter of one list page, for its templates."""

    def __init__(self, page: Any, listing: Listing) -> None:
        self.page, self.listing, self.state = page, listing, listing.state

    @cached_property
    def edit_url(self) -> str:
        """The editor, with all of the state; '' where the list has none."""
        if not self.page.views_url:
            return ""
        return f"{reverse(f'{self.page.list_name()}_filter')}?{self.state.without_place()}"

    @cached_property
    def words(self) -> str:
        """The filter in words; '' where there is none, or none that the list understands."""
        tree, known = self.state.tree, self.listing.kind.shape.filters
        if tree is None or not all(rule.name in known for rule in rules_of(tree)):
            return ""
        return Wording(self.listing.kind.filters, self.listing.options_of).of(tree)

    @property
    def simple_url(self) -> str:
        """The same list with chips in place of the advanced filter, where they can say it."""
        return "" if self.listing.problems else self.state.as_simple()

    @property
    def remove_url(self) -> str:
        """The list without the advanced filter."""
        return self.state.link(filter=None)
