"""What the lines of a file would do: decided by the database for all at once, and again when it is confirmed."""

from string import Template
from typing import Any

from django.db import connection

from itam_portal.tenancy.actor import Actor
from itam_portal.tenancy.reach import ALL
from organizations.models import CustomAttribute
from roles.rights import Right
from users.importing.fields import OWN
from users.importing.planning import PARTS, joined_at_once
from users.models import LineOutcome, UserImport

# What the statements here are made of, beside what all about an import are.
_PARTS = {
    **PARTS,
    "person": "u.tenant_id = %(tenant)s AND u.id = l.user_id",
    "handle": "COALESCE(substring(l.values ->> 'manager' FROM '\\(([^()]+)\\)$'), l.values ->> 'manager')",
}
_RESET = """
UPDATE users_importline l SET refusals = '[]', outcome = '', user_id = NULL, manager_id = NULL, manager_line = NULL,
    before = '{}' WHERE $ours AND l.outcome <> ''
"""
_FIND = """
UPDATE users_importline l SET user_id = CASE WHEN found.many = 1 THEN found.id END,
    refusals = CASE WHEN found.many > 1 THEN l.refusals || '["several"]' ELSE l.refusals END
FROM (
    SELECT lower(l.key) AS key, min(u.id) AS id, count(DISTINCT u.id) AS many
    FROM users_importline l JOIN users_computeruser u ON lower(u.$match) = lower(l.key)
    WHERE $ours AND l.key <> '' AND u.tenant_id = %(tenant)s AND $seen
    GROUP BY lower(l.key)
) AS found
WHERE $ours AND l.key <> '' AND lower(l.key) = found.key
"""
# Managers are named by what tells people apart; a name alone does where there is one person of that name.
_MANAGER = """
UPDATE users_importline l SET manager_id = found.id FROM (
    SELECT named.text, min(u.id) AS id
    FROM (SELECT DISTINCT l.values ->> 'manager' AS text, $handle AS handle
          FROM users_importline l WHERE $ours AND l.values ->> 'manager' <> '' AND l.manager_id IS NULL) AS named
    JOIN users_computeruser u ON $way
    WHERE u.tenant_id = %(tenant)s AND $seen
    GROUP BY named.text HAVING count(*) = 1
) AS found
WHERE $ours AND l.manager_id IS NULL AND l.values ->> 'manager' = found.text
"""
_WAYS = (
    "'#' || u.id = named.handle",
    "u.username <> '' AND lower(u.username) = lower(named.handle)",
    "u.email <> '' AND lower(u.email) = lower(named.handle)",
    "u.employee_id <> '' AND lower(u.employee_id) = lower(named.handle)",
    "u.display_name_key = itam_fold(named.text)",
)
_MANAGER_IN_FILE = """
UPDATE users_importline l SET manager_line = found.number FROM (
    SELECT text, min(number) AS number FROM (
        SELECT l.number, lower(unnest(ARRAY[
            l.values ->> 'username', l.values ->> 'email', l.values ->> 'employee_id', $called])) AS text
        FROM users_importline l WHERE $ours AND l.user_id IS NULL
    ) AS named WHERE text <> '' GROUP BY text HAVING count(DISTINCT number) = 1
) AS found
WHERE $ours AND l.manager_id IS NULL AND l.values ->> 'manager' <> '' AND lower($handle) = found.text
"""
_COMPARE = "UPDATE users_importline l SET before = $before FROM users_computeruser u WHERE $ours AND $person"
_DECIDE = """
UPDATE users_importline l SET outcome = CASE
    WHEN l.problems <> '[]' OR l.refusals <> '[]' THEN 'wrong'
    WHEN l.user_id IS NULL THEN 'new' WHEN l.before = '{}' THEN 'unchanged' ELSE 'changed' END WHERE $ours
"""
# Who would be managed by somebody that is left out waits with them.
_SPREAD = """
UPDATE users_importline l SET outcome = 'wrong', refusals = l.refusals || '["no_manager"]'
FROM users_importline boss
WHERE $ours AND l.outcome IN ('new', 'changed') AND boss.tenant_id = l.tenant_id
    AND boss.user_import_id = l.user_import_id AND boss.number = l.manager_line AND boss.outcome = 'wrong'
RETURNING l.number
"""
_DIGEST = """
SELECT md5(COALESCE(string_agg(concat_ws('|',
    l.number, l.outcome, l.user_id, l.manager_id, l.manager_line, l.before), ';' ORDER BY l.number), ''))
FROM users_importline l WHERE $ours
"""
_COUNT = "SELECT l.outcome, count(*) FROM users_importline l WHERE $ours GROUP BY l.outcome"
_REFUSE = """
UPDATE users_importline l SET refusals = l.refusals || jsonb_build_array($code::text) WHERE $ours AND ($condition)
"""
# For each refusal, by its code, the lines that it is about.
_SECOND_OF = """l.number IN (
    SELECT number FROM (
        SELECT l.number, row_number() OVER (PARTITION BY lower($text) ORDER BY l.number) AS place
        FROM users_importline l WHERE $ours AND $text <> ''
    ) AS placed WHERE place > 1
)"""
_REFUSALS = {
    "twice": Template(_SECOND_OF).safe_substitute(text="l.key"),
    "no_manager": "l.values ->> 'manager' <> '' AND l.manager_id IS NULL AND l.manager_line IS NULL",
    "manages_themself": "l.manager_id = l.user_id OR l.manager_line = l.number",
    "no_name": "$called = '' AND NOT l.refusals ? 'several' AND (l.user_id IS NULL OR l.values ? 'display_name')",
    "no_home": """l.user_id IS NULL AND NOT l.refusals ? 'several' AND NOT l.values ? 'home'
        AND %(home)s::bigint IS NULL""",
    "home_gone": """l.values ->> 'home' <> '' AND NOT EXISTS (
        SELECT FROM organizations_organization o
        WHERE o.tenant_id = %(tenant)s AND o.id = (l.values ->> 'home')::bigint)""",
    "no_right_new": """l.user_id IS NULL
        AND NOT COALESCE((l.values ->> 'home')::bigint, %(home)s) = ANY(%(creates)s::bigint[])""",
    "no_right_change": """l.before <> '{}' AND (
        NOT COALESCE((l.values ->> 'home')::bigint, 0) = ANY(array_append(%(edits)s::bigint[], 0))
        OR EXISTS (SELECT FROM users_computeruser u WHERE $person AND NOT u.home_id = ANY(%(edits)s::bigint[])))""",
    "mandatory": """l.user_id IS NULL AND COALESCE(l.values ->> %(key)s, '') = ''
        OR l.before <> '{}' AND COALESCE(l.values ->> %(key)s,
            (SELECT u.attributes ->> %(name)s FROM users_computeruser u WHERE $person), '') = ''""",
    "username_taken": """l.values ->> 'username' <> '' AND EXISTS (
        SELECT FROM users_computeruser u WHERE u.tenant_id = %(tenant)s AND u.username <> ''
            AND lower(u.username) = lower(l.values ->> 'username') AND u.id IS DISTINCT FROM l.user_id)""",
    "username_twice": Template(_SECOND_OF).safe_substitute(text="(l.values ->> 'username')"),
}


