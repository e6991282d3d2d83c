"""The order of a list: its columns, each with a direction, and what comes after a row in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import OrderBy


@dataclass(frozen=True)
class Order:
    """The columns of the order, each with its direction; the primary key comes last, as the first one goes."""

    columns: tuple[tuple[str, bool], ...]

    @classmethod
    def of(cls, columns: Sequence[tuple[str, bool]]) -> "Order":
        directions: dict[str, bool] = {}
        for name, down in columns:
            directions.setdefault(name, down)
        return cls((*directions.items(), ("pk", columns[0][1])))

    @property
    def is_uniform(self) -> bool:
        return len({down for _name, down in self.columns}) == 1

    def reversed(self) -> "Order":
        return Order(tuple((name, not down) for name, down in self.columns))

    def expressions(self, *, opaque: bool = False) -> list[OrderBy]:
        """For order_by(). Opaque ones keep the planner from walking an index for a handful of rows."""
        return [
            OrderBy(Func(F(name), function="GREATEST") if opaque else F(name), descending=down)
            for name, down in self.columns
        ]

    def beyond(self, values: Sequence[Any]) -> Q:
        """The condition to come after these values in this order."""
        names = [name for name, _down in self.columns]
        if self.is_uniform:
            return Q(RowCompare(names, list(values), after=not self.columns[0][1]))
        whole, equal = Q(pk__in=[]), Q()
        for (name, down), value in zip(self.columns, values, strict=True):
            whole |= equal & Q(**{f"{name}__{'lt' if down else 'gt'}": value})
            equal &= Q(**{name: value})
        return whole


class RowCompare(Func):
    """`(a, b) > (1, 2)`: one range of an index, which the same written with OR would not be."""

    output_field = BooleanField()

    def __init__(self, names: list[str], values: list[Any], *, after: bool) -> None:
        self.width, self.sign = len(names), ">" if after else "<"
        super().__init__(*[F(name) for name in names], *[Value(value) for value in values])

    def as_sql(self, compiler, connection, **context):  # type: ignore[no-untyped-def, override]
        parts, parameters = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            parameters += values
        left, right = ", ".join(parts[: self.width]), ", ".join(parts[self.width :])
        return f"({left}) {self.sign} ({right})", parameters
