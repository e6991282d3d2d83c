"""Reading files of people: what a file holds, line by line, before anything is known of whom it is about."""

from users.importing.fields import Cells, Reading, fields_of, guess
from users.importing.files import MOST_BYTES, MOST_LINES, Unreadable, lines_of

__all__ = ["MOST_BYTES", "MOST_LINES", "Cells", "Reading", "Unreadable", "fields_of", "guess", "lines_of"]
