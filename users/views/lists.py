"""The list of computer users, and what can be done to many of them."""

from functools import partial
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, ngettext

from itam_portal.lists.actions import BulkAction
from itam_portal.lists.asking import AskingPage
from itam_portal.lists.bulk import BulkPage
from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.listing import ListKind
from itam_portal.lists.models import Selection
from itam_portal.lists.search import Search
from itam_portal.lists.state import SortKey
from itam_portal.pages import Action, ListPage
from itam_portal.tenancy.reach import ALL
from organizations.attributes.columns import with_attributes
from organizations.queries import attributes_of
from roles.rights import Right
from users.filters import ComputerUserFilters
from users.forms import TogetherForm, TransferForm
from users.jobs import ACTIVATE, DEACTIVATE, EDIT, RETIRE, TRANSFER, changing_to
from users.models import ComputerUser
from users.operations import TOGETHER
from users.queries import ComputerUserQuerySet
from users.tables import BARE, THEN, ComputerUserTable

USERS = ListKind(
    name="users",
    table=ComputerUserTable,
    filters=ComputerUserFilters,
    count_in_words=lambda number: ngettext("user", "users", number),
    default_sort=(SortKey("display_name"),),
    search=Search(
        "search_users", "users_computeruser", ("display_name_key", "username_key", "email_key", "employee_id_key")
    ).install(),
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
        "account": "user-cog",
        "manager": "users-round",
        "shared": "users",
        "opt_in": "mail-check",
        "created": "clock",
        "changed": "history",
    },
    annotations={
        **dict.fromkeys(("manager_name", "manager_handle", "account_name"), ComputerUserQuerySet.with_names),
        **dict.fromkeys(("manager_key", "account_key"), ComputerUserQuerySet.with_names),
        **dict.fromkeys(("blocked", "complies"), ComputerUserQuerySet.with_blocked),
        **{f"{name}_folded": partial(ComputerUserQuerySet.with_folded, name=name) for name in BARE},
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
        Action(gettext_lazy("Custom attributes"), "users_attributes", "tag", Right.EDIT_USERS, everywhere=True),
        Action(gettext_lazy("Blocked usernames"), "users_blocked", "ban", Right.EDIT_USERS, everywhere=True),
        Action(gettext_lazy("Import"), "users_imports", "upload", Right.CREATE_USERS),
        Action(gettext_lazy("New user"), "user_new", "plus", Right.CREATE_USERS, primary=True),
    )
    bulk: ClassVar[tuple[Action, ...]] = (
        Action(gettext_lazy("Edit"), "users_edit", "pencil", Right.EDIT_USERS),
        Action(gettext_lazy("Transfer"), "users_transfer", "building-2", Right.EDIT_USERS),
        Action(gettext_lazy("Make active"), "users_activate", "user-check", Right.EDIT_USERS),
        Action(gettext_lazy("Make inactive"), "users_deactivate", "user-round", Right.EDIT_USERS),
        Action(gettext_lazy("Retire"), "users_retire", "user-x", Right.EDIT_USERS),
    )
    nothing_yet = gettext_lazy("People who use computers appear here.")

    @classmethod
    def kind_of(cls, account: Any) -> ListKind:
        return with_attributes(USERS, attributes_of(account, "user"), then=THEN)

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


class UsersDeactivate(BulkPage):
    """Make users inactive."""

    right = Right.EDIT_USERS
    action = DEACTIVATE
    list_page = UsersList
    title = gettext_lazy("Make users inactive")
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


class UsersEdit(AskingPage):
    """Edit many users together. Only what is ticked changes."""

    right = Right.EDIT_USERS
    action = EDIT
    list_page = UsersList
    ask_template = "lists/together.html"
    title = gettext_lazy("Edit users")
    place = "users"
    parents = PARENTS

    def form(self, data: Any, selection: Selection) -> TogetherForm:
        """The form that asks, with what the users have in common."""
        chosen: Any = self._chosen(selection)
        common = chosen.common_values(TOGETHER, attributes_of(self.account, "user"))
        return TogetherForm(data, common=common, reader=self.account)

    def bound(self, selection: Selection) -> BulkAction:
        """Judged and described by what shall change."""
        return changing_to(EDIT, selection.wanted)

    def _says_values(self) -> bool:
        return super()._says_values() or "change" in self.request.POST


class UsersTransfer(AskingPage):
    """Let many users belong to another organization."""

    right = Right.EDIT_USERS
    action = TRANSFER
    list_page = UsersList
    ask_template = "users/transfer.html"
    title = gettext_lazy("Transfer users")
    place = "users"
    parents = PARENTS

    def form(self, data: Any, selection: Selection) -> TransferForm:
        """The form that asks where to."""
        return TransferForm(data, reader=self.account)

    def bound(self, selection: Selection) -> BulkAction:
        """Judged and described by where they go."""
        return changing_to(TRANSFER, selection.wanted)

    def _says_values(self) -> bool:
        return super()._says_values() or "home" in self.request.POST
