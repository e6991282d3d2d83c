"""The database wall: policies, grants and doors, made anew after every migration. DESIGN.md section 6.

It guards against the forgotten filter. Whoever runs SQL of their own on the serving connection can set the
setting, and sees what they set.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from psycopg import sql

from itam_portal.tenancy import doors

POLICY = "tenant_id = current_setting('app.tenant_id')::bigint"
TENANT_POLICY = "id = current_setting('app.tenant_id')::bigint"
TENANT_TABLE = "organizations_tenant"

# Before each of its triggers pgtrigger asks whether a setting silences it. Its own answer lets anybody who names a
# trigger in a setting leave it out, and begins a subtransaction whose end walks through all keys that are checked at
# the end of the transaction: the time of a bulk statement grew with the square of its rows.
NEVER_SILENT = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT false'
"""

# Tables without a tenant, each with what the serving role may do. A test compares this with the catalogue.
GLOBAL_TABLES = {
    "accounts_identity": "SELECT, INSERT, UPDATE",
    "accounts_identityevent": "SELECT, INSERT",
    "accounts_identitylink": "SELECT, INSERT, UPDATE, DELETE",
    "accounts_identitylinkevent": "SELECT, INSERT",
    "account_emailaddress": "SELECT, INSERT, UPDATE, DELETE",
    "account_emailconfirmation": "SELECT, INSERT, UPDATE, DELETE",
    "mfa_authenticator": "SELECT, INSERT, UPDATE, DELETE",
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "django_tasks_database_dbtaskresult": "SELECT, INSERT, UPDATE, DELETE",
    "itam_cache": "SELECT, INSERT, UPDATE, DELETE",
    "itam_limit": "SELECT, INSERT, UPDATE, DELETE",
    "django_content_type": "SELECT",
    "django_migrations": "SELECT",
    "auth_group": "",
    "auth_group_permissions": "",
    "auth_permission": "",
    "pghistory_context": "",
}


def after_migrate(using: str, **kwargs: Any) -> None:
    """Django's signal after a migration: raise the walls as the owner."""
    if using == "owner":
        raise_walls(using)


def raise_walls(using: str) -> None:
    """Give every table its policy and its grants, put in every door, let no trigger be silenced. Safe to repeat."""
    connection = connections[using]
    serving = settings.DATABASES["default"]["USER"] or "itam_app"
    with connection.cursor() as cursor:
        _make_cache_table(cursor)
        _make_limit_table(cursor)
        existing = set(connection.introspection.table_names(cursor))
        cursor.execute(_compose("GRANT USAGE ON SCHEMA public TO {}", serving))
        for table, grants in _tables().items():
            if table in existing:
                _wall(cursor, table, grants, serving)
        for door in doors.registered():
            _hang(cursor, door, serving)
        cursor.execute(NEVER_SILENT)


def _tables() -> dict[str, str]:
    tables = dict(GLOBAL_TABLES)
    for model in tenant_models():
        tables[model._meta.db_table] = model_grants(model)
    return tables


def tenant_models() -> list[type[models.Model]]:
    """Every model whose rows belong to a tenant, the history's event models included."""
    return [model for model in apps.get_models(include_auto_created=True) if is_tenant_model(model)]


def is_tenant_model(model: type[models.Model]) -> bool:
    """Whether the model's table has a policy."""
    if model._meta.proxy or not model._meta.managed:
        return False
    return model._meta.db_table == TENANT_TABLE or any(f.column == "tenant_id" for f in model._meta.concrete_fields)


def model_grants(model: type[models.Model]) -> str:
    """What the serving role may do: nothing but reading and adding for history."""
    return "SELECT, INSERT" if hasattr(model, "pgh_tracked_model") else getattr(model, "grants", "SELECT")


def _wall(cursor: Any, table: str, grants: str, serving: str) -> None:
    cursor.execute(_compose("REVOKE ALL ON {} FROM {}", table, serving))
    if grants:
        cursor.execute(_compose(f"GRANT {grants} ON {{}} TO {{}}", table, serving))
    if table in GLOBAL_TABLES:
        return
    cursor.execute(_compose("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", table))
    cursor.execute(_compose("DROP POLICY IF EXISTS tenant ON {}", table))
    policy = TENANT_POLICY if table == TENANT_TABLE else POLICY
    cursor.execute(_compose(f"CREATE POLICY tenant ON {{}} USING ({policy})", table))


def _hang(cursor: Any, door: doors.Door, serving: str) -> None:
    cursor.execute(f"DROP FUNCTION IF EXISTS {door.name}")
    cursor.execute(door.sql)
    cursor.execute(f"REVOKE ALL ON FUNCTION {door.name} FROM PUBLIC")
    cursor.execute(_compose(f"GRANT EXECUTE ON FUNCTION {door.name} TO {{}}", serving))


def _make_cache_table(cursor: Any) -> None:
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS itam_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, "
        "expires timestamptz NOT NULL)"
    )
    cursor.execute("CREATE INDEX IF NOT EXISTS itam_cache_expires ON itam_cache (expires)")


def _make_limit_table(cursor: Any) -> None:
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS itam_limit (key varchar(64) PRIMARY KEY, number integer NOT NULL, "
        "ends_at timestamptz NOT NULL)"
    )
    cursor.execute("CREATE INDEX IF NOT EXISTS itam_limit_ends ON itam_limit (ends_at)")


def _compose(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*[sql.Identifier(name) for name in names])
