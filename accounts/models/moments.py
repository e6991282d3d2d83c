"""Columns of an account that are made of others: for the order of a list."""

from django.db.models import Case, DateTimeField, GeneratedField, SmallIntegerField, Value, When
from django.db.models.functions import Greatest


def latest_of(*names: str) -> GeneratedField:
    """A stored column with the latest of these moments."""
    return GeneratedField(expression=Greatest(*names), output_field=DateTimeField(), db_persist=True, editable=False)


def change_rank() -> GeneratedField:
    """A stored column by which accounts that somebody should look at come first: left, moved, others, disabled.

    Before the moment since which each is unused, it leaves dormant ones in front of others.
    """
    ranks = (
        {"status": "disabled", "then": 3},
        {"left_at__isnull": False, "then": 0},
        {"moved_at__isnull": False, "then": 1},
    )
    whens = [When(**{**rank, "then": Value(rank["then"])}) for rank in ranks]
    return GeneratedField(
        expression=Case(*whens, default=Value(2)), output_field=SmallIntegerField(), db_persist=True, editable=False
    )
