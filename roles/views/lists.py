"""The list of roles."""

from django.utils.translation import gettext_lazy, ngettext

from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.listing import ListKind
from itam_portal.pages import Action, ListPage
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
    icons={"name": "shield-check", "description": "file-text", "kind": "lock", "created": "clock", "changed": "clock"},
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
    columns_url = "roles_columns"
    actions = (
        Action(gettext_lazy("Compare"), "roles_compare", "columns-3", Right.READ_ROLES, everywhere=True),
        Action(gettext_lazy("New role"), "role_new", "plus", Right.CHANGE_ROLES, primary=True, everywhere=True),
    )
    parents = ((gettext_lazy("Accounts"), "accounts"),)
    tabs = (
        (gettext_lazy("All accounts"), "accounts", Right.READ_ACCOUNTS, False),
        (gettext_lazy("Unassigned accounts"), "accounts_unassigned", Right.READ_ACCOUNTS, False),
        (gettext_lazy("Roles"), "roles", Right.READ_ROLES, True),
        (gettext_lazy("Who holds a right"), "access", Right.READ_ACCOUNTS, False),
    )


class RolesColumns(ColumnsPage):
    """Choose which columns the list of roles shows, and in what order."""

    list_page = RolesList
    right = Right.READ_ROLES
    everywhere = True
    place = "accounts"
    default_right = Right.SET_LIST_DEFAULTS
    parents = ((gettext_lazy("Accounts"), "accounts"), (gettext_lazy("Roles"), "roles"))
