"""The test database, and the cast as fixtures.

The process that begins the tests starts the embedded PostgreSQL (or takes TEST_DATABASE_URL) and makes two template
databases there: one migrated, one with the cast in it. Both carry a hash of what they were made from and stay until
that changes. Every worker works in a copy. An ordinary test runs as the serving role inside a transaction that is
rolled back; after a test with `transaction=True` the worker's copy is made anew.
"""

import contextlib
import fcntl
import hashlib
import importlib
import importlib.metadata
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.http import HttpRequest
from django.test import Client, TransactionTestCase
from django.utils.functional import empty
from psycopg import sql

from accounts import doors, sign_in
from accounts.models import Account
from itam_portal.local import server
from itam_portal.tenancy import scope as scopes
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests import cast

BASE = Path(__file__).resolve().parent.parent
APPS = ("accounts", "invitations", "itam_portal", "organizations", "roles", "users")
ENVIRONMENT = {
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "PLAIN_HTTP": "1",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "DATABASE_POOL": "3",
}
# What else settings.py reads: nobody's shell and no `make run` may change what the tests see.
FOREIGN = ("DEBUG", "HSTS_SECONDS", "BEHIND_HTTPS_PROXY", "TRUSTED_PROXIES", "SESSION_IDLE_SECONDS", "LOG_LEVEL")
MARK = "itam_test_"

# --- the server and its templates -----------------------------------------------------------------------------


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
                self._make(people, tables, ["-c", begin])
            return people
        finally:
            self.presence.execute("SELECT pg_advisory_unlock(%s)", [server.PREPARE_LOCK + 1])

    def _exists(self, database: str) -> bool:
        return bool(self.presence.execute("SELECT FROM pg_database WHERE datname = %s", [database]).rowcount)

    def _make(self, database: str, template: str, command: list[str]) -> None:
        """Fill a copy of the template, and give it its name only when it is whole."""
        fresh = f"{MARK}run_{self.token}_new"
        urls = server.prepare(self.url, fresh) if template == "template0" else copy(self.url, template, fresh)
        environment = {**os.environ, "DATABASE_URL": urls.serving, "OWNER_DATABASE_URL": urls.owner}
        subprocess.run([sys.executable, *command], cwd=BASE, env=environment, check=True, timeout=300)
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


def copy(superuser_url: str, template: str, database: str) -> server.Urls:
    """A new database that is a copy of another one."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        names = [sql.Identifier(name) for name in (database, server.OWNER_ROLE, template)]
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(*names))
    return server.prepare(superuser_url, database)


def _hash_of_tables() -> str:
    packages = sorted(f"{one.name}=={one.version}" for one in importlib.metadata.distributions())
    return _hash_of([path for app in APPS for path in (BASE / app).rglob("migrations/*.py")], *packages)


def _hash_of_code() -> str:
    code = [path for app in APPS for path in (BASE / app).rglob("*.py")]
    return _hash_of([*code, Path(cast.__file__)], _hash_of_tables())


def _hash_of(paths: list[Path], *facts: str) -> str:
    digest = hashlib.sha256("\n".join(facts).encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(BASE)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


# --- this process ---------------------------------------------------------------------------------------------


class Copy:
    """This process's own copy of the template."""

    def __init__(self, superuser_url: str, template: str, database: str) -> None:
        self.superuser_url, self.template, self.database = superuser_url, template, database
        self.urls = copy(superuser_url, template, database)

    def renew(self) -> None:
        """Forget all that was committed, changed tables and policies included."""
        leave_database()
        server.drop(self.superuser_url, self.database)
        copy(self.superuser_url, self.template, self.database)


def leave_database() -> None:
    """Close this thread's connections and the pool."""
    for connection in connections.all(initialized_only=True):
        connection.close()
    connections["default"].close_pool()


session: Session | None = None
mine: Copy


def pytest_configure(config: pytest.Config) -> None:
    """Make the database before anything asks Django for one."""
    global session, mine
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    if config.option.help or config.option.version or config.option.collectonly:
        return
    _clean_environment()
    if not worker:
        session = Session()
        os.environ |= {"ITAM_TEST_SERVER": session.url, "ITAM_TEST_TEMPLATE": session.template()}
        os.environ["ITAM_TEST_PREFIX"] = session.prefix
    if worker or not getattr(config.option, "numprocesses", None):
        name = os.environ["ITAM_TEST_PREFIX"] + (worker or "main")
        mine = Copy(os.environ["ITAM_TEST_SERVER"], os.environ["ITAM_TEST_TEMPLATE"], name)
        os.environ |= {"DATABASE_URL": mine.urls.serving, "OWNER_DATABASE_URL": mine.urls.owner}
        _read_settings_again()


def _clean_environment() -> None:
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ |= ENVIRONMENT


