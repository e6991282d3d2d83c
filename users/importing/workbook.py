"""The sheets of an XLSX workbook as lines of text: streamed, with a limit to everything that a file can claim."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _

# So many bytes may come out of one part of the archive: a table of 500,000 lines has less.
MOST_OF_PART = 1_000 * 1024 * 1024
MOST_OF_TEXTS = 100 * 1024 * 1024
# A part that grows more than this, once it is large, is a bomb and no table.
_MOST_GROWTH, _LARGE = 200, 20 * 1024 * 1024
_PIECE = 65_536
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet knows no zones)
_DAY_FORMATS = frozenset(map(str, (*range(14, 23), *range(45, 48))))
# What a format only shows as it is.
_QUOTED = re.compile(r'"[^"]*"|\[[^]]*\]|\\.')


class Broken(Exception):
    """What the workbook holds is no table."""


def lines_of_workbook(file: BinaryIO, *, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    """The lines of all sheets; a further sheet goes on where it begins with the same heads. Raises Broken."""
    with zipfile.ZipFile(file) as archive:
        names = {int(found[1]): one for one in archive.namelist() if (found := _SHEET.fullmatch(one))}
        if not names:
            raise Broken(_("The workbook has no sheet."))
        texts, days = _texts(archive), _formats_of_days(archive)
        heads: list[str] | None = None
        for number in sorted(names):
            sheet = _Sheet(texts, days, most_columns)
            lines = sheet.lines(_pieces(archive, names[number]))
            for place, (line, cells) in enumerate(lines):
                if place == 0 and heads is not None:
                    if cells != heads:
                        break
                    continue
                heads = cells if heads is None else heads
                yield line, list(cells)


def _pieces(archive: zipfile.ZipFile, name: str, most: int = MOST_OF_PART) -> Iterator[bytes]:
    """What a part holds, as long as it is no more than there may be, whatever the archive says."""
    packed, out = max(1, archive.getinfo(name).compress_size), 0
    try:
        with archive.open(name) as part:
            while piece := part.read(_PIECE):
                out += len(piece)
                if out > most or (out > _LARGE and out > packed * _MOST_GROWTH):
                    raise Broken(_("The workbook grows to an unreasonable size when it is unpacked."))
                yield piece
    except zlib.error as error:
        raise zipfile.BadZipFile from error


class _Parser:
    """Walks through XML and calls what a part is interested in. Entities of the file's own are refused."""

    def __init__(self, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]) -> None:
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = lambda name, facts: start(name.rpartition("}")[2], facts)
        self.parser.EndElementHandler = lambda name: end(name.rpartition("}")[2])
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_facts: Any) -> None:
        raise Broken(_("The workbook holds declarations that no table needs."))

    def feed(self, piece: bytes, *, is_last: bool = False) -> None:
        try:
            self.parser.Parse(piece, is_last)
        except expat.ExpatError as error:
            raise Broken(_("The workbook is damaged.")) from error


def _texts(archive: zipfile.ZipFile) -> list[str]:
    """The texts that cells refer to by number."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    found: list[str] = []
    parts: list[str] = []
    is_text = [False]

    def start(name: str, _facts: dict[str, str]) -> None:
        if name == "si":
            parts.clear()
        is_text[0] = name == "t"

    def end(name: str) -> None:
        is_text[0] = False
        if name == "si":
            found.append(unescaped("".join(parts)))

    parser = _Parser(start, end)
    parser.parser.CharacterDataHandler = lambda text: parts.append(text) if is_text[0] else None
    for piece in _pieces(archive, "xl/sharedStrings.xml", MOST_OF_TEXTS):
        parser.feed(piece)
    parser.feed(b"", is_last=True)
    return found


def _formats_of_days(archive: zipfile.ZipFile) -> frozenset[int]:
    """The numbers of the styles that show a number as a day or a moment."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    styles = _Styles()
    parser = _Parser(styles.start, styles.end)
    for piece in _pieces(archive, "xl/styles.xml", MOST_OF_TEXTS):
        parser.feed(piece)
    return styles.of_days()