class _Judge:
    """Runs the statements about one import."""

    def __init__(self, one: UserImport, by: Actor) -> None:
        reads, creates, edits = (by.reach(right) for right in (Right.READ_USERS, Right.CREATE_USERS, Right.EDIT_USERS))
        self.facts: dict[str, Any] = {"tenant": one.tenant_id, "one": one.pk, "home": one.home_id}
        self.facts |= {"reads": _keys(reads), "creates": _keys(creates), "edits": _keys(edits)}
        self.parts = {**_PARTS, "seen": "TRUE" if reads is ALL else "u.home_id = ANY(%(reads)s::bigint[])"}
        self.parts |= {"match": one.match}
        self.limits = [("no_right_new", creates), ("no_right_change", edits)]
        self.cursor = connection.cursor()

    def run(self, statement: str, **parts: str) -> list[tuple[Any, ...]]:
        """Do one statement about the lines; answers what it reads."""
        known = {**self.parts, **parts}
        text = Template(statement).substitute(
            {name: Template(part).safe_substitute(known) for name, part in known.items()}
        )
        self.cursor.execute(text, self.facts)
        return self.cursor.fetchall() if self.cursor.description else []

    def refuse(self, *codes: str) -> None:
        """Write these codes down at the lines that they are about."""
        for code in codes:
            self.run(_REFUSE, code=f"'{code}'", condition=_REFUSALS[code])

    def refuse_without(self, attribute: CustomAttribute) -> None:
        """The same for a mandatory attribute that would be missing."""
        self.facts |= {"name": attribute.name, "key": f"{OWN}{attribute.name}"}
        self.run(_REFUSE, code="('mandatory:' || %(name)s)", condition=_REFUSALS["mandatory"])


