"""Facts that hold or not, as a field to filter by."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itam_portal.lists.filters import Choice

YES_NO = (("yes", _("Yes")), ("no", _("No")))


class YesOrNo(Choice):
    """A fact that holds or not."""

    def __init__(self, column: str = "", **kwargs: object) -> None:
        super().__init__(column, choices=YES_NO, **kwargs)

    def condition(self, values: list[str]) -> Q:
        """Either, by its own column."""
        wanted = [value for value in ("yes", "no") if (value in values) != (self.operator == "not")]
        return Q(**{f"{self.field_name}__in": [value == "yes" for value in wanted]})

    def compare(self, operator: str, value: str) -> Q:
        return Q(**{self.field_name: value == "yes"})
