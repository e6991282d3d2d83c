"""Sessions: each sign-in of an account, and how it ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.queries import LoginSessionQuerySet
from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText


class Ending(models.TextChoices):
    """How a session ended."""

    OPEN = "", _("Open")
    SIGNED_OUT = "signed_out", _("Signed out")
    EXPIRED = "expired", _("Expired")
    DISABLED = "disabled", _("Account disabled")
    SWITCHED = "switched", _("Switched tenant")
    RETYPED = "retyped", _("Became a service account")
    ELSEWHERE = "elsewhere", _("Signed out from another session")
    ENDED = "ended", _("Ended by an administrator")
    PASSWORD = "password", _("Password changed")


class LoginSession(TenantRow):
    """One sign-in of an account, from start to end: gives Last login and Login duration."""

    account = belongs_to("accounts.Account", related_name="sessions")
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = ShortText(choices=Ending.choices, blank=True, default="", max_length=20)
    address = models.GenericIPAddressField(null=True, blank=True)
    browser = ShortText(blank=True, default="")

    objects = LoginSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            own_key("login_session"),
            *same_tenant("login_session", account="accounts_account"),
            models.CheckConstraint(condition=models.Q(ending__in=Ending.values), name="login_session_ending"),
        ]
        indexes = [
            models.Index(fields=["tenant", "account", "-started_at", "-id"], name="sessions_of_account"),
            models.Index(fields=["tenant", "started_at"], include=["account"], name="sessions_by_start"),
            models.Index(
                fields=["tenant", "last_seen_at"], condition=models.Q(ended_at__isnull=True), name="open_sessions"
            ),
            models.Index(
                fields=["tenant", "account"], condition=models.Q(ended_at__isnull=True), name="open_sessions_of_account"
            ),
        ]
