"""What lists show of roles: derived, and recomputed by everything that touches assignments, groups or members."""

from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import FOREVER, Account, HeldRole
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.tenancy.actor import Actor

_REFRESH = """
WITH changed AS (SELECT unnest(%(keys)s::bigint[]) AS id),
live AS (
    SELECT s.account_id, s.role_id, s.expires_at FROM accounts_roleassignment s
    JOIN changed ON changed.id = s.account_id
    WHERE s.tenant_id = %(tenant)s
    UNION ALL
    SELECT m.account_id, s.role_id, s.expires_at FROM accounts_groupmember m
    JOIN changed ON changed.id = m.account_id
    JOIN accounts_roleassignment s ON s.tenant_id = m.tenant_id AND s.group_id = m.group_id
    WHERE m.tenant_id = %(tenant)s
),
best AS (SELECT account_id, role_id, max(COALESCE(expires_at, %(forever)s)) AS until FROM live GROUP BY 1, 2),
gone AS (
    DELETE FROM accounts_heldrole h USING changed
    WHERE h.tenant_id = %(tenant)s AND h.account_id = changed.id
      AND NOT EXISTS (SELECT FROM best b WHERE b.account_id = h.account_id AND b.role_id = h.role_id)
),
kept AS (
    INSERT INTO accounts_heldrole (tenant_id, account_id, role_id, until)
    SELECT %(tenant)s, account_id, role_id, until FROM best
    ON CONFLICT (tenant_id, account_id, role_id) DO UPDATE SET until = EXCLUDED.until
    WHERE accounts_heldrole.until <> EXCLUDED.until
)
UPDATE accounts_account a
SET access_until = COALESCE(held.until, '1970-01-01T00:00Z'), role_key = COALESCE(held.name, '')
FROM changed LEFT JOIN LATERAL (
    SELECT max(b.until) AS until, min(r.name_key) FILTER (WHERE b.until > now()) AS name
    FROM best b JOIN roles_role r ON r.id = b.role_id AND r.tenant_id = %(tenant)s WHERE b.account_id = changed.id
) AS held ON true
WHERE a.tenant_id = %(tenant)s AND a.id = changed.id
  AND (a.access_until, a.role_key) IS DISTINCT FROM (COALESCE(held.until, '1970-01-01T00:00Z'), COALESCE(held.name, ''))
"""


def refresh_access(keys: list[int], *, by: Actor) -> None:
    """Recompute what lists show of these accounts' roles: every operation that touches assignments, groups
    or members calls this in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"keys": keys, "tenant": by.tenant.pk, "forever": FOREVER})


def looked_at(keys: list[int], *, by: Actor) -> None:
    """Somebody changed or confirmed what each of these accounts may do: that their humans moved is dealt with."""
    moved = Account.objects.filter(AnyOf(F("pk"), as_array(keys)), tenant_id=by.tenant.pk, moved_at__isnull=False)
    moved.update(moved_at=None)


def refresh_stale_roles(*, by: Actor) -> int:
    """Recompute the accounts of which a role expired since it was last computed; answers how many."""
    now = timezone.now()
    expired = HeldRole.objects.filter(tenant_id=by.tenant.pk, until__lte=now, account__role_key=F("role__name_key"))
    keys = list(expired.values_list("account_id", flat=True).distinct()[:10_000])
    if keys:
        refresh_access(keys, by=by)
    return len(keys)
