"""Text to clean values; forms never save."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal.lists.saved_views import LONGEST_NAME


class ViewNameForm(forms.Form):
    """The name of a view."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)


class SaveViewForm(ViewNameForm):
    """A list state to be kept: its name, and who has it where."""

    is_shared = forms.BooleanField(
        label=gettext_lazy("Share with everybody in the tenant"),
        help_text=gettext_lazy("Everybody sees the view; its rows are always those that the reader may see."),
        required=False,
    )
    pin = forms.BooleanField(label=gettext_lazy("Show as a tab"), required=False)
    pin_for_all = forms.BooleanField(label=gettext_lazy("Show as a tab to everybody"), required=False)
    default = forms.BooleanField(
        label=gettext_lazy("Make it my default"),
        help_text=gettext_lazy("The list begins with it."),
        required=False,
    )
    default_for_all = forms.BooleanField(
        label=gettext_lazy("Make it the tenant's default"),
        help_text=gettext_lazy("The list begins with it for all who have chosen no default of their own."),
        required=False,
    )

    def __init__(self, *args: Any, may_set_defaults: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_set_defaults:
            del self.fields["default_for_all"]

    def clean(self) -> dict[str, Any]:
        """What everybody gets, everybody must be able to see."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("pin_for_all", "default_for_all"):
            if cleaned.get(name) and not cleaned.get("is_shared"):
                self.add_error(name, _("Share the view too: nobody else can see it otherwise."))
        return cleaned
