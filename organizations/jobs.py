"""What this floor gives the shared parts when the program starts: places, and the history's words."""

from django.utils.translation import gettext_lazy as _

from itam_portal import shell
from itam_portal.history import kinds
from organizations.models import Organization
from organizations.queries import first_organizations
from roles.rights import Right

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
        "tenant.edit": _("Edit tenant"),
        "billing.edit": _("Edit billing"),
    }
)
kinds.describe("organization_parent", labels={"child": _("organization"), "parent": _("below")})
kinds.describe(
    "billing_profile",
    shown_to=lambda reader: reader.holdings.is_owner and reader.may(Right.READ_BILLING, reader.tenant),
)
TENANT = _("Tenant")
shell.add_place(shell.Place(_("Profile"), "tenant", "building", Right.READ_TENANT, heading=TENANT, everywhere=True))
shell.add_place(
    shell.Place(
        _("Billing"),
        "tenant_billing",
        "credit-card",
        Right.READ_BILLING,
        heading=TENANT,
        everywhere=True,
        only_owners=True,
    )
)
