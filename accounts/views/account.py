"""What the pages about one account have in common: the way to them, their tabs, and what may be done."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import guards
from accounts.models import Account, Type
from itam_portal.pages import ObjectPage
from itam_portal.requests import PortalRequest
from itam_portal.shell import Crumb, Shell
from roles.rights import Right

# Label, route and right of each page about one account, in their order.
TABS: tuple[tuple[Any, str, str], ...] = (
    (_("Properties"), "account", Right.READ_ACCOUNTS),
    (_("Access"), "account_access", Right.READ_ACCOUNTS),
    (_("Sessions"), "account_sessions", Right.READ_ACCOUNTS),
    (_("History"), "account_history", Right.READ_HISTORY),
)


class AccountPage(ObjectPage):
    """A page about one account, under its name."""

    right = Right.READ_ACCOUNTS
    rows = Account.objects.visible_to
    place = "accounts"
    parents = ((_("Accounts"), "accounts"),)
    # What this page is below the account's own; nothing for the account's own.
    step: Any = ""
    found: Account

    def object(self) -> Account:
        """The account of the address, and who it is for the shell."""
        self.found = super().object()
        self.title = f"{self.step} · {self.found.name}" if self.step else self.found.name  # type: ignore[misc]
        return self.found

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(self.context(self.object()))

    def crumbs(self) -> list[Crumb]:
        """The list, the account, and where one is on its pages."""
        first = [Crumb(label, Shell.carrying(self.request, name)) for label, name in self.parents]
        account = Crumb(self.found.name, Shell.carrying(self.request, "account", self.found.pk))
        return [*first, account, Crumb(self.step)] if self.step else [*first, account]

    def head(self) -> dict[str, Any]:
        """What the head of the account's pages needs: its tabs and its buttons."""
        found, status = self.found, Right.DISABLE_ACCOUNTS if self.found.is_enabled else Right.ENABLE_ACCOUNTS
        is_own = found.pk == self.account.pk
        return {
            "account": found,
            "tabs": [self._tab(label, name) for label, name, right in TABS if self.account.may(right)],
            "is_own": is_own,
            "sees_roles": self.account.may(Right.READ_ROLES, self.account.tenant),
            "sees_groups": self.account.may(Right.READ_GROUPS, self.account.tenant),
            "may_change": self.account.may(status, found) and not is_own,
            "may_end_sessions": found.identity_id is not None and not is_own and self._may(Right.END_SESSIONS),
            **self._editing(is_own=is_own),
        }

    def _may(self, right: str) -> bool:
        return bool(self.account.may(right, self.found))

    def _tab(self, label: Any, name: str) -> dict[str, Any]:
        match = self.request.resolver_match
        url = Shell.carrying(self.request, name, self.found.pk)
        return {"label": label, "url": url, "is_current": match is not None and match.url_name == name}

    def _editing(self, *, is_own: bool) -> dict[str, Any]:
        """Whether this reader may edit and retype the account, or which guard refuses it."""
        if not self.account.may(Right.EDIT_ACCOUNTS):
            return {"may_edit": False, "may_retype": False, "why_not": ""}
        refusal = guards.refusal_of_editing(self.found, by=self.account)
        other = Type.OPERATOR if self.found.type == Type.SERVICE else Type.SERVICE
        retyping = guards.refusal_of_retyping(self.found, by=self.account, to=other)
        return {
            "may_edit": refusal is None,
            "may_retype": retyping is None,
            "why_not": refusal.message if refusal else "",
        }
