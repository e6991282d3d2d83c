"""What programs called before, and who calls now."""

import functools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.queries.accounts import columns_of, objects_of
from itam_portal.limits import ONE_MORE

# So long an answer is kept for whoever sends its call again, and so long a key's calls are.
ANSWERS_KEPT_FOR = timedelta(hours=24)
CALLS_KEPT_FOR = timedelta(days=30)

# Every call asks this, before its tenant is known: the door, and one call more of the tenant's and of the key's count.
# The tenant's is counted first, always: two calls at once never wait for each other in a circle. A count that is lost
# with the machine's power does no harm, so nobody waits for the disk.
_COME_IN = f"""
WITH place AS (SELECT tenant_id, key_id FROM door_access_key(%(beginning)s, %(hash)s)),
marks AS (
    SELECT 1 AS place, encode(sha256(convert_to(E'api_tenant\\n' || tenant_id, 'UTF8')), 'hex') AS mark FROM place
    UNION ALL
    SELECT 2, encode(sha256(convert_to(E'api_key\\n' || key_id, 'UTF8')), 'hex') FROM place
), counted AS (
    INSERT INTO itam_limit AS kept (key, number, ends_at)
    SELECT mark, 1, clock_timestamp() + make_interval(secs => %(seconds)s) FROM marks ORDER BY marks.place
    {ONE_MORE}
    RETURNING key, number, ceil(extract(epoch FROM ends_at - clock_timestamp()))::int AS seconds
)
SELECT place.tenant_id, place.key_id, counted.number, counted.seconds, set_config('synchronous_commit', 'off', true)
FROM place, marks JOIN counted ON counted.key = marks.mark ORDER BY marks.place
"""  # noqa: S608 (a clause of our own)


@dataclass(frozen=True)
class Caller:
    """Whose key was shown, with the calls of the tenant and of the key within their minute, this one included."""

    tenant_id: int
    key_id: int
    # How many there were, and in how many seconds the count begins again.
    of_tenant: tuple[int, int]
    of_key: tuple[int, int]


def come_in(beginning: str, secret_hash: str, *, seconds: int) -> Caller | None:
    """Whose key this is, its call counted; None where the key is nobody's. One statement of its own."""
    given: dict[str, Any] = {"beginning": beginning, "hash": secret_hash, "seconds": seconds}
    with connection.cursor() as cursor:
        cursor.execute(_COME_IN, given)
        rows = cursor.fetchall()
    if not rows:
        return None
    (tenant, key, *of_tenant, _set), (_tenant, _key, *of_key, _set) = rows
    return Caller(tenant, key, (of_tenant[0], of_tenant[1]), (of_key[0], of_key[1]))


def key_with_account(number: int) -> Any:
    """The access key of this number with its account and its tenant: written out, as every call asks it."""
    models = _model("AccessKey"), _model("Account"), apps.get_model("organizations", "Tenant")
    with connection.cursor() as cursor:
        cursor.execute(_key_with_account(*models), [number])
        key, account, tenant = objects_of(models, cursor.fetchone())
    key.account, account.tenant = account, tenant
    return key


@functools.cache
def _key_with_account(*models: Any) -> str:
    return (
        f"SELECT {columns_of(models)} FROM accounts_accesskey "  # noqa: S608 (names of our own columns)
        "JOIN accounts_account ON accounts_account.tenant_id = accounts_accesskey.tenant_id"
        " AND accounts_account.id = accounts_accesskey.account_id "
        "JOIN organizations_tenant ON organizations_tenant.id = accounts_account.tenant_id "
        "WHERE accounts_accesskey.id = %s"
    )


def kept_answer(account: Any, name: str) -> Any:
    """The answer that was kept under this account's idempotency key, None where there is none."""
    since = timezone.now() - ANSWERS_KEPT_FOR
    answers = _model("KeptAnswer").objects.filter(tenant_id=account.tenant_id, account=account, name=name)
    return answers.filter(at__gt=since).first()


def _model(name: str) -> Any:
    return apps.get_model("accounts", name)
