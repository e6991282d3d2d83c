"""The supervisor behind `make run`: makes everything ready, starts the portal, and stops all of it in the end."""

import contextlib
import errno
import http.client
import os
import secrets
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, TextIO

import psycopg
from dotenv import dotenv_values

from itam_portal.local import preflight, processes, server
from itam_portal.local.processes import DISK_FULL, Child, Problem
from itam_portal.local.server import Server, Urls

BASE = Path(__file__).resolve().parent.parent.parent
LOCAL_ENV = "local.env"
DEMO = "--accounts 20000 --users 20000 --organizations 60 --tenants 8 --seed 1".split()
GUNICORN = "--worker-class gthread --preload --workers 2 --threads 8 --limit-request-line 0 --no-control-socket".split()
GRACEFUL_SECONDS = 10
START_SECONDS = 120
SIGN_INS = """
Sign in with the password itam-portal-demo:
  olivia@northwind.example   owner of Northwind
  adam@northwind.example     administrator
  oscar@northwind.example    operator
  victor@northwind.example   viewer
  uma@northwind.example      operator for one organization
  mallory@contoso.example    owner of Contoso"""


@dataclass
class Portal:
    """All that one `make run` starts, so that it can stop it again."""

    base: Path
    port: int
    server: Server | None = None
    children: list[Child] = field(default_factory=list)
    lock: IO[str] | None = None

    @property
    def data(self) -> Path:
        """The folder of everything that is made while running."""
        return self.base / ".data"

    @property
    def address(self) -> str:
        """Where people find the portal."""
        return f"http://{preflight.HOST}:{self.port}"

    def run(self) -> None:
        """Start everything and watch over it; ends only by an exception."""
        self.lock = preflight.hold(self.data / "run.lock", self.address)
        preflight.require_port(self.port)
        preflight.require_space(self.data)
        urls = preflight.given_urls() or self.start_server()
        preflight.require_database(urls)
        settings = self.write_settings(urls)
        names = self.make_ready(dict(os.environ) | settings, urls)
        self.serve(dict(os.environ) | settings | {"OWNER_DATABASE_URL": ""})
        say(f"The portal runs at {self.address} - Ctrl-C stops it.")
        if "northwind" in names:
            say(SIGN_INS)
        self.watch()

    def start_server(self) -> Urls:
        """Start the embedded PostgreSQL, with roles and database."""
        folder = self.data / "postgres"
        say("Starting PostgreSQL." if folder.exists() else "Making a PostgreSQL server in .data/postgres.")
        self.server = server.start(folder)
        return server.prepare(self.server.url)

    def write_settings(self, urls: Urls) -> dict[str, str]:
        """Write .data/local.env, so that `manage.py` needs no variable; the secret key in it is made once."""
        path = self.data / LOCAL_ENV
        kept = dotenv_values(path, interpolate=False).get("SECRET_KEY") if path.exists() else None
        settings = {
            "DATABASE_URL": urls.serving,
            "OWNER_DATABASE_URL": urls.owner,
            "SECRET_KEY": os.environ.get("SECRET_KEY") or kept or secrets.token_urlsafe(50),
            "PLAIN_HTTP": "1",
            "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
            "PUBLIC_URL": self.address,
        }
        if not os.environ.get("EMAIL_URL"):
            settings["MAIL_FOLDER"] = os.environ.get("MAIL_FOLDER") or str(self.data / "mail")
        write_private(path, "".join(f"{name}={quote(value)}\n" for name, value in settings.items()))
        return settings

    def make_ready(self, environment: Mapping[str, str], urls: Urls) -> frozenset[str]:
        """Tables, static files and on the first run the demo; answers the tenants' short names."""
        self.migrate(environment)
        if static_files_are_stale(self.base):
            say("Collecting static files.")
            self.manage(["collectstatic", "--noinput"], environment)
        names = preflight.tenants(urls.owner)
        if not names:
            say("Making the demo data. This happens once and takes about a minute.")
            self.manage(["demo", *DEMO], environment)
            names = preflight.tenants(urls.owner)
        return names

    def migrate(self, environment: Mapping[str, str]) -> None:
        """Bring the tables up to date; speaks only where there is something to do."""
        told = False

        def tell(line: str) -> None:
            nonlocal told
            if not told and line.strip().startswith("Applying"):
                told = True
                say("Bringing the tables up to date.")

        command = manage_command(self.base, ["migrate", "--database", "owner", "--no-color"])
        processes.run_step(command, environment, on_line=tell)

    def manage(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run one management command to its end."""
        processes.run_step(manage_command(self.base, arguments), environment)

    def serve(self, environment: Mapping[str, str]) -> None:
        """Check, then start worker and gunicorn without the owner's address, and wait until pages are served."""
        say("Checking the settings and the database.")
        self.manage(["check", "--deploy", "--database", "default", "--fail-level", "ERROR"], environment)
        say("Starting the worker and the web server.")
        self.children.append(processes.start("worker", manage_command(self.base, ["worker"]), environment))
        self.children.append(processes.start("web server", self.gunicorn_command(), environment))
        deadline = time.monotonic() + START_SECONDS
        while not is_live(self.port):
            self.require_all()
            if time.monotonic() > deadline:
                raise Problem(f"{self.address}/health/live does not answer: see what gunicorn said above.")
            time.sleep(0.1)

    def gunicorn_command(self) -> list[str]:
        """The web server as in production, on the loopback only."""
        where = ["--bind", f"{preflight.HOST}:{self.port}", "--chdir", str(self.base)]
        quiet = ["--log-level", "warning", "--graceful-timeout", str(GRACEFUL_SECONDS)]
        return [sys.executable, "-m", "gunicorn", "itam_portal.wsgi:application", *GUNICORN, *where, *quiet]

    def watch(self) -> None:
        """Wait for the end of anything that must not end."""
        while True:
            self.require_all()
            time.sleep(0.5)

    def require_all(self) -> None:
        """Raise Problem when a part of the portal has ended."""
        for child in self.children:
            if child.ended():
                raise Problem(f"The {child.name} ended (status {child.process.returncode}): see what it said above.")
        if self.server and self.server.ended():
            raise Problem(f"PostgreSQL ended: see {self.data / 'postgres.log'}.")

    def stop(self) -> None:
        """Stop what was started, the database last."""
        processes.stop(self.children, patience=GRACEFUL_SECONDS + 2)
        if self.server:
            server.stop(self.server)


def say(line: str, file: TextIO | None = None) -> None:
    """One line for the person at the terminal, who may have closed it."""
    with contextlib.suppress(OSError):
        print(line, file=file, flush=True)


def manage_command(base: Path, arguments: Sequence[str]) -> list[str]:
    """A management command under the Python that runs this."""
    return [sys.executable, str(base / "manage.py"), *arguments]


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; nobody else may ever read it."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - a mode at birth
        file.write(text)
    fresh.replace(path)


def quote(value: str) -> str:
    """A value for an env file, which would fill in `${…}`: an address may say %24 instead."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("${", "%24{") + "'"


def static_files_are_stale(base: Path) -> bool:
    """Whether a static file, or a package that may bring some, is newer than what was collected."""
    collected = base / "staticfiles" / "staticfiles.json"
    if not collected.exists():
        return True
    sources = [path for folder in [base / "static", *base.glob("*/static")] for path in [folder, *folder.rglob("*")]]
    sources += (base / "requirements").glob("*.txt")
    return any(path.stat().st_mtime > collected.stat().st_mtime for path in sources if path.exists())


def is_live(port: int) -> bool:
    """Whether the web server answers."""
    connection = http.client.HTTPConnection(preflight.HOST, port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def end(number: int, frame: FrameType | None) -> None:
    """Turn every request to stop into the one that Python knows."""
    raise KeyboardInterrupt


def listen_for_signals() -> None:
    """Stop on Ctrl-C, on `kill`, when the terminal closes, and when `make` dies."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    if "MAKELEVEL" in os.environ:
        processes.end_with_parent(signal.SIGTERM)


def ignore_signals() -> None:
    """Let nothing interrupt the stopping."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def explain(error: Exception) -> str:
    """The sentence for a failure that a person can mend; any other is a bug and must be loud."""
    if isinstance(error, Problem):
        return str(error)
    if isinstance(error, psycopg.errors.DiskFull) or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        return DISK_FULL
    if isinstance(error, PermissionError):
        return f"{error.filename} belongs to another user of this machine: start as that user, or remove it."
    raise error


def main() -> int:
    """Run until told to stop (0) or until something is wrong (1)."""
    portal: Portal | None = None
    try:
        listen_for_signals()
        portal = Portal(BASE, preflight.read_port(os.environ.get("PORT") or "8000"))
        portal.run()
    except KeyboardInterrupt:
        say("Stopping.")
        return 0
    except (Problem, OSError, psycopg.Error) as error:
        say(explain(error), sys.stderr)
        return 1
    finally:
        ignore_signals()
        if portal:
            portal.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
