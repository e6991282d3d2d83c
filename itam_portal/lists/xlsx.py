"""XLSX as a stream: rows go in, bytes come out, and nothing waits for the end of the file.

XlsxWriter begins to send only when the last row is known, and takes ten times as long; see docs/decisions. The
format is ECMA-376, the parts of it that a plain table needs.
"""

import io
import math
import re
import zipfile
from collections.abc import Generator, Iterable, Iterator
from datetime import date, datetime, time
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext

MOST_ROWS = 1_048_576
# What XML cannot hold or would change, and what looks as if it stood for such: written as `_x000D_`, by the format's
# own rule (ECMA-376, ST_Xstring).
_ILLEGAL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
# So many letters a cell holds, in units of UTF-16; a sheet's name holds 31, its number included.
_MOST_LETTERS, _MOST_OF_NAME = 32_767, 24
# So many digits of a number survive.
_MOST_DIGITS = 15
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet knows no zones)
# A spreadsheet counts a 29 February 1900 that never was: earlier days are one off, and before 1900 there are none.
_FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CHUNK = 65_536

_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def stream(title: str, heads: list[str], rows: Iterable[tuple[Any, ...]], *, most: int = MOST_ROWS) -> Iterator[bytes]:
    """The file's bytes. A sheet holds `most` rows, its heads included; what is more goes on in further sheets.

    Values are text, numbers, truth, moments without a zone, days, or None; anything else is written as its text.
    """
    sink = _Sink()
    name = sheet_name(title)
    waiting = _Peeking(rows)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        number, is_more = 0, True
        while is_more:
            number += 1
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as sheet:
                is_more = (yield from _sheet(sheet, sink, heads, waiting, most)) and waiting.has_more()
        for path, text in _parts(name, number).items():
            archive.writestr(path, text)
    yield sink.drain()


def _sheet(
    sheet: Any, sink: "_Sink", heads: list[str], rows: Iterator[tuple[Any, ...]], most: int
) -> Generator[bytes, None, bool]:
    """One sheet; answers whether it is full, so that there may be rows for another one."""
    sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'.encode())
    sheet.write(b'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>')
    sheet.write(b"<sheetData><row>")
    sheet.write("".join(f'<c s="2" t="inlineStr"><is><t>{_text(head)}</t></is></c>' for head in heads).encode())
    sheet.write(b"</row>")
    is_full = False
    for written, row in enumerate(rows, 2):
        sheet.write(f"<row>{''.join(map(_cell, row))}</row>".encode())
        if sink.size > _CHUNK:
            yield sink.drain()
        if written == most:
            is_full = True
            break
    sheet.write(b"</sheetData></worksheet>")
    return is_full


def sheet_name(title: str) -> str:
    """What a sheet may be called: without signs of its own meaning, short, and not by the one name that is reserved."""
    allowed = "".join(" " if letter in "[]:*?/\\'" or not letter.isprintable() else letter for letter in title)
    name = _fitting(" ".join(allowed.split()), _MOST_OF_NAME).strip() or "List"
    return f"{name} list" if name.lower() == "history" else name


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, int | float) and _survives(value):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_text(str(value))}</t></is></c>'


def _day(value: date) -> str:
    """A moment or a day as a number with a format; as text where spreadsheets count wrongly."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time.min)
    if moment < _FIRST_DAY:
        return _cell(value.isoformat(" ", "seconds") if isinstance(value, datetime) else value.isoformat())
    past, style = moment - _DAY_ZERO, 1 if isinstance(value, datetime) else 3
    return f'<c s="{style}"><v>{past.days + past.seconds / 86_400:.6f}</v></c>'


def _survives(number: float) -> bool:
    return math.isfinite(number) and len(str(int(abs(number)))) <= _MOST_DIGITS


def _text(value: str) -> str:
    if len(value) * 2 > _MOST_LETTERS:
        value = _cut(value)
    return escape(_ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", value))


def _cut(value: str) -> str:
    """As much of a text as a cell can hold, and a word that there is more."""
    fitting, mark = _fitting(value, _MOST_LETTERS), gettext(" … (cut: a cell holds no more)")
    return value if fitting == value else _fitting(value, _MOST_LETTERS - len(mark)) + mark


def _fitting(value: str, most: int) -> str:
    """The beginning of a text that has so many units of UTF-16 at most; no letter is halved."""
    return value.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")


def _parts(name: str, sheets: int) -> dict[str, str]:
    """What makes the sheets a workbook; known only at the end."""
    numbers = range(1, sheets + 1)
    titles = {number: name if number == 1 else f"{name} {number}" for number in numbers}
    listed = "".join(
        f'<sheet name="{escape(titles[one], {chr(34): "&quot;"})}" sheetId="{one}" r:id="rId{one}"/>' for one in numbers
    )
    related = "".join(
        f'<Relationship Id="rId{one}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{one}.xml"/>'
        for one in numbers
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{one}.xml" ContentType="{_TYPES}.worksheet+xml"/>' for one in numbers
    )
    return {
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/styles.xml": _STYLES,
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{related}'
        f'<Relationship Id="rId{sheets + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "_rels/.rels": _RELATIONS,
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{types}</Types>',
    }


class _Peeking:
    """Rows, and whether there is another one."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._rows = iter(rows)
        self._next: list[tuple[Any, ...]] = []

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self

    def __next__(self) -> tuple[Any, ...]:
        return self._next.pop() if self._next else next(self._rows)

    def has_more(self) -> bool:
        if not self._next:
            self._next = [row for _place, row in zip(range(1), self._rows, strict=False)]
        return bool(self._next)


class _Sink(io.RawIOBase):
    """Where the archive writes to: no file, so nothing written can be changed again."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self.size += len(part)
        return len(part)

    def drain(self) -> bytes:
        """What was written since the last time."""
        whole = b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        return whole
