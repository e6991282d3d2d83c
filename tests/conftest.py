"""The test database, the cast as fixtures, and the ways into the program.

Every worker has a copy of one template database (tests/tenancy/databases.py). An ordinary test runs as the serving
role inside a transaction that is rolled back; after a test with `transaction=True` all rows are brought back.
"""

import contextlib
import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.http import HttpRequest
from django.test import Client, TransactionTestCase
from django.utils.functional import empty

from accounts import doors, sign_in
from accounts.models import Account
from itam_portal.tenancy import scope as scopes
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests import cast
from tests.tenancy.databases import BASE, Copy, Session

ENVIRONMENT = {
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "PLAIN_HTTP": "1",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "DATABASE_POOL": "3",
}
# What else settings.py reads: nobody's shell and no `make run` may change what the tests see.
FOREIGN = (
    "DEBUG",
    "SECRET_KEY_FALLBACKS",
    "HSTS_SECONDS",
    "BEHIND_HTTPS_PROXY",
    "TRUSTED_PROXIES",
    "SESSION_IDLE_SECONDS",
    "LOG_LEVEL",
    "EMAIL_URL",
    "MAIL_FROM",
    "MAIL_FOLDER",
)

# --- this process ---------------------------------------------------------------------------------------------

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
    settings.STATIC_ROOT = BASE / ".data" / "no-static-files"
    settings.STATIC_ROOT.mkdir(exist_ok=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this run started."""
    if session:
        if not getattr(config.option, "numprocesses", None):
            leave_database()
        session.end()


def leave_database() -> None:
    """Close this thread's connections and the pool."""
    for connection in connections.all(initialized_only=True):
        connection.close()
    connections["default"].close_pool()


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[None]:
    """Instead of pytest-django's own databases; a flush would need the right to TRUNCATE, which nobody here has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test_case: mine.restore())
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
def at_once() -> Callable[..., None]:
    """Do several things at the same time, each on a connection of its own."""
    return in_threads


def in_threads(*works: Callable[[], Any]) -> None:
    """Do each of these in a thread; the first error comes out here. This thread gives its connection back if it can."""
    errors: list[BaseException] = []
    if not connections["default"].in_atomic_block:
        connections["default"].close()

    def run(work: Callable[[], Any]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (raised again below)
            errors.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=[work], daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]
    assert not any(thread.is_alive() for thread in threads)


@pytest.fixture
def as_owner(request: pytest.FixtureRequest, database: None) -> Iterator[psycopg.Cursor]:
    """A cursor as the owner of all tables, whom no policy binds. Rolled back unless the test commits."""
    yield from _cursor(mine.urls.owner, commits=_commits(request))


@pytest.fixture
def own_database(database: None) -> Copy:
    """This worker's database, with its addresses."""
    return mine


@pytest.fixture
def own_walls(transactional_db: None) -> Iterator[None]:
    """For a test that changes tables or policies: afterwards the database is made anew."""
    yield
    leave_database()
    mine.renew()


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
