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

__all__ = [
    "RIGHT_TO_DEFINE",
    "AttributeInUse",
    "AttributeNameTaken",
    "ChoiceInUse",
    "TooManyAttributes",
    "create_attribute",
    "delete_attribute",
    "edit_attribute",
]
