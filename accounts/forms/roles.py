"""What is asked when roles and groups are given, taken and changed."""

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import guards
from accounts.forms.accounts import HomeField
from accounts.models import Account, Group, RoleAssignment
from accounts.queries import Scope, end_of, wanted_of
from itam_portal.fields import OneLine
from itam_portal.refusals import Refused
from itam_portal.requests import number_of
from organizations.models import OrganizationGroup
from organizations.queries import LISTED
from roles.models import Role
from roles.rights import Right

WHOLE, ONE = "", "organization"


class RoleForm(forms.Form):
    """A role, and where it counts: in the whole tenant, a group of organizations, or one organization."""

    scope = forms.ChoiceField(label=gettext_lazy("Counts for"), required=False)
    organization = OneLine()

    def __init__(self, data: Any = None, *, reader: Account, **kwargs: Any) -> None:
        self.reader = reader
        super().__init__(data, **kwargs)
        self.groups = {f"group:{one.pk}": one for one in _groups_for(reader)}
        is_everywhere = reader.may(Right.GIVE_ROLES, reader.tenant)
        whole = [(WHOLE, _("Whole tenant"))] if is_everywhere else []
        groups = [(value, _("Organizations in %(name)s") % {"name": one.name}) for value, one in self.groups.items()]
        self.fields["scope"].is_always_set = True  # type: ignore[attr-defined]
        self.fields["scope"].choices = [*whole, (ONE, _("One organization")), *groups]  # type: ignore[attr-defined]
        self.fields["organization"] = HomeField(reader=reader, empty="–", right=Right.GIVE_ROLES)
        self.fields["organization"].label = _("Which organization")
        self.fields["organization"].error_messages["beyond"] = _("Your right to give roles does not reach it.")
        self.fields["role"] = RoleChoice(reader=reader)
        self.order_fields(["role", "scope", "organization"])

    def clean(self) -> dict[str, Any]:
        """Raises an error where one organization is meant and none is named."""
        clean = self.cleaned_data
        if clean.get("scope") == ONE and not clean.get("organization") and "organization" not in self.errors:
            self.add_error("organization", _("Choose the organization."))
        if clean.get("scope") != ONE and clean.get("organization"):
            self.add_error("organization", _("You chose an organization, but not that the role counts for one."))
        return clean

    def _ask(self, require: Callable[..., None], **more: Any) -> None:
        try:
            require(self.role, self.where, by=self.reader, **more)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal

    @property
    def role(self) -> Role:
        """The role that was chosen."""
        return self.fields["role"].roles[self.cleaned_data["role"]]  # type: ignore[attr-defined]

    @property
    def where(self) -> Scope:
        """The scope that was chosen."""
        chosen = self.cleaned_data["scope"]
        if chosen == ONE:
            return Scope(organization_id=self.cleaned_data["organization"].pk)
        return Scope(organization_group_id=self.groups[chosen].pk) if chosen else Scope()


def _groups_for(reader: Account) -> list[OrganizationGroup]:
    """The organization groups that may be named as a scope: those of the tenant, for who knows them."""
    if not reader.may(Right.READ_ORGANIZATIONS, reader.tenant):
        return []
    return list(OrganizationGroup.objects.filter(tenant_id=reader.tenant_id).order_by("name_key", "pk")[:LISTED])


