"""Rows that the database itself writes as JSON: a page of fifty costs a third of what it costs to build it here."""

import json
from typing import Any

from django.db.models import Case, Expression, F, Func, JSONField, TextField, Value, When

# PostgreSQL's functions take a hundred arguments at most.
MOST_FIELDS = 50


class JsonRow(Func):
    """These fields as the text of a JSON object. Moments are written in ISO 8601, in UTC."""

    function = "json_build_object"
    template = "%(function)s(%(expressions)s)::text"
    output_field = TextField()

    def __init__(self, **fields: Any) -> None:
        if len(fields) > MOST_FIELDS:
            raise ValueError(len(fields))
        pairs = [(Value(name), F(one) if isinstance(one, str) else one) for name, one in fields.items()]
        super().__init__(*[part for pair in pairs for part in pair])


class Pairs(Func):
    """An object of texts, as custom attributes are stored, as a list of names and values in order."""

    template = (
        "(SELECT COALESCE(json_agg(json_build_object('name', key, 'value', value) ORDER BY key COLLATE \"C\"), '[]')"
        " FROM jsonb_each_text(%(expressions)s))"
    )
    output_field = JSONField()


def choice(column: str, **words: Any) -> Expression:
    """The word for each stored value."""
    whens = [When(**{column: value, "then": Value(word)}) for value, word in words.items()]
    return Case(*whens, default=F(column), output_field=TextField())


def facts_of_one(rows: Any) -> dict[str, Any]:
    """The facts of the one row that there is, as they are now."""
    facts: dict[str, Any] = json.loads(rows.values_list("facts", flat=True)[0])
    return facts


def with_more(text: str, **more: Any) -> str:
    """The text of a JSON object with more fields."""
    added = json.dumps(more, ensure_ascii=False, separators=(",", ":"))
    return f"{text[:-1]},{added[1:]}"
