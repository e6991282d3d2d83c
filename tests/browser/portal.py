"""A portal as `make run` serves it, for browsers: an own database, demo data, a worker, and gunicorn on a free port."""

import email
import email.policy
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from itam_portal.local import preflight, processes, run, server
from tests.tenancy import databases

BASE = Path(__file__).resolve().parent.parent.parent
DEMO = "--accounts 3000 --users 300 --organizations 12 --tenants 3 --seed 7".split()
START_SECONDS = 60


@dataclass
class Portal:
    """A running portal. `owner_url` is for looking behind the pages: no policy binds the owner."""

    superuser_url: str
    database: str
    folder: Path
    port: int = 0
    children: list[processes.Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        urls = server.prepare(self.superuser_url, self.database)
        self.owner_url = urls.owner
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "BROWSER_STATIC_ROOT": str(self.folder),
            "DATABASE_URL": urls.serving,
            "OWNER_DATABASE_URL": urls.owner,
            "DATABASE_POOL": "8",
            "PUBLIC_URL": self.address,
            "MAIL_FOLDER": str(self.mail),
            "BROWSER_SUPERUSER_URL": in_database(self.superuser_url, self.database),
        }

    @property
    def address(self) -> str:
        """Where the browsers find it."""
        return f"http://{preflight.HOST}:{self.port}"

    @property
    def mail(self) -> Path:
        """Where its mail lands."""
        return self.folder.with_name(f"{self.folder.name}-mail")

    def fill(self) -> None:
        """Tables, static files, the demo, and beside it the rows that only these tests want."""
        self._make_tables()
        self._python("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        self._python("manage.py", "demo", *DEMO)
        self._python("-m", "tests.browser.stage")

    def start(self) -> None:
        """Start the worker and the web server, and wait until it answers."""
        serving = {**self.environment, "OWNER_DATABASE_URL": ""}
        worker = run.manage_command(BASE, ["worker"])
        gunicorn = run.Portal(BASE, self.port).gunicorn_command()
        for name, command in (("worker", worker), ("web server", gunicorn)):
            self.children.append(processes.start(name, command, serving))
        deadline = time.monotonic() + START_SECONDS
        while not run.is_live(self.port):
            if time.monotonic() > deadline or any(child.ended() for child in self.children):
                raise RuntimeError("the portal did not start: see what it said above")
            time.sleep(0.05)

    def link_mailed_to(self, address: str, path: str) -> str:
        """The newest link below this path that was mailed to an address; the worker is waited for."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for file in sorted(self.mail.glob("*.eml"), key=lambda one: one.stat().st_mtime, reverse=True):
                message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                body = message.get_body(("plain",))
                found = re.search(rf"{re.escape(self.address + path)}\S+", body.get_content() if body else "")
                if address in str(message["To"]) and found:
                    return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} with a link below {path}")

    def change(self, statement: str, *values: object) -> None:
        """Change rows behind everybody's back, as the owner of the tables."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            connection.execute(statement, values)  # type: ignore[arg-type]

    def stop(self) -> None:
        """Stop what was started and drop the database."""
        processes.stop(self.children, patience=10)
        server.drop(self.superuser_url, self.database)

    def _make_tables(self) -> None:
        """Take the tables that this run of the tests has made already; migrate where it has not."""
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            found = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            made = connection.execute(found, [f"{databases.MARK}tables_"]).fetchone()
        if made:
            server.drop(self.superuser_url, self.database)
            databases.copy(self.superuser_url, made[0], self.database)
        else:
            self._python("manage.py", "migrate", "--verbosity", "0")

    def _python(self, *arguments: str) -> None:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=BASE, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def portal_for(group: str, temporary: pytest.TempPathFactory) -> Iterator[Portal]:
    """A running portal with demo data, of this process's tests of one group."""
    name = f"{os.environ['ITAM_TEST_PREFIX']}{group}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    portal = Portal(os.environ["ITAM_TEST_SERVER"], name, temporary.mktemp("static"))
    try:
        portal.fill()
        portal.start()
        yield portal
    finally:
        portal.stop()


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((preflight.HOST, 0))
        return int(listener.getsockname()[1])


def in_database(url: str, database: str) -> str:
    """The same server and role, another database."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()
