"""Links about one's own sign-in: a forgotten password, and a new address. The token leaves the address at once."""

from typing import Any, ClassVar

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accounts import sign_in
from accounts.forms import NewPasswordForm, ResetForm
from accounts.jobs.own_letters import answer_reset
from accounts.models import Account, IdentityLink, Purpose
from accounts.operations import choose_password, confirm_email, home_of
from itam_portal.limits import Limit
from itam_portal.refusals import Refused
from itam_portal.tenancy.scope import tenant_scope
from itam_portal.tokens import hash_of

KEPT = {Purpose.PASSWORD: "password_link", Purpose.EMAIL: "email_link"}
# Beyond these the page answers as ever, and no mail is sent: nobody can fill another's mailbox. Links stay good, so
# that nobody can keep another from the ones that were sent.
FROM_ADDRESS = Limit("resets from an address", 30, 3_600)
FOR_ADDRESS = Limit("resets for an address", 5, 3_600)


class SignInReset(View):
    """Ask for a link to choose a new password. The answer is the same for every address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "accounts/reset.html", {"form": ResetForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ResetForm(request.POST)
        if not form.is_valid():
            return render(request, "accounts/reset.html", {"form": form}, status=422)
        email = form.cleaned_data["email"]
        taken = [FROM_ADDRESS.take(get_ip(request)), FOR_ADDRESS.take(email.lower())]
        if all(taken):
            answer_reset.enqueue(email=email)
        said = _(
            "If somebody signs in with %(email)s, a mail with a link is on its way. The link is good for one hour."
        )
        messages.info(request, said % {"email": email})
        return redirect("sign_in")


def open_reset(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token for this browser and show a page without it."""
    request.session[KEPT[Purpose.PASSWORD]] = hash_of(token)
    return redirect("sign_in_password")


def open_email(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token for this browser and show a page without it."""
    request.session[KEPT[Purpose.EMAIL]] = hash_of(token)
    return redirect("sign_in_email")


class LinkPage(View):
    """What an opened link leads to: nothing happens but by a form."""

    purpose: ClassVar[Purpose]
    template_name: ClassVar[str]
    link: IdentityLink

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the link behind what the browser keeps, and work in a tenant of its person."""
        link = IdentityLink.objects.all().kept(request.session.get(KEPT[self.purpose], ""), purpose=self.purpose)
        place = home_of(link.identity) if link else None
        if link is None or place is None:
            return self._ended()
        self.link = link
        with tenant_scope(place["tenant_id"], read_only=request.method != "POST"):
            self.account = Account.objects.select_related("tenant").get(pk=place["account_id"])
            response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show()

    def show(self, form: Any = None, *, status: int = 200) -> HttpResponse:
        """The form."""
        context = {"form": form, "link": self.link, "identity": self.link.identity}
        return render(self.request, self.template_name, context, status=status)

    def done(self, said: str) -> HttpResponse:
        """Say it on the page for signing in, or on one's own where one is signed in."""
        del self.request.session[KEPT[self.purpose]]
        messages.success(self.request, said)
        response = redirect("me" if self.request.user.is_authenticated else "sign_in")
        # Who opens what was mailed to them is no stranger.
        return sign_in.remember_browser(self.request, response, self.link.identity)

    def _ended(self, refusal: Refused | None = None) -> HttpResponse:
        context = {"refusal": refusal, "is_password": self.purpose == Purpose.PASSWORD}
        return render(self.request, "accounts/own_link_ended.html", context, status=refusal.status if refusal else 410)


class SignInPassword(LinkPage):
    """Choose a new password."""

    purpose = Purpose.PASSWORD
    template_name = "accounts/new_password.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(NewPasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewPasswordForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            choose_password(self.link, password=form.cleaned_data["password"], by=self.account)
        except ValidationError as error:
            form.add_error("password", error)
            return self.show(form, status=422)
        except Refused as refusal:
            return self._ended(refusal)
        return self.done(_("Your new password is set. Sign in with it."))


class SignInEmail(LinkPage):
    """Sign in with another address from now on."""

    purpose = Purpose.EMAIL
    template_name = "accounts/new_email.html"

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            identity = confirm_email(self.link, by=self.account)
        except Refused as refusal:
            return self._ended(refusal)
        return self.done(_("From now on you sign in with %(email)s.") % {"email": identity.email})
