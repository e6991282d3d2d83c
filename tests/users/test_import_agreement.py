"""Whatever a file holds, the preview and what is written agree with plain Python, and nothing is half done."""

import csv
import io
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account
from organizations.models import Tenant
from tests.cast import organization
from tests.users.test_attributes import define
from tests.users.test_importing import checked, outcomes
from tests.users.test_pages import add
from users.models import ComputerUser, ImportLine, UserStatus
from users.operations.imports import WrongLines, confirm_import, write_import

FIELDS = ["username", "display_name", "job_title", "status", "home", "attribute:Level"]
HOMES = {"emea": "emea", "APAC": "apac", "": "", "nowhere": None}
STATUSES = {"active": "active", "Retired": "retired", "": "", "asleep": None}
LEVELS = {"7.50": "7.5", "3": "3", "": "", "many": None}
LINES = some.lists(
    some.tuples(
        some.sampled_from(["ann", "ANN", "bob", "cyd", "dan", ""]),
        some.sampled_from(["", "Ann One", "Somebody"]),
        some.sampled_from(["", "Clerk", "=1+1", "'=x", "Boss"]),
        some.sampled_from(sorted(STATUSES)),
        some.sampled_from(sorted(HOMES)),
        some.sampled_from(sorted(LEVELS)),
    ),
    max_size=7,
)


@dataclass
class Plain:
    """What is known of one person."""

    display_name: str
    job_title: str = ""
    status: str = "active"
    home: str = "HOME"
    level: str = ""


def read(line: tuple[str, ...], clears: bool) -> dict[str, str] | None:
    """The values that a line gives; None where one of them is none."""
    _username, name, title, status, home, level = line
    if title.startswith("="):
        return None
    title = title[1:] if title.startswith("'=") else title
    found = {"status": STATUSES[status], "home": HOMES[home], "level": LEVELS[level]}
    if None in found.values():
        return None
    given = {"display_name": name, "job_title": title, **{key: text or "" for key, text in found.items()}}
    kept = {key: text for key, text in given.items() if text}
    cleared = {key: "" for key in ("display_name", "job_title", "level") if clears and not given[key]}
    return {**kept, **cleared}


def expected(lines: list[tuple[str, ...]], people: dict[str, Plain], clears: bool) -> list[str]:
    """What each line would do, in plain Python; `people` is as it would be afterwards."""
    said, seen = [], set[str]()
    before = {key: Plain(**vars(person)) for key, person in people.items()}
    for number, line in enumerate(lines):
        key, values = line[0].lower(), read(line, clears)
        is_second = bool(key) and key in seen
        seen.add(key)
        known = before.get(key) if key else None
        if values is None or is_second or values.get("display_name", "x" if known else "") == "":
            said.append("wrong")
            continue
        now = Plain(**vars(known)) if known else Plain("")
        for name, text in values.items():
            setattr(now, name, text)
        # A username in another case is another text.
        is_same = known is not None and now == known and line[0] in ("", key)
        said.append("unchanged" if is_same else "changed" if known else "new")
        people[key or f"line {number}"] = now
    return said


def held(tenant: Tenant) -> dict[str, Plain]:
    """What the database holds."""
    found = {}
    for one in ComputerUser.objects.filter(tenant=tenant, domain="").select_related("home").order_by("pk"):
        if one.inventory_source != "Import" and one.city != "Here":
            continue
        level = one.attributes.get("Level", "")
        key = one.username.lower() or f"without {one.pk}"
        found[key] = Plain(one.display_name, one.job_title, one.status, one.home.code, level)
    return found


def written(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([FIELDS, *rows])
    return text.getvalue()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, clears=some.booleans())
def test_a_preview_and_what_is_written_agree_with_plain_python(
    scope: None, northwind: Tenant, olivia: Account, lines: list[tuple[str, ...]], clears: bool
) -> None:
    ComputerUser.objects.filter(inventory_source="Import").delete()
    ComputerUser.objects.filter(city="Here").delete()
    level = {"Level": "3"}
    if not getattr(northwind, "has_level", False):
        define(northwind, "Level", "number")
        northwind.has_level = True  # type: ignore[attr-defined]
    add(northwind, "Ann One", username="ann", job_title="Clerk", city="Here", attributes=level)
    add(northwind, "Bob Two", username="bob", city="Here", status=UserStatus.RETIRED, home=organization("emea"))
    people = held(northwind)
    lines = [line for line in lines if any(line)]
    given: dict[str, Any] = {"mapping": FIELDS, "clears": clears, "home": organization("HOME")}

    one = checked(written(lines), by=olivia, **given)

    before = held(northwind)
    said = expected(lines, people, clears)
    assert outcomes(one) == said, list(ImportLine.objects.of(one).values_list("cells", "problems", "refusals"))
    if not {"new", "changed"} & set(said):
        return
    if "wrong" in said:
        try:
            confirm_import(one, by=olivia, leaves_out=False)
        except WrongLines:
            assert held(northwind) == before
    receipt = write_import(confirm_import(one, by=olivia, leaves_out=True), by=olivia)

    assert receipt is not None
    assert receipt.changed == said.count("new") + said.count("changed")
    assert sorted(map(str, held(northwind).values())) == sorted(map(str, people.values()))
