"""What keeps an organization, or a value of a custom attribute, from being written down."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from itam_portal.refusals import Refused
from organizations.attributes.values import problems_of
from organizations.models import CustomAttribute


class WrongAttributes(Refused):
    """Values of custom attributes that cannot be kept, each with its reason."""

    code = "wrong_attributes"
    message = _("Custom attributes are wrong.")

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(f"{name}: {problem}" for name, problem in problems.items()))


def sound_attributes(tenant: Any, subject: str, values: dict[str, Any]) -> dict[str, str]:
    """These values as they are stored. Raises WrongAttributes for unknown, wrong and missing ones, all at once."""
    clean, wrong = problems_of(CustomAttribute.objects.of(tenant, subject), values)
    if wrong:
        raise WrongAttributes(wrong)
    return clean


def sound_changes(tenant: Any, subject: str, values: dict[str, Any]) -> dict[str, str]:
    """Some attributes' new values as they are stored, '' to clear one. Raises WrongAttributes."""
    known = [one for one in CustomAttribute.objects.of(tenant, subject) if one.name in values]
    clean, wrong = problems_of(known, values)
    if wrong:
        raise WrongAttributes(wrong)
    return {name: clean.get(name, "") for name in values}
