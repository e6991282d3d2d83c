"""How often something may be tried: counted in the database, so that all processes share one count."""

import hashlib
from dataclasses import dataclass

from django.db import connection

# What a statement that counts ends with: a count that is over begins again. The table is called `kept` in it.
ONE_MORE = """
ON CONFLICT (key) DO UPDATE SET
    number = CASE WHEN kept.ends_at <= clock_timestamp() THEN 1 ELSE kept.number + 1 END,
    ends_at = CASE WHEN kept.ends_at <= clock_timestamp() THEN excluded.ends_at ELSE kept.ends_at END
"""
# One statement: two attempts at the same time are two, in whichever processes they are made.
_COUNT = f"""
INSERT INTO itam_limit AS kept (key, number, ends_at)
VALUES (%(key)s, 1, clock_timestamp() + make_interval(secs => %(seconds)s))
{ONE_MORE}
RETURNING number
"""  # noqa: S608 (a clause of our own)
_GIVE_BACK = "UPDATE itam_limit SET number = number - 1 WHERE key = %s AND number > 0"
_FORGET = "DELETE FROM itam_limit WHERE ends_at < now() - interval '1 hour'"


@dataclass(frozen=True)
class Limit:
    """So many attempts for one key, from the first one on, within so many seconds."""

    name: str
    most: int
    seconds: int

    def take(self, key: str) -> bool:
        """Count one attempt; whether it is still within the limit."""
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"key": self._mark(key), "seconds": self.seconds})
            return cursor.fetchone()[0] <= self.most

    def give_back(self, key: str) -> None:
        """Count one attempt less: what succeeded was none."""
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [self._mark(key)])

    def _mark(self, key: str) -> str:
        """What is kept of a key: addresses and what people type do not rest here."""
        return hashlib.sha256(f"{self.name}\n{key}".encode()).hexdigest()


def forget_old() -> int:
    """Take away the counts of times that are over; answers how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
        return cursor.rowcount
