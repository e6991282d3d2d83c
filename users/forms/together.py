"""What is asked when many people are changed together."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import HomeField
from accounts.models import Account
from itam_portal.lists.facts import YES_NO
from roles.rights import Right
from users.forms.people import ComputerUserForm
from users.models import FLAGS, ComputerUser, UserStatus
from users.operations import TOGETHER

_ANSWERS = {"true": "yes", "false": "no"}


class TogetherForm(ComputerUserForm):
    """What many people shall have in common. Only what is ticked changes."""

    note = gettext_lazy(
        "Names, username, email and employee ID belong to each person: change them on their own page. "
        "Transfer moves people to another organization."
    )

    def __init__(self, data: Any = None, *, common: dict[str, Any], reader: Account) -> None:
        super().__init__(data, reader=reader)
        self.common = {name: "" if value is None else value for name, value in common.items()}
        for name in [name for name in self.fields if name not in (*TOGETHER, *self.own)]:
            del self.fields[name]
        for name in FLAGS:
            self.fields[name] = forms.ChoiceField(label=self.fields[name].label, choices=[("", ""), *YES_NO])
            self.common[name] = _ANSWERS.get(self.common[name], "")
        self.fields["status"] = forms.ChoiceField(
            label=self.fields["status"].label, choices=[("", ""), *UserStatus.choices]
        )
        self._prepare([name for name, value in common.items() if value is None])

    def _prepare(self, several: list[str]) -> None:
        """Show what is common, and where they differ that they do."""
        for name, field in self.fields.items():
            field.required = False
            self.initial[name] = self.common.get(name, "")
            if name not in several:
                continue
            if isinstance(field.widget, forms.Select):
                field.widget.choices = [("", _("Multiple values")), *list(field.widget.choices)[1:]]
            else:
                field.widget.attrs["placeholder"] = _("Multiple values")

    @property
    def names(self) -> list[str]:
        """The fields that can be changed together."""
        return [*TOGETHER, *self.own]

    @property
    def _ticked(self) -> list[str]:
        return [name for name in self.data.getlist("change") if name in self.names]  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each field with its tick box."""
        ticked = self._ticked if self.is_bound else []
        return [{"name": name, "field": self[name], "is_ticked": name in ticked} for name in self.names]

    def clean(self) -> dict[str, Any]:
        """Raises errors for what was ticked without a value, or written without a tick: neither is lost silently."""
        ticked = self._ticked
        for name in [name for name in self.names if name not in self.errors]:
            if name in ticked and name in ("status", *FLAGS) and not self.cleaned_data[name]:
                self.add_error(name, _("Choose a value, or take the tick away."))
            if name in ticked and name in self.own and not self.cleaned_data[name] and self._is_mandatory(name):
                self.add_error(name, self.fields[name].error_messages["required"])
            if name not in ticked and self._is_touched(name):
                self.add_error(name, _("You set a value but did not tick the box beside it."))
        if not ticked and not self.errors:
            raise ValidationError(_("Tick at least one field to change."))
        return self.cleaned_data

    def _is_mandatory(self, name: str) -> bool:
        return any(one.mandatory for one in self.attributes if one.field_name == name)

    def _is_touched(self, name: str) -> bool:
        return name in self.data and " ".join(self.data[name].split()) != str(self.common.get(name, ""))

    @property
    def wanted(self) -> dict[str, Any]:
        """What shall change, as it is stored: the manager by number, attributes under their names."""
        clean = self.cleaned_data
        changed: dict[str, Any] = {name: clean[name] for name in self._ticked if name not in self.own}
        for name in set(FLAGS) & changed.keys():
            changed[name] = changed[name] == "yes"
        if "manager" in changed:
            manager: ComputerUser | None = changed.pop("manager")
            changed["manager_id"] = manager.pk if manager else None
        if "country" in changed:
            changed["country"] = changed["country"].upper()
        own = {one.name: clean[one.field_name] for one in self.attributes if one.field_name in self._ticked}
        return {**changed, **({"attributes": own} if own else {})}


class TransferForm(forms.Form):
    """The organization that people shall belong to."""

    def __init__(self, data: Any = None, *, reader: Account) -> None:
        super().__init__(data)
        self.fields["home"] = HomeField(reader=reader, right=Right.EDIT_USERS)
        self.fields["home"].label = _("To which organization")
        self.fields["home"].error_messages["beyond"] = _("Your right does not reach this organization.")

    @property
    def wanted(self) -> dict[str, Any]:
        """What a receipt keeps."""
        return {"home_id": self.cleaned_data["home"].pk}
