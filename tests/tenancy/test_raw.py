"""SQL as the serving role, without any filter, on every table of every model: the database wall alone."""

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, models, transaction

from itam_portal.tenancy import walls
from itam_portal.tenancy.models import SameTenant
from organizations.models import Tenant

MODELS = walls.tenant_models()
TABLES = [model._meta.db_table for model in MODELS]
KEYS = [
    pytest.param(model._meta.db_table, model._meta.get_field(key.field).column, key.table, id=key.name)
    for model in MODELS
    for key in model._meta.constraints
    if isinstance(key, SameTenant)
]
each_model = pytest.mark.parametrize("model", MODELS, ids=TABLES)


def tenant_column(model: type[models.Model]) -> str:
    """The column that names a row's tenant; a tenant's own entries have it computed from their id."""
    return "id" if model._meta.db_table in (walls.TENANT_TABLE, "organizations_tenantevent") else "tenant_id"


def owner_counts(as_owner: psycopg.Cursor, model: type[models.Model], tenant: Tenant) -> int:
    table, column = model._meta.db_table, tenant_column(model)
    found = as_owner.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [tenant.pk])  # type: ignore[arg-type]
    return found.fetchone()[0]  # type: ignore[index]


def run(statement: str, *parameters: Any) -> int:
    """How many rows the statement touched, as the serving role in Northwind's scope."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


POLICY, GRANT = "by its policy", "for lack of a grant"


def refused(statement: str, *parameters: Any) -> str | type[BaseException | None]:
    """What refuses the statement: the policy, a missing grant, or which other error."""
    with pytest.raises(DatabaseError) as caught:
        run(statement, *parameters)
    if not isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege):
        return type(caught.value.__cause__)
    return POLICY if "violates row-level security policy" in str(caught.value) else GRANT


def may(model: type[models.Model], privilege: str) -> bool:
    return privilege in walls.model_grants(model)


# --- reading --------------------------------------------------------------------------------------------------


@each_model
def test_both_tenants_have_rows_to_prove_something_with(
    model: type[models.Model], northwind: Tenant, contoso: Tenant, as_owner: psycopg.Cursor
) -> None:
    assert owner_counts(as_owner, model, northwind) > 0
    assert owner_counts(as_owner, model, contoso) > 0


@each_model
def test_an_unfiltered_read_sees_only_its_own_tenant(
    model: type[models.Model], scope: None, northwind: Tenant, as_owner: psycopg.Cursor
) -> None:
    tenants = list(model._base_manager.order_by().values_list(tenant_column(model), flat=True))

    assert set(tenants) == {northwind.pk}
    assert len(tenants) == owner_counts(as_owner, model, northwind)
    assert model._base_manager.count() == len(tenants)


@each_model
def test_asking_for_another_tenant_finds_nothing(model: type[models.Model], scope: None, contoso: Tenant) -> None:
    assert model._base_manager.filter(**{tenant_column(model): contoso.pk}).count() == 0


def test_a_join_and_a_subquery_see_only_their_own_tenant(scope: None, northwind: Tenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT a.tenant_id, o.tenant_id, (SELECT count(DISTINCT tenant_id) FROM roles_role)
            FROM accounts_account a FULL JOIN organizations_organization o ON o.id = a.home_id
        """)
        rows = set(cursor.fetchall())

    assert rows <= {(northwind.pk, northwind.pk, 1), (None, northwind.pk, 1)}


def a_column(model: type[models.Model]) -> str:
    """A column that can be written without changing anything."""
    if hasattr(model, "pgh_tracked_model"):
        return "pgh_label"
    return "name" if model._meta.db_table == walls.TENANT_TABLE else "tenant_id"


# --- writing --------------------------------------------------------------------------------------------------


@each_model
def test_an_update_of_everything_stays_at_home(
    model: type[models.Model], scope: None, northwind: Tenant, as_owner: psycopg.Cursor
) -> None:
    statement = f"UPDATE {model._meta.db_table} SET {a_column(model)} = {a_column(model)}"

    if may(model, "UPDATE"):
        assert run(statement) == owner_counts(as_owner, model, northwind)
    else:
        assert refused(statement) == GRANT


@each_model
def test_deleting_by_a_foreign_key_deletes_nothing(model: type[models.Model], scope: None, contoso: Tenant) -> None:
    statement = f"DELETE FROM {model._meta.db_table} WHERE {tenant_column(model)} = %s"

    if may(model, "DELETE"):
        assert run(statement, contoso.pk) == 0
    else:
        assert refused(statement, contoso.pk) == GRANT


def own_columns(model: type[models.Model]) -> list[str]:
    return [f'"{field.column}"' for field in model._meta.local_concrete_fields if not field.generated]


@each_model
def test_no_row_is_added_to_another_tenant(model: type[models.Model], scope: None, contoso: Tenant) -> None:
    table, columns = model._meta.db_table, own_columns(model)
    values = ["%s" if column == f'"{tenant_column(model)}"' else column for column in columns]
    statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} LIMIT 1"

    assert refused(statement, contoso.pk) == (POLICY if may(model, "INSERT") else GRANT)


