"""Text to clean values; forms never save."""

from organizations.forms.attributes import (
    AttributeForm,
    AttributeNewForm,
    add_attributes,
    attribute_field,
    attributes_in,
)
from organizations.forms.tenant import BillingForm, ProfileForm

__all__ = [
    "AttributeForm",
    "AttributeNewForm",
    "BillingForm",
    "ProfileForm",
    "add_attributes",
    "attribute_field",
    "attributes_in",
]
