"""The tables around a load: emptied, stripped of what slows it down, and dressed again as they were."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.apps import apps
from psycopg import sql

# What migrations fill, and nothing of ours refers to.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# Made by the walls, not by a model.
EXTRA = {"itam_cache"}
MEMORY = "256MB"
# What a trigger keeps from being emptied, by everybody.
GUARDED = ("history_entry",)

_CONSTRAINTS = """
SELECT relname, conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid
WHERE contype = %(kind)s AND ARRAY[conrelid, confrelid] && %(tables)s::text[]::regclass[]::oid[]
ORDER BY 1, 2
"""
_INDEXES = """
SELECT c.relname, i.relname, pg_get_indexdef(i.oid) FROM pg_index x
JOIN pg_class i ON i.oid = indexrelid JOIN pg_class c ON c.oid = indrelid
WHERE indrelid = ANY(%(tables)s::text[]::regclass[]::oid[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid)
ORDER BY 1, 2
"""


class Part(NamedTuple):
    """A constraint or an index, and what makes it anew."""

    table: str
    name: str
    definition: str


class Parts(NamedTuple):
    """All that was taken off some tables."""

    foreign: list[Part]
    unique: list[Part]
    indexes: list[Part]


def all_tables() -> list[str]:
    """Every table that holds data."""
    models = apps.get_models(include_auto_created=True)
    names = {model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy}
    return sorted((names | EXTRA) - KEPT)


def empty(cursor: Any) -> None:
    """Empty every table and begin every sequence anew."""
    tables = sql.SQL(", ").join(map(sql.Identifier, all_tables()))
    for table in GUARDED:
        _run(cursor, "ALTER TABLE {} DISABLE TRIGGER USER", table)
    cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(tables))
    for table in GUARDED:
        _run(cursor, "ALTER TABLE {} ENABLE TRIGGER USER", table)


def strip(cursor: Any, tables: Iterable[str]) -> Parts:
    """Take off triggers, foreign keys, and all indexes but the primary keys'."""
    given = {"tables": list(tables)}
    for table in given["tables"]:
        _run(cursor, "ALTER TABLE {} DISABLE TRIGGER USER", table)
    foreign = _take_constraints(cursor, {**given, "kind": "f"})
    unique = _take_constraints(cursor, {**given, "kind": "u"})
    indexes = _read(cursor, _INDEXES, given)
    for part in indexes:
        _run(cursor, "DROP INDEX {}", part.name)
    return Parts(foreign, unique, indexes)


def dress(cursor: Any, tables: Iterable[str], parts: Parts) -> None:
    """Put everything back as it was; the foreign keys last, when the planner knows the tables."""
    cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
    _put_constraints(cursor, parts.unique)
    for part in parts.indexes:
        cursor.execute(part.definition)
    for table in tables:
        _run(cursor, "ANALYZE {}", table)
    _put_constraints(cursor, parts.foreign)
    for table in tables:
        _run(cursor, "ALTER TABLE {} ENABLE TRIGGER USER", table)


def set_sequence(cursor: Any, table: str, last_id: int) -> None:
    """Let the next row of this table come after the last one."""
    if last_id:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last_id])


def vacuum(cursor: Any, tables: Iterable[str]) -> None:
    """Let scans read indexes only, and plans know the rows. Not possible inside a transaction."""
    for table in tables:
        _run(cursor, "VACUUM (ANALYZE) {}", table)


def _take_constraints(cursor: Any, given: dict[str, Any]) -> list[Part]:
    parts = _read(cursor, _CONSTRAINTS, given)
    for part in parts:
        _run(cursor, "ALTER TABLE {} DROP CONSTRAINT {}", part.table, part.name)
    return parts


def _put_constraints(cursor: Any, parts: list[Part]) -> None:
    for part in parts:
        statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(
            sql.Identifier(part.table), sql.Identifier(part.name)
        )
        cursor.execute(statement + sql.SQL(part.definition))


def _read(cursor: Any, statement: str, given: dict[str, Any]) -> list[Part]:
    cursor.execute(statement, given)
    return [Part(*row) for row in cursor.fetchall()]


def _run(cursor: Any, statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
