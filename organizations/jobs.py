"""What this floor gives the shared parts when the program starts: places, and the history's words."""

from django.utils.translation import gettext_lazy as _

from itam_portal import shell
from itam_portal.history import kinds
from organizations.models import Organization, OrganizationGroup
from organizations.queries import first_organizations
from roles.rights import Right

kinds.describe(
    "organization",
    sees=lambda reader: Organization.objects.all().visible_to(reader),
    url_name="organization",
    opens=lambda reader: Organization.objects.all().visible_to(reader),
    picks=first_organizations,
)
kinds.name_operations(
    {
        "organizations.create": _("Create organization"),
        "organizations.edit": _("Edit organization"),
        "organizations.delete": _("Delete organization"),
        "organization_groups.create": _("Create organization group"),
        "organization_groups.edit": _("Edit organization group"),
        "organization_groups.delete": _("Delete organization group"),
        "organization_groups.gather": _("Change what is in an organization group"),
        "attributes.create": _("Create custom attribute"),
        "attributes.edit": _("Edit custom attribute"),
        "attributes.delete": _("Delete custom attribute"),
        "tenant.edit": _("Edit tenant"),
        "billing.edit": _("Edit billing"),
    }
)
kinds.describe("organization_parent", labels={"child": _("organization"), "parent": _("below")})
kinds.describe("organization_group", url_name="organization_group", opens=OrganizationGroup.objects.visible_to)
shell.add_place(shell.Place(_("Organizations"), "organizations", "building-2", Right.READ_ORGANIZATIONS, rank=1))
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
