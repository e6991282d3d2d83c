"""Query sets that are always the same but for their values, put into SQL once.

Django takes as long to write the SQL of a page's rows as PostgreSQL takes to answer it.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import get_language

Build = Callable[..., QuerySet]
# Moments and numbers that stand for others while the SQL is written: nobody asks for these.
_NUMBER, _MOMENT = -7_301_000_000, datetime(1003, 7, 1, tzinfo=UTC)
_MOST = 2_000
_known: dict[Hashable, "Statement | None"] = {}
_writing = threading.Lock()


@dataclass(frozen=True)
class Statement:
    """One statement, with the names of the values it needs; a constant stands for itself."""

    sql: str
    parameters: tuple[tuple[str, Any], ...]
    names: tuple[str, ...]

    def rows(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        """What the database answers for these values."""
        ready = {name: _array(value) if isinstance(value, list) else value for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [ready[name] if name else constant for name, constant in self.parameters])
            return [dict(zip(self.names, row, strict=True)) for row in cursor.fetchall()]


def _array(numbers: list[int]) -> str:
    """An array as PostgreSQL writes it: one text costs less than as many values."""
    return f"{{{','.join(map(str, numbers))}}}"


def rows_of(key: Hashable, build: Build, /, **values: Any) -> list[dict[str, Any]]:
    """The rows of `build(**values)`, a query set with `values()`; its SQL is kept under this key and the language.

    Values are whole numbers, lists of them, or moments. A query set that says something else each time it is built,
    or whose columns need converting, is simply asked.
    """
    whole = (key, tuple(values), get_language())
    if whole not in _known:
        with _writing:
            if len(_known) >= _MOST:
                _known.clear()
            _known[whole] = _write(build, values)
    statement = _known[whole]
    return list(build(**values)) if statement is None else statement.rows(values)


def list_of(build: Build, /, **values: Any) -> list[dict[str, Any]]:
    """The same of a query set whose SQL is never kept."""
    return list(build(**values))


def _write(build: Build, values: dict[str, Any]) -> Statement | None:
    """The statement, found by writing it for two sets of values: what differs between them is a value."""
    stand_ins = [
        {name: _stand_in(value, 2 * at + way) for at, (name, value) in enumerate(values.items())} for way in (0, 1)
    ]
    one, other = (_compiled(build(**values)) for values in stand_ins)
    if one is None or other is None or one[0] != other[0]:
        return None
    parameters = []
    for first, second in zip(one[1], other[1], strict=True):
        pairs = {name: (stand_ins[0][name], stand_ins[1][name]) for name in values}
        name = next((name for name, pair in pairs.items() if pair == (first, second)), "")
        if not name and first != second:
            return None
        parameters.append((name, first))
    return Statement(one[0], tuple(parameters), one[2]) if {name for name, _one in parameters} >= set(values) else None


def _stand_in(value: Any, number: int) -> Any:
    if isinstance(value, list):
        return [_NUMBER - number]
    return _MOMENT + timedelta(days=number) if isinstance(value, datetime) else _NUMBER - number


def _compiled(rows: QuerySet) -> tuple[str, tuple[Any, ...], tuple[str, ...]] | None:
    """The SQL, its parameters and the names of its columns; None where a column's values need converting."""
    query = rows.query.clone()
    compiler = query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    if compiler.get_converters([column[0] for column in compiler.select]):
        return None
    names = query.selected or (*query.extra_select, *query.values_select, *query.annotation_select)
    return sql, tuple(parameters), tuple(names)
