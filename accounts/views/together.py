"""Editing many accounts together: what shall change, who changes and who is skipped, a receipt at the end."""

from typing import Any

from django.utils.translation import gettext_lazy

from accounts.forms import TogetherForm
from accounts.jobs import EDIT, editing_with
from accounts.views.lists import AccountsList, AccountsUnassigned
from itam_portal.lists.actions import BulkAction
from itam_portal.lists.asking import AskingPage
from itam_portal.lists.models import Selection
from roles.rights import Right


class AccountsEdit(AskingPage):
    """Edit many accounts together. Only what is ticked changes."""

    right = Right.EDIT_ACCOUNTS
    action = EDIT
    list_page = AccountsList
    other_lists = (AccountsUnassigned,)
    ask_template = "lists/together.html"
    title = gettext_lazy("Edit accounts")
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)

    def form(self, data: Any, selection: Selection) -> TogetherForm:
        """The form that asks, with what the accounts have in common."""
        chosen: Any = self._chosen(selection)
        return TogetherForm(data, common=chosen.common_values(), reader=self.account)

    def bound(self, selection: Selection) -> BulkAction:
        """Judged and described by what shall change."""
        return editing_with(selection.wanted)

    def _says_values(self) -> bool:
        return super()._says_values() or "change" in self.request.POST
