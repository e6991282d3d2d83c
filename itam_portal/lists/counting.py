"""Many counts in one question: each stops at a cap, so that a million rows cost no more than ten thousand."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet

from itam_portal.lists.finder import Total
from itam_portal.lists.search import CAP

Kinds = dict[str, Q]


def count_each(rows: QuerySet, kinds: Kinds, *, cap: int | None = CAP) -> dict[str, Total]:
    """How many of these rows are of each kind, each found by an index of its own.

    At most `cap` are counted, or all where it is None.
    """
    names: list[str] = []
    parts: list[str] = []
    parameters: list[Any] = []
    for name, condition in kinds.items():
        limit = None if cap is None else cap + 1
        try:
            sql, values = rows.filter(condition).order_by().values("pk")[:limit].query.sql_with_params()
        except EmptyResultSet:
            continue
        names.append(name)
        parts.append(f"(SELECT count(*) FROM ({sql}) AS one)")  # noqa: S608 (what the ORM wrote)
        parameters += values
    counted = dict(zip(names, _answer(parts, parameters), strict=True))
    return {name: _total(counted.get(name, 0), cap) for name in kinds}


def count_together(rows: QuerySet, kinds: Kinds, *, cap: int | None = CAP) -> dict[str, Total]:
    """The same in one reading of all rows: for the rows of a place, which no index has by kind."""
    counted = rows.order_by().aggregate(**{name: Count("pk", filter=condition) for name, condition in kinds.items()})
    return {name: _total(number, cap) for name, number in counted.items()}


def _answer(parts: list[str], parameters: list[Any]) -> tuple[int, ...]:
    if not parts:
        return ()
    with connection.cursor() as cursor:
        # Only what the ORM wrote stands in it.
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        found: tuple[int, ...] = cursor.fetchone()
    return found


def _total(number: int, cap: int | None) -> Total:
    return Total(cap, is_capped=True) if cap is not None and number > cap else Total(number)
