"""What stands in an exported file for each kind of column: an expression of the database, made for one reader.

The database writes whole files by itself: a cell that Python had to make would cost three times as much.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, F, Func, TextField, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext

# An expression for a reader's time zone.
Export = Callable[[ZoneInfo], Any]


class Listed(Func):
    """The texts of an array, with commas between."""

    function = "array_to_string"
    output_field = TextField()


def stored(name: str) -> Export:
    """The stored value as it is."""
    return lambda zone: F(name)


def moment(name: str, *, missing: datetime | None = None) -> Export:
    """A moment, which each format writes in its own way; nothing where it is missing."""

    def export(zone: ZoneInfo) -> Any:
        return F(name) if missing is None else Case(When(**{name: missing}, then=None), default=F(name))

    return export


def labelled(name: str, choices: Sequence[tuple[str, Any]]) -> Export:
    """A choice by its label, in the language of the present reader."""

    def export(zone: ZoneInfo) -> Any:
        whens = [When(**{name: value, "then": Value(str(label))}) for value, label in choices]
        return Case(*whens, default=F(name), output_field=CharField())

    return export


def listed(name: str) -> Export:
    """All names of an array."""
    return lambda zone: Listed(F(name), Value(", "))


class InUnits(Func):
    """Whole seconds as days, hours, minutes and seconds."""

    template = (
        "(%(expressions)s / 86400 || ' d ' || mod(%(expressions)s / 3600, 24) || ' h ' || "
        "mod(%(expressions)s / 60, 60) || ' m ' || mod(%(expressions)s, 60) || ' s')"
    )
    output_field = TextField()


def seconds(name: str, *, missing: int) -> Export:
    """Seconds in all four units, as the page writes them; nothing where they are missing."""
    return lambda zone: Case(When(**{name: missing}, then=None), default=InUnits(F(name)), output_field=TextField())


def named(name: str, code: str) -> Export:
    """A name with its code behind it."""
    return lambda zone: Concat(F(name), Value(" ("), F(code), Value(")"), output_field=TextField())


class Joined(Func):
    """Two arrays, one behind the other."""

    template = "array_to_string(%(expressions)s, '; ')"
    arg_joiner = " || "
    output_field = TextField()


def both(one: str, other: str) -> Export:
    """All texts of two arrays."""
    return lambda zone: Joined(F(one), F(other))


def any_of(name: str) -> Export:
    """Yes where the array holds anything."""

    def export(zone: ZoneInfo) -> Any:
        yes, no = Value(gettext("Yes")), Value(gettext("No"))
        return Case(When(**{f"{name}__len": 0}, then=no), default=yes, output_field=CharField())

    return export


def yes_or_no(name: str) -> Export:
    """A fact."""
    return lambda zone: Case(
        When(**{name: True}, then=Value(gettext("Yes"))), default=Value(gettext("No")), output_field=CharField()
    )
