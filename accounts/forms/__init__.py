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
from accounts.forms.own import (
    AppForm,
    ChangeEmailForm,
    ChangePasswordForm,
    ConfirmForm,
    FactorForm,
    NewPasswordForm,
    PasskeyForm,
    ResetForm,
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
    "AppForm",
    "ChangeEmailForm",
    "ChangePasswordForm",
    "ChooseGroupForm",
    "ConfirmForm",
    "ExpiryForm",
    "FactorForm",
    "FirstRoleForm",
    "GiveRoleForm",
    "GroupCopyForm",
    "GroupForm",
    "HomeField",
    "KeyForm",
    "NewAccountForm",
    "NewKeyForm",
    "NewPasswordForm",
    "NewServiceForm",
    "NewSignInForm",
    "PasskeyForm",
    "PasswordForm",
    "ResetForm",
    "RotateForm",
    "TakeRoleForm",
    "ThemeForm",
    "TogetherForm",
    "TypeForm",
    "numbers_of",
    "show_problems",
    "values_of",
]
