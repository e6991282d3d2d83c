"""What goes into a workbook comes out of it: read back as the format's own rules say, not as our writer thinks."""

import io
import re
import zipfile
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as some

from itam_portal.lists import xlsx
from tests.lists.files import SPACE

DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001
MOST = 32_767
# Letters that XML cannot hold, changes, or that spreadsheets read as an escape.
AWKWARD = some.text(some.sampled_from("\x00\x07\x0b\x0c\x1f\r\n\t ￾_x000D5F<>&'\"é李😀"), max_size=30)


def read(*values: Any, title: str = "Accounts") -> list[Any]:
    """One row of these values, as a reader of ECMA-376 reads it."""
    data = b"".join(xlsx.stream(title, ["Head"] * len(values), [values]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{SPACE}numFmt")}
    cells = [formats.get(one.get("numFmtId")) for one in styles.find(f"{SPACE}cellXfs") or ()]
    _heads, row = sheet.iter(f"{SPACE}row")
    return [value_of(cell, cells) for cell in row]


def value_of(cell: ElementTree.Element, formats: list[str | None]) -> Any:
    kind, value = cell.get("t"), cell.find(f"{SPACE}v")
    if kind == "inlineStr":
        whole = "".join(cell.itertext())
        return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), whole)
    if value is None or value.text is None:
        return None
    if kind == "b":
        return value.text == "1"
    form = formats[int(cell.get("s", "0"))]
    if form is None:
        return float(value.text)
    moment = DAY_ZERO + timedelta(seconds=round(float(value.text) * 86_400))
    return moment if "hh" in form else moment.date()


def names(title: str, sheets: int = 1) -> list[str]:
    rows = [("a",)] * (2 * sheets - 1)
    data = b"".join(xlsx.stream(title, ["Head"], rows, most=3))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return [str(sheet.get("name")) for sheet in book.iter(f"{SPACE}sheet")]


@given(text=some.one_of(some.text(max_size=40), AWKWARD))
def test_every_text_comes_back_letter_for_letter(text: str) -> None:
    assert read(text) == [text or None]


@pytest.mark.parametrize("text", ["two\r\nlines", "old\rMac", "_x0041_", "_x005F_x0041_", "a\x0bb", " edge ", "\ttab"])
def test_texts_that_spreadsheets_are_known_to_spoil(text: str) -> None:
    assert read(text) == [text]


@given(moment=some.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31, 23, 59, 59)))  # noqa: DTZ001
def test_every_moment_comes_back_to_the_second(moment: datetime) -> None:
    assert read(moment.replace(microsecond=0)) == [moment.replace(microsecond=0)]


@pytest.mark.parametrize("day", [date(1900, 3, 1), date(2024, 2, 29), date(9999, 12, 31)])
def test_a_day_is_a_day(day: date) -> None:
    assert read(day) == [day]


def test_what_stands_before_a_spreadsheets_first_day_is_text() -> None:
    assert read(datetime(1899, 5, 6, 7, 8, 9), date(1900, 1, 1)) == ["1899-05-06 07:08:09", "1900-01-01"]  # noqa: DTZ001


def test_truth_and_numbers_keep_their_kind_and_long_numbers_their_digits() -> None:
    found = read(True, False, 0, -5, 1.5, 123_456_789_012_345, 1_234_567_890_123_456, float("inf"))

    assert found == [True, False, 0, -5, 1.5, 123_456_789_012_345, "1234567890123456", "inf"]
    assert found[0] is True


@pytest.mark.parametrize("letter", ["a", "é", "😀"])
def test_a_cell_holds_no_more_letters_than_it_can_and_says_so(letter: str) -> None:
    fits = letter * (MOST // len(letter.encode("utf-16-le")) * 2)

    whole, cut = read(fits, fits + letter * 2)

    assert whole == fits
    assert len(cut.encode("utf-16-le")) // 2 <= MOST
    assert cut.startswith(letter * 15_000)
    assert cut.endswith("(cut: a cell holds no more)")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("History", "History list"),
        ("HISTORY", "HISTORY list"),
        ("a/b\\c [d]: *?", "a b c d"),
        ("'quoted'", "quoted"),
        ("", "List"),
        ("'*'", "List"),
        ("line\nbreak\x07", "line break"),
        ('<&">', '<&">'),
    ],
)
def test_a_sheet_has_a_name_that_spreadsheets_take(title: str, name: str) -> None:
    assert names(title) == [name]


@given(title=some.text(max_size=60))
def test_no_name_of_a_sheet_is_refused(title: str) -> None:
    found = names(title, sheets=3)

    assert len({name.lower() for name in found}) == 3
    for name in found:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.lower() != "history"
