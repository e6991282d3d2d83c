"""The server of the benchmark and its two databases, kept between runs as long as their makers do not change."""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from itam_portal.local import processes, server
from itam_portal.local.server import Server, Urls

BASE = Path(__file__).resolve().parent.parent.parent
DATA = BASE / ".data" / "postgres-bench"
PREFIX = "bench_"
ENVIRONMENT = {
    "SECRET_KEY": "only-for-the-benchmark-" + "x" * 50,
    "PLAIN_HTTP": "1",
    "DEBUG": "0",
    "ALLOWED_HOSTS": "testserver",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "LOG_LEVEL": "ERROR",
}


@dataclass(frozen=True)
class Size:
    """How much the demo puts into one database. The first tenant, which is measured, gets half of it."""

    accounts: int
    users: int = 1_000
    organizations: int = 400
    tenants: int = 100

    @property
    def options(self) -> list[str]:
        """As the demo reads it."""
        numbers = vars(self) | {"seed": 1}
        return [part for name, number in numbers.items() for part in (f"--{name}", str(number))]

    @property
    def database(self) -> str:
        """The database's name, different for anything else that made it."""
        digest = hashlib.sha256(" ".join(self.options).encode())
        for path in _makers():
            digest.update(str(path.relative_to(BASE)).encode() + path.read_bytes())
        return f"{PREFIX}{self.accounts}_{digest.hexdigest()[:12]}"


def _makers() -> list[Path]:
    """What decides what a database holds: every migration, and the demo's code."""
    return sorted([*BASE.glob("*/**/migrations/*.py"), *(BASE / "itam_portal" / "demo").rglob("*.py")])


def drop_stale(running: Server, *, keep: list[Size]) -> None:
    """Remove the databases of other code or other sizes."""
    with psycopg.connect(running.url) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        names = [name for (name,) in found]
    for name in set(names) - {size.database for size in keep}:
        server.drop(running.url, name)


def prepare(running: Server, size: Size) -> Urls:
    """The filled database of this size, made now where there is none from the present code."""
    if not _exists(running, size.database):
        say(f"Filling a database with {size.accounts:,} accounts.")
        _make(running, size)
    urls = server.prepare(running.url, size.database)
    # Policies and search functions are made anew by every migration: they are the present code's.
    _manage(["migrate", "--verbosity", "0"], urls)
    return urls


def _make(running: Server, size: Size) -> None:
    """Fill a database, and give it its name only when it is whole."""
    fresh = f"{PREFIX}new"
    server.drop(running.url, fresh)
    urls = server.prepare(running.url, fresh)
    _manage(["migrate", "--verbosity", "0"], urls)
    _manage(["demo", *size.options], urls)
    tidy(running, fresh)
    with psycopg.connect(running.url, autocommit=True) as connection:
        names = sql.Identifier(fresh), sql.Identifier(size.database)
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))


def _exists(running: Server, database: str) -> bool:
    with psycopg.connect(running.url) as connection:
        return bool(connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).rowcount)


def tidy(running: Server, database: str) -> None:
    """VACUUM ANALYZE, as the server's own housekeeping would have done by now."""
    name = psycopg.conninfo.conninfo_to_dict(running.url) | {"dbname": database}
    with psycopg.connect(**name, autocommit=True) as connection:  # type: ignore[arg-type]
        connection.execute(sql.SQL("VACUUM (ANALYZE)"))
        connection.execute("CHECKPOINT")


def _manage(arguments: list[str], urls: Urls) -> None:
    environment = {**os.environ, **ENVIRONMENT, "DATABASE_URL": urls.serving, "OWNER_DATABASE_URL": urls.owner}
    processes.run_step([sys.executable, str(BASE / "manage.py"), *arguments], environment)


def say(line: str) -> None:
    """Progress, beside the result."""
    print(line, file=sys.stderr, flush=True)
