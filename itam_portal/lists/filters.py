"""Fields a list can be filtered by, as real django-filter filters: FIELD=value and FIELD__OP=value."""

import copy
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Func, Q, QuerySet, TextField, Value
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from itam_portal.lists import days
from itam_portal.tenancy.text import Fold

YES, NO = "yes", "no"
OPERATORS = {
    "contains": _("contains"),
    "is": _("is"),
    "not": _("is not"),
    "starts": _("begins with"),
    "ends": _("ends with"),
    "empty": _("is empty"),
    "before": _("before"),
    "after": _("after"),
    "in": _("is one of"),
}


class Values(forms.Field):
    """All values an address gives one parameter, each cleaned by the condition's own function."""

    widget = forms.SelectMultiple

    def __init__(self, *, clean_one: Callable[[str], Any], splits: bool = False, **kwargs: Any) -> None:
        self.clean_one, self.splits = clean_one, splits
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> list[Any]:
        texts = [text for text in value or [] if text != ""]
        if self.splits:
            texts = [part.strip() for text in texts for part in text.split(",")]
        if any(not text.strip() for text in texts):
            raise ValidationError(_("There is a value with nothing in it."))
        return [self.clean_one(text) for text in texts]


class Matches(Func):
    """`key LIKE pattern`, on keys that are folded already. Not leakproof: no index below a policy."""

    template = "%(expressions)s"
    arg_joiner = " LIKE "
    output_field = BooleanField()


class StartsWith(Func):
    """`key ^@ text`: leakproof, and a range of the key's index."""

    template = "%(expressions)s"
    arg_joiner = " ^@ "
    output_field = BooleanField()


class Pattern(Func):
    """The folded text with the special characters of LIKE escaped."""

    function = "itam_pattern"
    output_field = TextField()


def fold_of(text: str) -> Fold:
    """The folded form of a text."""
    return Fold(Value(text, output_field=TextField()))


def pattern(before: str, text: str, after: str) -> Func:
    """A LIKE pattern around the folded text."""
    parts = [Value(before, output_field=TextField()), Pattern(Value(text, output_field=TextField()))]
    template = "(%(expressions)s)"
    whole = [*parts, Value(after, output_field=TextField())]
    return Func(*whole, template=template, arg_joiner=" || ", output_field=TextField())


class Condition(django_filters.Filter):
    """One field with one operator. Several values mean any of them; with `not`, none of them."""

    operators: ClassVar[tuple[str, ...]] = ("is", "not", "in", "empty")
    kind: ClassVar[str] = "text"
    # Whether it is a chip of the list; a page that asks for it in its own way draws it by itself.
    has_chip: ClassVar[bool] = True
    # Whether a comparison with one value is a range of the stored column.
    is_of_column: ClassVar[bool] = True
    # Whether it finds no row twice: then more candidates than a cap are more rows.
    finds_once: ClassVar[bool] = True

    def __init__(self, column: str = "", *, operator: str = "is", **kwargs: Any) -> None:
        self.operator = operator
        self.zone: ZoneInfo = ZoneInfo("UTC")
        self.account: Any = None
        super().__init__(field_name=column, **kwargs)

    def with_operator(self, operator: str) -> "Condition":
        """The same field with another operator."""
        twin = copy.copy(self)
        twin.operator = operator
        return twin

    def bound(self, account: Any) -> "Condition":
        """A copy for one reader, which reads dates as days of the tenant's time zone."""
        twin = copy.copy(self)
        twin.account, twin.zone = account, ZoneInfo(account.tenant.time_zone)
        return twin

    @property
    def field(self) -> Values:
        """What reads the address's values."""
        clean_one = _yes_or_no if self.operator == "empty" else self.clean_one
        return Values(clean_one=clean_one, splits=self.operator == "in", label=self.label)

    def clean_one(self, text: str) -> Any:
        """One value of the address as a value to compare with; ValidationError where it is none."""
        return text

    def filter(self, qs: QuerySet, value: list[Any]) -> QuerySet:
        """The rows that meet this condition."""
        return qs.filter(self.condition(value)) if value else qs

    def condition(self, values: list[Any]) -> Q:
        """The condition as an expression."""
        if self.operator == "empty":
            return _either(self.is_empty() if wanted else self.is_present() for wanted in values)
        if self.operator == "not":
            return ~_either(self.compare("is", value) for value in values)
        return _either(self.compare(self.operator, value) for value in values)

    def compare(self, operator: str, value: Any) -> Q:
        """The condition for one value."""
        raise NotImplementedError

    def is_empty(self) -> Q:
        """The condition that the field is missing."""
        raise NotImplementedError

    def is_present(self) -> Q:
        """The condition that the field is not missing: where it can, as one range of the field's index."""
        return ~self.is_empty()

    def finds(self, values: list[Any]) -> bool:
        """Whether the field can find the rows that match by itself, quickly."""
        return False

    def candidates(self, rows: QuerySet, values: list[Any], cap: int) -> list[int] | None:
        """Keys of all rows that match, or None where they are more than `cap`; for what `finds`."""
        raise NotImplementedError

    def is_exact(self, values: list[Any]) -> bool:
        """Whether one value of the field is asked for: then the field's own index has the rows in order."""
        return len(values) == 1 and self.operator in ("is", "in")

    def is_range_of(self, column: str, values: list[Any]) -> bool:
        """Whether the rows that match stand together, in order, in an index that begins with this column."""
        return column == self.field_name and len(values) == 1 and self.operator in ("starts", "before", "after")


