"""Text to clean values; forms never save."""

from organizations.forms.attributes import (
    AttributeForm,
    AttributeNewForm,
    add_attributes,
    attribute_field,
    attributes_in,
)

__all__ = ["AttributeForm", "AttributeNewForm", "add_attributes", "attribute_field", "attributes_in"]
