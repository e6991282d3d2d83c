"""Quick search: one definer function for each list finds candidates through the trigram index.

LIKE is not leakproof, so below a policy it never uses an index. The function reads the tenant from the
scope's setting, never from an argument, and every row it names is read again below the policy.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Func, Q, Value

from itam_portal.lists.filters import Matches, StartsWith, fold_of, pattern
from itam_portal.tenancy.doors import Door, register

Columns = Sequence[tuple[str, bool]]
CAP = 10_000
_TRIGRAM = re.compile(r"[^\W_]{3}")
# Of so many rows it is counted how many hold the words. Where many do, one piece of a word finds the rest as well as
# all of its pieces; where very many do, ten thousand of them are found sooner by reading rows as they come.
SAMPLE, MANY, MOST, STRETCH = 500, 20, 125, 60_000
_ARGUMENTS = (
    "words text[], checked text[], pieces text[], beginnings text[], fields text[], texts text[], closings text[], "
    "columns text[], downs boolean[], sample integer, many integer, most integer, stretch integer, "
    "cap integer, named integer"
)
_MARKS = ", ".join([*["%s::text[]"] * 8, "%s::boolean[]", *["%s"] * 6])
_BODY = """
DECLARE
    tenant bigint := current_setting('app.tenant_id')::bigint;
    word text;
    place integer;
    condition text;
    by_index text := '';  -- what finds rows through the trigram index
    by_hand text := '';   -- the same, asked of rows that are read anyway
    by_field text := '';  -- the part of it that other columns than the combined one decide
    -- Beside a longer word a beginning is only checked: alone it asks the index for half of all rows.
    start text := CASE WHEN cardinality(words) > 0 THEN '({key} || '''')' ELSE '{key}' END;
    beginning text := ' AND (%1$s LIKE %2$L OR %1$s LIKE %3$L)';
    rows text := 'SELECT * FROM {table} WHERE tenant_id = $1';
    kept text := 'id';
    ordering text := '';
    first text;
    answer text;
    held bigint;
    common bigint;
    fewest bigint := sample + 1;
    rarest integer;
BEGIN
    FOREACH word IN ARRAY words LOOP
        condition := format(' AND {key} LIKE %L', '%' || itam_pattern(word) || '%');
        by_index := by_index || condition;
        by_hand := by_hand || condition;
    END LOOP;
    -- The index must not be asked for what is only checked: the expression hides the column from it.
    FOREACH word IN ARRAY checked LOOP
        condition := format(' LIKE %L', '%' || itam_pattern(word) || '%');
        by_index := by_index || ' AND {key} || ''''' || condition;
        by_hand := by_hand || ' AND {key}' || condition;
    END LOOP;
    FOREACH word IN ARRAY beginnings LOOP
        word := itam_pattern(word) || '%';
        by_index := by_index || format(beginning, start, word, '% ' || word);
        by_hand := by_hand || format(beginning, '{key}', word, '% ' || word);
    END LOOP;
    FOR place IN 1 .. cardinality(fields) LOOP
        by_field := by_field
            || format(' AND %I LIKE %L', fields[place], '%' || itam_pattern(texts[place]) || closings[place]);
    END LOOP;
    FOR place IN 1 .. cardinality(columns) LOOP
        kept := kept || format(', %I', columns[place]);
        ordering := ordering || format('%I %s, ', columns[place], CASE WHEN downs[place] THEN 'DESC' ELSE 'ASC' END);
    END LOOP;
    ordering := ordering || CASE WHEN downs[1] THEN 'id DESC' ELSE 'id' END;
    first := 'WITH hits AS MATERIALIZED (SELECT ' || kept || ' FROM (' || rows;
    answer := ' LIMIT $2) SELECT (SELECT count(*)::integer FROM hits), '
        'ARRAY(SELECT id FROM hits ORDER BY ' || ordering || ' LIMIT $3)';

    EXECUTE 'SELECT count(*), count(*) FILTER (WHERE true' || by_field || ') FROM (' || rows
        || ' ORDER BY id LIMIT $2) AS few WHERE true' || by_hand INTO held, common USING tenant, sample;
    IF common > most THEN
        EXECUTE first || ' ORDER BY id LIMIT $4) AS near WHERE true' || by_hand || by_field || answer
            INTO total, keys USING tenant, cap + 1, named, stretch;
        IF total > cap THEN
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;
    IF held > many AND common * 4 < held AND cardinality(fields) = 1 AND cardinality(words || checked) = 1 THEN
        -- The combined column holds far more: the field has an index of its own, which is narrow.
        by_index := '';
    ELSIF held > many THEN
        FOR place IN 1 .. cardinality(words) LOOP
            EXECUTE 'SELECT count(*) FROM (' || rows || ' ORDER BY id LIMIT $2) AS few WHERE {key} LIKE $3'
                INTO held USING tenant, sample, '%' || itam_pattern(words[place]) || '%';
            IF held < fewest AND pieces[place] <> '' THEN
                fewest := held;
                rarest := place;
            END IF;
        END LOOP;
        IF rarest IS NOT NULL THEN
            by_index := replace(by_hand, '{key} LIKE', '{key} || '''' LIKE')
                || format(' AND {key} LIKE %L', '%' || itam_pattern(pieces[rarest]) || '%');
        END IF;
    END IF;
    -- The planner takes every tenth row for a hit and would read them as they come: the bitmap is cheaper.
    PERFORM set_config('enable_indexscan', CASE WHEN by_index = '' THEN 'on' ELSE 'off' END, true);
    EXECUTE first || by_index || by_field || ') AS found' || answer INTO total, keys USING tenant, cap + 1, named;
    PERFORM set_config('enable_indexscan', 'on', true);
    RETURN NEXT;
END
"""


@dataclass(frozen=True)
class Hits:
    """What a search found: how many rows, one more than the cap where there are more, and the keys of the first."""

    total: int
    keys: list[int]


# A field's stored key, the text it must hold, and whether it may go on behind it.
Part = tuple[str, str, bool]


@dataclass(frozen=True)
class Search:
    """How one table is searched: its combined folded column and the function that finds rows by it."""

    function: str
    table: str
    # The stored keys of the fields whose text the combined column holds.
    covers: tuple[str, ...]
    key: str = "search_key"
    sample: int = SAMPLE
    many: int = MANY
    most: int = MOST
    stretch: int = STRETCH

    def install(self) -> "Search":
        """Make the function part of the database from the next migration on."""
        body = _BODY.replace("{table}", self.table).replace("{key}", self.key)
        returns = "TABLE(total integer, keys bigint[])"
        register(Door(self.function, arguments=_ARGUMENTS, returns=returns, body=body, language="plpgsql"))
        return self

    def hits(
        self, words: Sequence[str], parts: Sequence[Part] = (), *, cap: int, order: Columns = (), named: int = CAP
    ) -> Hits:
        """The rows that hold every word and every part: at most `cap` are looked for, `named` named, in this order.

        Where there are more than `cap`, the named ones are the first among those that were looked at.
        """
        fields, texts = [name for name, _text, _open in parts], [text for _name, text, _open in parts]
        closings = ["%" if is_open else "" for _name, _text, is_open in parts]
        columns, downs = [name for name, _down in order], [down for _name, down in order]
        numbers = [self.sample, self.many, self.most, self.stretch, cap, named]
        values: list[Any] = [*_sorted_out(words), fields, texts, closings, columns, downs, *numbers]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT total, keys FROM {self.function}({_MARKS})", values)  # noqa: S608 (our own name)
            return Hits(*cursor.fetchone())

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


def _sorted_out(words: Sequence[str]) -> tuple[list[str], ...]:
    """The words the index is asked for, those that are only checked, a piece of each of the first, and short ones."""
    long = [word for word in words if is_long(word)]
    # A domain stands in most addresses: what comes before it finds the few rows that are asked for the rest.
    checked = [word for word in long if "@" in word and is_long(word.partition("@")[0])]
    indexed = [word.partition("@")[0] if word in checked else word for word in long]
    return indexed, checked, [_piece(word) for word in indexed], [word for word in words if not is_long(word)]


def _piece(word: str) -> str:
    """Three letters or digits in a row, from as near to the middle of the word as there are any; else ''."""
    places = sorted(range(len(word) - 2), key=lambda place: abs(place - (len(word) - 2) // 2))
    return next((word[at : at + 3] for at in places if _TRIGRAM.fullmatch(word[at : at + 3])), "")


def as_array(keys: list[int]) -> Value:
    """Keys as one parameter, however many there are."""
    return Value(keys, output_field=ArrayField(BigIntegerField()))


class AnyOf(Func):
    """`column = ANY(array)`."""

    output_field = BooleanField()

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
