"""Refusals at the start: the conditions under which the database wall would be decoration."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

_ROLES = """
SELECT rolname, rolsuper, rolbypassrls,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                 AND pg_has_role(rolname, c.relowner, 'MEMBER')) AS owns
FROM pg_roles WHERE rolname IN (session_user, current_user)
"""
_NAKED = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
  AND (c.relname = 'organizations_tenant' OR EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))
  AND (NOT c.relrowsecurity
       OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
       -- Policies are joined by OR: one that says anything else opens what the others close.
       OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid
                  AND pg_get_expr(p.polqual, p.polrelid) IS DISTINCT FROM format(
                      '(%s = (current_setting(''app.tenant_id''::text))::bigint)',
                      CASE c.relname WHEN 'organizations_tenant' THEN 'id' ELSE 'tenant_id' END)))
ORDER BY 1
"""
_UNICODE = "SELECT lower('É') = 'é' AND upper('я') = 'Я' AND show_trgm('李明') <> '{}'"


def wall_problems(using: str = "default") -> list[str]:
    """What is wrong with the serving connection, each as a sentence; nothing when the wall stands."""
    problems = []
    with connections[using].cursor() as cursor:
        cursor.execute(_ROLES)
        for name, superuser, bypasses, owns in cursor.fetchall():
            problems += _role_problems(name, superuser, bypasses, owns)
        cursor.execute(_NAKED)
        problems += [
            f"The table {row[0]} belongs to a tenant and is not walled by the policy on its tenant."
            for row in cursor.fetchall()
        ]
        cursor.execute(_UNICODE)
        if not cursor.fetchone()[0]:
            problems.append("The database's LC_CTYPE does not know Unicode: create it with C.UTF-8 (see README).")
    return problems


def _role_problems(name: str, superuser: bool, bypasses: bool, owns: bool) -> list[str]:
    problems = []
    if superuser:
        problems.append(f"The serving role {name} is a superuser: policies would not bind it.")
    if bypasses:
        problems.append(f"The serving role {name} has BYPASSRLS: policies would not bind it.")
    if owns and not superuser:
        problems.append(f"The serving role {name} owns tables or can become their owner: policies would not bind it.")
    return problems


@register(Tags.database, deploy=True)
def check_walls(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """`check --deploy --database default`: refuse to serve without the wall."""
    if not databases or "default" not in databases:
        return []
    return [Error(problem, id="itam_portal.E001") for problem in wall_problems()]
