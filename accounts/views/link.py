"""Opening a sign-in link: its token leaves the address at once, and nothing happens but by a form."""

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

from accounts import doors
from accounts.forms import NewSignInForm, PasswordForm
from accounts.models import Identity, SignInLink
from accounts.operations import accept_link, create_identity
from accounts.sign_in import identity_of
from itam_portal.refusals import Refused
from itam_portal.tenancy.scope import tenant_scope
from itam_portal.tokens import hash_of

KEPT = "sign_in_link"


def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token for this browser and show a page without it: programs that only look change nothing."""
    request.session[KEPT] = hash_of(token)
    return redirect("sign_in_link")


class OpenedLink(View):
    """Consent to an account that somebody made: with a new password, or as who one is already."""

    link: SignInLink

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the link behind what the browser keeps, and work in its tenant."""
        rows = doors.sign_in_link.read(request.session.get(KEPT, ""))
        if not rows:
            return self._ended(request)
        with tenant_scope(rows[0]["tenant_id"], read_only=request.method != "POST"):
            links = SignInLink.objects.select_related("account__tenant")
            self.link = links.get(pk=rows[0]["link_id"])
            account = self.link.account
            if not self.link.is_open or not account.waits_for_person:
                return self._ended(request)
            response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, self._form(request, None))

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("do") == "leave":
            kept = request.session[KEPT]
            logout(request)
            request.session[KEPT] = kept
            return redirect("sign_in_link")
        form = self._form(request, request.POST)
        if self._is_other(request) or (form is not None and not form.is_valid()):
            return self._show(request, form, status=422)
        try:
            # Outside of what is undone: a wrong password stays counted.
            known = self._proven(request, form)
            # Whoever is refused leaves no sign-in behind.
            with transaction.atomic():
                identity = known or self._created(form)
                account = accept_link(self.link, identity=identity, by=self.link.account)
        except ValidationError as error:
            form.add_error("password", error)  # type: ignore[union-attr]
            return self._show(request, form, status=422)
        except Refused as refusal:
            return render(request, "accounts/link_ended.html", {"refusal": refusal}, status=refusal.status)
        del request.session[KEPT]
        messages.success(request, _("The account in %(tenant)s is yours now.") % {"tenant": account.tenant.name})
        return redirect("home" if request.user.is_authenticated else "sign_in")

    def _known(self) -> Identity | None:
        return identity_of(self.link.email)

    def _is_other(self, request: HttpRequest) -> bool:
        """Whether somebody else is signed in to this browser."""
        return request.user.is_authenticated and request.user.email.lower() != self.link.email.lower()

    def _form(self, request: HttpRequest, data: Any) -> NewSignInForm | PasswordForm | None:
        """What is asked: a new password, the password there is, or nothing of who is signed in already."""
        if request.user.is_authenticated:
            return None
        if self._known() is None:
            return NewSignInForm(data, initial={"name": self.link.account.name})
        return PasswordForm(data)

    def _proven(self, request: HttpRequest, form: Any) -> Identity | None:
        """Who has a sign-in and is it; None for who makes one. Raises ValidationError for a wrong password."""
        if form is None:
            return request.user  # type: ignore[return-value]
        if isinstance(form, NewSignInForm):
            return None
        # Through allauth, which counts failed attempts for this address.
        password = form.cleaned_data["password"]
        found: Any = get_adapter().authenticate(request, username=self.link.email, password=password)
        if found is None:
            raise ValidationError(_("The password is not right."))
        return found

    def _created(self, form: Any) -> Identity:
        """A new sign-in. Raises ValidationError for a weak password."""
        clean = form.cleaned_data
        return create_identity(self.link.email, name=clean["name"], password=clean["password"], by=self.link.account)

    def _show(self, request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
        account = self.link.account
        context = {
            "form": form,
            "account": account,
            "tenant": account.tenant.name,
            "email": self.link.email,
            "is_other": self._is_other(request),
            "is_new": isinstance(form, NewSignInForm),
        }
        return render(request, "accounts/link.html", context, status=status)

    def _ended(self, request: HttpRequest) -> HttpResponse:
        return render(request, "accounts/link_ended.html", status=410)
