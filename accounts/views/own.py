"""One's own sign-in: password, address, sessions, and what was changed. Open to everybody who is signed in."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import sign_in
from accounts.forms import ChangeEmailForm, ChangePasswordForm
from accounts.operations import ask_email, change_password, end_own_sessions
from accounts.queries.own import changes_of, factors_of, open_sessions_of
from itam_portal.history.kinds import operation_in_words
from itam_portal.pages import OperationPage, Page, PlainPage
from itam_portal.refusals import Refused
from itam_portal.requests import PortalRequest, number_of

ME: tuple[tuple[Any, str], ...] = ((gettext_lazy("Your sign-in"), "me"),)


class Me(PlainPage):
    """How one signs in, and where one is signed in now."""

    title = gettext_lazy("Your sign-in")
    purpose = gettext_lazy("It is yours in every tenant that you work in. No tenant can change it.")
    template_name = "me/detail.html"

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        identity = self.request.user
        sessions = open_sessions_of(identity)
        return {
            "identity": identity,
            "factors": factors_of(identity),
            "requires_factor": self.account.tenant.require_mfa,
            "sessions": sessions,
            "has_others": len(sessions) > 1,
            "current": self.request.login_session.pk,
            "changes": [(event, *_told(event.pgh_context)) for event in changes_of(identity)],
        }


def _told(context: dict[str, Any]) -> tuple[str, str, str]:
    """What was done, what it was about, and by whom."""
    return operation_in_words(context["operation"]), context.get("factor", ""), context.get("by_name", "")


class OwnFormPage(Page):
    """A form about one's own sign-in that asks for the present password."""

    parents = ME
    button: ClassVar[Any] = ""
    template_name = "me/form.html"

    def form(self, data: Any = None) -> Any:
        """The form. Wrong passwords are counted."""
        raise NotImplementedError

    def carry_out(self, clean: dict[str, Any]) -> str:
        """Do it, and say what was done. Raises Refused, ValidationError."""
        raise NotImplementedError

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(self.form())

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            said = self.carry_out(form.cleaned_data)
        except ValidationError as error:
            form.add_error("password", error)
            return self._show(form, status=422)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, status=refusal.status)
        messages.success(request, said)
        return redirect("me")

    def check(self, password: str) -> None:
        """Raises ValidationError unless this is the present password."""
        sign_in.require_password(self.request, password)

    def _show(self, form: Any, *, status: int = 200) -> HttpResponse:
        return self.draw({"form": form, "button": self.button, "identity": self.request.user}, status=status)


class MePassword(OwnFormPage):
    """Another password; every other session ends."""

    title = gettext_lazy("Change your password")
    purpose = gettext_lazy("You stay signed in here, and are signed out everywhere else.")
    button = gettext_lazy("Change password")

    def form(self, data: Any = None) -> ChangePasswordForm:
        """The present password, and the new one twice."""
        return ChangePasswordForm(data, check=self.check)

    def carry_out(self, clean: dict[str, Any]) -> str:
        """Change the password. Raises ValidationError for a weak one."""
        request: Any = self.request
        change_password(request.user, password=clean["password"], by=self.account, keep=request.login_session.pk)
        request.user.refresh_from_db(fields=["password"])
        update_session_auth_hash(request, request.user)
        return _("Your password is changed. You are signed out everywhere else.")


class MeEmail(OwnFormPage):
    """Another address to sign in with, once it is confirmed."""

    title = gettext_lazy("Change your email address")
    purpose = gettext_lazy(
        "It is what you sign in with. Your accounts keep the addresses that their tenants gave them."
    )
    button = gettext_lazy("Send the link")

    def form(self, data: Any = None) -> ChangeEmailForm:
        """The new address, and the password."""
        return ChangeEmailForm(data, check=self.check)

    def carry_out(self, clean: dict[str, Any]) -> str:
        """Mail the link to the new address, and tell the present one."""
        ask_email(self.request.user, email=clean["email"], by=self.account)
        return _("A link goes to %(email)s. Open it to sign in with that address.") % {"email": clean["email"]}


class MeSessionsEnd(OperationPage):
    """Sign out of one session, or of all but this one."""

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("me")

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        only = number_of(request.POST.get("session", ""))
        if only is None and request.POST.get("others") != "1":
            raise Refused(_("Choose a session. Nothing was changed."))
        keep = request.login_session.pk
        ended = end_own_sessions(request.user, by=self.account, keep=keep, only=only)
        said = ngettext("%(number)s session ended.", "%(number)s sessions ended.", ended)
        messages.success(request, said % {"number": ended})
        return redirect("me")
