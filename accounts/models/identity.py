"""Sign-ins: one per e-mail address, in the whole installation; and links by which their persons change them."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itam_portal.history.tracking import tracked
from itam_portal.tenancy.text import ShortText


class IdentityManager(BaseUserManager["Identity"]):
    """Finds a sign-in by its address, in any case."""

    def get_by_natural_key(self, username: str | None) -> "Identity":
        return self.get(email__iexact=username)


class Theme(models.TextChoices):
    """Light, dark, or as the reader's system says."""

    AUTO = "auto", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


@tracked(exclude=("password", "last_login", "last_tenant"), tenant="")
class Identity(AbstractBaseUser):
    """One per e-mail address, in the whole installation. It belongs to its person; no tenant changes it."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = ShortText(_("name"), blank=True, default="")
    locale = ShortText(_("language"), max_length=20, default="en")
    time_zone = ShortText(_("time zone"), default="UTC")
    theme = ShortText(_("theme"), choices=Theme.choices, default=Theme.AUTO)
    is_active = models.BooleanField(default=True)
    # Since when it has a second factor; none while it has none.
    second_factor_at = models.DateTimeField(_("second factor since"), null=True, blank=True)
    # Moved by whatever changes how its person signs in, so that its history has an entry for each such act.
    sign_in_changed_at = models.DateTimeField(_("sign-in changed at"), null=True, blank=True)
    last_tenant = models.ForeignKey(
        "organizations.Tenant", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    USERNAME_FIELD = "email"
    objects = IdentityManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="identity_email_once")]

    def __str__(self) -> str:
        return self.email


class Purpose(models.TextChoices):
    """What a link about one's own sign-in is for."""

    PASSWORD = "password", _("Choose a new password")
    EMAIL = "email", _("Use another address")


LINKS_LIVE = {Purpose.PASSWORD: timedelta(hours=1), Purpose.EMAIL: timedelta(days=1)}


class IdentityLinkQuerySet(models.QuerySet):
    """Links of persons about their own sign-ins."""

    def open(self) -> Any:
        """Those that can still be used."""
        return self.filter(used_at__isnull=True, voided_at__isnull=True, expires_at__gt=timezone.now())

    def kept(self, mark: str, *, purpose: Purpose) -> Any:
        """The open link whose token has this hash, None where there is none."""
        return self.open().filter(token_hash=mark, purpose=purpose).select_related("identity").first() if mark else None

    def older_than(self, moment: datetime) -> Any:
        """Links that were made before this moment."""
        return self.filter(made_at__lt=moment)


@tracked(exclude=("token_hash",), tenant="")
class IdentityLink(models.Model):
    """A link mailed to a person about their own sign-in, good for one use. Only the hash of its token is kept."""

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="links")
    purpose = ShortText(choices=Purpose.choices, max_length=20)
    # Where it goes to: the sign-in's own address, or the one that it shall have.
    email = models.EmailField(max_length=254)
    # Empty until the mail is sent: the token is made then.
    token_hash = ShortText(max_length=64, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = IdentityLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(purpose__in=Purpose.values), name="link_purpose")]
        indexes = [
            models.Index(fields=["token_hash"], condition=~models.Q(token_hash=""), name="identity_link_of_token"),
            models.Index(fields=["made_at"], name="identity_links_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and self.voided_at is None and self.expires_at > timezone.now()
