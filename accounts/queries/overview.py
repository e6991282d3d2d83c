"""What the overview counts of accounts and sessions."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Q, Value

from accounts.queries.accounts import is_unassigned
from accounts.queries.changes import Change, change_is


class WidthBucket(Func):
    """How many of these ascending values are not above the expression."""

    function = "width_bucket"
    output_field = IntegerField()


def kinds_of_accounts() -> dict[str, Q]:
    """Accounts by what somebody should know of them."""
    return {
        "unassigned": is_unassigned(),
        "linked": Q(has_user=True),
        "unlinked": Q(has_user=False),
        "operators_unlinked": Q(has_user=False, type="operator"),
        "services": Q(type="service"),
        **{change: change_is(change) for change in Change.values},
    }


def statuses_of_accounts() -> dict[str, Q]:
    """Accounts by status."""
    return {status: Q(status=status) for status in ("enabled", "disabled")}


def count_by_week(sessions: Any, mondays: list[date], zone: ZoneInfo) -> dict[date, int]:
    """How many of these sessions began in each week, as the zone's calendar has it. One reading finds all of them."""
    days = [*mondays, mondays[-1] + timedelta(weeks=1)]
    starts = [datetime.combine(day, time.min, zone) for day in days]
    known = sessions.filter(started_at__gte=starts[0], started_at__lt=starts[-1]).order_by()
    borders = Value(starts, output_field=ArrayField(DateTimeField()))
    weeks = known.annotate(week=WidthBucket(F("started_at"), borders)).values_list("week")
    found = dict(weeks.annotate(number=Count("pk")))
    return {monday: found.get(place, 0) for place, monday in enumerate(mondays, 1)}
