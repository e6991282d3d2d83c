"""Writing an import down: new people, managers first, then changed ones, each some thousands in a statement."""

from string import Template
from typing import Any

from django.db import connection

from itam_portal.tenancy.actor import Actor
from users.importing.fields import LINES, OWN
from users.importing.planning import PARTS, joined_at_once
from users.models import FLAGS, UserImport

# The attributes that a line gives, and the names of those that it clears.
_GIVEN = """COALESCE((
    SELECT jsonb_object_agg(substr(held.key, $start), held.value) FROM jsonb_each_text(l.values) AS held
    WHERE starts_with(held.key, '$own') AND held.value <> ''), '{}')"""
_CLEARED = """ARRAY(
    SELECT substr(held.key, $start) FROM jsonb_each_text(l.values) AS held
    WHERE starts_with(held.key, '$own') AND held.value = '')"""
_PRESET = {"inventory_source": "Import", "status": "active", **dict.fromkeys(FLAGS, "false")}


def _new() -> dict[str, str]:
    """What a new person holds, by column."""
    columns = {name: f"COALESCE(l.values ->> '{name}', '')" for name in LINES}
    columns |= {name: f"COALESCE(NULLIF(l.values ->> '{name}', ''), '{preset}')" for name, preset in _PRESET.items()}
    columns |= {name: f"({columns[name]})::boolean" for name in FLAGS}
    return {
        **columns,
        "display_name": "$called",
        "tenant_id": "l.tenant_id",
        "home_id": "COALESCE((l.values ->> 'home')::bigint, %(home)s)",
        "manager_id": "l.boss_id",
        "attributes": "$given",
        "version": "1",
        "created_at": "now()",
        "changed_at": "now()",
    }


def _changes(mapped: list[str]) -> str:
    """What a changed person holds from now on."""
    sets = {name: f"COALESCE(l.values ->> '{name}', u.{name})" for name in mapped if name in (*LINES, "status")}
    sets |= {name: f"COALESCE((l.values ->> '{name}')::boolean, u.{name})" for name in mapped if name in FLAGS}
    if "display_name" in mapped:
        sets["display_name"] = "CASE WHEN l.values ? 'display_name' THEN $called ELSE u.display_name END"
    if "home" in mapped:
        sets["home_id"] = "COALESCE((l.values ->> 'home')::bigint, u.home_id)"
    if "manager" in mapped:
        sets["manager_id"] = "CASE WHEN l.values ? 'manager' THEN COALESCE(l.manager_id, $boss) ELSE u.manager_id END"
    if any(name.startswith(OWN) for name in mapped):
        sets["attributes"] = "(u.attributes || $given) - $cleared"
    return ", ".join(f"{name} = {text}" for name, text in sets.items())


# How many lines one statement writes: what waits for the end of a statement takes memory for each.
PIECE = 5_000
# No company has more levels; a file that says so would be walked through for each of them.
LEVELS = 100
_PIECES = """
SELECT min(number), max(number) FROM (
    SELECT l.number, (row_number() OVER (ORDER BY l.number) - 1) / %(piece)s AS piece
    FROM users_importline l WHERE $ours AND l.outcome IN ('new', 'changed', 'unchanged')
) AS lines GROUP BY piece ORDER BY 1
"""
_MINE = f"{PARTS['ours']} AND l.number BETWEEN %(first)s AND %(last)s"
# Whom the line of somebody's manager is about, where the file has such a line and it is written.
_BOSS = (
    "(SELECT boss.user_id FROM users_importline boss WHERE boss.tenant_id = l.tenant_id "
    "AND boss.user_import_id = l.user_import_id AND boss.number = l.manager_line)"
)
# Managers are written before those whom they manage: then nobody is written twice. `$ready` says whose turn it is.
_INSERT = """
WITH fresh AS (
    SELECT l.*, COALESCE(l.manager_id, $boss) AS boss_id, row_number() OVER (ORDER BY l.number) AS place
    FROM users_importline l WHERE $mine AND l.outcome = 'new' AND l.user_id IS NULL AND ($ready)
), made AS (
    -- Numbers are given in the order of the rows: the place of a number is the place of its line.
    INSERT INTO users_computeruser ($columns) SELECT $values FROM fresh l ORDER BY l.place RETURNING id
), placed AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM made
)
UPDATE users_importline l SET user_id = placed.id FROM placed JOIN fresh USING (place) WHERE $mine AND l.id = fresh.id
"""
_READY, _ANYBODY = f"l.manager_line IS NULL OR {_BOSS} IS NOT NULL", "TRUE"
_UPDATE = """
UPDATE users_computeruser u SET $sets, version = u.version + 1, changed_at = now()
FROM users_importline l WHERE $mine AND l.outcome = 'changed' AND u.tenant_id = %(tenant)s AND u.id = l.user_id
"""
# Who manages each other in a circle, or stands too deep, was written without: they have two entries in the history.
_LATER = """
UPDATE users_computeruser u SET manager_id = $boss FROM users_importline l
WHERE $mine AND l.outcome = 'new' AND u.tenant_id = %(tenant)s AND u.id = l.user_id
    AND u.manager_id IS NULL AND $boss IS NOT NULL
"""
_RECEIPT = """
INSERT INTO lists_receiptrow (tenant_id, receipt_id, object_id, outcome, before)
SELECT l.tenant_id, %(receipt)s, l.user_id,
    CASE l.outcome WHEN 'unchanged' THEN 'user_is_so' ELSE 'changed' END,
    CASE l.outcome WHEN 'changed' THEN l.before END
FROM users_importline l WHERE $mine AND l.outcome IN ('new', 'changed', 'unchanged')
"""


def write_people(one: UserImport, receipt_id: int, *, by: Actor) -> None:
    """Write down what the checked lines say, and one row of the receipt for each person they are about."""
    facts: dict[str, Any] = {"tenant": by.tenant.pk, "one": one.pk, "home": one.home_id, "receipt": receipt_id}
    new, sets = _new(), _changes([name for name in one.mapping if name])
    parts = {"start": str(len(OWN) + 1), "own": OWN, "boss": _BOSS, "mine": _MINE, **PARTS}
    parts |= {name: Template(text).substitute(parts) for name, text in (("given", _GIVEN), ("cleared", _CLEARED))}
    parts |= {"columns": ", ".join(new), "values": Template(", ".join(new.values())).substitute(parts)}
    parts |= {"sets": Template(sets).substitute(parts)}
    with connection.cursor() as cursor, joined_at_once(cursor):
        cursor.execute(Template(_PIECES).substitute(parts), {**facts, "piece": PIECE})
        pieces = [{**facts, "first": first, "last": last} for first, last in cursor.fetchall()]
        _write_new(cursor, parts, pieces)
        for statement in [*([_UPDATE] if sets else []), _RECEIPT]:
            _run(cursor, statement, parts, pieces)


def _write_new(cursor: Any, parts: dict[str, str], pieces: list[dict[str, Any]]) -> None:
    for _level in range(LEVELS):
        if not _run(cursor, _INSERT, {**parts, "ready": _READY}, pieces):
            break
    if _run(cursor, _INSERT, {**parts, "ready": _ANYBODY}, pieces):
        _run(cursor, _LATER, parts, pieces)


def _run(cursor: Any, statement: str, parts: dict[str, str], pieces: list[dict[str, Any]]) -> int:
    """Do one statement about the lines, piece by piece; answers how many rows it changed."""
    changed = 0
    for facts in pieces:
        cursor.execute(Template(statement).substitute(parts), facts)
        changed += cursor.rowcount
    return changed
