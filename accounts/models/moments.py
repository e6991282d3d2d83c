"""Moments that are made of others."""

from django.db.models import DateTimeField, GeneratedField
from django.db.models.functions import Greatest


def latest_of(*names: str) -> GeneratedField:
    """A stored column with the latest of these moments."""
    return GeneratedField(expression=Greatest(*names), output_field=DateTimeField(), db_persist=True, editable=False)
