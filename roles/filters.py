"""The fields the list of roles can be filtered by."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itam_portal.lists.filters import Choice, ListFilterSet, Moment, Text
from roles.models import Role

KINDS = (("builtin", _("Built-in")), ("own", _("Own")))


class Kind(Choice):
    """Built-in, or made in this tenant."""

    def compare(self, operator: str, value: str) -> Q:
        return Q(builtin="") if value == "own" else ~Q(builtin="")


class RoleFilters(ListFilterSet):
    """Name, description, kind, and when it was made and changed."""

    name = Text("name_key", label=_("Name"))
    description = Text("description_key", label=_("Description"))
    kind = Kind("builtin", choices=KINDS, label=_("Kind"))
    created = Moment("created_at", label=_("Created"))
    changed = Moment("changed_at", label=_("Changed"))

    class Meta:
        model = Role
        fields: list[str] = []
