"""Giving and taking roles, joining and leaving groups: for everything selected in a list."""

from typing import Any

from django.utils.translation import gettext_lazy

from accounts.forms import ChooseGroupForm, GiveRoleForm, TakeRoleForm
from accounts.jobs.giving import GIVE, JOIN, LEAVE, TAKE, giving_with, joining_with, leaving_with, taking_with
from accounts.views.lists import AccountsList, AccountsUnassigned
from itam_portal.lists.actions import BulkAction
from itam_portal.lists.asking import AskingPage
from itam_portal.lists.models import Selection
from roles.rights import Right


class AccountsAsk(AskingPage):
    """What is asked of accounts that were selected in a list."""

    list_page = AccountsList
    other_lists = (AccountsUnassigned,)
    ask_template = "accounts/give_roles.html"
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)


class AccountsGiveRole(AccountsAsk):
    """Give a role to accounts."""

    right = Right.GIVE_ROLES
    action = GIVE
    title = gettext_lazy("Give a role")

    def form(self, data: Any, selection: Selection) -> GiveRoleForm:
        """Which role, where, until when."""
        return GiveRoleForm(data, reader=self.account)

    def bound(self, selection: Selection) -> BulkAction:
        """Judged and described by the role."""
        return giving_with(selection.wanted, self._chosen(selection))


class AccountsTakeRole(AccountsAsk):
    """Take a role from accounts."""

    right = Right.GIVE_ROLES
    action = TAKE
    title = gettext_lazy("Take a role away")

    def form(self, data: Any, selection: Selection) -> TakeRoleForm:
        """Which role, where."""
        return TakeRoleForm(data, reader=self.account)

    def bound(self, selection: Selection) -> BulkAction:
        """Judged and described by the role."""
        return taking_with(selection.wanted, self._chosen(selection))


class AccountsJoinGroup(AccountsAsk):
    """Add accounts to a group."""

    right = Right.CHANGE_MEMBERS
    everywhere = True
    action = JOIN
    title = gettext_lazy("Add to a group")

    def form(self, data: Any, selection: Selection) -> ChooseGroupForm:
        """Which group."""
        return ChooseGroupForm(data, reader=self.account, joins=True)

    def bound(self, selection: Selection) -> BulkAction:
        """Judged and described by the group."""
        return joining_with(selection.wanted, self._chosen(selection))


class AccountsLeaveGroup(AccountsAsk):
    """Take accounts out of a group."""

    right = Right.CHANGE_MEMBERS
    everywhere = True
    action = LEAVE
    title = gettext_lazy("Remove from a group")

    def form(self, data: Any, selection: Selection) -> ChooseGroupForm:
        """Which group."""
        return ChooseGroupForm(data, reader=self.account, joins=False)

    def bound(self, selection: Selection) -> BulkAction:
        """Judged and described by the group."""
        return leaving_with(selection.wanted, self._chosen(selection))
