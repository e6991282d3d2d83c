"""Quick search: one definer function for each list finds candidates through the trigram index.

LIKE is not leakproof, so below a policy it never uses an index. The function reads the tenant from the
scope's setting, never from an argument, and every candidate is read again below the policy.
"""

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import Func, Q, TextField, Value
from django.db.models.expressions import RawSQL

from itam_portal.lists.filters import Matches, StartsWith, pattern
from itam_portal.tenancy.doors import Door, register
from itam_portal.tenancy.text import Fold

CAP = 10_000
_TRIGRAM = re.compile(r"[^\W_]{3}")
_BODY = """
DECLARE
    word text;
    statement text := 'SELECT id FROM {table} WHERE tenant_id = $1';
BEGIN
    FOREACH word IN ARRAY words LOOP
        statement := statement || format(
            ' AND {key} LIKE %L', '%' || regexp_replace(itam_fold(word), '([%_\\\\])', '\\\\\\1', 'g') || '%');
    END LOOP;
    RETURN QUERY EXECUTE statement || ' LIMIT $2' USING current_setting('app.tenant_id')::bigint, cap;
END
"""


@dataclass(frozen=True)
class Search:
    """How one table is searched: its combined folded column and the function that finds candidates."""

    function: str
    table: str
    key: str = "search_key"

    def install(self) -> "Search":
        """Make the function part of the database from the next migration on."""
        body = _BODY.format(table=self.table, key=self.key)
        # Only the trigram index can answer: a plan that reads the table would cost a hundred times more.
        settings = "SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off"
        register(
            Door(
                name=self.function,
                arguments="words text[], cap integer",
                returns="SETOF bigint",
                body=body,
                language="plpgsql",
                settings=settings,
            )
        )
        return self

    def candidates(self, words: list[str], cap: int) -> list[int]:
        """Keys of at most `cap` rows whose combined text holds every word."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.function}(%s, %s)", [words, cap])
            return [row[0] for row in cursor.fetchall()]

    def all_candidates(self, words: list[str]) -> Q:
        """The condition that a row is any candidate, however many there are."""
        return Q(pk__in=RawSQL(f"SELECT {self.function}(%s, NULL)", [words]))  # noqa: S611 (the name is ours)

    def condition(self, word: str) -> Q:
        """One word of a quick search: anywhere in the text, or, where too short, at the beginning of a word."""
        if is_indexable(word):
            return Q(Matches(self.key, pattern("%", word, "%")))
        text = Fold(Value(word, output_field=TextField()))
        return Q(StartsWith(self.key, text)) | Q(Matches(self.key, pattern("% ", word, "%")))


def is_indexable(word: str) -> bool:
    """Whether the word gives a trigram to look for: three letters or digits in a row."""
    return bool(_TRIGRAM.search(word))


class AnyOf(Func):
    """`column = ANY(array)`: one parameter, however many keys."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("

    @property
    def conditional(self) -> bool:
        return True
