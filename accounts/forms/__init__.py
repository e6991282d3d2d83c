"""Text to clean values; forms never save."""

from accounts.forms.accounts import (
    AccountForm,
    HomeField,
    OneLine,
    ThemeForm,
    TogetherForm,
    TypeForm,
    show_problems,
    values_of,
)
from accounts.forms.roles import (
    ChooseGroupForm,
    ExpiryForm,
    GiveRoleForm,
    GroupCopyForm,
    GroupForm,
    TakeRoleForm,
    numbers_of,
)

__all__ = [
    "AccountForm",
    "ChooseGroupForm",
    "ExpiryForm",
    "GiveRoleForm",
    "GroupCopyForm",
    "GroupForm",
    "HomeField",
    "OneLine",
    "TakeRoleForm",
    "ThemeForm",
    "TogetherForm",
    "TypeForm",
    "numbers_of",
    "show_problems",
    "values_of",
]
