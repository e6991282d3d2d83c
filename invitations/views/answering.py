"""Opening an invitation: its token leaves the address at once, and nothing happens but by a form."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accounts.forms import NewSignInForm, PasswordForm
from accounts.jobs.giving import scope_in_words
from accounts.models import Identity
from accounts.sign_in import identity_of
from invitations import doors, guards
from invitations.guards import Offered
from invitations.models import Invitation
from invitations.operations import accept_invitation, decline_invitation
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from itam_portal.tokens import hash_of

KEPT = "invitation"


def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token for this browser and show a page without it: programs that only look change nothing."""
    request.session[KEPT] = hash_of(token)
    return redirect("accept_invitation")


class OpenedInvitation(View):
    """Who invites to what; accept with a new password, or as who one is already, or decline."""

    invitation: Invitation
    offered: Offered

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the invitation behind what the browser keeps, and work in its tenant."""
        rows = doors.invitation.read(request.session.get(KEPT, ""))
        if not rows:
            return self._closed(request, None)
        with tenant_scope(rows[0]["tenant_id"], read_only=request.method != "POST"):
            self.invitation = Invitation.objects.all().numbered(rows[0]["invitation_id"])
            self.offered = Offered.by(self.invitation)
            refusal = guards.refusal_of_answering(self.invitation)
            response = self._closed(request, refusal()) if refusal else super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        refusal = guards.refusal_of_accepting(self.invitation, self.offered, identity=self._known())
        return self._closed(request, refusal) if refusal else self._show(request, self._form(request, None))

    def post(self, request: HttpRequest) -> HttpResponse:
        deed = request.POST.get("do", "")
        if deed == "leave":
            return self._leave(request)
        try:
            return self._decline(request) if deed == "decline" else self._accept(request)
        except Refused as refusal:
            return self._closed(request, refusal)

    def _leave(self, request: HttpRequest) -> HttpResponse:
        """Whoever is signed in as somebody else signs out, and stays here."""
        kept = request.session[KEPT]
        logout(request)
        request.session[KEPT] = kept
        return redirect("accept_invitation")

    def _decline(self, request: HttpRequest) -> HttpResponse:
        decline_invitation(self.invitation, by=self._actor(), link=request.session[KEPT])
        del request.session[KEPT]
        return render(request, "invitations/declined.html", {"tenant": self.invitation.tenant.name})

    def _accept(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request, request.POST)
        if self._is_other(request) or (form is not None and not form.is_valid()):
            return self._show(request, form, status=422)
        try:
            # Whoever is refused leaves no sign-in behind.
            with transaction.atomic():
                accept_invitation(
                    self.invitation, by=self._actor(), link=request.session[KEPT], **self._who(request, form)
                )
        except ValidationError as error:
            form.add_error("password", error)  # type: ignore[union-attr]
            return self._show(request, form, status=422)
        del request.session[KEPT]
        tenant = self.invitation.tenant.name
        if request.user.is_authenticated:
            messages.success(
                request, _("You have an account in %(tenant)s now. Switch to it above.") % {"tenant": tenant}
            )
            return redirect("home")
        messages.success(request, _("You have an account in %(tenant)s now. Sign in.") % {"tenant": tenant})
        return redirect("sign_in")

    def _actor(self) -> System:
        """Whoever answers has no account yet: the history calls them so, and the invitation by its number."""
        return System("Invitee", self.invitation.tenant)

    def _known(self) -> Identity | None:
        return identity_of(self.invitation.email)

    def _is_other(self, request: HttpRequest) -> bool:
        """Whether somebody else is signed in to this browser."""
        return request.user.is_authenticated and request.user.email.lower() != self.invitation.email.lower()

    def _form(self, request: HttpRequest, data: Any) -> NewSignInForm | PasswordForm | None:
        """What is asked: a new password, the password there is, or nothing of who is signed in already."""
        if request.user.is_authenticated:
            return None
        if self._known() is None:
            return NewSignInForm(data, initial={"name": self.invitation.full_name})
        return PasswordForm(data)

    def _who(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        """Who accepts. Raises ValidationError for a wrong password."""
        known = self._known()
        if request.user.is_authenticated:
            return {"identity": known}
        clean = form.cleaned_data
        if isinstance(form, NewSignInForm):
            return {"name": clean["name"], "password": clean["password"]}
        # Through allauth, which counts failed attempts for this address.
        if get_adapter().authenticate(request, username=self.invitation.email, password=clean["password"]) is None:
            raise ValidationError(_("The password is not right."))
        return {"identity": known}

    def _show(self, request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
        roles = [(offer, scope_in_words(offer.scope)) for offer in self.offered.roles]
        context = {
            "form": form,
            "invitation": self.invitation,
            "tenant": self.invitation.tenant.name,
            "inviter": self.invitation.invited_by.name,
            "email": self.invitation.email,
            "roles": roles,
            "groups": self.offered.groups,
            "is_other": self._is_other(request),
            "is_new": isinstance(form, NewSignInForm),
        }
        return render(request, "invitations/accept.html", context, status=status)

    def _closed(self, request: HttpRequest, refusal: Refused | None) -> HttpResponse:
        status = refusal.status if refusal else 410
        asked = {"refusal": refusal, "was_accepted": isinstance(refusal, guards.WasAccepted)}
        return render(request, "invitations/closed.html", asked, status=status)
