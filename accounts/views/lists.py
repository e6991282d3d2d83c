"""The lists of accounts, and what can be done to many rows of them."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, ngettext

from accounts.filters import AccountFilters
from accounts.jobs import CONFIRM, DISABLE, ENABLE
from accounts.models import Account
from accounts.queries import AccountQuerySet
from accounts.tables import AccountTable
from itam_portal.lists.bulk import BulkPage
from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.listing import ListKind
from itam_portal.lists.search import Search
from itam_portal.pages import Action, ListPage
from itam_portal.tenancy.reach import ALL
from roles.rights import Right

ACCOUNTS = ListKind(
    name="accounts",
    table=AccountTable,
    filters=AccountFilters,
    count_in_words=lambda number: ngettext("account", "accounts", number),
    search=Search(
        "search_accounts", "accounts_account", ("name_key", "login_key", "email_key", "job_title_key")
    ).install(),
    search_label=gettext_lazy("Search name, login, email or job title"),
    icons={
        "name": "user",
        "login": "key-round",
        "email": "mail",
        "job_title": "briefcase",
        "role": "shield-check",
        "status": "circle-dot",
        "type": "user-cog",
        "last_login": "clock",
        "login_duration": "timer",
        "organization": "building-2",
        "change": "flag",
        "has_user": "user-round",
    },
    annotations={"role_names": AccountQuerySet.with_role_names},
    only_grows=True,
)


class AccountsList(ListPage):
    """All accounts, with and without roles."""

    kind = ACCOUNTS
    right = Right.READ_ACCOUNTS
    rows: ClassVar[Any] = Account.objects.visible_to
    title = gettext_lazy("IT Asset Accounts")
    purpose = gettext_lazy(
        "People and services that may operate the portal. Accounts are not computer users: "
        "one human may be both, either or neither."
    )
    place = "accounts"
    columns_url = "accounts_columns"
    export_name = "accounts_export"
    views_url = "accounts_views"
    tabs: ClassVar[tuple[Any, ...]] = (
        (gettext_lazy("All accounts"), "accounts", Right.READ_ACCOUNTS, False),
        (gettext_lazy("Unassigned accounts"), "accounts_unassigned", Right.READ_ACCOUNTS, False),
        (gettext_lazy("Roles"), "roles", Right.READ_ROLES, True),
        (gettext_lazy("Who holds a right"), "access", Right.READ_ACCOUNTS, False),
    )
    bulk: ClassVar[tuple[Action, ...]] = (
        Action(gettext_lazy("Edit"), "accounts_edit", "pencil", Right.EDIT_ACCOUNTS),
        Action(gettext_lazy("Enable"), "accounts_enable", "circle-check", Right.ENABLE_ACCOUNTS),
        Action(gettext_lazy("Disable"), "accounts_disable", "ban", Right.DISABLE_ACCOUNTS),
        Action(gettext_lazy("Confirm rights"), "accounts_confirm", "badge-check", Right.GIVE_ROLES),
        Action(gettext_lazy("Give a role"), "accounts_give_role", "shield-check", Right.GIVE_ROLES),
        Action(gettext_lazy("Take a role"), "accounts_take_role", "shield-alert", Right.GIVE_ROLES),
        Action(
            gettext_lazy("Add to group"), "accounts_add_to_group", "user-plus", Right.CHANGE_MEMBERS, everywhere=True
        ),
        Action(
            gettext_lazy("Remove from group"),
            "accounts_remove_from_group",
            "user-x",
            Right.CHANGE_MEMBERS,
            everywhere=True,
        ),
    )
    actions: ClassVar[tuple[Action, ...]] = (
        Action(gettext_lazy("New service account"), "service_account_new", "cpu", Right.CREATE_ACCOUNTS),
        Action(gettext_lazy("New account"), "account_new", "plus", Right.CREATE_ACCOUNTS, primary=True, opens="panel"),
    )
    nothing_yet = gettext_lazy("Accounts of people and services appear here.")

    def is_whole(self) -> bool:
        shows_all = type(self).visible_rows is ListPage.visible_rows and type(self).rows == Account.objects.visible_to
        return shows_all and self.account.reach(Right.READ_ACCOUNTS) is ALL


def unassigned(account: Account) -> AccountQuerySet:
    """The visible accounts without any live role."""
    return Account.objects.visible_to(account).unassigned()


class AccountsUnassigned(AccountsList):
    """Accounts without any live role, own or through a group."""

    rows = unassigned
    views_name = "accounts_unassigned"
    views_url = "accounts_unassigned_views"
    export_name = "accounts_unassigned_export"
    columns_url = "accounts_unassigned_columns"
    title = gettext_lazy("Unassigned accounts")
    purpose = gettext_lazy("Accounts without a role. Nobody can use the portal with them until they get one.")


class AdministrationUsers(AccountsList):
    """The accounts list under the labels of “Adding New Users”."""

    title = gettext_lazy("Users")
    purpose = gettext_lazy("On this page, users are the accounts that people sign in with, not computer users.")
    place = "administration_users"
    actions = ()
    parents = ((gettext_lazy("Administration"), "administration"),)
    tabs = ()


class AccountsColumns(ColumnsPage):
    """Choose which columns the accounts lists show, and in what order."""

    list_page = AccountsList
    right = Right.READ_ACCOUNTS
    place = "accounts"
    default_right = Right.SET_LIST_DEFAULTS
    parents = ((gettext_lazy("Accounts"), "accounts"),)


class UnassignedColumns(AccountsColumns):
    """The same choice, which leads back to the unassigned accounts."""

    list_page = AccountsUnassigned


class AccountsEnable(BulkPage):
    """Enable accounts."""

    right = Right.ENABLE_ACCOUNTS
    action = ENABLE
    list_page = AccountsList
    other_lists = (AccountsUnassigned,)
    title = gettext_lazy("Enable accounts")
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)


class AccountsDisable(BulkPage):
    """Disable accounts."""

    right = Right.DISABLE_ACCOUNTS
    action = DISABLE
    list_page = AccountsList
    other_lists = (AccountsUnassigned,)
    title = gettext_lazy("Disable accounts")
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)


class AccountsConfirm(BulkPage):
    """Confirm the rights of accounts whose humans moved."""

    right = Right.GIVE_ROLES
    action = CONFIRM
    list_page = AccountsList
    other_lists = (AccountsUnassigned,)
    title = gettext_lazy("Confirm rights")
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)