def _read_settings_again() -> None:
    """pytest-django read the settings before this file could say which database they mean."""
    importlib.reload(sys.modules["itam_portal.settings"])
    settings._wrapped = empty
    connections._settings = None
    connections.__dict__.pop("settings", None)
    for alias in list(connections):
        with contextlib.suppress(AttributeError):
            del connections[alias]
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.STATIC_ROOT = BASE / "static"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this run started."""
    if session:
        if not getattr(config.option, "numprocesses", None):
            leave_database()
        session.end()


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[None]:
    """Instead of pytest-django's own databases; a flush would need the right to TRUNCATE, which nobody here has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test_case: mine.renew())
        yield


# --- the cast -------------------------------------------------------------------------------------------------


def _commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def database(request: pytest.FixtureRequest) -> None:
    """The database of this test: in a transaction, or with real commits where the test is marked so."""
    request.getfixturevalue("transactional_db" if _commits(request) else "db")


def _tenant(slug: str) -> Tenant:
    with tenant_scope(doors.tenant_of_slug.read(slug)[0]["tenant_id"]) as scope:
        return Tenant.objects.get(pk=scope.tenant_id)


@pytest.fixture
def northwind(database: None) -> Tenant:
    """The tenant in which everything happens."""
    return _tenant("northwind")


@pytest.fixture
def contoso(database: None) -> Tenant:
    """The tenant next door."""
    return _tenant("contoso")


@pytest.fixture
def scope(request: pytest.FixtureRequest, northwind: Tenant) -> Iterator[None]:
    """Northwind's scope around the test; a test with real commits opens its own where it needs one."""
    if _commits(request):
        yield
        return
    with tenant_scope(northwind.pk):
        yield


def _account(tenant: Tenant, login: str) -> Account:
    with tenant_scope(tenant.pk):
        return cast.account_named(login)


@pytest.fixture
def olivia(scope: None, northwind: Tenant) -> Account:
    """Owns Northwind; nobody else does."""
    return _account(northwind, "olivia")


@pytest.fixture
def adam(scope: None, northwind: Tenant) -> Account:
    """Administers Northwind."""
    return _account(northwind, "adam")


@pytest.fixture
def oscar(scope: None, northwind: Tenant) -> Account:
    """Operates Northwind."""
    return _account(northwind, "oscar")


@pytest.fixture
def victor(scope: None, northwind: Tenant) -> Account:
    """Only views Northwind."""
    return _account(northwind, "victor")


@pytest.fixture
def uma(scope: None, northwind: Tenant) -> Account:
    """Operates one organization, EMEA."""
    return _account(northwind, "uma")


@pytest.fixture
def mallory(scope: None, contoso: Tenant) -> Account:
    """Owns Contoso and has no business here."""
    return _account(contoso, "mallory")


@pytest.fixture
def make_account(scope: None, northwind: Tenant) -> Callable[..., Account]:
    """Another account of Northwind: `make_account("Tess", "Viewer", at=emea)`."""

    def make(name: str, *roles: Any, **fields: Any) -> Account:
        with tenant_scope(northwind.pk):
            return cast.add_account(northwind, name, *roles, **fields)

    return make


# --- doors into the program -----------------------------------------------------------------------------------


class PortalClient(Client):
    """A browser: its requests know nothing of the scope in which the test stands."""

    def request(self, **request: Any) -> Any:
        with outside_every_scope():
            return super().request(**request)


@contextlib.contextmanager
def outside_every_scope() -> Iterator[None]:
    """As if no scope were open, inside a test that has one."""
    outer, connection = scopes._current.get(), connections["default"]
    if outer is None:
        yield
        return
    token = scopes._current.set(None)
    _say_tenant("")
    try:
        yield
    finally:
        scopes._current.reset(token)
        if not connection.needs_rollback:
            _say_tenant(str(outer.tenant_id))


def _say_tenant(text: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [text])


@pytest.fixture
def client(database: None) -> PortalClient:
    """The browser of somebody who has not signed in."""
    return PortalClient()


@pytest.fixture
def client_of(database: None) -> Callable[[Account], PortalClient]:
    """The browser of somebody who has signed in to this account."""
    return sign_in_to


def sign_in_to(account: Account) -> PortalClient:
    """A browser with a session of this account, begun as the sign-in page begins it."""
    browser = PortalClient()
    browser.force_login(account.identity, backend="accounts.sign_in.SignInBackend")
    request = HttpRequest()
    request.session = browser.session
    sign_in.enter(request, {"tenant_id": account.tenant_id, "account_id": account.pk})
    request.session.save()
    return browser


@pytest.fixture
def as_owner(request: pytest.FixtureRequest, database: None) -> Iterator[psycopg.Cursor]:
    """A cursor as the owner of all tables, whom no policy binds. Rolled back unless the test commits."""
    yield from _cursor(mine.urls.owner, commits=_commits(request))


@pytest.fixture
def as_app(request: pytest.FixtureRequest, database: None) -> Iterator[psycopg.Cursor]:
    """A cursor on a fresh connection as the serving role, on which no scope was ever opened."""
    yield from _cursor(mine.urls.serving, commits=_commits(request))


def _cursor(url: str, *, commits: bool) -> Iterator[psycopg.Cursor]:
    connection = psycopg.connect(url, autocommit=commits)
    try:
        yield connection.cursor()
    finally:
        connection.rollback()
        connection.close()
