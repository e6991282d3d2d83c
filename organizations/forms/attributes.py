"""The forms of custom attributes: defining them, and the fields that they add to other forms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal.fields import OneLine
from itam_portal.lists.facts import YES_NO
from organizations.attributes.values import LONGEST_VALUE, clean_value
from organizations.models import AttributeKind, CustomAttribute

MOST_CHOICES = 200


class ValueField(OneLine):
    """A value of a custom attribute, as it is stored."""

    def __init__(self, attribute: CustomAttribute) -> None:
        self.attribute = attribute
        super().__init__(label=attribute.name, required=attribute.mandatory, max_length=LONGEST_VALUE)
        self.error_messages["required"] = _("“%(name)s” is mandatory.") % {"name": attribute.name}
        self.widget = _widget_of(attribute)

    def clean(self, value: Any) -> str:
        """Raises ValidationError for what is no value of the attribute."""
        return clean_value(self.attribute, super().clean(value))


def _widget_of(attribute: CustomAttribute) -> forms.Widget:
    if attribute.kind == AttributeKind.YES_NO:
        return forms.Select(choices=[("", "–"), *YES_NO])
    if attribute.kind == AttributeKind.CHOICE:
        return forms.Select(choices=[("", "–"), *[(choice, choice) for choice in attribute.choices]])
    if attribute.kind == AttributeKind.DATE:
        return forms.DateInput(attrs={"type": "date"})
    return forms.TextInput(attrs={"inputmode": "decimal"} if attribute.kind == AttributeKind.NUMBER else {})


def attribute_field(attribute: CustomAttribute) -> ValueField:
    """A form's field for values of this attribute."""
    return ValueField(attribute)


def add_attributes(form: forms.Form, known: list[CustomAttribute], values: dict[str, str]) -> list[str]:
    """Give a form a field for each attribute, which begins with the value held; answers the fields' names."""
    for attribute in known:
        form.fields[attribute.field_name] = attribute_field(attribute)
        form.initial.setdefault(attribute.field_name, values.get(attribute.name, ""))
    return [attribute.field_name for attribute in known]


def attributes_in(form: forms.Form, known: list[CustomAttribute]) -> dict[str, str]:
    """The clean values that a form holds of these attributes, under their names."""
    held = {attribute.name: form.cleaned_data.get(attribute.field_name, "") for attribute in known}
    return {name: text for name, text in held.items() if text}


class AttributeForm(forms.Form):
    """What may change of an attribute: whether it is mandatory, and which values it allows."""

    mandatory = forms.BooleanField(
        label=gettext_lazy("Mandatory"),
        required=False,
        help_text=gettext_lazy("Whoever has no value yet keeps none until the next edit, which must give one."),
    )
    choices = forms.CharField(
        label=gettext_lazy("Allowed values"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("One a line."),
    )

    def __init__(self, data: Any = None, *, attribute: CustomAttribute | None = None) -> None:
        self.attribute = attribute
        known = {"mandatory": attribute.mandatory, "choices": "\n".join(attribute.choices)} if attribute else {}
        super().__init__(data, initial=known)
        if attribute and attribute.kind != AttributeKind.CHOICE:
            del self.fields["choices"]

    @property
    def kind(self) -> str:
        """The type that the allowed values are for."""
        return self.attribute.kind if self.attribute else self.cleaned_data.get("kind", "")

    def clean_choices(self) -> list[str]:
        """The values, each once. Raises ValidationError for none, too many, or one too long."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["choices"].splitlines()]
        first: dict[str, str] = {}
        for line in filter(None, lines):
            first.setdefault(line.lower(), line)
        choices = list(first.values())
        if self.kind != AttributeKind.CHOICE:
            if choices:
                raise ValidationError(_("Only the type “One of a list” has allowed values."))
            return []
        if not choices:
            raise ValidationError(_("Write at least one allowed value."))
        if len(choices) > MOST_CHOICES:
            raise ValidationError(_("At most %(number)d allowed values."), params={"number": MOST_CHOICES})
        if any(len(choice) > LONGEST_VALUE for choice in choices):
            raise ValidationError(_("An allowed value has at most %(number)d characters."), params={"number": 200})
        return choices


class AttributeNewForm(AttributeForm):
    """A new attribute."""

    name = OneLine(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("It cannot be changed later: files and addresses use it."),
    )
    field_order = ("name", "kind", "choices", "mandatory")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["kind"] = forms.ChoiceField(label=_("Type"), choices=AttributeKind.choices)
        self.order_fields(self.field_order)
