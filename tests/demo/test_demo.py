"""The demo as `manage.py demo` makes it, small: what it promises at 200 accounts it promises at a million."""

from collections.abc import Callable
from dataclasses import astuple
from datetime import date
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command

from accounts.operations import refresh_access
from itam_portal.demo.build import build
from itam_portal.demo.names import pools, unusual
from itam_portal.demo.places import places
from itam_portal.demo.schema import all_tables
from itam_portal.demo.shares import Impossible, Numbers, shares
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.cast import PASSWORD, found

SMALL = {"accounts": 200, "users": 200, "organizations": 12, "tenants": 4, "verbosity": 0}
with_commits = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
Owner = psycopg.Cursor
Demo = Callable[..., object]

SCHEMA = """
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) || convalidated FROM pg_constraint
UNION ALL SELECT tgrelid::regclass || tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1
"""
HELD = "SELECT tenant_id, account_id, role_id, until FROM accounts_heldrole ORDER BY 1, 2, 3"
DERIVED = "SELECT id, access_until, role_key FROM accounts_account ORDER BY id"


@pytest.fixture
def demo(as_owner: Owner) -> Demo:
    """Makes the demo in place of the cast, which is called one."""
    as_owner.execute("UPDATE organizations_tenant SET is_demo = true")
    return lambda **changes: call_command("demo", **{**SMALL, **changes})


def read(owner: Owner, statement: str, *values: Any) -> list[Any]:
    """The rows of a query; plain values where it has one column."""
    rows = owner.execute(statement, values or None).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]


def contents(owner: Owner) -> dict[str, str]:
    """A fingerprint of every table."""
    mark = "SELECT md5(COALESCE(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
    return {table: read(owner, mark.format(table))[0] for table in all_tables()}


# --- the load -----------------------------------------------------------------------------------------------


@with_commits
def test_the_same_seed_makes_the_same_demo(demo: Demo, as_owner: Owner) -> None:
    demo(seed=7, today=date(2026, 3, 1))
    first = contents(as_owner)

    demo(seed=8, today=date(2026, 3, 1))
    other = contents(as_owner)
    demo(seed=7, today=date(2026, 3, 1))

    assert contents(as_owner) == first
    assert other["accounts_account"] != first["accounts_account"]


@with_commits
def test_the_schema_is_afterwards_what_it_was(demo: Demo, as_owner: Owner) -> None:
    before = read(as_owner, SCHEMA)

    demo()

    assert read(as_owner, SCHEMA) == before


@with_commits
def test_the_demo_leaves_no_history(demo: Demo, as_owner: Owner) -> None:
    demo()

    assert read(as_owner, "SELECT count(*) FROM accounts_accountevent") == [0]
    assert read(as_owner, "SELECT count(*) FROM organizations_tenantevent") == [0]


@with_commits
def test_the_next_row_comes_after_the_last_one(demo: Demo, as_owner: Owner) -> None:
    demo()

    for table in ("accounts_account", "accounts_roleassignment", "users_computeruser", "organizations_tenant"):
        latest = read(as_owner, f"SELECT max(id) FROM {table}")[0]
        assert read(as_owner, "SELECT nextval(pg_get_serial_sequence(%s, 'id'))", table) == [latest + 1]


@with_commits
def test_an_interrupted_demo_leaves_everything_as_it_was(demo: Demo, as_owner: Owner) -> None:
    demo()
    before, schema = contents(as_owner), read(as_owner, SCHEMA)

    with pytest.raises(KeyboardInterrupt):
        build(Numbers(300, 300, 20, 4, 2, date(2026, 3, 1)), interrupt)

    assert contents(as_owner) == before
    assert read(as_owner, SCHEMA) == schema


def interrupt(line: str) -> None:
    """What Ctrl-C does, when most is done."""
    if "indexes" in line:
        raise KeyboardInterrupt


# --- refusals -----------------------------------------------------------------------------------------------


