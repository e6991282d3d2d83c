"""What becomes of a mail on its way: taken, sent, put off, dropped."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from itam_portal.mail.models import Mail, MailState
from itam_portal.tenancy.actor import Actor

# A mail server that takes longer than this has failed; another worker may then try again.
TAKEN_FOR = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)


def take(mail_id: int, *, by: Actor, now: datetime) -> Mail | None:
    """Take a mail for sending, unless it is sent, not due yet, or in other hands."""
    free = Q(taken_until__isnull=True) | Q(taken_until__lte=now)
    due = Mail.objects.filter(free, tenant_id=by.tenant.pk, pk=mail_id, state=MailState.WAITING, next_try_at__lte=now)
    if not due.update(taken_until=now + TAKEN_FOR, tries=F("tries") + 1):
        return None
    return Mail.objects.get(pk=mail_id)


def drop(mail: Mail, *, by: Actor) -> None:
    """What it would tell is no longer so."""
    Mail.objects.filter(tenant_id=by.tenant.pk, pk=mail.pk).update(state=MailState.DROPPED, taken_until=None)


def forget(kind: str, *, about: Iterable[int], by: Actor) -> None:
    """Remove every mail of a kind about these, with the addresses that it went to."""
    Mail.objects.filter(tenant_id=by.tenant.pk, kind=kind, about__in=list(about)).delete()


def record_sent(mail: Mail, *, by: Actor) -> None:
    """The mail server took it."""
    sent = {"state": MailState.SENT, "sent_at": timezone.now(), "taken_until": None, "last_error": ""}
    Mail.objects.filter(tenant_id=by.tenant.pk, pk=mail.pk).update(**sent)


def record_failure(mail: Mail, *, error: str, by: Actor) -> datetime:
    """The mail server did not take it; answers when it is tried again: after one minute, two, four, up to six hours."""
    again = timezone.now() + min(timedelta(minutes=2 ** min(mail.tries - 1, 12)), LONGEST_PAUSE)
    failed = {"last_error": error[:500], "next_try_at": again, "taken_until": None}
    Mail.objects.filter(tenant_id=by.tenant.pk, pk=mail.pk).update(**failed)
    return again
