"""Text to clean values; forms never save."""

from organizations.forms.attributes import (
    AttributeForm,
    AttributeNewForm,
    add_attributes,
    attribute_field,
    attributes_in,
)
from organizations.forms.organizations import (
    SECTIONS,
    OrganizationForm,
    OrganizationGroupForm,
    values_of,
)
from organizations.forms.tenant import BillingForm, ProfileForm

__all__ = [
    "SECTIONS",
    "AttributeForm",
    "AttributeNewForm",
    "BillingForm",
    "OrganizationForm",
    "OrganizationGroupForm",
    "ProfileForm",
    "add_attributes",
    "attribute_field",
    "attributes_in",
    "values_of",
]
