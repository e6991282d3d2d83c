"""The history of one account."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from itam_portal.history.models import Entry
from itam_portal.history.views import HISTORY
from itam_portal.pages import Action, ListPage
from itam_portal.refusals import require
from itam_portal.shell import Crumb
from roles.rights import Right


class AccountHistory(ListPage):
    """What was changed of one account, and of everything that points at it."""

    kind = HISTORY
    right = Right.READ_HISTORY
    title = gettext_lazy("History")
    purpose = gettext_lazy("What was changed of this account, its roles and its groups. Nobody can change an entry.")
    place = "accounts"
    columns_url = "history_columns"
    views_name = "account_history"
    export_name = "account_history_export"
    nothing_yet = gettext_lazy("Every change of this account leaves an entry here.")

    @cached_property
    def found(self) -> Account:
        """The account of the address. Raises Http404 where it cannot be seen, NotAllowed where its history cannot."""
        found = Account.objects.visible_to(self.account).numbered(self.kwargs["pk"])
        if found is None:
            raise Http404
        require(self.account, Right.READ_HISTORY, found)
        return found

    def visible_rows(self) -> Any:
        self.title = _("History of %(name)s") % {"name": self.found.name}  # type: ignore[misc, assignment]
        return Entry.objects.about(self.found).open_to(self.account)

    def crumbs(self) -> list[Crumb]:
        own = reverse("account", args=[self.found.pk])
        accounts = Crumb(gettext_lazy("Accounts"), reverse("accounts"))
        return [accounts, Crumb(self.found.name, own), Crumb(gettext_lazy("History"))]

    def buttons(self) -> list[dict[str, Any]]:
        back = Action(gettext_lazy("Back to the account"), "account", "arrow-left", Right.READ_ACCOUNTS)
        return [{"action": back, "url": reverse("account", args=[self.found.pk])}]
