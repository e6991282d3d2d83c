"""Quick search: one definer function for each list finds candidates through the trigram index.

LIKE is not leakproof, so below a policy it never uses an index. The function reads the tenant from the
scope's setting, never from an argument, and every candidate is read again below the policy.
"""

import re
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Func, Q, Value

from itam_portal.lists.filters import Matches, StartsWith, fold_of, pattern
from itam_portal.tenancy.doors import Door, register

CAP = 10_000
_TRIGRAM = re.compile(r"[^\W_]{3}")
_BODY = """
DECLARE
    word text;
    statement text := 'SELECT id FROM {table} WHERE tenant_id = $1';
    -- Beside a longer word a beginning is only checked: alone it asks the index for half of all rows.
    start text := CASE WHEN cardinality(words) > 0 THEN '({key} || '''')' ELSE '{key}' END;
    found bigint[];
BEGIN
    FOREACH word IN ARRAY words LOOP
        statement := statement || format(' AND {key} LIKE %L', '%' || itam_pattern(word) || '%');
    END LOOP;
    -- The index must not be asked for these: the expression hides the column from it.
    FOREACH word IN ARRAY checked LOOP
        statement := statement || format(' AND {key} || '''' LIKE %L', '%' || itam_pattern(word) || '%');
    END LOOP;
    FOREACH word IN ARRAY beginnings LOOP
        statement := statement || format(
            ' AND (%1$s LIKE %2$L OR %1$s LIKE %3$L)',
            start, itam_pattern(word) || '%', '% ' || itam_pattern(word) || '%');
    END LOOP;
    EXECUTE 'SELECT array_agg(id) FROM (' || statement || ' LIMIT $2) AS hits'
        INTO found USING current_setting('app.tenant_id')::bigint, cap + 1;
    RETURN CASE WHEN found IS NULL THEN '{{}}' WHEN cardinality(found) <= cap THEN found END;
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
        arguments = "words text[], checked text[], beginnings text[], cap integer"
        body = _BODY.format(table=self.table, key=self.key)
        register(Door(self.function, arguments=arguments, returns="bigint[]", body=body, language="plpgsql"))
        return self

    def candidates(self, words: list[str], cap: int) -> list[int] | None:
        """Keys of all rows that hold every word, or None where they are more than `cap`."""
        long = [word for word in words if is_long(word)]
        short = [word for word in words if not is_long(word)]
        # A domain stands in most addresses: what comes before it finds the few rows that are asked for the rest.
        checked = [word for word in long if "@" in word and is_long(word.partition("@")[0])]
        indexed = [word.partition("@")[0] if word in checked else word for word in long]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.function}(%s, %s, %s, %s)", [indexed, checked, short, cap])
            return cursor.fetchone()[0]

    def condition(self, word: str) -> Q:
        """One word of a quick search: anywhere in the text, or, where too short, at the beginning of a word."""
        if is_long(word):
            return Q(Matches(self.key, pattern("%", word, "%")))
        return Q(StartsWith(self.key, fold_of(word))) | Q(Matches(self.key, pattern("% ", word, "%")))


def is_long(word: str) -> bool:
    """Whether the word gives a trigram wherever it stands: three letters or digits in a row.

    A shorter one gives trigrams only at the beginning of a word.
    """
    return bool(_TRIGRAM.search(word))


def as_array(keys: list[int]) -> Value:
    """Keys as one parameter, however many there are."""
    return Value(keys, output_field=ArrayField(BigIntegerField()))


class AnyOf(Func):
    """`column = ANY(array)`."""

    output_field = BooleanField()

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