def judge_lines(one: UserImport, *, by: Actor) -> tuple[dict[str, int], str]:
    """Decide what each line would do now; answers how many lines do what, and a digest of all of it."""
    judge = _Judge(one, by)
    with joined_at_once(judge.cursor):
        return _judged(judge, [name for name in one.mapping if name], by)


def _judged(judge: _Judge, mapped: list[str], by: Actor) -> tuple[dict[str, int], str]:
    judge.run(_RESET)
    judge.run(_FIND)
    judge.refuse("twice")
    if "manager" in mapped:
        for way in _WAYS:
            judge.run(_MANAGER, way=way)
        judge.run(_MANAGER_IN_FILE)
        judge.refuse("no_manager", "manages_themself")
    judge.run(_COMPARE, before=_before(mapped))
    judge.refuse("no_name", "no_home", "home_gone", *[code for code, reach in judge.limits if reach is not ALL])
    for attribute in CustomAttribute.objects.of(by.tenant, "user"):
        if attribute.mandatory:
            judge.refuse_without(attribute)
    judge.refuse(*(["username_taken", "username_twice"] if "username" in mapped else []))
    judge.run(_DECIDE)
    while "manager" in mapped and judge.run(_SPREAD):
        pass
    counts = dict.fromkeys(LineOutcome.values, 0) | {str(outcome): number for outcome, number in judge.run(_COUNT)}
    return counts, judge.run(_DIGEST)[0][0]


def _keys(reach: Any) -> list[int]:
    return [] if reach is ALL else sorted(reach)


def _before(mapped: list[str]) -> str:
    """What a person holds now in each field that a line would change, as one object."""
    parts = [_part(name) for name in mapped]
    return " || ".join(f"CASE WHEN {asked} THEN {held} ELSE '{{}}'::jsonb END" for asked, held in parts) or "'{}'"


def _part(name: str) -> tuple[str, str]:
    key = _quoted(name)
    if name.startswith(OWN):
        held = f"COALESCE(u.attributes ->> {_quoted(name.removeprefix(OWN))}, '')"
    elif name == "manager":
        held = "COALESCE(u.manager_id::text, '')"
        wanted = "COALESCE(l.manager_id::text, CASE WHEN l.values ->> 'manager' <> '' THEN '?' ELSE '' END)"
        return f"l.values ? 'manager' AND {held} <> {wanted}", f"jsonb_build_object('manager', {held})"
    else:
        held = "u.home_id::text" if name == "home" else f"u.{name}::text"
    wanted = f"l.values ->> {key}"
    if name == "display_name":
        wanted = "$called"
    return f"l.values ? {key} AND {held} <> {wanted}", f"jsonb_build_object({key}, {held})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("%", "%%").replace("$", "$$") + "'"
