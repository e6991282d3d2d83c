"""The forms of organizations and of their groups."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal.fields import OneLine
from itam_portal.refusals import Refused
from organizations.forms.attributes import add_attributes, attributes_in
from organizations.guards import GoesInCircles, OnlyOneHome, VisibilityIsTheTenants
from organizations.models import Organization, OrganizationGroup, OrganizationType
from organizations.operations import CodeTaken
from organizations.queries import LISTED, attributes_of
from roles.rights import Right

GENERAL = ("name", "code", "type", "description", "visible")
PLACE = ("address", "city", "state", "zipcode", "country", "region")
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("General"), GENERAL),
    (gettext_lazy("Hierarchy"), ("parents",)),
    (gettext_lazy("Address"), PLACE),
)
# Beside which field a refusal is shown.
FIELD_OF: dict[type[Refused], str] = {
    CodeTaken: "code",
    OnlyOneHome: "type",
    GoesInCircles: "parents",
    VisibilityIsTheTenants: "visible",
}
MOST_PARENTS = 50


class ParentsField(forms.Field):
    """The organizations above: ticked where there are few to choose from, else their codes, one a line."""

    def __init__(self, *, reader: Any, known: list[tuple[str, str]]) -> None:
        self.reader, self.is_listed = reader, len(known) <= LISTED
        ticks = forms.CheckboxSelectMultiple(choices=known)
        widget = ticks if self.is_listed else forms.Textarea(attrs={"rows": 3})
        help_text = "" if self.is_listed else _("Their codes, one a line.")
        super().__init__(label=_("Stands below"), required=False, widget=widget, help_text=help_text)
        if self.is_listed:
            self.help_text = _("None: it stands at the top. Rights do not pass along this line.")

    def prepare_value(self, value: Any) -> Any:
        """Codes as the widget shows them."""
        return "\n".join(value) if isinstance(value, list) and not self.is_listed else value

    def clean(self, value: Any) -> list[Organization]:
        """The organizations. Raises ValidationError for codes that are none within reach, or too many."""
        lines = value if isinstance(value, list | tuple) else str(value or "").splitlines()
        codes = list(dict.fromkeys(line.strip().lower() for line in lines if line.strip()))
        if len(codes) > MOST_PARENTS:
            raise ValidationError(_("At most %(number)d."), params={"number": MOST_PARENTS})
        # The one character that no text of the database may hold stands in no code.
        sought = [code for code in codes if "\0" not in code]
        found = list(Organization.objects.all().visible_to(self.reader).coded_among(sought)) if sought else []
        for code in codes:
            if code not in {one.code.lower() for one in found}:
                raise ValidationError(_("There is no organization “%(value)s”."), params={"value": code[:60]})
        return found


class OrganizationForm(forms.Form):
    """An organization, as it was read at this version."""

    name = OneLine(label=gettext_lazy("Name"))
    code = OneLine(
        label=gettext_lazy("Code"),
        max_length=100,
        help_text=gettext_lazy("Unique in the tenant. Addresses, files and the API call it so."),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    visible = forms.BooleanField(
        label=gettext_lazy("Visible"),
        required=False,
        help_text=gettext_lazy("If not, only those with rights for the whole tenant find it in lists and pickers."),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    city = OneLine(label=gettext_lazy("City"), required=False)
    state = OneLine(label=gettext_lazy("State"), required=False)
    zipcode = OneLine(label=gettext_lazy("Postal code"), required=False)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=gettext_lazy("Country"),
        required=False,
        help_text=gettext_lazy("Its code of two letters, such as DE."),
        error_messages={"invalid": gettext_lazy("A country is a code of two letters, such as DE.")},
    )
    region = OneLine(label=gettext_lazy("Region"), required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, data: Any = None, *, reader: Any, organization: Organization | None = None) -> None:
        initial = values_of(organization, reader=reader) if organization else {"type": "CUSTOMER", "visible": True}
        super().__init__(data, initial=initial)
        self.fields["type"] = forms.ChoiceField(label=_("Type"), choices=_types_for(organization))
        self.fields["parents"] = ParentsField(reader=reader, known=_choices(reader, organization))
        if organization and not reader.may(Right.CHANGE_ORGANIZATIONS, reader.tenant):
            self.fields["visible"].disabled = True
        self.attributes = attributes_of(reader, "organization")
        self.own = add_attributes(self, self.attributes, organization.attributes if organization else {})

    @property
    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The fields in their sections, as the page draws them."""
        own = [(gettext_lazy("Custom attributes"), self.own)] if self.own else []
        return [(title, [self[name] for name in names]) for title, names in (*SECTIONS, *own)]

    def clean_code(self) -> str:
        """Raises ValidationError for a comma: filters separate codes by it."""
        code = self.cleaned_data["code"]
        if "," in code:
            raise ValidationError(_("A code holds no comma."))
        return code

    @property
    def values(self) -> dict[str, Any]:
        """The clean values, as fields of an organization."""
        left_out = ("version", "parents", *self.own)
        clean = {name: value for name, value in self.cleaned_data.items() if name not in left_out}
        return {**clean, "country": clean["country"].upper(), "attributes": attributes_in(self, self.attributes)}

    def show_refusal(self, refusal: Refused) -> None:
        """Put what was refused beside the field that it is about."""
        fields = {attribute.name: attribute.field_name for attribute in self.attributes}
        for name, problem in getattr(refusal, "problems", {}).items():
            self.add_error(fields.get(name), problem)
        if not self.errors:
            self.add_error(FIELD_OF.get(type(refusal)), str(refusal))


def _types_for(organization: Organization | None) -> list[tuple[str, Any]]:
    """The tenant's own organization keeps its type, and no other gets it."""
    is_home = organization is not None and organization.is_home
    return [(value, label) for value, label in OrganizationType.choices if (value == OrganizationType.HOME) == is_home]


def _choices(reader: Any, organization: Organization | None) -> list[tuple[str, str]]:
    """The first organizations that it may stand below, one more than are listed."""
    known = Organization.objects.all().visible_to(reader).order_by("name_key", "pk")
    found = list(known.values_list("code", "name")[: LISTED + 1])
    return [(code.lower(), f"{name} ({code})") for code, name in found if not organization or code != organization.code]


def values_of(organization: Organization, *, reader: Any) -> dict[str, Any]:
    """What the fields of an organization's form begin with."""
    above = Organization.objects.all().visible_to(reader).above(organization.pk)
    plain = {name: getattr(organization, name) for name in (*GENERAL, *PLACE)}
    return {**plain, "parents": [parent.code.lower() for parent in above], "version": organization.version}


class OrganizationGroupForm(forms.Form):
    """What an organization group is called, and what it is for."""

    name = OneLine(label=gettext_lazy("Name"))
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What it is for: people read it when they give roles for it."),
    )

    def __init__(self, data: Any = None, *, group: OrganizationGroup | None = None) -> None:
        now = {"name": group.name, "description": group.description} if group else {}
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
