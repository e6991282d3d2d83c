"""What is asked when accounts and access keys are made."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.forms.accounts import HomeField
from accounts.forms.roles import DayField, GiveRoleForm
from accounts.models import Account
from accounts.operations import Offer
from itam_portal.fields import OneLine
from roles.rights import Builtin, Right

KEY_DAYS = 90


class NewAccountForm(forms.Form):
    """Who the account is for. The same for an address that is known and for one that is not."""

    name = OneLine(label=gettext_lazy("Name"))
    email = forms.EmailField(
        label=pgettext_lazy("email address", "Email"),
        max_length=254,
        help_text=gettext_lazy("A sign-in link goes there. The account can be used once its person has opened it."),
    )
    login = OneLine(
        label=gettext_lazy("Login"),
        required=False,
        help_text=gettext_lazy("Empty: the email address. If it holds an @, it must be the same as that."),
    )
    job_title = OneLine(label=gettext_lazy("Job title"), required=False)
    home = OneLine()
    shared = forms.BooleanField(label=gettext_lazy("Shared by a group of people"), required=False)

    def __init__(self, data: Any = None, *, reader: Account, home: str = "", **known: str) -> None:
        super().__init__(data, initial={"home": home, **known})
        self.fields["home"] = HomeField(reader=reader, right=Right.CREATE_ACCOUNTS)
        self.fields["home"].error_messages["beyond"] = _("Your right to create accounts does not reach it.")

    @property
    def values(self) -> dict[str, Any]:
        """The clean values, as fields of an account."""
        clean = self.cleaned_data
        return {**clean, "login": clean["login"] or clean["email"]}


class NewServiceForm(forms.Form):
    """What the service is called."""

    name = OneLine(label=gettext_lazy("Name"), help_text=gettext_lazy("Which program or integration it is for."))
    login = OneLine(label=gettext_lazy("Login"), help_text=gettext_lazy("It stands in lists and in the history."))
    home = OneLine()

    def __init__(self, data: Any = None, *, reader: Account, home: str = "") -> None:
        super().__init__(data, initial={"home": home})
        self.fields["home"] = HomeField(reader=reader, right=Right.CREATE_ACCOUNTS)
        self.fields["home"].error_messages["beyond"] = _("Your right to create accounts does not reach it.")

    @property
    def values(self) -> dict[str, Any]:
        """The clean values, as fields of an account."""
        return dict(self.cleaned_data)


class FirstRoleForm(GiveRoleForm):
    """A role that the new account shall hold at once, or none."""

    def __init__(self, data: Any = None, *, reader: Account, preset: Builtin | None = None, **kwargs: Any) -> None:
        super().__init__(data, reader=reader, **kwargs)
        choice: Any = self.fields["role"]
        choice.required = False
        choice.choices = [("", _("No role yet")), *choice.choices[1:]]
        if preset:
            self.initial["role"] = next((key for key, role in choice.roles.items() if role.builtin == preset), "")

    def clean(self) -> dict[str, Any]:
        """Raises an error where a place or an end is said, and no role."""
        if self.cleaned_data.get("role"):
            return super().clean()
        if "role" not in self.errors and (self.cleaned_data.get("expires_on") or self.cleaned_data.get("organization")):
            self.add_error("role", _("Choose the role that this is about."))
        return self.cleaned_data

    @property
    def offers(self) -> list[Offer]:
        """What shall be given: one role, or nothing."""
        if not self.cleaned_data.get("role"):
            return []
        return [Offer(self.role, self.where, self.cleaned_data["expires_on"])]


class KeyForm(forms.Form):
    """An access key: what it is for, and its last day."""

    key_name = OneLine(label=gettext_lazy("Name of the key"), help_text=gettext_lazy("Where it will be used."))

    def __init__(self, data: Any = None, *, reader: Account) -> None:
        today = timezone.now().date()
        super().__init__(data, initial={"key_expires_on": today + timedelta(days=KEY_DAYS)})
        field = DayField(tenant=reader.tenant)
        field.required, field.label = True, _("Last day of the key")
        field.help_text = _("At most a year from now.")
        self.fields["key_expires_on"] = field

    def clean_key_expires_on(self) -> date:
        """Raises ValidationError for a day that is more than a year away."""
        day: date = self.cleaned_data["key_expires_on"]
        if day > timezone.now().date() + timedelta(days=364):
            raise ValidationError(_("A key ends within a year."))
        return day

    @property
    def wanted(self) -> dict[str, Any]:
        """The key's name and its last day."""
        return {"name": self.cleaned_data["key_name"], "expires_on": self.cleaned_data["key_expires_on"]}


class PasswordForm(forms.Form):
    """The password of the sign-in that a link's address belongs to."""

    password = forms.CharField(
        label=gettext_lazy("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class NewSignInForm(forms.Form):
    """What somebody without a sign-in chooses: name and password."""

    name = OneLine(label=gettext_lazy("Your name"))
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters. A few words are easy to remember and hard to guess."),
    )
    again = forms.CharField(
        label=gettext_lazy("The password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_again(self) -> str:
        """Raises ValidationError where the two differ."""
        if self.cleaned_data.get("again") != self.cleaned_data.get("password"):
            raise ValidationError(_("The two passwords differ."))
        return self.cleaned_data["again"]