class DayField(forms.DateField):
    """A day that is not over yet in the tenant's time zone; nothing means never."""

    def __init__(self, *, tenant: Any = None) -> None:
        self.tenant = tenant
        super().__init__(
            label=gettext_lazy("Expires on"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            help_text=gettext_lazy("It counts until the end of that day. Empty: it never expires."),
        )

    def clean(self, value: Any) -> date | None:
        """The day. Raises ValidationError for one that is over, or too far away to be kept."""
        day = super().clean(value)
        if day is None:
            return None
        if day < timezone.now().astimezone(ZoneInfo(self.tenant.time_zone)).date():
            raise ValidationError(_("This day is over. Take the role away instead."))
        if day.year > 9000:
            raise ValidationError(_("This is too far away. Leave it empty if it never expires."))
        return day


class RoleChoice(forms.ChoiceField):
    """One of the roles that the actor may give somewhere."""

    def __init__(self, *, reader: Account) -> None:
        roles = Role.objects.filter(tenant_id=reader.tenant_id).order_by("name_key", "pk")
        self.roles = {str(role.pk): role for role in roles if guards.may_give_somewhere(role, by=reader)}
        choices = [("", _("Choose a role")), *[(key, role.name) for key, role in self.roles.items()]]
        super().__init__(label=gettext_lazy("Role"), choices=choices)


class GiveRoleForm(RoleForm):
    """A role, where it counts, and until when."""

    def __init__(self, data: Any = None, *, reader: Account, **kwargs: Any) -> None:
        super().__init__(data, reader=reader, **kwargs)
        self.fields["expires_on"] = DayField(tenant=reader.tenant)

    def clean(self) -> dict[str, Any]:
        """Raises the refusal of giving this role there, in its own words."""
        clean = super().clean()
        if not self.errors:
            self._ask(guards.require_giving, until=end_of(clean.get("expires_on"), self.reader.tenant))
        return clean

    @property
    def wanted(self) -> dict[str, Any]:
        """What a receipt keeps of the choice."""
        return wanted_of(self.role, self.where, self.cleaned_data["expires_on"])

    @property
    def described(self) -> list[Role]:
        """The roles to choose from, with what they are for."""
        return list(self.fields["role"].roles.values())  # type: ignore[attr-defined]


class TakeRoleForm(RoleForm):
    """A role that is taken, and where."""

    def clean(self) -> dict[str, Any]:
        """Raises the refusal of taking this role there, in its own words."""
        clean = super().clean()
        if not self.errors:
            self._ask(guards.require_taking)
        return clean

    @property
    def wanted(self) -> dict[str, Any]:
        """What a receipt keeps of the choice."""
        return wanted_of(self.role, self.where, None)


class ExpiryForm(forms.Form):
    """When an assignment ends."""

    def __init__(self, data: Any = None, *, assignment: RoleAssignment, reader: Account) -> None:
        super().__init__(data, initial={"expires_on": assignment.expires_on, "was": assignment.expires_on})
        self.fields["expires_on"] = DayField(tenant=reader.tenant)
        self.fields["was"] = forms.DateField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Raises an error where no end is said at all: a field that is missing does not mean never."""
        if "expires_on" not in self.data or "was" not in self.data:
            raise ValidationError(_("It is not said when the role ends. Nothing was changed."))
        return self.cleaned_data


class GroupForm(forms.Form):
    """What a group is called and what it is for, as it was read."""

    name = OneLine(label=gettext_lazy("Name"))
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, group: Group | None = None, name: str = "") -> None:
        now = {"name": name or group.name, "description": group.description} if group else {}
        super().__init__(data, initial=now)
        for field in self.fields.values():
            field.show_hidden_initial = group is not None

    @property
    def was(self) -> dict[str, str]:
        """What stood in the fields when the form was drawn."""
        return {name: self.data.get(f"initial-{name}", "").replace("\r\n", "\n") for name in ("name", "description")}

    @property
    def values(self) -> dict[str, Any]:
        """The clean values."""
        clean = self.cleaned_data
        return {"name": clean["name"], "description": clean["description"].replace("\r\n", "\n")}


class GroupCopyForm(GroupForm):
    """A copy of a group: what it is called, and what comes along."""

    roles = forms.BooleanField(label=gettext_lazy("With its roles"), required=False, initial=True)
    members = forms.BooleanField(label=gettext_lazy("With its members"), required=False, initial=True)


class ChooseGroupForm(forms.Form):
    """One of the tenant's groups."""

    group = forms.ChoiceField(label=gettext_lazy("Group"))

    def __init__(self, data: Any = None, *, reader: Account, joins: bool) -> None:
        self.reader, self.joins = reader, joins
        super().__init__(data)
        groups = Group.objects.visible_to(reader).order_by("name_key", "pk")[:1_000]
        self.groups = {str(group.pk): group for group in groups}
        names = [(key, group.name) for key, group in self.groups.items()]
        self.fields["group"].choices = [("", _("Choose a group")), *names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Raises the refusal of giving or taking what this group gives, in its own words."""
        if not self.errors:
            require = guards.require_joining if self.joins else guards.require_leaving
            try:
                require(self.chosen, by=self.reader)
            except Refused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return self.cleaned_data

    @property
    def chosen(self) -> Group:
        """The group that was chosen."""
        return self.groups[self.cleaned_data["group"]]

    @property
    def wanted(self) -> dict[str, Any]:
        """What a receipt keeps of the choice."""
        return {"group": self.chosen.pk}


def numbers_of(texts: list[str]) -> list[int]:
    """The numbers among these texts; whatever is none is left out, as is all beyond a thousand."""
    return [number for text in texts[:1_000] if (number := number_of(text)) is not None]
