"""What must hold before the portal starts, each with the sentence that says what to do where it does not."""

import errno
import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict

from itam_portal.local.processes import DISK_FULL, Problem
from itam_portal.local.server import Urls, require_version

HOST = "127.0.0.1"
LEAST_FREE_BYTES = 500_000_000
OUR_APPS = frozenset({"tenancy", "organizations"})
# What django_migrations may hold when the very first migration was interrupted.
FIRST_APPS = OUR_APPS | {"contenttypes", "auth", "sessions", "roles", "accounts", "history", "lists", "pghistory"}
FOREIGN_TABLES = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""


def read_port(text: str) -> int:
    """The number in PORT."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise Problem(f"PORT is {text!r}: give a number from 1 to 65535, such as make run PORT=8001.")


def hold(lock_file: Path, address: str) -> IO[str]:
    """Keep a second supervisor out of this folder for as long as the returned file is open."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = lock_file.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        where = lock.read().strip() or "an unknown address"
        raise Problem(f"The portal of this folder already runs at {where}: use it, or stop it first.") from None
    lock.truncate(0)
    lock.write(address)
    lock.flush()
    return lock


def require_port(port: int) -> None:
    """Raise Problem unless gunicorn will be able to listen."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                said = f"Port {port} is taken by another program: stop it, or choose another with make run PORT=8001."
            else:
                said = f"Port {port} cannot be used ({error.strerror}): choose another with make run PORT=8001."
            raise Problem(said) from None


def require_space(folder: Path) -> None:
    """Raise Problem when the disk of this folder is nearly full."""
    if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
        raise Problem(DISK_FULL)


def given_urls() -> Urls | None:
    """The addresses of a server of one's own; None means the embedded one."""
    serving, owner = os.environ.get("DATABASE_URL", ""), os.environ.get("OWNER_DATABASE_URL", "")
    if bool(serving) != bool(owner):
        missing = "OWNER_DATABASE_URL" if serving else "DATABASE_URL"
        raise Problem(f"{missing} is missing: a server of your own needs both addresses, the embedded one neither.")
    return Urls(serving, owner) if serving else None


def require_database(urls: Urls) -> None:
    """Raise Problem unless both roles can sign in, the owner owns, and the database is empty or the portal's."""
    with (
        _connect(urls.owner, "OWNER_DATABASE_URL") as owner,
        _connect(urls.serving, "DATABASE_URL") as serving,
    ):
        require_version(owner)
        if owner.info.user == serving.info.user:
            raise Problem("DATABASE_URL and OWNER_DATABASE_URL name the same role: DATABASE_URL must name itam_app.")
        if not _ask(owner, "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"):
            said = f"{owner.info.user} does not own the database {owner.info.dbname}"
            raise Problem(f"{said}: make the owner itam_owner, as README.md says under Production.")
        _require_ours(owner)


def tenants(owner_url: str) -> frozenset[str]:
    """The short names of the tenants there are."""
    with _connect(owner_url, "OWNER_DATABASE_URL") as owner:
        return frozenset(row[0] for row in owner.execute("SELECT slug FROM organizations_tenant"))


def _require_ours(owner: psycopg.Connection) -> None:
    applied = frozenset[str]()
    if _ask(owner, "SELECT to_regclass('public.django_migrations') IS NOT NULL"):
        applied = frozenset(row[0] for row in owner.execute("SELECT DISTINCT app FROM public.django_migrations"))
    if applied >= OUR_APPS or (applied and applied <= FIRST_APPS) or not _ask(owner, FOREIGN_TABLES):
        return
    raise Problem(f"The database {owner.info.dbname} holds the tables of another program: give an empty one.")


def _ask(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def _connect(url: str, variable: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, connect_timeout=10, autocommit=True)
    except psycopg.OperationalError as error:
        raise Problem(_explain(url, variable, str(error))) from None
    except psycopg.Error:
        example = "postgresql://itam_app:password@127.0.0.1:5432/itam_portal"
        raise Problem(f"{variable} is not an address of PostgreSQL: write it like {example}.") from None


def _explain(url: str, variable: str, said: str) -> str:
    """A sentence without the address itself, which may hold a password."""
    where = conninfo_to_dict(url)
    server = f"{where.get('host', 'this machine')}:{where.get('port', 5432)}"
    if "FATAL:" in said:
        reason = said.rpartition("FATAL:")[2].strip().splitlines()[0]
        return (
            f"The server at {server} refuses {variable} ({reason}): see README.md, Production, for roles and database."
        )
    reason = said.strip().splitlines()[0].rpartition(": ")[2]
    return f"No PostgreSQL answers at {server} ({reason}): start it, or correct {variable}."
