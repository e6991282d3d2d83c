"""Text to clean values; forms never save."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.guards import OutOfReach
from accounts.models import Account, Theme, Type
from accounts.operations import WrongFields
from itam_portal.fields import OneLine
from itam_portal.lists.facts import YES_NO
from organizations.models import Organization
from organizations.queries import LISTED
from roles.rights import Right


class ThemeForm(forms.Form):
    """Which theme to show."""

    theme = forms.ChoiceField(choices=Theme.choices)


class HomeField(OneLine):
    """An organization, by its code: chosen from those at which the reader may act, or written where they are many."""

    default_error_messages = {
        "unknown": gettext_lazy("There is no organization “%(value)s”."),
        "beyond": OutOfReach.message,
    }

    def __init__(
        self,
        *,
        reader: Account,
        current: Organization | None = None,
        empty: Any = None,
        right: str = Right.EDIT_ACCOUNTS,
    ) -> None:
        self.reader, self.current, self.acting = reader, current, right
        super().__init__(label=gettext_lazy("Organization"), required=empty is None)
        choices = self._choices()
        if len(choices) > LISTED:
            self.help_text = gettext_lazy("The code of the organization.")
        else:
            self.widget = forms.Select(choices=[*([("", empty)] if empty is not None else []), *choices])

    def _choices(self) -> list[tuple[str, str]]:
        """The first organizations to choose from, one more than are listed."""
        known = Organization.objects.all().visible_to(self.reader).where_may(self.reader, self.acting)
        found = list(known.order_by("name_key", "pk").values_list("code", "name")[: LISTED + 1])
        if self.current and self.current.code not in dict(found):
            found.insert(0, (self.current.code, self.current.name))
        return found

    def clean(self, value: Any) -> Any:
        """The organization. Raises ValidationError for one that is not there, or beyond the reader's right."""
        code = super().clean(value)
        if not code:
            return None
        if self.current and code.lower() == self.current.code.lower():
            return self.current
        found = Organization.objects.all().visible_to(self.reader).coded(code).first()
        if found is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"value": code[:60]})
        if not self.reader.may(self.acting, found):
            raise ValidationError(self.error_messages["beyond"])
        return found


class AccountForm(forms.Form):
    """What the tenant keeps of an account, as it was read at this version."""

    name = OneLine(label=gettext_lazy("Name"))
    login = OneLine(
        label=gettext_lazy("Login"),
        help_text=gettext_lazy("If it holds an @, it must be the same as the email address."),
    )
    email = forms.EmailField(
        label=pgettext_lazy("email address", "Email"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("The tenant's own record. What somebody signs in with does not change."),
    )
    job_title = OneLine(label=gettext_lazy("Job title"), required=False)
    home = OneLine()
    shared = forms.BooleanField(label=gettext_lazy("Shared by a group of people"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, account: Account, reader: Account) -> None:
        self.account = account
        super().__init__(data, initial={**values_of(account), "version": account.version})
        self.fields["home"] = HomeField(reader=reader, current=account.home)
        for name in self.names:
            self.fields[name].show_hidden_initial = True

    @property
    def names(self) -> list[str]:
        """The fields that are edited, in their order."""
        return [name for name in self.fields if name != "version"]

    @property
    def changes(self) -> dict[str, Any]:
        """The clean values, by field."""
        return {name: self.cleaned_data[name] for name in self.names}


def values_of(account: Account) -> dict[str, Any]:
    """What the fields of an account's form begin with."""
    plain = {name: getattr(account, name) for name in ("name", "login", "email", "job_title", "shared")}
    return {**plain, "home": account.home.code}


def show_problems(form: forms.Form, wrong: WrongFields, *, reader: Account) -> None:
    """Put each problem beside its field, with a link to the account that holds the value, where the reader sees it."""
    seen = Account.objects.visible_to(reader)
    for problem in wrong.problems:
        holder = seen.filter(pk=problem.account_id).first() if problem.account_id else None
        message = problem.message
        if holder:
            link = holder.get_absolute_url()
            message = format_html('{} <a class="text-link" href="{}" dir="auto">{}</a>', message, link, holder.name)
        form.add_error(problem.field if problem.field in form.fields else None, ValidationError(message))


class TypeForm(forms.Form):
    """What an account shall become."""

    type = forms.ChoiceField(choices=Type.choices)

    @property
    def to(self) -> Type:
        """The type that was asked for."""
        return Type(self.cleaned_data["type"])


class TogetherForm(forms.Form):
    """What many accounts shall have in common. Only what is ticked changes."""

    change = forms.MultipleChoiceField(
        choices=[("job_title", ""), ("shared", ""), ("home", "")], required=False, widget=forms.MultipleHiddenInput
    )
    job_title = OneLine(label=gettext_lazy("Job title"), required=False)
    home = OneLine()
    shared = forms.ChoiceField(label=gettext_lazy("Shared"), required=False)
    note = gettext_lazy(
        "Name, login, email and type belong to each account: change them on its own page, where a change of type says "
        "what it ends. Enable and Disable have their own buttons."
    )

    def __init__(self, data: Any = None, *, common: dict[str, Any], reader: Account) -> None:
        self.common = {name: "" if value is None else value for name, value in common.items()}
        several = {name: _("Multiple values") if value is None else "" for name, value in common.items()}
        super().__init__(data, initial=self.common)
        self.fields["home"] = HomeField(reader=reader, empty=several["home"] or "–")
        self.fields["job_title"].widget.attrs["placeholder"] = several["job_title"]
        shared = self.fields["shared"]
        shared.choices = [("", several["shared"]), *YES_NO] if several["shared"] else YES_NO  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each field with its tick box."""
        ticked = self.data.getlist("change") if self.is_bound else []  # type: ignore[attr-defined]
        names = ("job_title", "home", "shared")
        return [{"name": name, "field": self[name], "is_ticked": name in ticked} for name in names]

    def clean(self) -> dict[str, Any]:
        """Raises errors for what was ticked without a value, or written without a tick: neither is lost silently."""
        ticked = self.cleaned_data.get("change", [])
        for name in ("job_title", "home", "shared"):
            if name in self.errors:
                continue
            if name in ticked and name != "job_title" and not self.cleaned_data[name]:
                self.add_error(name, _("Choose a value, or take the tick away."))
            if name not in ticked and self._is_touched(name):
                self.add_error(name, _("You set a value but did not tick the box beside it."))
        if not ticked and not self.errors:
            raise ValidationError(_("Tick at least one field to change."))
        return self.cleaned_data

    def _is_touched(self, name: str) -> bool:
        return name in self.data and " ".join(self.data[name].split()) != self.common[name]

    @property
    def wanted(self) -> dict[str, Any]:
        """What shall change, as it is stored: the organization by its number."""
        read = {
            "job_title": lambda value: value,
            "shared": lambda value: value == "yes",
            "home": lambda organization: organization.pk,
        }
        return {name: read[name](self.cleaned_data[name]) for name in self.cleaned_data["change"]}
