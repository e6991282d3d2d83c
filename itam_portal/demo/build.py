"""The demo from beginning to end, in one transaction: an interrupted one leaves nothing behind."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.db import OperationalError, connections, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from itam_portal.demo import schema
from itam_portal.demo.accounts import Crowd
from itam_portal.demo.books import Books, DemoTenant
from itam_portal.demo.cast import demo_password
from itam_portal.demo.ledger import Home, Ledger
from itam_portal.demo.rows import copy
from itam_portal.demo.shares import Numbers
from itam_portal.demo.tenants import found_tenants
from itam_portal.demo.users import Staff
from itam_portal.refusals import Refused

OWNER = "owner"
PATIENCE = "30s"
Say = Callable[[str], object]


class RealData(Refused):
    """The database holds a tenant that no demo made."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The tenant {name} is not demo data, and the demo would remove it.")


class InUse(Refused):
    """Somebody else works with the tables and does not let go."""

    message = "The database is in use: stop the portal and its worker, then try again."


# What the triggers of users, which are off now, would say of accounts. Some people moved, and nobody has looked yet.
_MARK = """
UPDATE accounts_account a
SET has_user = true,
    left_at = CASE WHEN person.is_gone THEN person.changed END,
    moved_at = CASE WHEN person.first % 6 = 2 THEN person.changed END
FROM (
    SELECT tenant_id, account_id, bool_or(status <> 'active') AS is_gone, max(changed_at) AS changed, min(id) AS first
    FROM users_computeruser WHERE account_id IS NOT NULL GROUP BY 1, 2
) AS person
WHERE a.tenant_id = person.tenant_id AND a.id = person.account_id
"""


def build(numbers: Numbers, say: Say) -> None:
    """Replace whatever demo there is. Raises RealData, shares.Impossible and InUse."""
    with closing(Books(numbers)) as books:
        tenants = found_tenants(numbers, books)
        with transaction.atomic(using=OWNER, durable=True), connections[OWNER].cursor() as cursor:
            _replace(cursor, books, tenants, say)
        with timed("vacuum", say), connections[OWNER].cursor() as cursor:
            schema.vacuum(cursor, [rows.table for rows in books.tables])


def _replace(cursor: Any, books: Books, tenants: list[DemoTenant], say: Say) -> None:
    tables = [rows.table for rows in books.tables]
    with timed("empty the tables", say):
        claim(cursor)
        parts = schema.strip(cursor, tables)
    _load(cursor, books, tenants, say)
    with timed("make indexes and keys", say):
        schema.dress(cursor, tables, parts)
    for rows in books.tables:
        schema.set_sequence(cursor, rows.table, rows.last_id)


def claim(cursor: Any) -> None:
    """Empty every table, let nobody else in, and make sure that nothing real is lost."""
    cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
    try:
        cursor.execute("LOCK TABLE organizations_tenant IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SELECT name FROM organizations_tenant WHERE NOT is_demo ORDER BY id LIMIT 1")
        if found := cursor.fetchone():
            raise RealData(found[0])
        schema.empty(cursor)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
            raise InUse from error
        raise


def _load(cursor: Any, books: Books, tenants: list[DemoTenant], say: Say) -> None:
    with timed("write tenants", say):
        for rows in books.standing:
            copy(cursor, rows)
        homes, role_keys = _home_keys(cursor), _role_keys(cursor)
    with timed("write accounts", say):
        copy(cursor, books.accounts, _accounts(books, tenants, homes, role_keys))
    with timed("write what hangs on accounts", say):
        for rows in books.hanging:
            copy(cursor, rows)
    with timed("write users", say):
        copy(cursor, books.users, _users(books, tenants, homes))
    with timed("mark accounts of people", say):
        cursor.execute(_MARK)


def _accounts(
    books: Books, tenants: list[DemoTenant], homes: dict[int, str], role_keys: dict[int, str]
) -> Iterator[str]:
    password = demo_password(books.seed)
    for tenant in tenants:
        crowd = Crowd(Ledger(tenant, books, role_keys), _homes(tenant, homes))
        yield from crowd.write(password)


def _users(books: Books, tenants: list[DemoTenant], homes: dict[int, str]) -> Iterator[str]:
    for tenant in tenants:
        yield from Staff(tenant, books, _homes(tenant, homes)).write()


def _homes(tenant: DemoTenant, keys: dict[int, str]) -> list[Home]:
    return [Home(organization, keys[organization]) for organization in tenant.organizations]


def _home_keys(cursor: Any) -> dict[int, str]:
    """What the triggers of accounts and users, which are off now, would make of each organization."""
    cursor.execute("SELECT id, name_key || ' ' || id FROM organizations_organization")
    return dict(cursor.fetchall())


def _role_keys(cursor: Any) -> dict[int, str]:
    cursor.execute("SELECT id, name_key FROM roles_role")
    return dict(cursor.fetchall())


@contextmanager
def timed(what: str, say: Say) -> Iterator[None]:
    """Say how long it took."""
    began = time.monotonic()
    yield
    say(f"{time.monotonic() - began:7.1f} s  {what}")