@with_commits
def test_a_tenant_that_is_no_demo_is_not_replaced(northwind: Tenant, as_owner: Owner) -> None:
    before = contents(as_owner)

    with pytest.raises(CommandError, match="Northwind is not demo data"):
        call_command("demo", **SMALL)

    assert contents(as_owner) == before


def test_the_demo_needs_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(settings.DATABASES, "owner")

    with pytest.raises(CommandError, match="OWNER_DATABASE_URL"):
        call_command("demo", **SMALL)


@pytest.mark.parametrize(
    "changes",
    [{"tenants": 1}, {"accounts": 13}, {"accounts": -1}, {"users": -1}, {"organizations": 4}, {"organizations": 1601}],
)
def test_impossible_numbers_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(CommandError, match=r"^[A-Z0-9].*\.$"):
        call_command("demo", **{**SMALL, **changes})


# --- shares -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers", [(200, 200, 12, 4), (20_000, 20_000, 60, 8), (1_000_000, 7, 4_000, 200), (31, 0, 9, 8), (12, 1, 3, 2)]
)
def test_the_first_tenant_gets_half_and_everybody_enough(numbers: tuple[int, int, int, int]) -> None:
    accounts, users, organizations, _ = numbers
    given = shares(Numbers(*numbers, seed=1, today=date(2026, 3, 1)))

    assert [sum(part) for part in zip(*map(astuple, given), strict=True)] == [accounts, users, organizations]
    assert (given[0].accounts, given[0].users) == ((accounts + 1) // 2, (users + 1) // 2)
    assert all(share.accounts >= 2 and 1 <= share.organizations <= 400 for share in given)


def test_no_tenant_has_more_than_400_organizations() -> None:
    full = Numbers(200, 200, 1600, 4, 1, date(2026, 3, 1))

    assert [share.organizations for share in shares(full)] == [400] * 4
    with pytest.raises(Impossible):
        shares(Numbers(200, 200, 1601, 4, 1, date(2026, 3, 1)))


# --- what is in it ------------------------------------------------------------------------------------------


@with_commits
def test_what_lists_show_of_roles_is_what_operations_would_compute(demo: Demo, as_owner: Owner) -> None:
    demo(accounts=600)
    as_written = read(as_owner, HELD), read(as_owner, DERIVED)

    for tenant_id in read(as_owner, "SELECT id FROM organizations_tenant"):
        keys = read(as_owner, "SELECT id FROM accounts_account WHERE tenant_id = %s", tenant_id)
        with tenant_scope(tenant_id):
            refresh_access(keys, by=System("Test", Tenant.objects.get(pk=tenant_id)))

    assert (read(as_owner, HELD), read(as_owner, DERIVED)) == as_written


@with_commits
def test_the_order_of_homes_is_what_the_trigger_makes_of_it(demo: Demo, as_owner: Owner) -> None:
    demo()
    keys = "SELECT id, home_key FROM accounts_account ORDER BY id"
    as_written = read(as_owner, keys)

    as_owner.execute("UPDATE accounts_account SET home_id = home_id")

    assert read(as_owner, keys) == as_written


@with_commits
def test_the_cast_and_nobody_else_has_the_password(demo: Demo, as_owner: Owner) -> None:
    demo()
    usable = as_owner.execute("SELECT email, password FROM accounts_identity WHERE password NOT LIKE '!%'").fetchall()

    cast = {f"{login}@northwind.example" for login in ("olivia", "adam", "oscar", "victor", "uma")}
    assert {email for email, _ in usable} == cast | {"mallory@contoso.example"}
    assert all(check_password(PASSWORD, password) for _, password in usable)


@with_commits
def test_the_cast_holds_what_it_should(demo: Demo, as_owner: Owner) -> None:
    demo()
    everything = """
        SELECT t.slug, a.login, r.name, o.code = 'HOME', s.organization_id IS NOT NULL AND s.organization_id = a.home_id
        FROM accounts_roleassignment s JOIN accounts_account a ON a.id = account_id JOIN roles_role r ON r.id = role_id
        JOIN organizations_organization o ON o.id = home_id JOIN organizations_tenant t ON t.id = a.tenant_id
        WHERE s.expires_at IS NULL AND (a.login = ANY(%s) OR r.builtin = 'owner' AND t.slug IN ('northwind', 'contoso'))
    """
    logins = ["automation", "olivia", "adam", "oscar", "victor", "uma", "mallory"]

    assert {row for row in read(as_owner, everything, logins) if row[0] in ("northwind", "contoso")} == {
        ("northwind", "automation", "Web Service", True, False),
        ("northwind", "olivia", "Owner", True, False),
        ("northwind", "adam", "Administrator", True, False),
        ("northwind", "oscar", "Operator", True, False),
        ("northwind", "victor", "Viewer", True, False),
        ("northwind", "uma", "Operator", False, True),
        ("contoso", "automation", "Web Service", True, False),
        ("contoso", "mallory", "Owner", True, False),
        ("contoso", "olivia", "Viewer", True, False),
    }


@with_commits
def test_every_tenant_has_one_owner(demo: Demo, as_owner: Owner) -> None:
    demo()
    holders = "SELECT h.tenant_id FROM accounts_heldrole h JOIN roles_role r ON r.id = role_id WHERE builtin = 'owner'"

    assert sorted(read(as_owner, holders)) == [1, 2, 3, 4]


@with_commits
def test_demo_tenants_are_furnished_like_founded_ones(demo: Demo, as_owner: Owner) -> None:
    demo()
    founded = found("Founded").pk
    roles = "SELECT name, description, builtin, allows, denies FROM roles_role WHERE builtin <> '' AND tenant_id = %s"
    home = "SELECT code, type, visible FROM organizations_organization WHERE type = 'HOME' AND tenant_id = %s"
    automation = """
        SELECT name, login, type, status, email, shared, identity_id, last_login_at, access_until, role_key
        FROM accounts_account WHERE login = 'automation' AND tenant_id = %s
    """

    for statement in (roles, home, automation):
        assert sorted(read(as_owner, statement, founded)) == sorted(read(as_owner, statement, 3))


@with_commits
def test_the_newest_session_is_the_last_login(demo: Demo, as_owner: Owner) -> None:
    demo(accounts=600)
    newest = """
        SELECT DISTINCT ON (account_id) started_at = last_login_at, last_seen_at = ended_at,
               extract(epoch FROM ended_at - started_at) = last_login_duration
        FROM accounts_loginsession s JOIN accounts_account a ON a.id = account_id
        ORDER BY account_id, started_at DESC, s.id DESC
    """

    found_sessions = read(as_owner, newest)

    assert len(found_sessions) > 10
    assert set(found_sessions) == {(True, True, True)}


@with_commits
def test_people_are_spread_as_in_life(demo: Demo, as_owner: Owner) -> None:
    demo(accounts=2_000, users=2_000)
    share = "SELECT (100.0 * count(*) FILTER (WHERE {}) / count(*))::float FROM {}"

    def percent(condition: str, table: str = "accounts_account") -> float:
        return read(as_owner, share.format(condition, table))[0]

    assert percent("tenant_id = 1") == percent("tenant_id = 1", "users_computeruser") == 50
    assert 2 < percent("access_until < now()") < 9
    assert 8 < percent("status = 'disabled'") < 16
    assert 1.5 < percent("type = 'service'") < 5
    assert 7 < percent("last_login_at < '1971-01-01'") < 14
    assert 1 < percent("account_id IS NOT NULL", "users_computeruser") < 3
    assert 80 < percent("attributes ? 'REGION'", "users_computeruser") < 95


def test_no_word_of_the_demo_upsets_copy() -> None:
    words = {word for pool in pools() for name in (*pool.firsts, *pool.lasts) for word in name}
    words |= {word for person in unusual() for word in person}
    words |= {word for found_places in places().values() for place in found_places for word in place[5:]}

    assert not [word for word in words if set(word) & set("\t\n\r\\")]
    assert all(pool_name.latin.isascii() and pool_name.latin.isalpha() for pool in pools() for pool_name in pool.lasts)
