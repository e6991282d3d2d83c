"""Lines of cells from a CSV or XLSX file of any origin, one after the other; what cannot be read is refused in words.

A workbook is read by our own small reader of the format's parts that a table needs (ECMA-376): the libraries either
build the whole sheet in memory or trust what the archive says about its size. See docs/decisions.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from itam_portal.refusals import Refused
from itam_portal.uploads import MOST_BYTES
from users.importing.workbook import Broken, lines_of_workbook

MOST_LINES, MOST_COLUMNS, MOST_LETTERS = 500_000, 200, 10_000
_SEPARATORS = (",", ";", "\t", "|")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_PROBE, _PIECE = 1 << 20, 65_536
csv.field_size_limit(MOST_LETTERS * 10)


__all__ = ["MOST_BYTES", "MOST_LINES", "Unreadable", "lines_of"]


class Unreadable(Refused):
    """A file that is no table that can be read."""

    status = 422
    code = "unreadable_file"


def lines_of(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """The lines of a file with their numbers, the heads first; empty ones are left out. Raises Unreadable."""
    start = file.read(4)
    file.seek(0)
    if not start:
        raise Unreadable(_("The file is empty."))
    if start.startswith(b"PK"):
        lines = _of_workbook(file)
    elif start in (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG"):
        raise Unreadable(_("This is no CSV and no XLSX file. An old XLS workbook must be saved as XLSX first."))
    else:
        lines = _of_text(file)
    return _checked(lines)


def _checked(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    width, found = 0, 0
    for number, cells in lines:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if not width:
            width = len(cells)
        if width > MOST_COLUMNS or len(cells) > MOST_COLUMNS:
            raise Unreadable(_("Line %(number)d has more than %(most)d columns.") % {"number": number, "most": 200})
        if found > MOST_LINES:
            raise Unreadable(_("The file has more than %(most)d lines. Divide it.") % {"most": MOST_LINES})
        found += 1
        yield number, [_cell(cell, number) for cell in cells]
    if found == 0:
        raise Unreadable(_("The file holds nothing but blanks."))


def _cell(text: str, number: int) -> str:
    if "\0" in text:
        raise Unreadable(_("Line %(number)d holds a NUL character: this is no table of text.") % {"number": number})
    if len(text) > MOST_LETTERS:
        words = _("A cell of line %(number)d has more than %(most)d characters.")
        raise Unreadable(words % {"number": number, "most": MOST_LETTERS})
    return text


def _of_text(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding_of(file)
    separator = _separator_of(file, encoding)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        words = _("Line %(number)d cannot be read: a quotation mark is missing or stands where none may be.")
        if "NUL" in str(error):
            words = _("Line %(number)d holds a NUL character: this is no table of text.")
        raise Unreadable(words % {"number": reader.line_num}) from error
    except UnicodeError as error:
        words = _("The text behind line %(number)d is written in no encoding that can be read.")
        raise Unreadable(words % {"number": reader.line_num}) from error
    finally:
        text.detach()


def _encoding_of(file: BinaryIO) -> str:
    """By its mark; else UTF-8 where all of the file is that, and otherwise what old spreadsheets write."""
    start = file.read(4)
    file.seek(0)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    try:
        reading = codecs.getincrementaldecoder("utf-8")()
        while piece := file.read(_PIECE):
            reading.decode(piece)
        reading.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252" if _is_text(file) else "utf-8"
    finally:
        file.seek(0)
    return "utf-8"


def _is_text(file: BinaryIO) -> bool:
    """Whether cp1252 knows every byte: five of them stand for nothing."""
    file.seek(0)
    nothing = frozenset(b"\x00\x81\x8d\x8f\x90\x9d")
    while piece := file.read(_PIECE):
        if not nothing.isdisjoint(piece):
            return False
    return True


def _separator_of(file: BinaryIO, encoding: str) -> str:
    """The sign that stands in the line of heads most often, outside of quotes."""
    try:
        start = file.read(_PROBE).decode(encoding, errors="ignore")
    finally:
        file.seek(0)
    head: list[str] = []
    is_quoted = False
    for letter in start:
        if letter == '"':
            is_quoted = not is_quoted
        elif letter in "\r\n" and not is_quoted and "".join(head).strip():
            break
        elif not is_quoted:
            head.append(letter)
    counts = {separator: head.count(separator) for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda separator: counts[separator])


def _of_workbook(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from lines_of_workbook(file, most_columns=MOST_COLUMNS)
    except Broken as error:
        raise Unreadable(str(error)) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise Unreadable(_("The workbook is damaged, encrypted, or no XLSX file.")) from error
