"""What is asked of a file of people: the file, and which field each of its columns is."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import HomeField
from accounts.models import Account
from roles.rights import Right
from users.importing import MOST_BYTES, Reading, guess
from users.models import UserImport
from users.models.imports import MatchBy

_COLUMN = "column-"


class UploadForm(forms.Form):
    """A file, and where new people belong."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX with a line of heads, up to 60 MB and 500,000 lines."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        allow_empty_file=True,
    )

    def __init__(self, data: Any = None, files: Any = None, *, reader: Account, home: str = "") -> None:
        super().__init__(data, files, initial={"home": home})
        self.fields["home"] = HomeField(reader=reader, right=Right.CREATE_USERS, empty=_("As each line says"))
        self.fields["home"].label = _("Organization of new users")

    def clean_file(self) -> Any:
        """Raises ValidationError for a file that is too large: what is beyond the limit was not kept."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 60 MB. Divide it."))
        return file


class MappingForm(forms.Form):
    """Which field each column of a file is, by what people are known again, and what an empty cell means."""

    match = forms.ChoiceField(
        label=gettext_lazy("Somebody is known again by"),
        choices=MatchBy.choices,
        help_text=gettext_lazy("A line with nobody's is a new user."),
    )
    clears = forms.ChoiceField(
        label=gettext_lazy("An empty cell"),
        choices=[("", gettext_lazy("leaves what is there")), ("yes", gettext_lazy("clears what is there"))],
        required=False,
    )

    def __init__(
        self, data: Any = None, *, one: UserImport, before: UserImport | None, reading: Reading, reader: Account
    ) -> None:
        self.one, self.reading = one, reading
        known = one if one.mapping else before
        mapping = known.mapping if known else guess(one.heads, reading.fields)
        home = one.home.code if one.home else ""
        first = {"match": (known or one).match, "clears": "yes" if (known or one).clears else "", "home": home}
        super().__init__(data, initial=first)
        choices = [("", _("Not imported")), *[(field.name, field.label) for field in reading.fields.values()]]
        for at, head in enumerate(one.heads):
            name = mapping[at] if at < len(mapping) and mapping[at] in reading.fields else ""
            label = head or _("Column %(number)d") % {"number": at + 1}
            field = forms.ChoiceField(label=label, choices=choices, required=False, initial=name)
            field.is_always_set = True  # type: ignore[attr-defined]
            self.fields[f"{_COLUMN}{at}"] = field
        self.fields["home"] = HomeField(reader=reader, right=Right.CREATE_USERS, empty=_("As each line says"))
        self.fields["home"].label = _("Organization of new users")

    def columns(self, samples: list[list[str]]) -> list[dict[str, Any]]:
        """Each column's field with the first values of the file."""
        return [
            {"field": self[f"{_COLUMN}{at}"], "samples": [line[at] for line in samples if at < len(line) and line[at]]}
            for at in range(len(self.one.heads))
        ]

    @property
    def options(self) -> list[Any]:
        """What is asked beside the columns."""
        return [self[name] for name in ("match", "clears", "home")]

    @property
    def mapping(self) -> list[str]:
        """The field of each column."""
        return [self.cleaned_data[f"{_COLUMN}{at}"] for at in range(len(self.one.heads))]

    def clean(self) -> dict[str, Any]:
        """Raises errors for a field that two columns are, and where nobody can be known again."""
        clean, seen = self.cleaned_data, set[str]()
        for at in range(len(self.one.heads)):
            name = clean.get(f"{_COLUMN}{at}", "")
            if name and name in seen:
                self.add_error(f"{_COLUMN}{at}", _("Another column is this field already."))
            seen.add(name)
        if clean.get("match") and clean["match"] not in seen:
            self.add_error("match", _("No column is this field, so nobody could be known again by it."))
        return clean
