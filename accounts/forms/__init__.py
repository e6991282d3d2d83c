"""Text to clean values; forms never save."""

from accounts.forms.accounts import (
    AccountForm,
    HomeField,
    ThemeForm,
    TogetherForm,
    TypeForm,
    show_problems,
    values_of,
)
from accounts.forms.creating import (
    FirstRoleForm,
    KeyForm,
    NewAccountForm,
    NewServiceForm,
    NewSignInForm,
    PasswordForm,
)
from accounts.forms.keys import NewKeyForm, RotateForm
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
    "FirstRoleForm",
    "GiveRoleForm",
    "GroupCopyForm",
    "GroupForm",
    "HomeField",
    "KeyForm",
    "NewAccountForm",
    "NewKeyForm",
    "NewServiceForm",
    "NewSignInForm",
    "PasswordForm",
    "RotateForm",
    "TakeRoleForm",
    "ThemeForm",
    "TogetherForm",
    "TypeForm",
    "numbers_of",
    "show_problems",
    "values_of",
]
