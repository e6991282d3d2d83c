"""Rows in COPY's text format: written to a temporary file until their table's turn comes."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.db import models
from psycopg import sql

CHUNK = 1 << 18
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Rows:
    """The rows of one table. Their ids count from 1; memory holds at most the last few thousand."""

    def __init__(self, model: type[models.Model], columns: str) -> None:
        self.table = model._meta.db_table
        self.columns = columns.split()
        self.lines: list[str] = []
        self.last_id = 0
        self._file: IO[bytes] | None = None

    def add(self, *values: Any) -> int:
        """One row of any values without its id, which is answered."""
        self.last_id += 1
        self.lines.append("\t".join(map(copied, (self.last_id, *values))) + "\n")
        return self.last_id

    def spill(self) -> None:
        """Move what is in memory to the file."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        self._file.write("".join(self.lines).encode())
        self.lines.clear()

    def read(self) -> Iterator[bytes]:
        """All that was written: first the file, then what is still in memory."""
        if self._file:
            self._file.seek(0)
            while chunk := self._file.read(CHUNK):
                yield chunk
        yield "".join(self.lines).encode()

    def close(self) -> None:
        """Give the file's room back."""
        if self._file:
            self._file.close()


def copied(value: Any) -> str:
    """A value as COPY's text format has it."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return "{" + ",".join(value) + "}"
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).translate(_SPECIAL)


def copy(cursor: Any, rows: Rows, chunks: Iterable[str | bytes] | None = None) -> None:
    """Send the rows to their table, which this transaction has emptied, frozen as VACUUM would leave them."""
    columns = sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FREEZE)").format(sql.Identifier(rows.table), columns)
    with cursor.copy(statement) as stream:
        for chunk in rows.read() if chunks is None else chunks:
            stream.write(chunk)
