"""What is asked of a person about their own sign-in."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from itam_portal.fields import OneLine

# Raises ValidationError unless the password is right.
Check = Callable[[str], None]


def _password(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, help_text=help_text, strip=False, max_length=1_000)


class ConfirmForm(forms.Form):
    """The password of who is signed in, asked once more."""

    current = _password(gettext_lazy("Your password"), "current-password")

    def __init__(self, data: Any = None, *, check: Check, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.check = check

    def clean_current(self) -> str:
        """Raises ValidationError for a wrong password."""
        self.check(self.cleaned_data["current"])
        return self.cleaned_data["current"]


class NewPasswordForm(forms.Form):
    """A password, twice."""

    password = _password(
        gettext_lazy("New password"),
        "new-password",
        gettext_lazy("At least 12 characters. A few words are easy to remember and hard to guess."),
    )
    again = _password(gettext_lazy("The new password again"), "new-password")

    def clean_again(self) -> str:
        """Raises ValidationError where the two differ."""
        if self.cleaned_data.get("again") != self.cleaned_data.get("password"):
            raise ValidationError(_("The two passwords differ."))
        return self.cleaned_data["again"]


class ChangePasswordForm(NewPasswordForm):
    """Another password, by who knows the present one."""

    current = _password(gettext_lazy("Your present password"), "current-password")
    field_order = ("current", "password", "again")

    def __init__(self, data: Any = None, *, check: Check) -> None:
        super().__init__(data)
        self.check = check

    def clean_current(self) -> str:
        """Raises ValidationError for a wrong password."""
        self.check(self.cleaned_data["current"])
        return self.cleaned_data["current"]


class ChangeEmailForm(ConfirmForm):
    """Another address to sign in with."""

    email = forms.EmailField(
        label=gettext_lazy("New email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("A link goes there. Until you open it, you sign in with the present address."),
    )
    field_order = ("email", "current")


class ResetForm(forms.Form):
    """The address that somebody signs in with."""

    email = forms.EmailField(
        label=pgettext_lazy("email address", "Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class AppForm(forms.Form):
    """The code that an authenticator app shows."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text=gettext_lazy("The six digits that the app shows now."),
    )


class PasskeyForm(forms.Form):
    """What a new passkey is called; the browser adds what the device answers."""

    name = OneLine(
        label=gettext_lazy("Name"), max_length=60, help_text=gettext_lazy("Which device or key it is, for yourself.")
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={"required": gettext_lazy("The browser did not create a passkey. Nothing was changed.")},
    )


class FactorForm(forms.Form):
    """A code of the app or a recovery code, or else what a passkey answers."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where neither is given."""
        clean = super().clean() or {}
        if not self.errors and not clean.get("code") and clean.get("credential") is None:
            self.add_error("code", _("Enter a code."))
        return clean
