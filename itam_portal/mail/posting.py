"""Writing a mail, in the transaction of what it tells of."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from itam_portal.mail.jobs import send, send_some
from itam_portal.mail.models import Mail

# How many mails one job of the worker sends.
SENT_TOGETHER = 500
_POST = """
WITH asked (address, about, facts) AS ({sql})
INSERT INTO mail_mail (tenant_id, kind, address, about, facts, state, tries, next_try_at, last_error, made_at)
SELECT {tenant}, {kind}, address, about, facts, 'waiting', 0, now(), '', now() FROM asked RETURNING id
"""


def post(tenant: Any, *, kind: str, address: str, about: int) -> Mail:
    """Leave a mail to the worker: it sends it once the transaction is kept."""
    mail = Mail.objects.create(tenant=tenant, kind=kind, address=address, about=about)
    send.enqueue(tenant_id=tenant.pk, mail_id=mail.pk)
    return mail


def post_many(tenant: Any, *, kind: str, rows: Any) -> int:
    """Leave a mail to the worker for each of these rows, in one statement; answers how many.

    `rows` is a query of three values: the address, the number of what the mail is about, and its facts.
    """
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return 0
    return _insert(tenant, _POST.format(sql=sql, tenant="%s", kind="%s"), [*values, tenant.pk, kind])


def post_rows(tenant: Any, *, kind: str, sql: str, parameters: dict[str, Any]) -> int:
    """The same for a query that is written out; its parameters are named, and may use %(tenant)s and %(kind)s."""
    whole = _POST.format(sql=sql, tenant="%(tenant)s", kind="%(kind)s")
    return _insert(tenant, whole, {**parameters, "tenant": tenant.pk, "kind": kind})


def _insert(tenant: Any, sql: str, parameters: Any) -> int:
    """Write the rows, and leave them to the worker some at a time."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        keys = [key for (key,) in cursor.fetchall()]
    for first in range(0, len(keys), SENT_TOGETHER):
        send_some.enqueue(tenant_id=tenant.pk, mail_ids=keys[first : first + SENT_TOGETHER])
    return len(keys)
