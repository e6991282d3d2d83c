"""Editing many accounts together: what shall change, who changes and who is skipped, a receipt at the end."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from accounts.forms import TogetherForm
from accounts.jobs import EDIT, editing_with
from accounts.views.lists import AccountsList, AccountsUnassigned
from itam_portal.lists import receipts
from itam_portal.lists.actions import BulkAction
from itam_portal.lists.bulk import BulkPage
from itam_portal.lists.models import Selection
from itam_portal.requests import PortalRequest
from roles.rights import Right


class AccountsEdit(BulkPage):
    """POST rows to be asked what shall change, POST that to see a preview, POST confirm=1 to carry it out."""

    right = Right.EDIT_ACCOUNTS
    action = EDIT
    list_page = AccountsList
    other_lists = (AccountsUnassigned,)
    title = gettext_lazy("Edit accounts")
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        selection = self._selection()
        confirms, says_values = request.POST.get("confirm") == "1", "values" in request.POST or "change" in request.POST
        if confirms and selection.wanted and not says_values:
            return self._act(selection)
        chosen: Any = self._chosen(selection)
        common = chosen.common_values()
        if not confirms and not says_values:
            return self._ask(selection, TogetherForm(common=common, reader=self.account))
        form = TogetherForm(request.POST, common=common, reader=self.account)
        if not form.is_valid():
            return self._ask(selection, form, status=422)
        receipts.want(selection, form.wanted)
        return self._act(selection) if confirms else self._preview(selection)

    def bound(self, selection: Selection) -> BulkAction:
        """Judged and described by what shall change."""
        return editing_with(selection.wanted)

    def _ask(self, selection: Selection, form: TogetherForm, *, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "selection": selection,
            "next": self._next(),
            "words": self.action.words(selection.total),
        }
        return self.draw(context, template=f"accounts/{'_' if self.is_part else ''}together.html", status=status)
