"""Accounts that somebody should look at: their human left or moved, or nobody uses them. Only enabled ones count."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Without a sign-in and a call by key for so long, an account is dormant; a new one only when it is that old.
QUIET = timedelta(days=90)

# What of an account decides it.
CHANGE_NEEDS = ("status", "left_at", "moved_at", "quiet_since")


class Change(TextChoices):
    """Why an account should be looked at."""

    LEFT = "left", _("Left")
    MOVED = "moved", _("Moved")
    DORMANT = "dormant", _("Dormant")


def change_is(change: str) -> Q:
    """The condition that this is so."""
    happened = {
        Change.LEFT: Q(left_at__isnull=False),
        Change.MOVED: Q(moved_at__isnull=False),
        Change.DORMANT: Q(quiet_since__lte=timezone.now() - QUIET),
    }
    return Q(status="enabled") & happened[Change(change)]


def changes_in(row: Mapping[str, Any], now: datetime) -> list[str]:
    """The same of one row that was read: CHANGE_NEEDS."""
    if row["status"] != "enabled":
        return []
    happened = {
        Change.LEFT: row["left_at"] is not None,
        Change.MOVED: row["moved_at"] is not None,
        Change.DORMANT: row["quiet_since"] <= now - QUIET,
    }
    return [change.value for change, is_so in happened.items() if is_so]


def changes_of(account: Any) -> list[str]:
    """The same of one account."""
    return changes_in({name: getattr(account, name) for name in CHANGE_NEEDS}, timezone.now())
