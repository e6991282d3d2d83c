"""Mail as rows: written with the change that they tell of, sent by the worker."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itam_portal.tenancy.models import TenantRow, own_key
from itam_portal.tenancy.text import ShortText


class MailState(models.TextChoices):
    """Where a mail is on its way."""

    WAITING = "waiting", _("Not sent yet")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("No longer wanted")


class Mail(TenantRow):
    """One mail to one address. It holds what its text is made of, never a secret: links are made when it is sent."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    kind = ShortText(max_length=60)
    address = models.EmailField(max_length=254)
    # The number of what it is about: what its kind's composer reads when the mail is sent.
    about = models.BigIntegerField()
    facts = models.JSONField(default=dict, blank=True, help_text="what was so when it was written; never a secret")
    state = ShortText(choices=MailState.choices, default=MailState.WAITING, max_length=20)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    # Until then the worker that has it may still be sending it.
    taken_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            own_key("mail"),
            models.CheckConstraint(condition=models.Q(state__in=MailState.values), name="mail_state"),
        ]
        indexes = [
            models.Index(fields=["tenant", "kind", "about"], name="mail_about"),
            models.Index(fields=["tenant", "next_try_at"], condition=models.Q(state="waiting"), name="mail_waiting"),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be sent."""
        return self.state == MailState.WAITING


def mails_about(kind: str, about: int) -> list[Mail]:
    """Every mail of this kind about this, the newest first, in the tenant of the scope."""
    return list(Mail.objects.filter(kind=kind, about=about).order_by("-pk"))


def newest_about(kind: str, about: int) -> Mail | None:
    """The last mail of this kind about this, in the tenant of the scope."""
    return Mail.objects.filter(kind=kind, about=about).order_by("-pk").first()
