"""Exported files as their readers read them, and the records they leave."""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from django.db.models import QuerySet

from itam_portal.lists.models import Export

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def exports() -> QuerySet[Export]:
    """What a test exported itself; the cast keeps one of its own."""
    return Export.objects.exclude(by_name="Northwind's own")


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def csv_rows(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data[3:].decode(), newline="")))


def sheets(data: bytes) -> list[list[list[str]]]:
    """Every sheet's cells as text, read as any reader of the format reads them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        names = [f"xl/worksheets/sheet{at}.xml" for at, _sheet in enumerate(book.iter(f"{SPACE}sheet"), 1)]
        return [list(_rows(ElementTree.fromstring(archive.read(name)))) for name in names]


def _rows(sheet: ElementTree.Element) -> Iterator[list[str]]:
    for row in sheet.iter(f"{SPACE}row"):
        yield ["".join(cell.itertext()) for cell in row.iter(f"{SPACE}c")]
