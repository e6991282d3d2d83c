"""The form that names the operator account of the same human."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from itam_portal.fields import OneLine


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
