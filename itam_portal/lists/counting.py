"""Many counts in one question: each stops at a cap, so that a million rows cost no more than ten thousand."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from itam_portal.lists.finder import Total
from itam_portal.lists.search import CAP


def count_each(rows: dict[str, QuerySet], *, cap: int | None = CAP) -> dict[str, Total]:
    """How many rows each of these has, by name; at most `cap`, or exactly where it is None."""
    names: list[str] = []
    parts: list[str] = []
    parameters: list[Any] = []
    for name, found in rows.items():
        limit = None if cap is None else cap + 1
        try:
            sql, values = found.order_by().values("pk")[:limit].query.sql_with_params()
        except EmptyResultSet:
            continue
        names.append(name)
        parts.append(f"(SELECT count(*) FROM ({sql}) AS one)")  # noqa: S608 (what the ORM wrote)
        parameters += values
    counted = dict(zip(names, _answer(parts, parameters), strict=True))
    return {name: _total(counted.get(name, 0), cap) for name in rows}


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
