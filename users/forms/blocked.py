"""The form of the block list."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_PATTERNS = 500


class BlockListForm(forms.Form):
    """The patterns of usernames that are no people, one a line."""

    patterns = forms.CharField(
        label=gettext_lazy("Blocked usernames"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "One a line. % stands for any letters, _ for one: svc% is every username that begins with svc."
        ),
    )

    def clean_patterns(self) -> list[str]:
        """The patterns. Raises ValidationError for too many, too long, or a backslash."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["patterns"].splitlines()]
        patterns = list({line.lower(): line for line in lines if line}.values())
        if len(patterns) > MOST_PATTERNS:
            raise ValidationError(_("At most %(number)d patterns."), params={"number": MOST_PATTERNS})
        for line in patterns:
            if len(line) > 200 or "\\" in line:
                raise ValidationError(_("“%(line)s” is no pattern."), params={"line": line[:60]})
            if not line.strip("%_ "):
                raise ValidationError(_("“%(line)s” would block everybody."), params={"line": line[:60]})
        return patterns
