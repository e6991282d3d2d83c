"""Files that mean harm, or were made by a program that counts otherwise: each gets a clear answer."""

import io
import tracemalloc
import zipfile
from contextlib import suppress
from typing import Any

import pytest

from accounts.models import Account
from itam_portal.lists import xlsx
from organizations.models import Organization, Tenant
from tests.cast import organization
from tests.users.test_import_reading import SHEET, lines, workbook
from tests.users.test_importing import checked, outcomes, reasons
from users.importing import Unreadable, lines_of
from users.models import ComputerUser, ImportLine
from users.operations import confirm_import, drop_import, upload_file
from users.operations.imports import ChangedSinceCheck, take_back, write_import


def test_further_sheets_count_their_lines_on(scope: None, olivia: Account) -> None:
    rows = [(f"u{number}", f"Person {number}") for number in range(5)]
    content = b"".join(xlsx.stream("Users", ["Username", "Full name"], rows, most=3))

    made = upload_file(olivia.tenant, by=olivia, file=io.BytesIO(content), name="people.xlsx", home=None)

    numbers = list(ImportLine.objects.of(made).order_by("number").values_list("number", flat=True))
    assert made.total == len(set(numbers)) == 5


def row(text: str, place: str = "") -> str:
    return f'<row{place}><c t="inlineStr"><is><t>{text}</t></is></c></row>'


@pytest.mark.parametrize("places", [("1", "2", "2"), ("1", "9", "3"), ("1", "2", "99999999999999"), ("1", "²", "x")])
def test_rows_may_number_themselves_wrongly(scope: None, olivia: Account, places: tuple[str, ...]) -> None:
    body = "".join(row(f"a{at}", f' r="{place}"') for at, place in enumerate(places))
    file = io.BytesIO(workbook(worksheets__sheet1=SHEET.format(body)))

    made = upload_file(olivia.tenant, by=olivia, file=file, name="people.xlsx", home=None)

    assert made.total == 2


@pytest.mark.parametrize("letter", ["_xD800_", "_x0000_"])
def test_half_a_letter_is_refused(scope: None, olivia: Account, letter: str) -> None:
    content = workbook(worksheets__sheet1=SHEET.format(row("Name") + row(letter)))

    with pytest.raises(Unreadable):
        upload_file(olivia.tenant, by=olivia, file=io.BytesIO(content), name="people.xlsx", home=None)


@pytest.mark.parametrize(
    "cell", ['<c t="s"><v>²</v></c>', f'<c t="s"><v>{"9" * 5000}</v></c>', '<c s="²"><v>1</v></c>']
)
def test_numbers_that_are_none_are_no_fault_of_ours(cell: str) -> None:
    content = workbook(worksheets__sheet1=SHEET.format(f"{row('Name')}<row>{cell}</row>"))

    with suppress(Unreadable):
        lines(content)


def most_memory(content: bytes) -> int:
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            for _line in lines_of(io.BytesIO(content)):
                pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("content", [b"a," * 5_000_000, b"a,b\n" + b'"\n",' * 2_000_000, b"a" * 20_000_000])
def test_a_line_without_end_does_not_fill_the_memory(content: bytes) -> None:
    assert most_memory(content) < 60_000_000


def test_a_cell_without_end_does_not_fill_the_memory() -> None:
    content = workbook(worksheets__sheet1=SHEET.format(row("ab" * 9_000_000)))

    assert most_memory(content) < 60_000_000


def test_many_small_bombs_are_one_large_one() -> None:
    sheet = SHEET.format(" " * (15 * 1024 * 1024))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(1, 20):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", sheet)

    with pytest.raises(Unreadable, match="unreasonable"):
        lines(made.getvalue())


def gone_soon(tenant: Tenant) -> Organization:
    return Organization.objects.create(tenant=tenant, code="gone", name="Gone", type=organization("emea").type)


def test_an_organization_that_is_gone_meanwhile_takes_everything_back(scope: None, olivia: Account) -> None:
    gone = gone_soon(olivia.tenant)
    one = checked("Username,Full name,Organization\nnew,New,gone\nother,Other,emea\n", by=olivia)
    running = confirm_import(one, by=olivia, leaves_out=False)
    Organization.objects.filter(pk=gone.pk).delete()

    with pytest.raises(ChangedSinceCheck) as refused:
        write_import(running, by=olivia)
    take_back(running, by=olivia, problem=str(refused.value))

    assert outcomes(one) == ["wrong", "new"]
    assert reasons(one) == ["This organization is not there any more."]
    assert not ComputerUser.objects.filter(username="other").exists()


def test_an_import_that_has_ended_keeps_no_organization_from_being_deleted(scope: None, olivia: Account) -> None:
    gone = gone_soon(olivia.tenant)
    dropped = checked("Username,Full name\nx,X\n", by=olivia, home=gone)
    done = checked("Username,Full name,Organization\nx,X,emea\n", by=olivia, home=gone)
    drop_import(dropped, by=olivia)
    write_import(confirm_import(done, by=olivia, leaves_out=False), by=olivia)

    Organization.objects.get(pk=gone.pk).delete()

    assert not Organization.objects.filter(code="gone").exists()


def test_cells_of_the_file_of_wrong_lines_are_not_computed(scope: None, olivia: Account, client_of: Any) -> None:
    one = checked("Username,Full name,Status\n=1+1,'+49,+asleep\n", by=olivia)

    file = client_of(olivia).get(f"{one.get_absolute_url()}wrong.csv")

    assert b"".join(file.streaming_content).decode().splitlines()[1].startswith("'=1+1,'+49,'+asleep,")