class Text(Condition):
    """Text, compared without case and accents through its stored key."""

    operators: ClassVar[tuple[str, ...]] = ("contains", "is", "not", "starts", "ends", "empty", "in")

    def compare(self, operator: str, value: str) -> Q:
        key = self.field_name
        if operator == "starts":
            return Q(StartsWith(key, fold_of(value)))
        if operator == "contains":
            return Q(Matches(key, pattern("%", value, "%")))
        if operator == "ends":
            return Q(Matches(key, pattern("%", value, "")))
        return Q(**{key: fold_of(value)})

    def is_empty(self) -> Q:
        return Q(**{self.field_name: ""})

    def is_present(self) -> Q:
        return Q(**{f"{self.field_name}__gt": ""})

    def is_exact(self, values: list[Any]) -> bool:
        return super().is_exact(values) or (self.operator == "empty" and values == [True])


class Choice(Condition):
    """One of a few fixed values."""

    kind = "choice"
    operators: ClassVar[tuple[str, ...]] = ("is", "not", "in")

    def __init__(self, column: str = "", *, choices: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        self.choices = list(choices)
        super().__init__(column, **kwargs)

    def options(self) -> list[tuple[str, Any]]:
        """The values to choose from, with their labels."""
        return self.choices

    def clean_one(self, text: str) -> Any:
        if text not in dict(self.choices):
            known = ", ".join(value for value, _label in self.choices)
            raise ValidationError(_("“%(value)s” is none of: %(known)s."), params={"value": text[:60], "known": known})
        return text

    def condition(self, values: list[Any]) -> Q:
        """Every other value instead of a negation, which no index serves."""
        if self.operator == "not" and self.choices:
            return Q(**{f"{self.field_name}__in": [value for value, _label in self.choices if value not in values]})
        return super().condition(values)

    def is_exact(self, values: list[Any]) -> bool:
        only_one_is_left = self.operator == "not" and len(self.choices) - len(set(values)) == 1
        return super().is_exact(values) or only_one_is_left

    def compare(self, operator: str, value: Any) -> Q:
        return Q(**{self.field_name: value})


def of_ranges(rows: QuerySet, ranges: Sequence[Q], cap: int) -> list[int] | None:
    """Keys of the rows in any of these ranges, each read from its index, or None where they are more than `cap`.

    Joined by OR they would be asked of every row. Ranges may overlap.
    """
    first, *rest = [rows.filter(one).order_by().values_list("pk", flat=True) for one in ranges]
    found = list(first.union(*rest, all=True)[: cap + 1])
    return list(dict.fromkeys(found)) if len(found) <= cap else None


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(Condition):
    """A moment, compared by days of the tenant's time zone. `missing` is the moment that means none.

    Whether it `can_be_ahead` of now only decides how a comparison is put into words.
    """

    kind = "date"
    operators: ClassVar[tuple[str, ...]] = ("is", "not", "before", "after", "in", "empty")

    def __init__(
        self, column: str = "", *, missing: datetime = EPOCH, can_be_ahead: bool = False, **kwargs: Any
    ) -> None:
        self.missing, self.can_be_ahead = missing, can_be_ahead
        super().__init__(column, **kwargs)

    def clean_one(self, text: str) -> date:
        day = days.day_of(text, timezone.now().astimezone(self.zone).date())
        if day is None:
            words = format_lazy("{} {}", _("“%(value)s” is no date."), days.GRAMMAR)
            raise ValidationError(words, params={"value": text[:60]})
        return day

    def finds(self, values: list[Any]) -> bool:
        return len(values) > 1 and self.operator in ("is", "in")

    def candidates(self, rows: QuerySet, values: list[Any], cap: int) -> list[int] | None:
        return of_ranges(rows, [self.compare("is", value) for value in values], cap)

    def compare(self, operator: str, value: date) -> Q:
        start = datetime.combine(value, time.min, self.zone)
        end = datetime.combine(value + timedelta(days=1), time.min, self.zone)
        if operator == "before":
            return self.is_present() & Q(**{f"{self.field_name}__lt": start})
        if operator == "after":
            return Q(**{f"{self.field_name}__gte": end})
        return Q(**{f"{self.field_name}__gte": start, f"{self.field_name}__lt": end})

    def is_empty(self) -> Q:
        return Q(**{self.field_name: self.missing})

    def is_present(self) -> Q:
        return Q(**{f"{self.field_name}__gt": self.missing})


_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class Duration(Condition):
    """A number of seconds, written as 5400 or 1h 30m. `missing` is the number that means none."""

    kind = "duration"
    operators: ClassVar[tuple[str, ...]] = ("is", "not", "before", "after", "in", "empty")

    def __init__(self, column: str = "", *, missing: int = -1, **kwargs: Any) -> None:
        self.missing = missing
        super().__init__(column, **kwargs)

    def clean_one(self, text: str) -> int:
        compact = re.sub(r"\s+", "", text.lower())
        if re.fullmatch(r"[0-9]{1,9}", compact):
            return int(compact)
        if not compact or not re.fullmatch(r"([0-9]{1,6}d)?([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?", compact):
            raise ValidationError(
                _("“%(value)s” is no duration. Write it as 1h 30m or in seconds."), params={"value": text[:60]}
            )
        seconds = sum(int(number) * _SECONDS[unit] for number, unit in re.findall(r"([0-9]+)([dhms])", compact))
        return min(seconds, 2_000_000_000)

    def compare(self, operator: str, value: int) -> Q:
        if operator == "before":
            return Q(**{f"{self.field_name}__lt": value, f"{self.field_name}__gt": self.missing})
        if operator == "after":
            return Q(**{f"{self.field_name}__gt": value})
        return Q(**{self.field_name: value})

    def is_empty(self) -> Q:
        return Q(**{self.field_name: self.missing})

    def is_present(self) -> Q:
        return Q(**{f"{self.field_name}__gt": self.missing})


class Number(Condition):
    """A whole number that is not negative."""

    kind = "number"
    operators: ClassVar[tuple[str, ...]] = ("is", "not", "before", "after", "in")

    def clean_one(self, text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", text.strip()):
            raise ValidationError(_("“%(value)s” is no whole number."), params={"value": text[:60]})
        return int(text)

    def compare(self, operator: str, value: int) -> Q:
        lookup = {"before": "__lt", "after": "__gt"}.get(operator, "")
        return Q(**{f"{self.field_name}{lookup}": value})


class ListFilterSet(django_filters.FilterSet):
    """A filter set that knows FIELD__OP for every operator of every declared field.

    Only the conditions an address uses are built: forty form fields for two conditions would cost more
    than the whole query. Wrong values are collected in `problems`; then the set shows nothing.
    """

    @classmethod
    def get_filters(cls) -> dict[str, Condition]:
        expanded = {}
        for name, condition in super().get_filters().items():
            expanded[name] = condition
            for operator in condition.operators:
                expanded[f"{name}__{operator}"] = condition.with_operator(operator)
        return expanded

    def __init__(self, conditions: dict[str, list[str]], queryset: QuerySet, *, account: Any) -> None:
        data = QueryDict(mutable=True)
        for name, values in conditions.items():
            data.setlist(name, values)
        self.is_bound, self.data, self.queryset = True, data, queryset
        self.request, self.form_prefix = None, None
        self.filters = {name: self.base_filters[name].bound(account) for name in conditions}

    @property
    def problems(self) -> list[str]:
        """What is wrong with the values, in words."""
        if self.form.is_valid():
            return []
        return [
            f"{self.filters[name].label}: {message}"
            for name, messages in self.form.errors.items()
            for message in messages
        ]

    def values(self) -> dict[str, list[Any]]:
        """The clean values of every condition in use."""
        return self.form.cleaned_data

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        for name, value in self.form.cleaned_data.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset


def _either(conditions: Any) -> Q:
    whole = Q()
    for condition in conditions:
        whole |= condition
    return whole


def _yes_or_no(text: str) -> bool:
    if text.lower() not in (YES, NO):
        raise ValidationError(_("“%(value)s” is neither yes nor no."), params={"value": text[:60]})
    return text.lower() == YES
