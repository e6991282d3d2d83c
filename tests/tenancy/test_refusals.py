"""The program refuses to serve where the wall would be decoration: /health/ready, and the check before gunicorn."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections
from django.test import Client
from psycopg import sql

from itam_portal import health
from itam_portal.local import server
from itam_portal.tenancy.checks import wall_problems
from tests.tenancy.databases import BASE, Copy

commits = pytest.mark.django_db(transaction=True)
ServeAs = Callable[..., Any]


@pytest.fixture
def superuser(own_database: Copy) -> Iterator[psycopg.Connection]:
    """A connection as the server's superuser, which commits at once."""
    with own_database.connect() as connection:
        connection.autocommit = True
        yield connection


@pytest.fixture
def make_role(superuser: psycopg.Connection) -> Iterator[Callable[[str], str]]:
    """A role of the server that can sign in, gone after the test."""
    made: list[sql.Identifier] = []

    def make(attributes: str) -> str:
        name = f"itam_test_{secrets.token_hex(4)}"
        made.append(sql.Identifier(name))
        superuser.execute(sql.SQL("CREATE ROLE {} LOGIN " + attributes).format(made[-1]))
        password = sql.Literal(connections["default"].settings_dict["PASSWORD"] or name)
        superuser.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(made[-1], password))
        return name

    yield make
    for role in made:
        superuser.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture
def serve_as(database: None) -> Iterator[ServeAs]:
    """Let the program serve as another role, or from another database."""
    proper = connections["default"]
    others = []

    def serve(user: str, *, database: str = "", **options: Any) -> None:
        changed = {**proper.settings_dict, "USER": user, "NAME": database or proper.settings_dict["NAME"]}
        plain = {key: value for key, value in proper.settings_dict["OPTIONS"].items() if key != "pool"}
        others.append(proper.__class__({**changed, "OPTIONS": {**plain, **options}}, "default"))
        connections["default"] = others[-1]

    yield serve
    for other in others:
        other.close()
    connections["default"] = proper


@pytest.fixture
def readiness(client: Client, monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[int, list[str]]]:
    """What /health/ready answers now, whatever it answered a second ago."""
    monkeypatch.setattr(health, "_GOOD_FOR_SECONDS", -1.0)

    def ask() -> tuple[int, list[str]]:
        answer = client.get("/health/ready")
        return answer.status_code, answer.json()["problems"]

    return ask


Readiness = Callable[[], tuple[int, list[str]]]

# --- the proper role --------------------------------------------------------------------------------------------


@commits
def test_the_serving_role_on_its_database_is_ready(readiness: Readiness) -> None:
    assert wall_problems() == []
    assert readiness() == (200, [])


@commits
@pytest.mark.usefixtures("readiness")
def test_whether_it_is_ready_needs_no_sign_in_and_names_no_tenant(client: Client) -> None:
    assert client.get("/health/ready").json() == {"status": "ready", "problems": []}
    assert client.get("/health/live").json() == {"status": "live"}


# --- the wrong role ---------------------------------------------------------------------------------------------


@commits
def test_a_superuser_does_not_serve(serve_as: ServeAs, superuser: psycopg.Connection, readiness: Readiness) -> None:
    serve_as(superuser.info.user)

    status, problems = readiness()

    assert status == 503
    assert f"The serving role {superuser.info.user} is a superuser: policies would not bind it." in problems


@commits
def test_a_superuser_that_only_assumes_the_serving_role_does_not_serve(
    serve_as: ServeAs, superuser: psycopg.Connection, readiness: Readiness
) -> None:
    serve_as(superuser.info.user, assume_role=server.SERVING_ROLE)

    status, problems = readiness()

    assert status == 503
    assert f"The serving role {superuser.info.user} is a superuser: policies would not bind it." in problems


@commits
def test_the_owner_does_not_serve(serve_as: ServeAs, readiness: Readiness) -> None:
    serve_as(server.OWNER_ROLE)

    sentence = "The serving role itam_owner owns tables or can become their owner: policies would not bind it."
    assert readiness() == (503, [sentence])


@commits
def test_who_can_become_the_owner_does_not_serve(
    make_role: Callable[[str], str], serve_as: ServeAs, readiness: Readiness
) -> None:
    role = make_role("IN ROLE itam_owner, itam_app")
    serve_as(role, assume_role=server.SERVING_ROLE)

    sentence = f"The serving role {role} owns tables or can become their owner: policies would not bind it."
    assert readiness() == (503, [sentence])


