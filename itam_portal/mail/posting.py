"""Writing a mail, in the transaction of what it tells of."""

from typing import Any

from itam_portal.mail.jobs import send
from itam_portal.mail.models import Mail


def post(tenant: Any, *, kind: str, address: str, about: int) -> Mail:
    """Leave a mail to the worker: it sends it once the transaction is kept."""
    mail = Mail.objects.create(tenant=tenant, kind=kind, address=address, about=about)
    send.enqueue(tenant_id=tenant.pk, mail_id=mail.pk)
    return mail
