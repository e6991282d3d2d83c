"""What an administrator does to another's sign-in in this tenant: end sessions, reset a lost second factor."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Account
from accounts.operations import end_sessions_of, reset_second_factor
from accounts.views.account import AccountPage
from itam_portal.refusals import Refused
from itam_portal.requests import PortalRequest, reason_of
from itam_portal.shell import Shell
from roles.rights import Right


class AskedPage(AccountPage):
    """A question about one account; its form carries out one operation."""

    back_to: ClassVar[str] = "account"

    def carry_out(self, found: Account, reason: str) -> str:
        """Do it, and say what was done. Raises Refused."""
        raise NotImplementedError

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object()
        return self._show()

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        try:
            said = self.carry_out(found, reason_of(request))
        except Refused as refusal:
            return self._show(refusal, status=refusal.status)
        messages.success(request, said)
        return redirect(Shell.carrying(request, self.back_to, found.pk))

    def _show(self, refusal: Refused | None = None, *, status: int = 200) -> HttpResponse:
        back = Shell.carrying(self.request, self.back_to, self.found.pk)
        return self.draw({"account": self.found, "refusal": refusal, "back": back}, status=status)


class AccountSessionsEnd(AskedPage):
    """Sign somebody out of this tenant everywhere."""

    right = Right.END_SESSIONS
    template_name = "accounts/end_sessions.html"
    step = gettext_lazy("End sessions")
    back_to = "account_sessions"

    def carry_out(self, found: Account, reason: str) -> str:
        """End the sessions."""
        ended = end_sessions_of(found, by=self.account, reason=reason)
        said = ngettext("%(number)s session of %(name)s ended.", "%(number)s sessions of %(name)s ended.", ended)
        return said % {"number": ended, "name": found.name}


class AccountFactorReset(AskedPage):
    """Let somebody who lost every second factor set up a new one."""

    right = Right.CREATE_ACCOUNTS
    template_name = "accounts/reset_factor.html"
    step = gettext_lazy("Reset second factor")

    def carry_out(self, found: Account, reason: str) -> str:
        """Reset it."""
        reset_second_factor(found, by=self.account, reason=reason)
        return _("%(name)s signs in with the password alone, until a new second factor is set up.") % {
            "name": found.name
        }
