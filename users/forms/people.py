"""Text to clean values; forms never save."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import HomeField
from accounts.models import Account
from itam_portal.fields import OneLine
from itam_portal.refusals import Refused
from organizations.forms import add_attributes, attributes_in
from organizations.queries import attributes_of
from roles.rights import Right
from users.models import ComputerUser, UserStatus, label_of
from users.operations import ManagesThemself, NoName, UsernameTaken

NAMES = ("title", "first_name", "middle_name", "last_name", "suffix", "display_name")
WORK = ("job_title", "employee_id", "employment_status", "manager", "status", "username", "domain", "home")
PLACE = ("location", "corporate_unit", "cost_center", "phone", "mobile", "fax", "email", "alternate_email")
ADDRESS = ("street", "city", "state", "zipcode", "country", "locale", "timezone", "shared", "opt_in")
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("Name"), NAMES),
    (gettext_lazy("General"), WORK),
    (gettext_lazy("Details"), PLACE),
    (gettext_lazy("Address and language"), ADDRESS),
)
# Beside which field a refusal is shown.
FIELD_OF: dict[type[Refused], str] = {
    UsernameTaken: "username",
    NoName: "display_name",
    ManagesThemself: "manager",
}


class ManagerField(OneLine):
    """Another person, by username, e-mail address or number."""

    def __init__(self, *, reader: Account) -> None:
        self.reader = reader
        super().__init__(
            label=gettext_lazy("Manager"), required=False, help_text=gettext_lazy("Username or email address.")
        )

    def clean(self, value: Any) -> ComputerUser | None:
        """The person. Raises ValidationError where it is nobody, or several."""
        text = super().clean(value)
        if not text:
            return None
        found = ComputerUser.objects.visible_to(self.reader).coded(text)
        if found is None:
            raise ValidationError(_("There is no one user “%(value)s”."), params={"value": text[:60]})
        return found


class ComputerUserForm(forms.Form):
    """A person, as they were read at this version."""

    display_name = OneLine(
        label=gettext_lazy("Full name"),
        required=False,
        help_text=gettext_lazy("Left empty, it is made of the parts above."),
    )
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=UserStatus.choices, initial=UserStatus.ACTIVE)
    email = forms.EmailField(label=gettext_lazy("Email"), required=False, max_length=1000)
    alternate_email = forms.EmailField(label=gettext_lazy("Alternate email"), required=False, max_length=1000)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=gettext_lazy("Country"),
        required=False,
        help_text=gettext_lazy("Its code of two letters, such as DE."),
        error_messages={"invalid": gettext_lazy("A country is a code of two letters, such as DE.")},
    )
    timezone = OneLine(
        label=gettext_lazy("Time zone"), required=False, help_text=gettext_lazy("Such as Europe/Berlin.")
    )
    locale = OneLine(label=gettext_lazy("Language"), required=False, max_length=20)
    shared = forms.BooleanField(label=gettext_lazy("Shared by several people"), required=False)
    opt_in = forms.BooleanField(label=gettext_lazy("Opted in to messages"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, reader: Account, user: ComputerUser | None = None, home: str = "") -> None:
        super().__init__(data, initial=values_of(user) if user else {"home": home})
        self.attributes = attributes_of(reader, "user")
        right = Right.EDIT_USERS if user else Right.CREATE_USERS
        self.fields["home"] = HomeField(reader=reader, current=user.home if user else None, right=right)
        self.fields["home"].error_messages["beyond"] = _("Your right does not reach this organization.")
        self.fields["manager"] = ManagerField(reader=reader)
        for _title, names in SECTIONS:
            for name in names:
                if name not in self.fields:
                    self.fields[name] = OneLine(label=label_of(name), required=False)
        self.own = add_attributes(self, self.attributes, user.attributes if user else {})

    @property
    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The fields in their sections, as the page draws them."""
        own = [(gettext_lazy("Custom attributes"), self.own)] if self.own else []
        return [(title, [self[name] for name in names]) for title, names in (*SECTIONS, *own)]

    def clean_timezone(self) -> str:
        """Raises ValidationError for a zone that is none."""
        zone = self.cleaned_data["timezone"]
        if zone and zone not in available_timezones():
            raise ValidationError(_("There is no time zone “%(value)s”."), params={"value": zone[:60]})
        return zone

    @property
    def values(self) -> dict[str, Any]:
        """The clean values, as fields of a user."""
        clean = {name: value for name, value in self.cleaned_data.items() if name not in ("version", *self.own)}
        return {**clean, "country": clean["country"].upper(), "attributes": attributes_in(self, self.attributes)}

    def show_refusal(self, refusal: Refused) -> None:
        """Put what was refused beside the field that it is about."""
        fields = {attribute.name: attribute.field_name for attribute in self.attributes}
        for name, problem in getattr(refusal, "problems", {}).items():
            self.add_error(fields.get(name), problem)
        if not self.errors:
            self.add_error(FIELD_OF.get(type(refusal)), str(refusal))


def values_of(user: ComputerUser) -> dict[str, Any]:
    """What the fields of a person's form begin with."""
    names = [name for _title, names in SECTIONS for name in names if name not in ("home", "manager")]
    manager = user.manager
    handle = (manager.username or manager.email or str(manager.pk)) if manager else ""
    plain = {name: getattr(user, name) for name in names}
    return {**plain, "home": user.home.code, "manager": handle, "version": user.version}