class _Styles:
    """The number formats of a workbook, and which style uses which."""

    def __init__(self) -> None:
        self.days, self.used, self.is_inside = set(_DAY_FORMATS), list[str](), False

    def start(self, name: str, facts: dict[str, str]) -> None:
        """Where something begins."""
        if name == "cellXfs":
            self.is_inside = True
        elif name == "numFmt" and re.search(r"[ymdh]", _QUOTED.sub("", facts.get("formatCode", ""))):
            self.days.add(facts.get("numFmtId", ""))
        elif name == "xf" and self.is_inside:
            self.used.append(facts.get("numFmtId", ""))

    def end(self, name: str) -> None:
        """Where something ends."""
        self.is_inside = self.is_inside and name != "cellXfs"

    def of_days(self) -> frozenset[int]:
        """The numbers of the styles that show days."""
        return frozenset(at for at, number in enumerate(self.used) if number in self.days)


def unescaped(text: str) -> str:
    """Characters that XML cannot hold are written as _x000D_ (ECMA-376, ST_Xstring)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _Sheet:
    """One sheet: its rows, each as texts by column."""

    def __init__(self, texts: list[str], days: frozenset[int], most_columns: int) -> None:
        self.texts, self.days, self.most = texts, days, most_columns
        self.row: dict[int, str] = {}
        self.ready: list[tuple[int, list[str]]] = []
        self.number = self.column = 0
        self.kind = self.style = self.inside = ""
        self.value: list[str] = []
        self.formula: list[str] | None = None

    def lines(self, pieces: Iterator[bytes]) -> Iterator[tuple[int, list[str]]]:
        """The rows that hold anything."""
        parser = _Parser(self._start, self._end)
        parser.parser.CharacterDataHandler = self._text
        for piece in pieces:
            parser.feed(piece)
            yield from self.ready
            self.ready.clear()
        parser.feed(b"", is_last=True)
        yield from self.ready

    def _start(self, name: str, facts: dict[str, str]) -> None:
        if name == "row":
            self.number = int(facts["r"]) if facts.get("r", "").isdigit() else self.number + 1
            self.row, self.column = {}, 0
        elif name == "c":
            self.column = _column(facts["r"]) if facts.get("r") else self.column + 1
            if self.column > self.most:
                raise Broken(_("Line %(number)d has too many columns.") % {"number": self.number})
            self.kind, self.style, self.value, self.formula = facts.get("t", "n"), facts.get("s", ""), [], None
        elif name == "f":
            self.formula = []
        self.inside = name

    def _text(self, text: str) -> None:
        if self.inside in ("v", "t"):
            self.value.append(text)
        elif self.inside == "f" and self.formula is not None:
            self.formula.append(text)

    def _end(self, name: str) -> None:
        self.inside = ""
        if name == "c":
            text = f"={''.join(self.formula)}" if self.formula is not None else self._said("".join(self.value))
            if text:
                self.row[self.column] = text
        elif name == "row" and self.row:
            self.ready.append((self.number, [self.row.get(at, "") for at in range(1, max(self.row) + 1)]))

    def _said(self, value: str) -> str:
        """What a cell shows, as text."""
        if self.kind == "s":
            at = int(value) if value.isdigit() else -1
            if not 0 <= at < len(self.texts):
                raise Broken(_("The workbook is damaged."))
            return self.texts[at]
        if self.kind == "b":
            return {"1": "yes", "0": "no"}.get(value, value)
        if self.kind == "n" and value and self.style.isdigit() and int(self.style) in self.days:
            return _moment(value)
        return unescaped(value) if self.kind in ("inlineStr", "str") else value


def _column(place: str) -> int:
    """The number of a column whose cells are called AB7."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
        if not "A" <= letter <= "Z" or number > 16_384:
            raise Broken(_("The workbook is damaged."))
    return number


def _moment(value: str) -> str:
    """Days since the end of 1899 as 2026-01-31, with the time where there is one."""
    try:
        moment = _DAY_ZERO + timedelta(seconds=round(float(value) * 86_400))
    except (ValueError, OverflowError) as error:
        raise Broken(_("The workbook is damaged.")) from error
    return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat()
