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

__all__ = [
    "SECTIONS",
    "AttributeForm",
    "AttributeNewForm",
    "OrganizationForm",
    "OrganizationGroupForm",
    "add_attributes",
    "attribute_field",
    "attributes_in",
    "values_of",
]
