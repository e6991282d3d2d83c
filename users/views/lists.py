"""The list of computer users, and what can be done to many of them."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, ngettext

from itam_portal.lists.bulk import BulkPage
from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.listing import ListKind
from itam_portal.lists.search import Search
from itam_portal.lists.state import SortKey
from itam_portal.pages import Action, ListPage
from itam_portal.tenancy.reach import ALL
from roles.rights import Right
from users.filters import ComputerUserFilters
from users.jobs import ACTIVATE, RETIRE
from users.models import ComputerUser
from users.queries import ComputerUserQuerySet
from users.tables import ComputerUserTable

USERS = ListKind(
    name="users",
    table=ComputerUserTable,
    filters=ComputerUserFilters,
    count_in_words=lambda number: ngettext("user", "users", number),
    default_sort=(SortKey("display_name"),),
    search=Search("search_users", "users_computeruser").install(),
    search_label=gettext_lazy("Search name, username, email or employee ID"),
    icons={
        "display_name": "user-round",
        "username": "at-sign",
        "email": "mail",
        "employee_id": "id-card",
        "job_title": "briefcase",
        "status": "circle-dot",
        "compliance": "badge-check",
        "has_account": "user-cog",
        "organization": "building-2",
        "location": "map-pin",
        "corporate_unit": "network",
        "cost_center": "hash",
        "shared": "users",
        "created": "clock",
    },
    annotations={
        "manager_name": ComputerUserQuerySet.with_names,
        "account_name": ComputerUserQuerySet.with_names,
        "blocked": ComputerUserQuerySet.with_blocked,
    },
)
PARENTS: tuple[tuple[Any, str], ...] = ((gettext_lazy("Users"), "users"),)


class UsersList(ListPage):
    """Everybody who uses computers, with and without an account."""

    kind = USERS
    right = Right.READ_USERS
    rows = ComputerUser.objects.visible_to
    title = gettext_lazy("All IT Asset Users")
    purpose = gettext_lazy("People who use computers. They need no account: accounts are for who operates the portal.")
    place = "users"
    columns_url = "users_columns"
    views_url = "users_views"
    export_name = "users_export"
    actions: ClassVar[tuple[Action, ...]] = (
        Action(gettext_lazy("Blocked usernames"), "users_blocked", "ban", Right.EDIT_USERS, everywhere=True),
        Action(gettext_lazy("New user"), "user_new", "plus", Right.CREATE_USERS, primary=True),
    )
    bulk: ClassVar[tuple[Action, ...]] = (
        Action(gettext_lazy("Make active"), "users_activate", "user-check", Right.EDIT_USERS),
        Action(gettext_lazy("Retire"), "users_retire", "user-x", Right.EDIT_USERS),
    )
    nothing_yet = gettext_lazy("People who use computers appear here.")

    def is_whole(self) -> bool:
        return self.account.reach(Right.READ_USERS) is ALL


class UsersColumns(ColumnsPage):
    """Choose which columns the list shows, and in what order."""

    list_page = UsersList
    right = Right.READ_USERS
    place = "users"
    default_right = Right.SET_LIST_DEFAULTS
    parents = PARENTS


class UsersRetire(BulkPage):
    """Retire users."""

    right = Right.EDIT_USERS
    action = RETIRE
    list_page = UsersList
    title = gettext_lazy("Retire users")
    place = "users"
    parents = PARENTS


class UsersActivate(BulkPage):
    """Make users active."""

    right = Right.EDIT_USERS
    action = ACTIVATE
    list_page = UsersList
    title = gettext_lazy("Make users active")
    place = "users"
    parents = PARENTS
