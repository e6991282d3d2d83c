"""What moves with a tenant's time zone: the ends of roles that end with a day."""

from django.db import connection

from accounts.models import GroupMember
from accounts.operations.access import refresh_access
from accounts.queries import dated_days, end_in
from itam_portal.tenancy.actor import Actor
from organizations.models import Tenant

_TOGETHER = 5_000
_MOVE = """
UPDATE accounts_roleassignment s SET expires_at = moved.at
FROM unnest(%s::date[], %s::timestamptz[]) AS moved (day, at)
WHERE s.tenant_id = %s AND s.expires_on = moved.day AND s.expires_at <> moved.at
RETURNING s.account_id, s.group_id
"""


def move_ends(tenant: Tenant, *, by: Actor) -> None:
    """Let every role that ends with a day end with it in the tenant's present time zone.

    Part of the operation that changed the zone: its lock, its guards and its words in the history hold here.
    """
    # Python's days, not the database's: where a midnight comes twice the two choose different ones.
    days = list(dated_days(tenant))
    moments = [end_in(day, tenant.time_zone) for day in days]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [days, moments, tenant.pk])
        moved = cursor.fetchall()
    keys = {account for account, _group in moved if account is not None}
    groups = {group for _account, group in moved if group is not None}
    members = GroupMember.objects.filter(tenant_id=tenant.pk, group__in=groups)
    touched = sorted(keys | set(members.values_list("account_id", flat=True)))
    for first in range(0, len(touched), _TOGETHER):
        refresh_access(touched[first : first + _TOGETHER], by=by)
