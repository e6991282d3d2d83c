"""What the overview counts of accounts and sessions."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.queries.changes import Change, change_is


def kinds_of(accounts: Any) -> dict[str, QuerySet]:
    """These accounts by what somebody should know of them."""
    return {
        "unassigned": accounts.unassigned(),
        "linked": accounts.filter(has_user=True),
        "unlinked": accounts.filter(has_user=False),
        "operators_unlinked": accounts.filter(has_user=False, type="operator"),
        "services": accounts.filter(type="service"),
        **{change: accounts.filter(change_is(change)) for change in Change.values},
    }


def statuses_of(accounts: Any) -> dict[str, QuerySet]:
    """These accounts by status."""
    return {status: accounts.filter(status=status) for status in ("enabled", "disabled")}


def weeks_of(sessions: Any, mondays: list[date], zone: ZoneInfo) -> dict[str, QuerySet]:
    """These sessions by the week in which they began, as the zone's calendar has it."""

    def within(monday: date) -> QuerySet:
        start, end = (datetime.combine(day, time.min, zone) for day in (monday, monday + timedelta(weeks=1)))
        return sessions.filter(started_at__gte=start, started_at__lt=end)

    return {str(monday): within(monday) for monday in mondays}
