"""How the database is to join lines that it has never counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def joined_at_once(cursor: Any) -> Iterator[None]:
    """Lines that have just come are unknown to the planner: it would take them for a few, and look for each alone."""
    cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
    yield
    cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
