"""What all statements about an import's lines share, and how the database is to join lines it never counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# The lines of one import, and what a line calls its person.
PARTS = {
    "ours": "l.tenant_id = %(tenant)s AND l.user_import_id = %(one)s",
    "called": "COALESCE(NULLIF(l.values ->> 'display_name', ''), l.values ->> 'full')",
}


@contextmanager
def joined_at_once(cursor: Any) -> Iterator[None]:
    """Lines that have just come are unknown to the planner: it would take them for a few, and look for each alone."""
    cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
    yield
    cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
