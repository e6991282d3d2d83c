"""What PostgreSQL's catalogue says about the wall: every table, every grant, every door."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import models

from itam_portal.tenancy import walls
from itam_portal.tenancy.models import SameTenant

OWNER, SERVING = "itam_owner", "itam_app"
TABLES = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' AND c.relkind IN ('r', 'p')"

# Indexes that do not begin with the tenant, each with its reason. Primary keys are the row's number alone.
FREE_INDEXES = {
    "account_of_identity": "for the door that lists a person's accounts before a tenant is known",
    "account_of_login": "for the door that finds a person by login before a tenant is known",
    "invitation_of_token": "for the door that finds an invitation before its tenant is known",
    "sign_in_link_of_token": "for the door that finds a link before its tenant is known",
    "access_key_prefix_once": "a key says whose it is before a tenant is known",
    "organizations_tenant_slug_key": "a slug names the tenant itself",
    "organizations_tenant_slug_1ea0e4ab_like": "made by Django beside the one above",
}
# Foreign keys to or from a table without a tenant, each with its reason.
FREE_KEYS = {
    ("accounts_account", "identity_id", "accounts_identity"): "a person is global",
    ("accounts_identity", "last_tenant_id", "organizations_tenant"): "which tenant a person used last",
}
# Models whose rows point at what they outlive, each with its reason.
KEYLESS = {"history_entry": "a history outlives its tenant; only triggers on rows with keys of their own write it"}
DOORS = {
    "door_access_key",
    "door_accounts_of_identity",
    "door_all_tenants",
    "door_identity_of_login",
    "door_invitation",
    "door_owners_to_ask",
    "door_sessions_of_identity",
    "door_sign_in_link",
    "door_tenant_of_slug",
    "search_accounts",
    "search_invitations",
    "search_organizations",
    "search_users",
}

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def ask(as_owner: psycopg.Cursor) -> Ask:
    """One question to the catalogue."""

    def answer(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return as_owner.execute(query, parameters).fetchall()  # type: ignore[arg-type]

    return answer


def tenant_tables() -> set[str]:
    return {model._meta.db_table for model in walls.tenant_models()}


# --- tables ---------------------------------------------------------------------------------------------------


def test_every_table_belongs_to_a_tenant_or_stands_in_the_allow_list(ask: Ask) -> None:
    found = {table for (table,) in ask(f"SELECT c.relname FROM {TABLES}")}

    assert found == tenant_tables() | set(walls.GLOBAL_TABLES)
    assert not tenant_tables() & set(walls.GLOBAL_TABLES)


def test_exactly_the_tables_of_tenants_name_a_tenant(ask: Ask) -> None:
    columns = f"SELECT c.relname FROM {TABLES} JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attname = 'tenant_id'"

    assert {table for (table,) in ask(columns)} == tenant_tables() - {walls.TENANT_TABLE}


def test_no_row_is_without_a_tenant(ask: Ask) -> None:
    nullable = f"""
        SELECT c.relname FROM {TABLES} JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE a.attname = 'tenant_id' AND NOT a.attnotnull AND a.attgenerated = ''
    """

    assert ask(nullable) == []


def test_every_tenant_table_has_row_security_that_binds_all_but_its_owner(ask: Ask) -> None:
    found = ask(
        f"""SELECT c.relname, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity
        FROM {TABLES} WHERE c.relname = ANY(%s)""",
        list(tenant_tables()),
    )

    assert {row[0] for row in found} == tenant_tables()
    assert [row for row in found if row[1:] != (OWNER, True, False)] == []


def test_every_tenant_table_has_exactly_one_policy_the_plain_equality(ask: Ask) -> None:
    found = ask("""
        SELECT c.relname, p.polcmd::text, p.polpermissive, p.polroles = '{0}',
               pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid ORDER BY 1
    """)
    setting = "(current_setting('app.tenant_id'::text))::bigint"
    columns = {table: "id" if table == walls.TENANT_TABLE else "tenant_id" for table in tenant_tables()}

    wanted = [(table, "*", True, True, f"({columns[table]} = {setting})", None) for table in sorted(columns)]
    assert sorted(found) == wanted


def test_global_tables_belong_to_the_owner_and_need_no_policy(ask: Ask) -> None:
    found = ask(f"SELECT c.relname, pg_get_userbyid(c.relowner) FROM {TABLES} WHERE NOT c.relrowsecurity")

    assert {table for table, _owner in found} == set(walls.GLOBAL_TABLES)
    assert {owner for _table, owner in found} == {OWNER}


def test_nothing_else_shows_rows(ask: Ask) -> None:
    others = ask("""
        SELECT c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    """)

    assert others == []


def test_no_many_to_many_table_is_made_behind_our_back() -> None:
    automatic = [m for m in apps.get_models(include_auto_created=True) if m._meta.auto_created]

    assert {model._meta.db_table for model in automatic} <= set(walls.GLOBAL_TABLES)


# --- keys -----------------------------------------------------------------------------------------------------


def test_every_index_of_a_tenant_table_begins_with_the_tenant(ask: Ask) -> None:
    led_by_others = ask(
        """SELECT t.relname || ': ' || i.relname FROM pg_index x
        JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
        LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
        WHERE t.relname = ANY(%s) AND NOT x.indisprimary AND a.attname IS DISTINCT FROM 'tenant_id'
          AND i.relname <> ALL(%s) ORDER BY 1""",
        list(tenant_tables()),
        list(FREE_INDEXES),
    )

    assert led_by_others == []


def test_no_index_is_excused_that_is_not_there(ask: Ask) -> None:
    found = {name for (name,) in ask("SELECT relname FROM pg_class WHERE relkind = 'i'")}

    assert set(FREE_INDEXES) <= found


def foreign_keys(ask: Ask) -> list[tuple[str, list[str], str, list[str], bool]]:
    return ask("""
        SELECT f.relname, ARRAY(SELECT attname::text FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
                                JOIN pg_attribute ON attrelid = k.conrelid AND attnum = u.number ORDER BY place),
               t.relname, ARRAY(SELECT attname::text FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
                                JOIN pg_attribute ON attrelid = k.confrelid AND attnum = u.number ORDER BY place),
               k.convalidated
        FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
        WHERE k.contype = 'f'
    """)


def test_no_foreign_key_leaves_its_tenant(ask: Ask) -> None:
    tables = tenant_tables()
    loose = []
    for table, columns, target, keys, valid in foreign_keys(ask):
        if table not in tables and target not in tables:
            continue
        names_tenant = (columns, target, keys) == (["tenant_id"], walls.TENANT_TABLE, ["id"])
        within_tenant = len(columns) == 2 and columns[0] == "tenant_id" and keys == ["tenant_id", "id"]
        excused = len(columns) == 1 and (table, columns[0], target) in FREE_KEYS
        if not valid or not (names_tenant or within_tenant or excused):
            loose.append((table, columns, target, keys, valid))

    assert loose == []


def test_every_key_between_tenant_models_is_a_key_in_the_database(ask: Ask) -> None:
    found = {(table, columns[-1], target) for table, columns, target, _keys, _valid in foreign_keys(ask)}
    history = [model for model in walls.tenant_models() if hasattr(model, "pgh_tracked_model")]
    missing = [
        (model._meta.db_table, field.column)
        for model in set(walls.tenant_models()) - set(history)
        if model._meta.db_table not in KEYLESS
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and (model._meta.db_table, field.column, field.related_model._meta.db_table) not in found
    ]

    assert missing == []


def test_the_database_has_every_same_tenant_constraint_that_the_models_name(ask: Ask) -> None:
    found = {
        name for (name,) in ask("SELECT conname FROM pg_constraint WHERE contype = 'f' AND cardinality(conkey) = 2")
    }
    declared = {c.name for m in apps.get_models() for c in m._meta.constraints if isinstance(c, SameTenant)}

    assert found == declared


def test_keys_are_bigints_everywhere(ask: Ask) -> None:
    small = ask(
        f"""SELECT c.relname || '.' || a.attname FROM {TABLES} JOIN pg_attribute a ON a.attrelid = c.oid
        JOIN pg_index x ON x.indrelid = c.oid AND x.indisprimary AND a.attnum = ANY(x.indkey)
        WHERE c.relname = ANY(%s) AND a.atttypid <> 'bigint'::regtype ORDER BY 1""",
        list(tenant_tables()),
    )

    assert small == []


# --- grants ---------------------------------------------------------------------------------------------------


def declared_grants() -> dict[str, set[str]]:
    tables = {model._meta.db_table: walls.model_grants(model) for model in walls.tenant_models()}
    return {table: set(filter(None, text.split(", "))) for table, text in {**tables, **walls.GLOBAL_TABLES}.items()}


def test_the_serving_role_may_do_to_each_table_what_is_declared_and_nobody_else_anything(ask: Ask) -> None:
    granted: dict[str, set[str]] = {table: set() for table in declared_grants()}
    found = ask(f"SELECT c.relname, g.grantee, g.privilege_type, g.is_grantable FROM {TABLES}, aclexplode(c.relacl) g")
    roles = dict(ask("SELECT oid, rolname FROM pg_roles"))
    for table, grantee, privilege, grantable in found:
        if roles.get(grantee) != OWNER:
            assert roles.get(grantee) == SERVING
            assert not grantable
            granted[table].add(privilege)

    assert granted == declared_grants()


def test_nothing_is_granted_by_column_by_default_or_on_sequences(ask: Ask) -> None:
    by_column = "SELECT attrelid::regclass FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid > 16384"
    on_sequences = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relacl IS NOT NULL"

    assert ask(by_column) == []
    assert ask("SELECT * FROM pg_default_acl") == []
    assert ask(on_sequences) == []


def test_nobody_is_granted_what_ignores_policies() -> None:
    dangerous = {"TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN", "ALL"}

    assert {table: grants & dangerous for table, grants in declared_grants().items() if grants & dangerous} == {}


def test_accounts_are_never_deleted_and_history_is_only_added_to() -> None:
    grants = declared_grants()

    assert grants["accounts_account"] == {"SELECT", "INSERT", "UPDATE"}
    events = [table for table in grants if table.endswith("event")] + ["history_entry"]
    assert len(events) >= 11
    assert [table for table in events if grants[table] != {"SELECT", "INSERT"}] == []


def test_only_the_owner_founds_tenants() -> None:
    assert declared_grants()["organizations_tenant"] == {"SELECT", "UPDATE"}


def test_the_serving_role_is_nobody_special(ask: Ask) -> None:
    attributes = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
    (powers,) = ask(f"SELECT {attributes} FROM pg_roles WHERE rolname = %s", SERVING)
    memberships = ask("SELECT roleid::regrole FROM pg_auth_members WHERE member = %s::regrole", SERVING)
    (schema,) = ask("SELECT has_schema_privilege(%s, 'public', 'CREATE')", SERVING)

    assert not any(powers)
    assert memberships == []
    assert schema == (False,)


# --- doors ----------------------------------------------------------------------------------------------------

FUNCTIONS = """
SELECT p.proname, p.prosecdef, p.provolatile, pg_get_userbyid(p.proowner), p.proconfig, p.proacl::text[]
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'public'
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


def test_exactly_these_functions_see_all_tenants(ask: Ask) -> None:
    definers = {name for name, is_definer, *_rest in ask(FUNCTIONS) if is_definer}

    assert definers == DOORS


def test_a_door_never_writes_and_trusts_no_search_path(ask: Ask) -> None:
    doors = [row for row in ask(FUNCTIONS) if row[0] in DOORS]

    assert len(doors) == len(DOORS)
    assert [row[0] for row in doors if row[2] != "s"] == []
    assert [row[0] for row in doors if "search_path=pg_catalog, public, pg_temp" not in row[4]] == []


def test_only_the_serving_role_passes_a_door(ask: Ask) -> None:
    doors = [row for row in ask(FUNCTIONS) if row[0] in DOORS]
    allowed = {f"{OWNER}=X/{OWNER}", f"{SERVING}=X/{OWNER}"}

    assert [(row[0], row[3], row[5]) for row in doors if row[3] != OWNER or set(row[5]) != allowed] == []