@commits
def test_who_passes_by_row_security_does_not_serve(
    make_role: Callable[[str], str], serve_as: ServeAs, readiness: Readiness
) -> None:
    role = make_role("BYPASSRLS IN ROLE itam_app")
    serve_as(role)

    assert readiness() == (503, [f"The serving role {role} has BYPASSRLS: policies would not bind it."])


# --- the wrong database -----------------------------------------------------------------------------------------


@commits
@pytest.mark.usefixtures("own_walls")
@pytest.mark.parametrize(
    ("table", "breach"),
    [
        ("roles_role", "ALTER TABLE roles_role DISABLE ROW LEVEL SECURITY"),
        ("roles_roleevent", "DROP POLICY tenant ON roles_roleevent"),
        ("organizations_tenant", "DROP POLICY tenant ON organizations_tenant"),
        ("roles_role", "ALTER POLICY tenant ON roles_role USING (true)"),
        ("roles_role", "CREATE POLICY second ON roles_role USING (true)"),
        ("roles_role", "ALTER POLICY tenant ON roles_role USING (id = current_setting('app.tenant_id')::bigint)"),
        ("forgotten", "CREATE TABLE forgotten (id bigint, tenant_id bigint)"),
    ],
)
def test_a_table_without_its_policy_is_not_served(
    table: str, breach: str, as_owner: psycopg.Cursor, readiness: Readiness
) -> None:
    as_owner.execute(breach)  # type: ignore[arg-type]

    assert readiness() == (
        503,
        [f"The table {table} belongs to a tenant and is not walled by the policy on its tenant."],
    )


@commits
def test_a_database_that_does_not_know_unicode_is_not_served(superuser: psycopg.Connection, serve_as: ServeAs) -> None:
    name = f"itam_test_run_{secrets.token_hex(4)}_plain"
    make = "CREATE DATABASE {} TEMPLATE template0 ENCODING UTF8 LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
    superuser.execute(sql.SQL(make).format(sql.Identifier(name)))
    try:
        serve_as(superuser.info.user, database=name)
        with connections["default"].cursor() as cursor:
            cursor.execute("CREATE EXTENSION pg_trgm")

        assert wall_problems()[-1].startswith("The database's LC_CTYPE does not know Unicode")
    finally:
        connections["default"].close()
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@commits
def test_a_database_that_lacks_a_migration_is_not_served(as_owner: psycopg.Cursor, readiness: Readiness) -> None:
    as_owner.execute("DELETE FROM django_migrations WHERE app = 'users'")

    assert readiness() == (503, ["The database is not migrated: run manage.py migrate as the owner."])


@commits
def test_without_a_database_the_program_lives_but_is_not_ready(
    serve_as: ServeAs, client: Client, readiness: Readiness
) -> None:
    serve_as(server.SERVING_ROLE, database="there_is_no_such_database")

    assert readiness() == (503, ["The database does not answer."])
    assert client.get("/health/live").status_code == 200


# --- the check before gunicorn ----------------------------------------------------------------------------------

CHECK = ["check", "--deploy", "--database", "default", "--fail-level", "ERROR"]


@commits
def test_the_deploy_check_asks_the_same(serve_as: ServeAs) -> None:
    call_command(*CHECK)
    serve_as(server.OWNER_ROLE)

    with pytest.raises(SystemCheckError, match=r"itam_portal\.E001.* policies would not bind it"):
        call_command(*CHECK)


@commits
@pytest.mark.parametrize(("role", "status"), [("serving", 0), ("owner", 1)])
def test_the_deploy_check_ends_its_process_where_the_role_is_wrong(role: str, status: int, own_database: Copy) -> None:
    environment = {**os.environ, "DATABASE_URL": getattr(own_database.urls, role), "OWNER_DATABASE_URL": ""}
    command = [sys.executable, "manage.py", *CHECK]

    ran = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, timeout=120, check=False)

    assert ran.returncode == status, ran.stderr
    assert ("itam_portal.E001" in ran.stderr) is bool(status)


@commits
@pytest.mark.parametrize("arguments", [["migrate"], ["migrate", "--database", "default"]])
def test_migrations_refuse_to_run_as_the_serving_role(arguments: list[str], own_database: Copy) -> None:
    environment = {**os.environ, "DATABASE_URL": own_database.urls.serving, "OWNER_DATABASE_URL": ""}
    command = [sys.executable, "manage.py", *arguments]

    ran = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, timeout=120, check=False)

    assert ran.returncode == 1
    assert ran.stderr.strip() == "CommandError: Migrations run as the owner: set OWNER_DATABASE_URL."
