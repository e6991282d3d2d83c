"""Sign-ins: one per e-mail address, in the whole installation."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
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
    last_tenant = models.ForeignKey(
        "organizations.Tenant", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    USERNAME_FIELD = "email"
    objects = IdentityManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="identity_email_once")]

    def __str__(self) -> str:
        return self.email
