"""Fields of forms that every app shares."""

from typing import Any

from django import forms


class OneLine(forms.CharField):
    """Text of one line: breaks and runs of blanks become one blank."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 200, **kwargs})

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())
