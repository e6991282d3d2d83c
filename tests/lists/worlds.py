"""The lists that the tests of agreement ask: accounts, those without a role, and receipts; rows that differ in all."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone
from hypothesis import strategies as some

from accounts.models import NEVER, NO_DURATION, Account, Status, Type
from accounts.views.lists import ACCOUNTS
from itam_portal.lists.models import Receipt, ReceiptState
from itam_portal.lists.receipt_list import RECEIPTS
from organizations.models import Organization
from roles.models import Role
from tests.cast import give
from tests.lists import reference
from tests.lists.people import people
from tests.lists.reference import TEXT, WORDS, Condition, Grouped, Row, World, fold, set_zone

TITLES = ["", "Analyst", "SAM Desk", "analyst 100%"]
# Codes that an address must not confuse.
CODES = ["a/b", "a%2Fb", "a%252Fb", "ä & ö"]
KEYS = {"name": "name_key", "login": "login_key", "email": "email_key", "job_title": "job_title_key"}
DAYS = some.dates(date(2026, 2, 28), date(2026, 3, 6))
COMPARED = some.sampled_from(["before", "after", "is", "not"])
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def account_rows(olivia: Account) -> list[Row]:
    """Seventy accounts that differ in everything a list can be asked about, and what the database holds of all."""
    set_zone(olivia)
    northwind = olivia.tenant
    for number, code in enumerate(CODES):
        # Two of them have the same name.
        Organization.objects.create(tenant=northwind, code=code, name=f"Place {number // 2}")
    homes = list(Organization.objects.order_by("pk"))
    roles = list(Role.objects.filter(name__in=["Viewer", "Operator", "USER"]).order_by("name"))
    for number in range(70):
        account = Account.objects.create(
            tenant=northwind,
            type=Type.SERVICE if number % 7 == 0 else Type.OPERATOR,
            status=Status.DISABLED if number % 3 == 0 else Status.ENABLED,
            name=f"{WORDS[number % 12]} {WORDS[(number * 5) % 12]}",
            login=f"u{number}",
            email="" if number % 5 == 0 else f"{fold(WORDS[number % 12])}{number}@x.example",
            job_title=TITLES[number % 4],
            home=homes[number % len(homes)],
            last_login_at=NEVER if number % 4 == 0 else datetime(2026, 3, 1, 22, tzinfo=UTC) + timedelta(hours=number),
            last_login_duration=NO_DURATION if number % 4 == 0 else (number % 9) * 1000,
            has_user=number % 5 < 2,
            left_at=datetime(2026, 3, 1, tzinfo=UTC) if number % 10 == 1 else None,
            moved_at=datetime(2026, 3, 2, tzinfo=UTC) if number % 11 == 3 else None,
        )
        if number % 6 < 4:
            Account.objects.filter(pk=account.pk).update(created_at=LONG_AGO)
        if number % 2:
            give(account, roles[number % 3])
    # Who asks has signed in: nobody was seen later, then as now.
    Account.objects.filter(pk=olivia.pk).update(last_login_at=timezone.now())
    fields = "pk name_key login login_key email_key job_title_key role_key status type last_login_at"
    columns = [*fields.split(), "last_login_duration", "home_key", "home__code", "role_names", "search_key"]
    columns += ["has_user", "left_at", "moved_at", "quiet_since", "change_rank"]
    return list(Account.objects.with_role_names().values(*columns))


def last_login(operator: str, day: date) -> Condition:
    return reference.date_condition("last_login", "last_login_at", operator, day, missing=NEVER)


def login_duration(operator: str, seconds: int) -> Condition:
    name, key = "login_duration", "last_login_duration"
    return reference.number_condition(name, key, operator, seconds, least=NO_DURATION, unit="s")


def is_enabled(row: Row) -> bool:
    return bool(row["status"] == "enabled")


def is_quiet(row: Row) -> bool:
    return bool(row["quiet_since"] <= timezone.now() - timedelta(days=90))


ACCOUNT_CONDITIONS = some.one_of(
    reference.texts(KEYS),
    some.builds(last_login, COMPARED, DAYS),
    some.builds(login_duration, some.sampled_from(["before", "after"]), some.sampled_from([0, 999, 1000, 4500])),
    some.sampled_from(
        [
            (("status", "enabled"), lambda row: row["status"] == "enabled"),
            (("status__not", "enabled"), lambda row: row["status"] != "enabled"),
            (("type", "service"), lambda row: row["type"] == "service"),
            (("organization", "emea"), lambda row: row["home__code"] == "emea"),
            (("organization", "a/b"), lambda row: row["home__code"] == "a/b"),
            (("organization__not", "EMEA"), lambda row: row["home__code"] != "emea"),
            (("role__empty", "yes"), lambda row: not row["role_names"]),
            (("job_title__empty", "no"), lambda row: row["job_title_key"] != ""),
            (("has_user", "yes"), lambda row: row["has_user"]),
            (("has_user__not", "yes"), lambda row: not row["has_user"]),
            (("change", "left"), lambda row: is_enabled(row) and row["left_at"] is not None),
            (("change", "dormant"), lambda row: is_enabled(row) and is_quiet(row)),
            (("change__not", "dormant"), lambda row: not (is_enabled(row) and is_quiet(row))),
            (("change__in", "moved,left"), lambda row: is_enabled(row) and bool(row["left_at"] or row["moved_at"])),
            (("last_login__empty", "yes"), lambda row: row["last_login_at"] == NEVER),
        ]
    ),
)
SEARCHES = some.one_of(some.just(""), TEXT, some.builds(lambda a, b: f"{a} {b}", TEXT, TEXT))


SHOWN: dict[str, Any] = {"mark": "login", "searches": SEARCHES, "visible": Account.objects.visible_to}


def accounts(olivia: Account) -> World:
    """All accounts."""
    groups = {
        "status": Grouped("status", "status"),
        "type": Grouped("type", "type"),
        "organization": Grouped("home_key", "home__code"),
    }
    rows = account_rows(olivia)
    return World("/accounts/", ACCOUNTS, rows, ACCOUNT_CONDITIONS, groups, **SHOWN)


def unassigned(olivia: Account) -> World:
    """The accounts without a role."""
    whole = accounts(olivia)
    rows = [row for row in whole.rows if not row["role_names"]]
    path = "/accounts/unassigned/"
    return World(path, ACCOUNTS, rows, whole.conditions, whole.groups, **SHOWN)


RECEIPT_KEYS = {"actor": "by_key", "reason": "reason_key"}
NUMBERS = {"selected": "total", "changed": "changed", "skipped": "skipped"}


def receipt_rows(olivia: Account) -> list[Row]:
    """Sixty receipts."""
    set_zone(olivia)
    for number in range(60):
        receipt = Receipt.objects.create(
            tenant=olivia.tenant,
            account=olivia,
            by_name=WORDS[number % 12],
            operation=("accounts.enable", "accounts.disable", "accounts.edit")[number % 3],
            reason=f"{WORDS[(number * 5) % 12]} {number}",
            state=ReceiptState.values[number % 4],
            total=number % 7,
            changed=number % 5,
            skipped=number % 2,
        )
        Receipt.objects.filter(pk=receipt.pk).update(
            made_at=datetime(2026, 3, 1, 22, tzinfo=UTC) + timedelta(hours=number // 2)
        )
    columns = "pk operation made_at by_key by_name state total changed skipped reason reason_key".split()
    return [row | {"search_key": ""} for row in Receipt.objects.values(*columns)]


def made(operator: str, day: date) -> Condition:
    return reference.date_condition("at", "made_at", operator, day, missing=LONG_AGO)


def numbered(name: str, operator: str, number: int) -> Condition:
    return reference.number_condition(name, NUMBERS[name], operator, number)


def receipts(olivia: Account) -> World:
    """All receipts."""
    conditions = some.one_of(
        reference.texts(RECEIPT_KEYS),
        some.builds(made, COMPARED, DAYS),
        some.builds(numbered, some.sampled_from(sorted(NUMBERS)), COMPARED, some.integers(0, 6)),
        some.sampled_from(
            [
                (("state", "done"), lambda row: row["state"] == "done"),
                (("state__not", "failed"), lambda row: row["state"] != "failed"),
                (("operation", "accounts.edit"), lambda row: row["operation"] == "accounts.edit"),
                (("reason__empty", "yes"), lambda row: row["reason_key"] == ""),
            ]
        ),
    )
    groups = {"state": Grouped("state", "state")}
    return World(
        "/receipts/",
        RECEIPTS,
        receipt_rows(olivia),
        conditions,
        groups,
        mark="reason",
        visible=lambda reader: Receipt.objects.all(),
    )


WORLDS: dict[str, Callable[[Any], World]] = {
    "accounts": accounts,
    "unassigned": unassigned,
    "receipts": receipts,
    "users": people,
}
