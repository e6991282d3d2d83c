"""Text to clean values; forms never save."""

from django import forms

from accounts.models import Theme


class ThemeForm(forms.Form):
    """Which theme to show."""

    theme = forms.ChoiceField(choices=Theme.choices)
