"""Fields that no index serves: they cost one reading of the tenant's rows, and are asked for seldom."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import CharField, DecimalField, Expression, F, Func, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.db.models.lookups import Exact, GreaterThan, LessThan
from django.utils.translation import gettext_lazy as _

from itam_portal.lists.filters import Choice, Condition, Matches, Moment, StartsWith, Text, fold_of, pattern
from itam_portal.tenancy.text import Fold

_NOTHING = Value("", output_field=CharField())


class TextUnder(Func):
    """The text under a key of a JSON object. Django's own way takes a key such as 5 for a place in an array."""

    function = "jsonb_extract_path_text"
    output_field = TextField()


def value_in(column: str, name: str) -> Expression:
    """The text under a name in a JSON column, '' where there is none."""
    return Coalesce(TextUnder(F(column), Value(name)), _NOTHING, output_field=TextField())


def number_in(column: str, name: str) -> Expression:
    """The same as a number, NULL where there is none."""
    return Cast(NullIf(value_in(column, name), _NOTHING), DecimalField(max_digits=60, decimal_places=20))


class ScannedText(Text):
    """Text without a stored key: folded row by row. Under a `name`, the text in a JSON column."""

    is_of_column = False

    def __init__(self, column: str = "", *, name: str = "", **kwargs: Any) -> None:
        self.name = name
        super().__init__(column, **kwargs)

    @property
    def stored(self) -> Expression | F:
        """The text as it is stored."""
        return value_in(self.field_name, self.name) if self.name else F(self.field_name)

    def compare(self, operator: str, value: str) -> Q:
        key = Fold(self.stored)
        if operator == "starts":
            return Q(StartsWith(key, fold_of(value)))
        if operator in ("contains", "ends"):
            return Q(Matches(key, pattern("%", value, "%" if operator == "contains" else "")))
        return Q(Exact(key, fold_of(value)))

    def is_empty(self) -> Q:
        return Q(Exact(self.stored, _NOTHING))

    def is_present(self) -> Q:
        return Q(GreaterThan(self.stored, _NOTHING))

    def is_exact(self, values: list[Any]) -> bool:
        return False


class ScannedChoice(Choice):
    """One of a few fixed texts under a name in a JSON column."""

    operators: ClassVar[tuple[str, ...]] = ("is", "not", "in", "empty")
    is_of_column = False

    def __init__(self, column: str = "", *, name: str = "", **kwargs: Any) -> None:
        self.name = name
        super().__init__(column, **kwargs)

    def condition(self, values: list[Any]) -> Q:
        return Condition.condition(self, values)

    def compare(self, operator: str, value: Any) -> Q:
        return Q(Exact(value_in(self.field_name, self.name), Value(value)))

    def is_empty(self) -> Q:
        return self.compare("is", "")

    def is_exact(self, values: list[Any]) -> bool:
        return False


class ScannedNumber(Condition):
    """A decimal number under a name in a JSON column."""

    kind = "number"
    operators: ClassVar[tuple[str, ...]] = ("is", "not", "before", "after", "in", "empty")
    is_of_column = False

    def __init__(self, column: str = "", *, name: str = "", **kwargs: Any) -> None:
        self.name = name
        super().__init__(column, **kwargs)

    def clean_one(self, text: str) -> Decimal:
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= Decimal(10) ** 30:
            raise ValidationError(_("“%(value)s” is no number."), params={"value": text[:60]})
        return number

    def condition(self, values: list[Any]) -> Q:
        """A row without the number is not it, and must not be lost by that."""
        found = super().condition(values)
        return self.is_empty() | found if self.operator == "not" else found

    def compare(self, operator: str, value: Decimal) -> Q:
        lookup: Any = {"before": LessThan, "after": GreaterThan}.get(operator, Exact)
        return Q(lookup(number_in(self.field_name, self.name), Value(value, output_field=DecimalField())))

    def is_empty(self) -> Q:
        return Q(Exact(value_in(self.field_name, self.name), _NOTHING))

    def is_exact(self, values: list[Any]) -> bool:
        return False


class ScannedDay(Moment):
    """A day under a name in a JSON column, written as 2026-01-31: as text it stands in the order of days."""

    is_of_column = False

    def __init__(self, column: str = "", *, name: str = "", **kwargs: Any) -> None:
        self.name = name
        super().__init__(column, **kwargs)

    def finds(self, values: list[Any]) -> bool:
        return False

    def compare(self, operator: str, value: date) -> Q:
        day, given = value_in(self.field_name, self.name), Value(value.isoformat())
        if operator == "before":
            return self.is_present() & Q(LessThan(day, given))
        return Q(GreaterThan(day, given)) if operator == "after" else Q(Exact(day, given))

    def is_empty(self) -> Q:
        return Q(Exact(value_in(self.field_name, self.name), _NOTHING))

    def is_present(self) -> Q:
        return Q(GreaterThan(value_in(self.field_name, self.name), _NOTHING))

    def is_exact(self, values: list[Any]) -> bool:
        return False
