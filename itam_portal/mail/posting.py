"""Writing a mail, in the transaction of what it tells of."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from itam_portal.mail.jobs import send, send_some
from itam_portal.mail.models import Mail, MailState

# How many mails one job of the worker sends.
SENT_TOGETHER = 500
_POST = """
INSERT INTO mail_mail (tenant_id, kind, address, about, facts, state, tries, next_try_at, last_error, made_at)
SELECT %s, %s, asked.address, asked.about, asked.facts, %s, 0, now(), '', now()
FROM ({}) AS asked (address, about, facts) RETURNING id
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
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_POST.format(sql), [tenant.pk, kind, MailState.WAITING, *parameters])
        keys = [key for (key,) in cursor.fetchall()]
    for first in range(0, len(keys), SENT_TOGETHER):
        send_some.enqueue(tenant_id=tenant.pk, mail_ids=keys[first : first + SENT_TOGETHER])
    return len(keys)
