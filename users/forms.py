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
from roles.rights import Right
from users.models import ComputerUser, UserStatus

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
MOST_PATTERNS = 500


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
        right = Right.EDIT_USERS if user else Right.CREATE_USERS
        self.fields["home"] = HomeField(reader=reader, current=user.home if user else None, right=right)
        self.fields["home"].error_messages["beyond"] = _("Your right does not reach this organization.")
        self.fields["manager"] = ManagerField(reader=reader)
        for _title, names in SECTIONS:
            for name in names:
                if name not in self.fields:
                    label = str(ComputerUser._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                    self.fields[name] = OneLine(label=label[:1].upper() + label[1:], required=False)

    @property
    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The fields in their sections, as the page draws them."""
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]

    def clean_timezone(self) -> str:
        """Raises ValidationError for a zone that is none."""
        zone = self.cleaned_data["timezone"]
        if zone and zone not in available_timezones():
            raise ValidationError(_("There is no time zone “%(value)s”."), params={"value": zone[:60]})
        return zone

    @property
    def values(self) -> dict[str, Any]:
        """The clean values, as fields of a user."""
        clean = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {**clean, "country": clean["country"].upper()}


def values_of(user: ComputerUser) -> dict[str, Any]:
    """What the fields of a person's form begin with."""
    names = [name for _title, names in SECTIONS for name in names if name not in ("home", "manager")]
    manager = user.manager
    handle = (manager.username or manager.email or str(manager.pk)) if manager else ""
    plain = {name: getattr(user, name) for name in names}
    return {**plain, "home": user.home.code, "manager": handle, "version": user.version}


class LinkForm(forms.Form):
    """The operator account of the same human, by its login or e-mail address."""

    account = OneLine(label=gettext_lazy("Account"), help_text=gettext_lazy("Its login or email address."))

    def __init__(self, data: Any = None, *, reader: Account) -> None:
        self.reader = reader
        super().__init__(data)

    def clean_account(self) -> Account:
        """Raises ValidationError where no account that the reader sees is called so."""
        text = self.cleaned_data["account"]
        found = Account.objects.visible_to(self.reader).called(text)
        if found is None:
            raise ValidationError(_("There is no operator account “%(value)s”."), params={"value": text[:60]})
        return found


class BlockListForm(forms.Form):
    """The patterns of usernames that are no people, one a line."""

    patterns = forms.CharField(
        label=gettext_lazy("Blocked usernames"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "One a line. % stands for any letters, _ for one: svc% is every username that begins with svc."
        ),
    )

    def clean_patterns(self) -> list[str]:
        """The patterns. Raises ValidationError for too many, too long, or a backslash."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["patterns"].splitlines()]
        patterns = list({line.lower(): line for line in lines if line}.values())
        if len(patterns) > MOST_PATTERNS:
            raise ValidationError(_("At most %(number)d patterns."), params={"number": MOST_PATTERNS})
        for line in patterns:
            if len(line) > 200 or "\\" in line:
                raise ValidationError(_("“%(line)s” is no pattern."), params={"line": line[:60]})
            if not line.strip("%_ "):
                raise ValidationError(_("“%(line)s” would block everybody."), params={"line": line[:60]})
        return patterns
