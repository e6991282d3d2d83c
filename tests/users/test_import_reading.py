"""Reading files of people: any origin, any nonsense."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from itam_portal.lists import xlsx
from users.importing import Unreadable, files, lines_of


def lines(content: bytes) -> list[list[str]]:
    return [cells for _number, cells in lines_of(io.BytesIO(content))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_encoding_separator_and_ending_is_read(encoding: str, separator: str, ending: str) -> None:
    text = ending.join([separator.join(["Name", "City"]), separator.join(["Émile", f'"a{separator}b"']), ""])

    assert lines(text.encode(encoding)) == [["Name", "City"], ["Émile", f"a{separator}b"]]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "nothing but blanks"),
        (b"a,b\n1,\x002\n", "NUL"),
        (b'a,b\n"1,2\n', "quotation"),
        (b"\xd0\xcf\x11\xe0rest", "XLS"),
        (b"PK\x03\x04nonsense", "damaged"),
        (b"a" + b",a" * 200, "columns"),
        (b"a\n" + b"x" * 10_001, "characters"),
        (bytes(range(256)) * 64, "NUL|read"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        lines(content)


@settings(max_examples=150, deadline=None)
@given(content=some.binary(max_size=400))
def test_nonsense_is_read_or_refused_and_never_an_error(content: bytes) -> None:
    try:
        found = lines(content)
    except Unreadable:
        return
    assert all(isinstance(cell, str) for cells in found for cell in cells)


def test_sixty_megabytes_of_nonsense_are_refused_early() -> None:
    with pytest.raises(Unreadable):
        lines(b"\xff\x00\x81" * (20 * 1024 * 1024))


def workbook(**parts: str | bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(f"xl/{name.replace('__', '/')}.xml", text)
    return file.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def test_a_workbook_is_read_with_its_texts_days_and_formulas() -> None:
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    texts = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Na</t><r><t>me</t></r></si></sst>'
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>a_x0041_b</t></is></c></row>'
        '<row r="5"><c r="A5" s="1"><v>46053</v></c><c r="B5"><f>1+1</f><v>2</v></c><c r="C5" t="b"><v>1</v></c></row>'
    )
    content = workbook(worksheets__sheet1=SHEET.format(rows), sharedStrings=texts, styles=styles)

    assert list(lines_of(io.BytesIO(content))) == [(1, ["Name", "", "aAb"]), (5, ["2026-01-31", "=1+1", "yes"])]


def test_a_bomb_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook(worksheets__sheet1=SHEET.format("<row/>" + " " * (60 * 1024 * 1024)))

    assert len(content) < 200_000
    with pytest.raises(Unreadable, match="unreasonable"):
        lines(content)


def test_entities_of_a_file_are_refused() -> None:
    evil = '<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>'

    with pytest.raises(Unreadable, match="declarations"):
        lines(workbook(worksheets__sheet1=evil))


def test_our_own_further_sheets_go_on() -> None:
    rows = [(f"Person {number}",) for number in range(5)]
    content = b"".join(xlsx.stream("Users", ["Name"], rows, most=3))

    assert lines(content) == [["Name"], *[[f"Person {number}"] for number in range(5)]]


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_LINES", 3)

    with pytest.raises(Unreadable, match="more than 3 lines"):
        lines(b"a\n1\n2\n3\n4\n")
