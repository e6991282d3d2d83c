"""What is asked on the pages of access keys."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.creating import KeyForm
from accounts.models import Account
from itam_portal.fields import OneLine

DAY = 86_400
OVERLAPS = (
    ("0", gettext_lazy("At once")),
    ("3600", gettext_lazy("In an hour")),
    (str(DAY), gettext_lazy("In a day")),
    (str(7 * DAY), gettext_lazy("In seven days")),
)


class NewKeyForm(KeyForm):
    """A key, and the service account that it is of."""

    account = OneLine(label=gettext_lazy("Service account"), help_text=gettext_lazy("Its login."))
    field_order = ("account", "key_name", "key_expires_on")

    def __init__(self, data: Any = None, *, reader: Account) -> None:
        self.reader = reader
        super().__init__(data, reader=reader)
        # The field suggests them; any other can be typed.
        self.services = list(Account.objects.visible_to(reader).services())
        self.order_fields(self.field_order)
        self.fields["account"].widget.attrs["list"] = "services"

    def clean_account(self) -> Account:
        """Raises ValidationError where no service account that the reader sees has this login."""
        text = self.cleaned_data["account"]
        found = Account.objects.visible_to(self.reader).service_called(text)
        if found is None:
            raise ValidationError(_("There is no service account “%(value)s”."), params={"value": text[:60]})
        return found


class RotateForm(KeyForm):
    """The last day of the new key, and when the old one ends."""

    overlap = forms.TypedChoiceField(
        label=gettext_lazy("The old key ends"),
        choices=OVERLAPS,
        initial=str(DAY),
        coerce=int,
        help_text=gettext_lazy("Until then both are accepted, so that programs can be changed one by one."),
    )

    def __init__(self, data: Any = None, *, reader: Account) -> None:
        super().__init__(data, reader=reader)
        del self.fields["key_name"]
        self.fields["key_expires_on"].label = _("Last day of the new key")
        self.order_fields(("key_expires_on", "overlap"))

    @property
    def wanted(self) -> dict[str, Any]:
        """As the operation takes it."""
        seconds = self.cleaned_data["overlap"]
        return {"expires_on": self.cleaned_data["key_expires_on"], "overlap": timedelta(seconds=seconds)}
