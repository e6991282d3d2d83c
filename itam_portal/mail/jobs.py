"""The worker's part: a mail is taken in one transaction, sent outside of any, and recorded in another."""

import structlog
from django.apps import apps
from django.utils import timezone
from django_tasks import task

from itam_portal import housekeeping
from itam_portal.mail import operations
from itam_portal.mail.kinds import Letter, compose, follow
from itam_portal.mail.models import Mail, MailState
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope

QUEUE = "mail"
log = structlog.get_logger()


@task(queue_name=QUEUE)
def send(tenant_id: int, mail_id: int) -> None:
    """Send one mail, or put it off: a mail server that is down loses nothing and blocks nobody."""
    with tenant_scope(tenant_id):
        by = _system(tenant_id)
        mail = operations.take(mail_id, by=by, now=timezone.now())
        letter = compose(mail) if mail else None
        if mail and letter is None:
            operations.drop(mail, by=by)
    if mail and letter:
        _deliver(mail, letter, by=by)


@task(queue_name=QUEUE)
def send_some(tenant_id: int, mail_ids: list[int]) -> None:
    """Send several mails, each as if it were alone: one that fails keeps none of the others."""
    for mail_id in mail_ids:
        send.call(tenant_id=tenant_id, mail_id=mail_id)


def _system(tenant_id: int) -> System:
    return System("Mail", apps.get_model("organizations", "Tenant").objects.get(pk=tenant_id))


def _deliver(mail: Mail, letter: Letter, *, by: System) -> None:
    try:
        letter.message(mail.address).send()
    # Whatever goes wrong on the way to the mail server, the mail stays and is tried again.
    except Exception as error:  # noqa: BLE001
        log.warning("mail_not_sent", tenant=mail.tenant_id, mail=mail.pk, error=type(error).__name__)
        with tenant_scope(mail.tenant_id):
            again = operations.record_failure(mail, error=f"{type(error).__name__}: {error}", by=by)
            follow(Mail.objects.get(pk=mail.pk))
            send.using(run_after=again).enqueue(tenant_id=mail.tenant_id, mail_id=mail.pk)
        return
    with tenant_scope(mail.tenant_id):
        operations.record_sent(mail, by=by)
        follow(Mail.objects.get(pk=mail.pk))


@housekeeping.chore
def send_left_mail(by: System) -> int:
    """Give the worker again what a crash left: sent twice it is not, because it is taken first."""
    due = timezone.now() - operations.TAKEN_FOR
    left = Mail.objects.filter(tenant_id=by.tenant.pk, state=MailState.WAITING, next_try_at__lte=due)
    keys = list(left.values_list("pk", flat=True)[:1_000])
    for key in keys:
        send.enqueue(tenant_id=by.tenant.pk, mail_id=key)
    return len(keys)