@each_model
def test_no_row_moves_into_another_tenant(model: type[models.Model], scope: None, contoso: Tenant) -> None:
    statement = f"UPDATE {model._meta.db_table} SET {tenant_column(model)} = %s"

    assert refused(statement, contoso.pk) == (POLICY if may(model, "UPDATE") else GRANT)


@pytest.mark.parametrize(("table", "column", "target"), KEYS)
def test_no_key_points_into_another_tenant(
    table: str, column: str, target: str, northwind: Tenant, contoso: Tenant, as_owner: psycopg.Cursor
) -> None:
    """As the owner, whom no policy binds: the key itself must refuse it."""
    as_owner.execute(f"SELECT max(id) FROM {target} WHERE tenant_id = %s", [contoso.pk])  # type: ignore[arg-type]
    foreign = as_owner.fetchone()[0]  # type: ignore[index]
    own = f"SELECT ctid FROM {table} WHERE tenant_id = %s AND {column} IS NOT NULL LIMIT 1"
    move = f"UPDATE {table} SET {column} = %s WHERE ctid = ({own})"

    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        as_owner.execute(move, [foreign, northwind.pk])  # type: ignore[arg-type]


@each_model
def test_nothing_is_emptied(model: type[models.Model], scope: None) -> None:
    assert refused(f"TRUNCATE {model._meta.db_table} CASCADE") == GRANT


@pytest.mark.parametrize("table", sorted(walls.GLOBAL_TABLES))
def test_no_global_table_is_emptied(table: str, scope: None) -> None:
    assert refused(f"TRUNCATE {table} CASCADE") == GRANT


# --- without a scope ------------------------------------------------------------------------------------------


@pytest.fixture
def after_a_transaction(as_app: psycopg.Cursor) -> psycopg.Cursor:
    """A connection whose last transaction had a scope and is over: the setting is '' there, no longer unknown."""
    as_app.execute("SELECT set_config('app.tenant_id', '1', true)")
    as_app.connection.commit()
    return as_app


def statements(model: type[models.Model]) -> list[str]:
    table = model._meta.db_table
    allowed = {
        "SELECT": f"SELECT count(*) FROM {table}",
        "UPDATE": f"UPDATE {table} SET {a_column(model)} = {a_column(model)}",
        "DELETE": f"DELETE FROM {table}",
        "INSERT": f"INSERT INTO {table} ({tenant_column(model)}) VALUES (1)",
    }
    return [statement for privilege, statement in allowed.items() if may(model, privilege)]


@each_model
def test_where_no_scope_was_ever_open_everything_raises(model: type[models.Model], as_app: psycopg.Cursor) -> None:
    for statement in statements(model):
        with pytest.raises(psycopg.errors.UndefinedObject, match=r"app\.tenant_id"):
            as_app.execute(statement)  # type: ignore[arg-type]
        as_app.connection.rollback()


@each_model
def test_after_a_scope_has_ended_everything_raises(
    model: type[models.Model], after_a_transaction: psycopg.Cursor
) -> None:
    for statement in statements(model):
        with pytest.raises(psycopg.errors.InvalidTextRepresentation, match='bigint: ""'):
            after_a_transaction.execute(statement)  # type: ignore[arg-type]
        after_a_transaction.connection.rollback()


# --- who asks -------------------------------------------------------------------------------------------------


def test_these_tests_run_as_the_serving_role_and_nobody_behind_it(scope: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT session_user, current_user, rolsuper FROM pg_roles WHERE rolname = current_user")

        assert cursor.fetchone() == ("itam_app", "itam_app", False)


@pytest.mark.parametrize("role", ["itam_owner", "postgres"])
def test_the_serving_role_cannot_become_somebody_else(role: str, scope: None) -> None:
    assert refused(f"SET ROLE {role}") == GRANT


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE accounts_account DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON accounts_account",
        "CREATE POLICY all_of_it ON accounts_account USING (true)",
        "CREATE TABLE public.mine (id int)",
        "CREATE VIEW public.mine AS SELECT * FROM accounts_account",
        "ALTER TABLE accounts_account DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ],
)
def test_the_serving_role_does_not_touch_the_wall(statement: str, scope: None) -> None:
    assert refused(statement) == GRANT


def test_switching_row_security_off_shows_an_error_and_no_rows(scope: None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute("SELECT * FROM accounts_account")


def test_copy_obeys_the_policy_where_it_reads_and_is_refused_where_it_writes(
    scope: None, as_owner: psycopg.Cursor, northwind: Tenant
) -> None:
    with connection.cursor() as cursor, cursor.copy("COPY (SELECT tenant_id FROM accounts_account) TO STDOUT") as rows:
        tenants = set(b"".join(rows).split())

    assert tenants == {str(northwind.pk).encode()}
    assert refused("COPY accounts_account FROM STDIN") is psycopg.errors.FeatureNotSupported


@pytest.mark.parametrize("privilege", ["SELECT", "UPDATE"])
def test_pghistorys_own_global_table_stays_out_of_reach(privilege: str, scope: None) -> None:
    statement = {"SELECT": "SELECT * FROM pghistory_context", "UPDATE": "UPDATE pghistory_context SET metadata = '{}'"}

    assert refused(statement[privilege]) == GRANT
