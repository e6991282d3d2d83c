"""What another time zone does to the roles that end with a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries.holdings import Scope, end_in


@dataclass(frozen=True)
class EndsMoved:
    """How many assignments end at another moment, and how many of them are over, or count again, by it."""

    number: int
    over: int
    again: int
    sentence: str


def dated_days(tenant: Any) -> dict[date, int]:
    """The days with which roles of this tenant end, each with the number of its assignments."""
    dated = _assignments().filter(tenant_id=tenant.pk, expires_on__isnull=False).order_by()
    return dict(dated.values_list("expires_on").annotate(number=Count("pk")))


def ends_moved(tenant: Any, zone: str) -> EndsMoved:
    """What moves if this becomes the tenant's time zone."""
    now, days = timezone.now(), dated_days(tenant)
    pairs = {day: (end_in(day, tenant.time_zone), end_in(day, zone)) for day in days}
    moved = [day for day, (old, new) in pairs.items() if old != new]
    over = [day for day in moved if pairs[day][0] > now >= pairs[day][1]]
    again = [day for day in moved if pairs[day][1] > now >= pairs[day][0]]
    number, ended, revived = (sum(days[day] for day in chosen) for chosen in (moved, over, again))
    return EndsMoved(number, ended, revived, _direction({pairs[day][1] - pairs[day][0] for day in moved}))


def _direction(shifts: set[timedelta]) -> str:
    """Whether that is earlier or later, in words; summer time may make it differ from day to day."""
    if all(shift > timedelta(0) for shift in shifts):
        return _("That is later than now.")
    return _("That is earlier than now.") if all(shift < timedelta(0) for shift in shifts) else ""


def moved_pairs(tenant: Any, zone: str) -> list[tuple[int, Scope, datetime, datetime]]:
    """Each role and scope with an end that still matters: its latest end now, and what that becomes."""
    since = timezone.now().date() - timedelta(days=3)
    dated = _assignments().filter(tenant_id=tenant.pk, expires_on__gte=since).order_by()
    rows = dated.values_list("role_id", "organization_id", "organization_group_id").annotate(last=Max("expires_on"))
    return [
        (role, Scope(organization, group), end_in(last, tenant.time_zone), end_in(last, zone))
        for role, organization, group, last in rows
    ]


def _assignments() -> Any:
    return apps.get_model("accounts", "RoleAssignment").objects
