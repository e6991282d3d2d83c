"""An import in pieces: read and written some lines at a time, what comes out is what would come out at once."""

import io

import pytest

from accounts.models import Account
from itam_portal.history.models import Entry
from itam_portal.lists.models import Receipt
from organizations.models import Tenant
from tests.cast import organization
from tests.users.test_importing import outcomes, written
from tests.users.test_pages import add
from users.models import ComputerUser, ImportLine, UserImport
from users.operations import map_columns, upload_file, writing
from users.operations.imports import Reader, check_lines, read_lines

# Whoever manages comes after whom they manage, some pieces later; two manage each other; lines are missing.
BOSSES = {"a": "d", "b": "j", "c": "f", "d": "h", "e": "i", "f": "k", "g": "old", "h": "j", "i": "e", "j": "k", "k": ""}
HEADS = "Full name,Username,Job title,Manager"
MAPPING = ["display_name", "username", "job_title", "manager"]
TEXT = f"{HEADS}\n" + "\n\n".join(f"Person {name},{name},Clerk,{boss}" for name, boss in BOSSES.items())
KNOWN = "\nOld,old,Boss,k\nSame,same,,\n"


@pytest.fixture(autouse=True)
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines at a time."""
    monkeypatch.setattr(writing, "PIECE", 3)


def mapped(text: str, mapping: list[str], *, by: Account) -> UserImport:
    made = upload_file(by.tenant, by=by, file=io.BytesIO(text.encode()), name="people.csv", home=organization("emea"))
    return mapped_again(made, mapping, by=by)


def mapped_again(one: UserImport, mapping: list[str], *, by: Account) -> UserImport:
    home = organization("emea")
    return map_columns(one, by=by, mapping=mapping, match="username", clears=False, home=home)


def read(one: UserImport, reader: Reader, *, by: Account) -> UserImport:
    while read_lines(one, by=by, most=3, reader=reader):
        pass
    return check_lines(one, by=by)


def values(one: UserImport, name: str) -> list[str]:
    return [line.values.get(name, "") for line in ImportLine.objects.of(one).order_by("number")]


def managers() -> dict[str, str]:
    pairs = ComputerUser.objects.filter(username__in=BOSSES).values_list("username", "manager__username")
    return {name: boss or "" for name, boss in pairs}


def entries(receipt: Receipt | None) -> dict[str, int]:
    assert receipt is not None
    found: dict[str, int] = {}
    for key in Entry.objects.filter(receipt_id=receipt.pk).values_list("object_id", flat=True):
        name = ComputerUser.objects.get(pk=key).username
        found[name] = found.get(name, 0) + 1
    return found


def test_whatever_piece_a_manager_is_in_everybody_gets_theirs_and_one_entry(
    scope: None, northwind: Tenant, olivia: Account
) -> None:
    old, same = add(northwind, "Old", username="old"), add(northwind, "Same", username="same")
    one = read(mapped(TEXT + KNOWN, MAPPING, by=olivia), Reader(), by=olivia)

    receipt = written(one, by=olivia)

    assert outcomes(one) == ["new"] * 11 + ["changed", "unchanged"]
    assert managers() == BOSSES
    assert old.__class__.objects.get(pk=old.pk).manager == ComputerUser.objects.get(username="k")
    # Of two who manage each other, the one who was written first hears of it afterwards.
    assert entries(receipt) == {**dict.fromkeys(BOSSES, 1), "e": 2, "old": 1}
    assert receipt is not None
    assert sorted(receipt.rows.values_list("object_id", flat=True)) == sorted(
        [*ComputerUser.objects.filter(username__in=BOSSES).values_list("pk", flat=True), old.pk, same.pk]
    )


def test_more_levels_than_are_walked_through_change_nothing_of_who_manages_whom(
    scope: None, northwind: Tenant, olivia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LEVELS", 1)
    add(northwind, "Old", username="old")
    one = read(mapped(TEXT, MAPPING, by=olivia), Reader(), by=olivia)

    written(one, by=olivia)

    assert managers() == BOSSES


def test_a_reader_goes_on_behind_what_another_one_read(scope: None, northwind: Tenant, olivia: Account) -> None:
    one, first, second = mapped(TEXT, MAPPING, by=olivia), Reader(), Reader()

    for reader in (first, second, second):
        assert read_lines(one, by=olivia, most=3, reader=reader)
    assert values(one, "username") == [*list(BOSSES)[:9], "", ""]
    read(one, first, by=olivia)

    assert values(one, "username") == list(BOSSES)


def test_a_reader_reads_as_the_columns_were_mapped_last(scope: None, northwind: Tenant, olivia: Account) -> None:
    one, reader = mapped(TEXT, MAPPING, by=olivia), Reader()
    read(one, reader, by=olivia)

    mapped_again(one, ["job_title", "username", "display_name", ""], by=olivia)
    again = read(one, reader, by=olivia)

    assert again.seen == len(BOSSES)
    assert values(one, "display_name") == ["Clerk"] * 11
    assert values(one, "manager") == [""] * 11
