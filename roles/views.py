"""Pages of roles."""

from django.utils.translation import gettext_lazy, ngettext

from itam_portal.lists.listing import ListKind
from itam_portal.pages import ListPage
from roles.filters import RoleFilters
from roles.models import Role
from roles.queries import RoleQuerySet
from roles.rights import Right
from roles.tables import RoleTable

ROLES = ListKind(
    name="roles",
    table=RoleTable,
    filters=RoleFilters,
    count_in_words=lambda number: ngettext("role", "roles", number),
    icons={"name": "shield-check", "description": "file-text", "kind": "lock"},
    annotations={"accounts": RoleQuerySet.with_holders},
)


class RolesList(ListPage):
    """The tenant's roles, with how many accounts hold each."""

    kind = ROLES
    right = Right.READ_ROLES
    everywhere = True
    rows = Role.objects.visible_to
    title = gettext_lazy("Roles")
    purpose = gettext_lazy("What accounts may do. The number of accounts leads to exactly these accounts.")
    place = "accounts"
    views_url = "roles_views"
    export_name = "roles_export"
    parents = ((gettext_lazy("Accounts"), "accounts"),)
    tabs = (
        (gettext_lazy("All accounts"), "accounts", Right.READ_ACCOUNTS, False),
        (gettext_lazy("Unassigned accounts"), "accounts_unassigned", Right.READ_ACCOUNTS, False),
        (gettext_lazy("Roles"), "roles", Right.READ_ROLES, True),
    )
