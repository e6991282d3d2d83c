"""Computer users as the tests of agreement ask them: every kind of field, custom attributes included."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as some

from accounts.models import Account
from organizations.models import CustomAttribute, Organization
from organizations.operations import create_attribute
from tests.lists import reference
from tests.lists.reference import TEXT, WORDS, Condition, Grouped, Row, World, fold, set_zone
from users.models import BlockedUsername, ComputerUser, UserStatus
from users.tables import BARE
from users.views.lists import UsersList

TITLES = ["", "Analyst", "SAM Desk", "analyst 100%"]
STORED = ("display_name", "username", "email", "employee_id", "job_title", "location", "corporate_unit", "cost_center")
KEYS = {
    **{name: f"{name}_key" for name in STORED},
    **{name: f"{name}_folded" for name in ("first_name", "last_name", "city", "domain")},
    "manager": "manager_key",
    "account": "account_key",
    "attribute_region": "attribute_region_order",
}
LEVELS = ["", "0", "2.5", "10", "-3"]
DAYS = ["", "2026-03-01", "2026-03-02", "2026-03-03"]
_NO_NUMBER = Decimal(-(10**30))
COMPARED = some.sampled_from(["before", "after", "is", "not"])
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def people_rows(olivia: Account) -> list[Row]:
    """Sixty people that differ in everything a list can be asked about."""
    set_zone(olivia)
    northwind, given = olivia.tenant, {"by": olivia, "subject": "user"}
    for name, kind in (("Region", "text"), ("Level", "number"), ("Since", "date"), ("Remote", "yes_no")):
        create_attribute(northwind, name=name, kind=kind, **given)
    create_attribute(northwind, name="Color", kind="choice", choices=["Red", "Blue"], **given)
    BlockedUsername.objects.create(tenant=northwind, pattern="u1%")
    ComputerUser.objects.filter(tenant=northwind).update(manager=None)
    homes, accounts = list(Organization.objects.order_by("pk")), list(Account.objects.order_by("pk"))
    managers: list[ComputerUser | None] = [None]
    for number in range(60):
        managers.append(_person(number, olivia, homes, accounts, managers[number // 4]))
    born = datetime(2026, 3, 1, 22, tzinfo=UTC)
    for number, person in enumerate(ComputerUser.objects.order_by("pk")):
        moments = {"created_at": born + timedelta(hours=number // 2), "changed_at": born + timedelta(hours=number % 9)}
        ComputerUser.objects.filter(pk=person.pk).update(**moments)
    return [_row(person) for person in ComputerUser.objects.select_related("manager", "account", "home")]


def _person(number: int, olivia: Account, homes: list[Any], accounts: list[Account], manager: Any) -> ComputerUser:
    held = {
        "Region": WORDS[number % 7] if number % 5 else "",
        "Level": LEVELS[number % 5],
        "Since": DAYS[number % 4],
        "Remote": ("", "yes", "no")[number % 3],
        "Color": ("", "Red", "Blue", "Red")[number % 4],
    }
    return ComputerUser.objects.create(
        tenant=olivia.tenant,
        display_name=f"{WORDS[number % 12]} {WORDS[(number * 5) % 12]}",
        first_name=WORDS[number % 12],
        last_name="" if number % 6 == 0 else WORDS[(number * 5) % 12],
        username="" if number % 9 == 0 else f"u{number}",
        email="" if number % 5 == 0 else f"{fold(WORDS[number % 12])}{number}@x.example",
        employee_id=f"E{number:03}",
        job_title=TITLES[number % 4],
        location=WORDS[number % 5],
        corporate_unit=TITLES[number % 3],
        cost_center=f"C{number % 6}",
        city=WORDS[number % 8],
        domain="" if number % 2 else "CORP",
        status=UserStatus.values[number % 3],
        shared=number % 4 == 0,
        opt_in=number % 2 == 0,
        manager=manager,
        account=accounts[number % len(accounts)] if number % 7 == 0 else None,
        home=homes[number % len(homes)],
        attributes={name: text for name, text in held.items() if text},
    )


def _row(person: ComputerUser) -> Row:
    """What is stored, and in plain Python what lists are ordered by."""
    fields = {one.attname: getattr(person, one.attname) for one in ComputerUser._meta.concrete_fields}
    held, blocked = person.attributes, person.username.startswith(("u1", "svc-northwind"))
    level = held.get("Level", "")
    return {
        **fields,
        **{f"{name}_folded": fold(fields[name]) for name in BARE},
        "pk": person.pk,
        "home__code": person.home.code,
        "manager_key": person.manager.display_name_key if person.manager else "",
        "account_key": person.account.name_key if person.account else "",
        "blocked": blocked,
        "complies": person.status == "active" and not blocked,
        "attribute_region_order": fold(held.get("Region", "")),
        "attribute_level_order": Decimal(level) if level else _NO_NUMBER,
        "attribute_since_order": held.get("Since", ""),
        "attribute_remote_order": held.get("Remote", ""),
        "attribute_color_order": fold(held.get("Color", "")),
    }


def moment(name: str, operator: str, day: date) -> Condition:
    return reference.date_condition(name, f"{name}_at", operator, day, missing=LONG_AGO)


def level(operator: str, number: int) -> Condition:
    key, least = "attribute_level_order", int(_NO_NUMBER)
    return reference.number_condition("attribute_level", key, operator, number, least=least)


def since(operator: str, day: date) -> Condition:
    tests = {
        "before": lambda held, asked: "" < held < asked,
        "after": lambda held, asked: held > asked,
        "is": lambda held, asked: held == asked,
        "not": lambda held, asked: held != asked,
    }
    asked, name = day.isoformat(), "attribute_since"
    return (f"{name}__{operator}", asked), lambda row: tests[operator](row[f"{name}_order"], asked)


CONDITIONS = some.one_of(
    reference.texts(KEYS),
    some.builds(
        moment, some.sampled_from(["created", "changed"]), COMPARED, some.dates(date(2026, 3, 1), date(2026, 3, 3))
    ),
    some.builds(level, COMPARED, some.sampled_from([-3, 0, 3, 10])),
    some.builds(since, COMPARED, some.dates(date(2026, 2, 28), date(2026, 3, 4))),
    some.sampled_from(
        [
            (("status", "active"), lambda row: row["status"] == "active"),
            (("status__not", "retired"), lambda row: row["status"] != "retired"),
            (("compliance", "yes"), lambda row: row["complies"]),
            (("compliance", "no"), lambda row: not row["complies"]),
            (("has_account", "yes"), lambda row: row["account_id"] is not None),
            (("has_account__not", "yes"), lambda row: row["account_id"] is None),
            (("shared", "yes"), lambda row: row["shared"]),
            (("opt_in__not", "yes"), lambda row: not row["opt_in"]),
            (("organization", "emea"), lambda row: row["home__code"] == "emea"),
            (("organization__not", "EMEA"), lambda row: row["home__code"] != "emea"),
            (("manager__empty", "yes"), lambda row: row["manager_id"] is None),
            (("city__empty", "no"), lambda row: row["city"] != ""),
            (("last_name__empty", "yes"), lambda row: row["last_name"] == ""),
            (("attribute_region__empty", "yes"), lambda row: "Region" not in row["attributes"]),
            (("attribute_level__empty", "no"), lambda row: "Level" in row["attributes"]),
            (("attribute_remote", "yes"), lambda row: row["attributes"].get("Remote") == "yes"),
            (("attribute_remote__not", "yes"), lambda row: row["attributes"].get("Remote") != "yes"),
            (("attribute_color", "Red"), lambda row: row["attributes"].get("Color") == "Red"),
            (("attribute_color__empty", "yes"), lambda row: "Color" not in row["attributes"]),
        ]
    ),
)
SEARCHES = some.one_of(some.just(""), TEXT, some.builds(lambda a, b: f"{a} {b}", TEXT, TEXT))


def people(olivia: Account) -> World:
    """Everybody."""
    groups = {"status": Grouped("status", "status"), "organization": Grouped("home_key", "home__code")}
    rows = people_rows(olivia)
    assert CustomAttribute.objects.filter(subject="user").count() == 5
    given: dict[str, Any] = {"mark": "employee_id", "searches": SEARCHES, "visible": ComputerUser.objects.visible_to}
    return World("/users/", UsersList.kind_of(olivia), rows, CONDITIONS, groups, **given)
