"""The test databases: a server, two templates on it, and a copy for every worker.

The process that begins the tests starts the embedded PostgreSQL (or takes TEST_DATABASE_URL) and makes two template
databases there: one migrated, one with the cast in it. Both carry a hash of what they were made from and stay until
that changes.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from itam_portal.local import server

BASE = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "invitations", "itam_portal", "organizations", "roles", "users")
MARK = "itam_test_"

# Beside the tables lies a copy of their rows, and the function that brings them back: quicker than a new database.
KEEP = """
DO $keep$
DECLARE
    name text; columns text; body text := '';
BEGIN
    CREATE SCHEMA kept;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LOOP
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
        WHERE attrelid = format('public.%I', name)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
        EXECUTE format('CREATE TABLE kept.%1$I AS SELECT %2$s FROM public.%1$I', name, columns);
        body := body || format('DELETE FROM public.%1$I; INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE '
                               'SELECT * FROM kept.%1$I; ', name, columns);
    END LOOP;
    -- The demo starts its numbers anew; the rows that come back need theirs.
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        body := body || format('PERFORM setval(%L, %s); ', format('public.%I', name), (
            SELECT last_value FROM pg_sequences WHERE schemaname = 'public' AND sequencename = name));
    END LOOP;
    EXECUTE format('CREATE FUNCTION kept.restore() RETURNS void LANGUAGE plpgsql '
                   'SET session_replication_role = replica SET lock_timeout = %L AS %L',
                   '10s', 'BEGIN ' || body || ' END');
END $keep$
"""


class Session:
    """One run of the tests: its server, its template, and the name that marks its databases as in use."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(4)
        self.folder: IO[str] | None = None
        self.server: server.Server | None = None
        self.url = os.environ.get("TEST_DATABASE_URL") or self._start()
        # As long as this connection is open, no other run takes this run's databases for left behind.
        self.presence = psycopg.connect(self.url, autocommit=True, application_name=MARK + self.token)

    def _start(self) -> str:
        data = self._free_folder()
        self.server = server.start(data, durable=False)
        return self.server.url

    def _free_folder(self) -> Path:
        """A folder of this run's own: a second run beside it would lose its server when the first one ends."""
        for number in range(1, 10):
            data = BASE / ".data" / ("postgres-test" if number == 1 else f"postgres-test-{number}")
            data.parent.mkdir(exist_ok=True)
            self.folder = data.with_name(data.name + ".session").open("w")
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self.folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return data
        raise RuntimeError("nine runs of the tests are under way already")

    def template(self) -> str:
        """The name of the database with the cast in it, made now where there is none from the present code."""
        self.presence.execute("SELECT pg_advisory_lock(%s)", [server.PREPARE_LOCK + 1])
        try:
            tables, people = f"{MARK}tables_{_hash_of_tables()}", f"{MARK}cast_{_hash_of_code()}"
            self._drop_stale(keep={tables, people})
            if not self._exists(people):
                if not self._exists(tables):
                    self._make(tables, "template0", [str(BASE / "manage.py"), "migrate", "--verbosity", "0"])
                begin = "import django; django.setup(); from tests.cast import build; build()"
                self._make(people, tables, ["-c", begin], KEEP)
            return people
        finally:
            self.presence.execute("SELECT pg_advisory_unlock(%s)", [server.PREPARE_LOCK + 1])

    def _exists(self, database: str) -> bool:
        return bool(self.presence.execute("SELECT FROM pg_database WHERE datname = %s", [database]).rowcount)

    def _make(self, database: str, template: str, command: list[str], last: str = "SELECT 1") -> None:
        """Fill a copy of the template, and give it its name only when it is whole."""
        fresh = f"{MARK}run_{self.token}_new"
        urls = server.prepare(self.url, fresh) if template == "template0" else copy(self.url, template, fresh)
        environment = {**os.environ, "DATABASE_URL": urls.serving, "OWNER_DATABASE_URL": urls.owner}
        subprocess.run([sys.executable, *command], cwd=BASE, env=environment, check=True, timeout=300)
        with psycopg.connect(self.url, dbname=fresh) as connection:
            connection.execute(last)  # type: ignore[arg-type]
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(fresh), sql.Identifier(database))
        self.presence.execute(rename)

    def _drop_stale(self, *, keep: set[str]) -> None:
        """Drop templates of other code, and the databases of runs that are over."""
        open_runs = self.presence.execute("SELECT application_name FROM pg_stat_activity").fetchall()
        running = tuple(f"{MARK}run_{name.removeprefix(MARK)}_" for (name,) in open_runs if name.startswith(MARK))
        names = self.presence.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [MARK])
        for (name,) in names.fetchall():
            if name not in keep and not name.startswith(running):
                server.drop(self.url, name)

    def end(self) -> None:
        """Drop this run's databases and stop the server that it started."""
        names = self.presence.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.prefix])
        for (name,) in names.fetchall():
            server.drop(self.url, name)
        self.presence.close()
        if self.server:
            server.stop(self.server)
        if self.folder:
            self.folder.close()

    @property
    def prefix(self) -> str:
        """How the names of this run's databases begin."""
        return f"{MARK}run_{self.token}_"


class Copy:
    """One process's own copy of the template."""

    def __init__(self, superuser_url: str, template: str, database: str) -> None:
        self.superuser_url, self.template, self.database = superuser_url, template, database
        self.urls = copy(superuser_url, template, database)

    def restore(self) -> None:
        """Forget all rows that were committed, and bring back those that were there."""
        with self.connect() as connection:
            connection.execute("SELECT kept.restore()")

    def renew(self) -> None:
        """Forget also what was done to tables and policies. Nobody may be connected through a pool any more."""
        server.drop(self.superuser_url, self.database)
        copy(self.superuser_url, self.template, self.database)

    @property
    def superuser_address(self) -> str:
        """The address of this database as the superuser."""
        parts = urlsplit(self.superuser_url)
        return parts._replace(path=f"/{self.database}").geturl()

    def connect(self) -> psycopg.Connection:
        """A connection as the superuser."""
        return psycopg.connect(self.superuser_address)


def copy(superuser_url: str, template: str, database: str) -> server.Urls:
    """A new database that is a copy of another one."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        names = [sql.Identifier(name) for name in (database, server.OWNER_ROLE, template)]
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(*names))
    return server.prepare(superuser_url, database)


def _hash_of_tables() -> str:
    """Of all that a migration runs: a wall that the code no longer raises must not stand in the template."""
    packages = sorted(f"{one.name}=={one.version}" for one in importlib.metadata.distributions())
    migrations = [path for app in APPS for path in (BASE / app).rglob("migrations/*.py")]
    walls = [*(BASE / "itam_portal" / "tenancy").glob("*.py"), *BASE.glob("*/doors.py")]
    commands = [BASE / "itam_portal" / "lists" / "search.py", *(BASE / "itam_portal").rglob("commands/migrate.py")]
    return _hash_of([*migrations, *walls, *commands], *packages)


def _hash_of_code() -> str:
    code = [path for app in APPS for path in (BASE / app).rglob("*.py")]
    tests = [BASE / "tests" / "cast.py", Path(__file__)]
    return _hash_of([*code, *tests], _hash_of_tables())


def _hash_of(paths: list[Path], *facts: str) -> str:
    digest = hashlib.sha256("\n".join(facts).encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(BASE)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
