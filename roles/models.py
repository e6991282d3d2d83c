"""Roles: a tenant's named sets of rights."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itam_portal.history.tracking import tracked
from itam_portal.tenancy.models import TenantRow, own_key
from itam_portal.tenancy.text import ShortText, folded
from roles.queries import RoleQuerySet
from roles.rights import Builtin


class RoleKind(models.TextChoices):
    """Who made a role: the product, or somebody of the tenant."""

    BUILTIN = "builtin", _("Built-in")
    OWN = "own", _("Own")


@tracked(label=_("role"))
class Role(TenantRow):
    """A named set of rights. Its name is fixed; a deny beats every allow at its assignment's scope."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    name = ShortText(_("name"))
    name_key = folded("name")
    description = models.TextField(_("description"), blank=True, default="")
    description_key = folded("description")
    builtin = ShortText(_("built-in"), choices=Builtin.choices, blank=True, default="")
    kind = models.GeneratedField(
        expression=models.Case(models.When(builtin="", then=models.Value("own")), default=models.Value("builtin")),
        output_field=models.TextField(),
        db_persist=True,
        editable=False,
    )
    allows = ArrayField(models.TextField(), default=list)
    denies = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        constraints = [
            own_key("role"),
            models.UniqueConstraint("tenant", Lower("name"), name="role_name_once_a_tenant"),
            models.UniqueConstraint(
                fields=["tenant", "builtin"], condition=~models.Q(builtin=""), name="role_builtin_once_a_tenant"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The role's own page."""
        return reverse("role", args=[self.pk])

    @property
    def version(self) -> str:
        """When it was last changed: a form that was drawn before another edit must not overwrite that."""
        return self.changed_at.isoformat()

    @property
    def grants_rights(self) -> frozenset[str]:
        """The rights this role really gives at its scope: a deny in the same role beats its allow."""
        return frozenset(self.allows) - frozenset(self.denies)
