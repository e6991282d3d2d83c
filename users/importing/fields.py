"""What a column of a file can be: which field of a person, and how its text becomes a value."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from itam_portal.lists.export_source import MARK
from organizations.attributes.values import clean_value
from organizations.models import CustomAttribute
from users.models import FLAGS, ComputerUser, UserStatus, label_of
from users.tables import ComputerUserTable

OWN = "attribute:"
# Fields of one line, in the order in which they are offered, and the longest text of each.
_LONGEST = {"email": 1000, "alternate_email": 1000, "locale": 20}
LINES = (
    *("display_name", "title", "first_name", "middle_name", "last_name", "suffix", "username", "domain"),
    *("email", "alternate_email", "employee_id", "employment_status", "job_title", "location", "corporate_unit"),
    *("cost_center", "phone", "mobile", "fax", "street", "city", "state", "zipcode", "country", "locale", "timezone"),
    "inventory_source",
)
# Of what a name is made where there is none, as the form makes it.
PARTS = ("title", "first_name", "middle_name", "last_name", "suffix")
_DEFUSED = re.compile(rf"{MARK}+[=+\-@\t\r]")
_email = EmailValidator()


@dataclass(frozen=True)
class Field:
    """One field of a person: what it is called, what stands in our own files, and how a text is read."""

    name: str
    label: str
    heads: frozenset[str]
    read: Callable[[str], str]
    # Whether an empty cell can clear it.
    clears: bool = True


def fields_of(account: Any, attributes: list[CustomAttribute], homes: Callable[[str], int]) -> dict[str, Field]:
    """Every field that a file can hold, for this reader's tenant. `homes` answers an organization's number."""
    columns = ComputerUserTable.columns_by_name()
    found: dict[str, Field] = {}

    def add(
        name: str, label: str, read: Callable[[str], str], *, clears: bool = True, heads: tuple[str, ...] = ()
    ) -> None:
        known = {name, label, name.replace("_", " "), *heads}
        found[name] = Field(name, label, frozenset(map(_plain, known)), functools.lru_cache(5_000)(read), clears)

    for name in LINES:
        add(name, label_of(name), _reader_of(name), heads=(str(columns[name].verbose_name),))
    add("status", label_of("status"), _status, clears=False)
    add("home", _("Organization"), lambda text: str(homes(text)), clears=False, heads=("organization",))
    add("manager", _("Manager"), lambda text: text)
    for name in FLAGS:
        add(name, label_of(name), _flag, clears=False, heads=(str(columns[name].verbose_name),))
    for one in attributes:
        add(f"{OWN}{one.name}", one.name, functools.partial(clean_value, one), heads=(one.name,))
    return found


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def guess(heads: list[str], fields: dict[str, Field]) -> list[str]:
    """Which field each head probably names, each field once; '' where none."""
    by_head: dict[str, str] = {}
    for one in fields.values():
        for head in one.heads:
            by_head.setdefault(head, one.name)
    found = [by_head.get(_plain(head), "") if _plain(head) else "" for head in heads]
    return [name if name not in found[:at] else "" for at, name in enumerate(found)]


def _reader_of(name: str) -> Callable[[str], str]:
    special = {"email": _address, "alternate_email": _address, "country": _country, "timezone": _zone}
    longest = _LONGEST.get(name, ComputerUser._meta.get_field(name).max_length or 200)  # type: ignore[union-attr]
    read = special.get(name, str)

    def line(text: str) -> str:
        if len(text) > longest:
            raise ValidationError(_("It has more than %(most)d characters.") % {"most": longest})
        return read(text)

    return line


def _address(text: str) -> str:
    _email(text)
    return text


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValidationError(_("A country is a code of two letters, such as DE."))
    return text.upper()


def _zone(text: str) -> str:
    if text not in _zones():
        raise ValidationError(_("There is no time zone “%(value)s”.") % {"value": text[:60]})
    return text


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _status(text: str) -> str:
    known = {str(word).lower(): value for value, label in UserStatus.choices for word in (value, label)}
    if text.lower() not in known:
        raise ValidationError(_("“%(value)s” is no status.") % {"value": text[:60]})
    return known[text.lower()]


def _flag(text: str) -> str:
    yes, no = {"yes", "true", "1", _("Yes").lower()}, {"no", "false", "0", _("No").lower()}
    if text.lower() not in yes | no:
        raise ValidationError(_("“%(value)s” is neither Yes nor No.") % {"value": text[:60]})
    return "true" if text.lower() in yes else "false"


@dataclass
class Cells:
    """A line as it was read: values by field, and what is wrong with which column."""

    values: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Reading:
    """How the lines of one file are read: the field of each column, and whether empty cells clear."""

    fields: dict[str, Field]
    mapping: list[str]
    clears: bool

    def read(self, cells: list[str]) -> Cells:
        """The values of a line."""
        line = Cells()
        if len(cells) > len(self.mapping):
            line.problems.append((len(self.mapping), _("The line has more cells than there are columns.")))
        for at, name in enumerate(self.mapping):
            if name:
                self._cell(line, at, self.fields[name], cells[at] if at < len(cells) else "")
        full = " ".join(text for name in PARTS if (text := line.values.get(name)))
        return Cells({**line.values, "full": full[:200]}, line.problems)

    def _cell(self, line: Cells, at: int, one: Field, text: str) -> None:
        if text.startswith("="):
            line.problems.append((at, _("A formula is no value: save the file with values only.")))
            return
        text = " ".join((text[1:] if _DEFUSED.match(text) else text).split())
        if not text:
            if self.clears and one.clears:
                line.values[one.name] = ""
            return
        try:
            line.values[one.name] = one.read(text)
        except ValidationError as error:
            line.problems.append((at, " ".join(error.messages)))
