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
from organizations.operations.tenant import OwnersKeepBilling, TenantChangedMeanwhile, edit_billing, edit_tenant

__all__ = [
    "RIGHT_TO_DEFINE",
    "AttributeInUse",
    "AttributeNameTaken",
    "ChoiceInUse",
    "OwnersKeepBilling",
    "TenantChangedMeanwhile",
    "TooManyAttributes",
    "create_attribute",
    "delete_attribute",
    "edit_attribute",
    "edit_billing",
    "edit_tenant",
]
