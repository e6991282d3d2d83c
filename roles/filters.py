"""The fields the list of roles can be filtered by."""

from django.utils.translation import gettext_lazy as _

from itam_portal.lists.filters import Choice, ListFilterSet, Moment, Text
from roles.models import Role, RoleKind


class RoleFilters(ListFilterSet):
    """Name, description, kind, and when it was made and changed."""

    name = Text("name_key", label=_("Name"))
    description = Text("description_key", label=_("Description"))
    kind = Choice("kind", choices=RoleKind.choices, label=_("Kind"))
    created = Moment("created_at", label=_("Created"))
    changed = Moment("changed_at", label=_("Changed"))

    class Meta:
        model = Role
        fields: list[str] = []
