"""The header filter: below each column's head one box, another way to write the simple filters of the address."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from itam_portal.lists.chips import Control
from itam_portal.lists.filters import Choice, Condition
from itam_portal.lists.listing import Listing
from itam_portal.lists.state import PLACE
from itam_portal.lists.wording import condition_in_words, operator_in_words

# The comparisons behind a box that is not simply typed into.
_COMPARED = ("is", "after", "before")
_INPUTS = {"date": "day", "duration": "text", "number": "number"}


@dataclass
class Box:
    """What stands below one column's head: a text, a choice, a menu of comparisons, or only what is set elsewhere."""

    column: str
    classes: str
    kind: str = ""
    control: Control | None = None
    controls: list[Control] = field(default_factory=list)
    label: str = ""
    text: str = ""


class Boxes:
    """The boxes of one list page. They send a form of their own, which carries everything else along."""

    def __init__(self, listing: Listing) -> None:
        self.listing, self.state = listing, listing.state

    @property
    def toggle(self) -> str:
        """A link that shows the boxes, or puts them away."""
        return self.state.link(boxes=None if self.state.has_boxes else "1")

    @property
    def are_shown(self) -> bool:
        """Whether the address asks for the boxes and there is a table to put them on."""
        return self.state.has_boxes and not self.listing.problems

    @cached_property
    def row(self) -> list[Box]:
        """One for each shown column."""
        columns = self.listing.kind.table.columns_by_name()
        return [self._box(name, columns[name].classes) for name in self.state.columns]

    def kept(self) -> list[tuple[str, str]]:
        """Hidden inputs of the boxes' form: all of the address that no box shows, but for the place."""
        controls = [one for box in self.row for one in (box.control, *box.controls) if one]
        shown = {pair for control in controls for pair in control.shown()}
        return [pair for pair in self.state.parameters if pair[0] not in PLACE | {"count"} and pair not in shown]

    def _box(self, name: str, classes: str) -> Box:
        condition = self.listing.kind.filters.declared_filters.get(name)
        box = Box(name, classes)
        if condition is None:
            return box
        box.label = str(condition.label)
        if condition.kind in _INPUTS:
            self._compare(box, condition)
        else:
            self._single(box, condition)
        return box

    def _single(self, box: Box, condition: Condition) -> None:
        """A box with one value: a choice, or a part of a text."""
        is_choice = isinstance(condition, Choice)
        name = box.column if is_choice else f"{box.column}__contains"
        values = self.state.conditions.get(name, [])
        if len(values) > 1:
            box.kind, box.text = "kept", _("%(count)d values") % {"count": len(values)}
            return
        value = "".join(values)
        label = box.label if is_choice else f"{box.label} {operator_in_words(condition, 'contains')}"
        box.kind, box.control = ("select" if is_choice else "text"), Control("text", name, label, value)
        if is_choice:
            box.control = Control("select", name, label, options=list(self._options(box.column, value)))

    def _options(self, name: str, value: str) -> Iterator[tuple[str, str, bool]]:
        known = self.listing.options_of(name)
        yield "", _("Any"), not value
        yield from [(one, str(label), one == value) for one, label in known]
        if value and value not in dict(known):
            yield value, value, True

    def _compare(self, box: Box, condition: Condition) -> None:
        """A button that opens the boxes for is, after and before; it says what they hold."""
        box.kind = "menu"
        used: dict[str, list[str]] = {}
        for operator in _COMPARED:
            name = f"{box.column}__{operator}"
            values = self.state.conditions.get(name, [])
            used |= {operator: values} if values else {}
            if len(values) <= 1:
                label = operator_in_words(condition, operator)
                box.controls.append(Control(_INPUTS[condition.kind], name, label, "".join(values)))
        words = [condition_in_words(condition, operator, values, {}) for operator, values in used.items()]
        box.text = "; ".join(words)
