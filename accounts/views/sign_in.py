"""Signing in and out, switching tenants, and how pages look."""

import unicodedata
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import doors, sign_in
from accounts.forms import ThemeForm
from accounts.models import Ending
from accounts.operations import choose_theme, end_session
from itam_portal.pages import OperationPage, Page, PlainPage
from itam_portal.refusals import Malformed, NotAllowed
from itam_portal.requests import PortalRequest
from organizations.models import Organization


class SignIn(LoginView):
    """Our own sign-in page on allauth's view."""

    form_class = sign_in.SignInForm
    template_name = "accounts/sign_in.html"

    def get_form_class(self) -> type[sign_in.SignInForm]:
        return self.form_class

    def form_valid(self, form: Any) -> HttpResponse:
        """In, or to the second factor; a browser that got in is known from then on."""
        response = super().form_valid(form)
        is_in = self.request.user.is_authenticated
        return sign_in.remember_browser(self.request, response, self.request.user) if is_in else response

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, with what is wrong; the same answer for a wrong password and an unknown address."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.POST.get("next") or self.request.GET.get("next", "")
        # Past allauth's own view, whose context needs addresses of pages that we do not have.
        return {**super(LoginView, self).get_context_data(**kwargs), "next": asked}


@require_POST
def sign_out(request: PortalRequest) -> HttpResponse:
    """End this session."""
    if request.account is not None:
        session = request.login_session
        end_session(session, by=request.account, ending=Ending.SIGNED_OUT)
    logout(request)
    messages.info(request, _("You are signed out."))
    return redirect("sign_in")


class SwitchTenant(PlainPage):
    """Choose a tenant, or an organization of this one; switching leaves one account and enters another."""

    title = gettext_lazy("Switch tenant or organization")
    template_name = "accounts/switch.html"
    shown = 50

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(self.context(), template="accounts/_switch.html" if self.is_part else "")

    def context(self) -> dict[str, Any]:
        """The first tenants and organizations whose names hold the search."""
        sought = self.request.GET.get("q", "").replace("\0", "").strip()[:100]
        back = safe_next(self.request)
        places, plain = self._tenants(), plainly(sought)
        tenants = [one for one in places if plain in plainly(one["tenant_name"])]
        found = Organization.objects.all().visible_to(self.account).named_like(sought).order_by("name_key", "pk")
        organizations = list(found.values("code", "name")[: self.shown + 1])
        chosen = chosen_organization(back).lower()
        return {
            "q": sought,
            "next": back,
            "tenants": tenants[: self.shown] if len(places) > 1 else [],
            "organizations": [
                {**one, "url": with_organization(back, one["code"]), "is_current": one["code"].lower() == chosen}
                for one in organizations[: self.shown]
            ],
            "more": len(organizations) > self.shown or len(tenants) > self.shown,
            "all_url": with_organization(back, ""),
            "all_is_current": not chosen,
        }

    def _tenants(self) -> list[dict[str, Any]]:
        return sign_in.usable(doors.accounts_of_identity.read(self.account.identity_id))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get("tenant", "")
        place = next((place for place in self._tenants() if str(place["tenant_id"]) == wanted), None)
        if place is None:
            raise NotAllowed(_("You have no account there that can be used now. Nothing was changed."))
        if place["tenant_id"] != self.account.tenant_id:
            end_session(request.login_session, by=self.account, ending=Ending.SWITCHED)
            sign_in.enter(request, place)
            messages.success(request, _("You now work in %(tenant)s.") % {"tenant": place["tenant_name"]})
        return redirect(safe_next(request))


class SetTheme(OperationPage):
    """Light, dark, or as the system says."""

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ThemeForm(request.POST)
        if not form.is_valid():
            raise Malformed(_("There is no such theme."))
        choose_theme(self.account.identity, form.cleaned_data["theme"], by=self.account)
        response = redirect(safe_next(request))
        response.set_cookie("theme", form.cleaned_data["theme"], max_age=31_536_000, samesite="Lax", httponly=True)
        return response


def safe_next(request: PortalRequest) -> str:
    """Where to go on: an address of this portal, else the first page."""
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    return asked if asked and url_has_allowed_host_and_scheme(asked, {request.get_host()}) else "/"


def chosen_organization(address: str) -> str:
    """The code of the one organization that an address chooses, if it does."""
    chosen = QueryDict(urlsplit(address).query).getlist("organization")
    return chosen[0] if len(chosen) == 1 else ""


def with_organization(address: str, code: str) -> str:
    """The same list for this organization, from its first page; other pages lead to the accounts."""
    parts = urlsplit(address)
    is_list = _keeps_organization(parts.path)
    path, data = (parts.path, QueryDict(parts.query, mutable=True)) if is_list else (reverse("accounts"), QueryDict())
    kept = {"page", "after", "before", "count", "organization", "tenant"}
    pairs = [(name, value) for name, values in data.lists() if name not in kept for value in values]
    query = urlencode([*pairs, *([("organization", code)] if code else [])])
    return f"{path}?{query}" if query else path


def _keeps_organization(path: str) -> bool:
    """Whether the page at this path shows the same for another organization: lists do, and the tree."""
    try:
        page = getattr(resolve(path).func, "view_class", None)
    except Resolver404:
        return False
    return isinstance(page, type) and issubclass(page, Page) and page.keeps_organization


def plainly(text: str) -> str:
    """Text without case and accents, as it is searched."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
