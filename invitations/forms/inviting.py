"""Whom an invitation is for: one address, or many that are pasted."""

import re
from email.utils import parseaddr

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from invitations.operations import Line
from itam_portal.fields import OneLine

MOST = 500
LONGEST_NAME = 100


class InviteeForm(forms.Form):
    """One person. The same for an address that is known and for one that is not."""

    email = forms.EmailField(
        label=pgettext_lazy("email address", "Email"),
        max_length=254,
        help_text=gettext_lazy("The invitation goes there. Only who reads that mail can accept it."),
    )
    first_name = OneLine(label=gettext_lazy("First name"), required=False, max_length=LONGEST_NAME)
    last_name = OneLine(label=gettext_lazy("Last name"), required=False, max_length=LONGEST_NAME)

    @property
    def to(self) -> Line:
        """Whom the invitation is for."""
        return Line(**self.cleaned_data)


class AddressesForm(forms.Form):
    """Many addresses, however they are separated; each may stand behind a name."""

    addresses = forms.CharField(
        label=gettext_lazy("Email addresses"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Up to 500, each on a line of its own or separated by commas, semicolons or blanks. "
            "A name may stand before an address: Ada Ames <ada@company.example>."
        ),
    )

    def clean_addresses(self) -> list[Line]:
        """The lines as they were written. Raises ValidationError for too many or none."""
        lines = lines_of(self.cleaned_data["addresses"])
        if len(lines) > MOST:
            words = {"number": len(lines), "most": MOST}
            raise ValidationError(_("These are %(number)d addresses. At most %(most)d go at once."), params=words)
        if not lines:
            raise ValidationError(_("There is no address among this."))
        return lines

    @property
    def lines(self) -> list[Line]:
        """Whom invitations are for; what is no address is among them."""
        return self.cleaned_data["addresses"]


def lines_of(text: str) -> list[Line]:
    """Every address of a pasted text, and whatever stands where an address should be."""
    found: list[Line] = []
    for piece in re.split(r"[\r\n,;]+", text):
        if "<" in piece:
            found.append(_named(piece))
        else:
            found += [Line(word[:300]) for word in piece.split()]
    return found


def _named(piece: str) -> Line:
    """Ada Ames <ada@company.example>: the last word of the name is the last name."""
    name, address = parseaddr(" ".join(piece.split()))
    first, _blank, last = name.rpartition(" ")
    whole = (first, last) if first else (last, "")
    return Line((address or piece.strip())[:300], *[part[:LONGEST_NAME] for part in whole])
