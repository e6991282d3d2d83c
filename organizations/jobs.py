"""What this floor gives the shared parts when the program starts: the history's words."""

from django.utils.translation import gettext_lazy as _

from itam_portal.history import kinds
from organizations.models import Organization
from organizations.queries import first_organizations

kinds.describe(
    "organization",
    sees=lambda reader: Organization.objects.all().visible_to(reader),
    picks=first_organizations,
)
kinds.name_operations(
    {
        "attributes.create": _("Create custom attribute"),
        "attributes.edit": _("Edit custom attribute"),
        "attributes.delete": _("Delete custom attribute"),
    }
)
kinds.describe("organization_parent", labels={"child": _("organization"), "parent": _("below")})
