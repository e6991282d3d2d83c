"""The only writers of tenants, organizations and what a tenant adds to them."""

from organizations.operations.attributes import (
    RIGHT_TO_DEFINE,
    AttributeInUse,
    AttributeNameTaken,
    ChoiceInUse,
    TooManyAttributes,
    create_attribute,
    delete_attribute,
    edit_attribute,
)
from organizations.operations.groups import (
    Gathered,
    OrganizationGroupChangedMeanwhile,
    OrganizationGroupNameTaken,
    create_organization_group,
    delete_organization_group,
    edit_organization_group,
    gather_organizations,
)
from organizations.operations.organizations import (
    CodeTaken,
    OrganizationChangedMeanwhile,
    create_organization,
    delete_organization,
    edit_organization,
)
from organizations.operations.tenant import OwnersKeepBilling, TenantChangedMeanwhile, edit_billing, edit_tenant

__all__ = [
    "RIGHT_TO_DEFINE",
    "AttributeInUse",
    "AttributeNameTaken",
    "ChoiceInUse",
    "CodeTaken",
    "Gathered",
    "OrganizationChangedMeanwhile",
    "OrganizationGroupChangedMeanwhile",
    "OrganizationGroupNameTaken",
    "OwnersKeepBilling",
    "TenantChangedMeanwhile",
    "TooManyAttributes",
    "create_attribute",
    "create_organization",
    "create_organization_group",
    "delete_attribute",
    "delete_organization",
    "delete_organization_group",
    "edit_attribute",
    "edit_billing",
    "edit_organization",
    "edit_organization_group",
    "edit_tenant",
    "gather_organizations",
]
