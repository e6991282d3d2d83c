"""The second factor: asked for on the way in, and set up, removed and replaced by its own person."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStageController
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts import doors, sign_in
from accounts.forms import AppForm, ConfirmForm, FactorForm, PasskeyForm
from accounts.operations import (
    add_app,
    add_passkey,
    note_passkey_use,
    remove_factor,
    renew_recovery_codes,
    use_code,
)
from accounts.queries import passkeys
from accounts.queries.own import factors_of
from accounts.views.own import ME
from accounts.views.sign_in import safe_next
from itam_portal.pages import Page, PlainPage
from itam_portal.refusals import Refused
from itam_portal.requests import PortalRequest
from itam_portal.tokens import seal, unseal

# The new app's secret, sealed, in the browser's session until its first code is right.
APP_SECRET = "app_secret"  # noqa: S105


class SignInFactor(View):
    """Ask for the second factor: between password and account, or where a tenant wants it of who is signed in."""

    stage: Any = None
    identity: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find out who is to show it; nobody without a password comes here."""
        if request.user.is_authenticated and sign_in.has_passed(request):
            return redirect(safe_next(request))  # type: ignore[arg-type]
        if request.user.is_authenticated:
            self.identity = request.user
        else:
            self.stage = LoginStageController.enter(request, sign_in.FactorStage.key)
            self.identity = self.stage.login.user if self.stage else None
        if self.identity is None or self.identity.second_factor_at is None:
            return self._begin_anew(request)
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _begin_anew(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("home")
        # A half-finished sign-in would lead from the sign-in page back to here.
        clear_login(request)
        return redirect("sign_in")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(FactorForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("do") == "leave":
            return self._begin_anew(request)
        form = FactorForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        attempts = sign_in.code_attempts(request, self.identity)
        if not attempts.take():
            form.add_error(None, str(sign_in.SignInAdapter.error_messages["too_many_login_attempts"]))
            return self._show(form, status=422)
        if not self._is_right(form.cleaned_data):
            form.add_error("code" if form.cleaned_data["code"] else None, _("This is not right. Try again."))
            return self._show(form, status=422)
        attempts.give_back()
        return self._go_on()

    def _is_right(self, clean: dict[str, Any]) -> bool:
        if clean["code"]:
            return use_code(self.identity, code=clean["code"], by=self.identity)
        passkey = passkeys.used(self.identity, clean["credential"])
        if passkey is not None:
            note_passkey_use(passkey, by=self.identity)
        return passkey is not None

    def _go_on(self) -> HttpResponse:
        request: Any = self.request
        response = self.stage.exit() if self.stage else redirect(safe_next(request))
        if request.user.is_authenticated:
            request.session[sign_in.PASSED] = self.identity.pk
            sign_in.remember_browser(request, response, self.identity)
        return response

    def _show(self, form: FactorForm, *, status: int = 200) -> HttpResponse:
        factors = factors_of(self.identity)
        works = bool(factors.passkeys) and passkeys.work_at(self.request.get_host())
        context = {
            "form": form,
            "factors": factors,
            "options": passkeys.options_for_use(self.identity) if works else "",
            "account": getattr(self.request, "account", None),
            "next": "" if self.stage else safe_next(self.request),  # type: ignore[arg-type]
        }
        return render(self.request, "me/factor.html", context, status=status)


class MeSecondFactor(PlainPage):
    """Where a tenant leads who has no second factor yet: to set one up, before anything else of it is seen."""

    title = gettext_lazy("Set up a second factor")
    parents = ME
    template_name = "me/second_factor.html"

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        places = sign_in.usable(doors.accounts_of_identity.read(self.request.user.pk))
        return {
            "layout": layout(self.request),
            "requires_factor": self.account.tenant.require_mfa,
            "elsewhere": [place for place in places if place["tenant_id"] != self.account.tenant_id],
            "query": urlencode({"next": safe_next(self.request)}),
            "passkeys_work": passkeys.work_at(self.request.get_host()),
        }


def layout(request: PortalRequest) -> str:
    """Without anything of the tenant around it, as long as that asks for a second factor first."""
    is_waiting = request.account.tenant.require_mfa and not sign_in.has_passed(request)
    return "base_bare.html" if is_waiting else "base.html"


class FactorPage(Page):
    """A page that changes second factors: the password first, unless it was given a moment ago."""

    parents = ME

    def show(self) -> HttpResponse:
        """The page itself."""
        raise NotImplementedError

    def act(self, request: PortalRequest) -> HttpResponse:
        """What its form does. Raises Refused."""
        raise NotImplementedError

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show() if sign_in.has_just_confirmed(request) else self._ask(ConfirmForm(check=self._check))

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") != "confirm" and sign_in.has_just_confirmed(request):
            return self.act(request)
        form = ConfirmForm(request.POST, check=self._check)
        return redirect(request.get_full_path()) if form.is_valid() else self._ask(form, status=422)

    def _check(self, password: str) -> None:
        sign_in.require_password(self.request, password)

    def _ask(self, form: ConfirmForm, *, status: int = 200) -> HttpResponse:
        return self.page({"form": form}, template="me/confirm.html", status=status)

    def page(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        """The page in its surroundings."""
        back = safe_next(self.request) if "next" in self.request.GET else reverse("me")
        around = {"layout": layout(self.request), "back": back, "identity": self.request.user}
        return self.draw({**around, **context}, template=template, status=status)

    def added(self, codes: list[str], said: str) -> HttpResponse:
        """A factor is set up: this session has shown it. New recovery codes are shown now, and never again."""
        request: Any = self.request
        request.user.refresh_from_db(fields=["second_factor_at"])
        request.session[sign_in.PASSED] = request.user.pk
        if codes:
            return self.page({"codes": codes, "said": said}, template="me/codes.html")
        messages.success(request, said)
        return redirect("me")


class MeApp(FactorPage):
    """Set up an authenticator app."""

    title = gettext_lazy("Add an authenticator app")
    template_name = "me/app.html"

    def show(self) -> HttpResponse:
        """A new secret, as a picture and as text."""
        self.request.session[APP_SECRET] = seal(generate_totp_secret())
        return self._show(AppForm())

    def act(self, request: PortalRequest) -> HttpResponse:
        """Take the app, if it shows the right code."""
        form, sealed = AppForm(request.POST), request.session.get(APP_SECRET)
        if sealed is None:
            return redirect(request.get_full_path())
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            given = {"secret": unseal(sealed), "code": form.cleaned_data["code"]}
            codes = add_app(request.user, **given, by=self.account)
        except Refused as refusal:
            form.add_error("code", str(refusal))
            return self._show(form, status=refusal.status)
        del request.session[APP_SECRET]
        return self.added(codes, _("The authenticator app is set up."))

    def _show(self, form: AppForm, *, status: int = 200) -> HttpResponse:
        secret = unseal(self.request.session[APP_SECRET])
        address = get_adapter().build_totp_url(self.request.user, secret)
        # Made here of our own address: only its paths are kept, to stand inside a page.
        picture = SafeString("<svg" + get_adapter().build_totp_svg(address).split("<svg", 1)[1])
        parts = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return self.page({"form": form, "picture": picture, "secret": parts, "address": address}, status=status)


class MePasskeyNew(FactorPage):
    """Add a passkey."""

    title = gettext_lazy("Add a passkey")
    template_name = "me/passkey.html"

    def show(self) -> HttpResponse:
        """What the passkey is called; the browser does the rest."""
        return self._show(PasskeyForm())

    def act(self, request: PortalRequest) -> HttpResponse:
        """Take the passkey, if it is the browser's answer to what was asked."""
        form = PasskeyForm(request.POST)
        if form.is_valid() and not passkeys.is_new(form.cleaned_data["credential"]):
            form.add_error(None, _("The browser's answer was not right, or came too late. Nothing was changed."))
        if not form.is_valid():
            return self._show(form, status=422)
        clean = form.cleaned_data
        try:
            codes = add_passkey(request.user, name=clean["name"], credential=clean["credential"], by=self.account)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form, status=refusal.status)
        return self.added(codes, _("The passkey %(name)s is set up.") % {"name": clean["name"]})

    def _show(self, form: PasskeyForm, *, status: int = 200) -> HttpResponse:
        works = passkeys.work_at(self.request.get_host())
        options = passkeys.options_for_new(self.request.user) if works else ""
        # A browser's answer is good once: the form never sends an old one again.
        name = form.data.get("name", "") if form.is_bound else ""
        return self.page({"form": form, "options": options, "works": works, "name": name}, status=status)


class MeFactorRemove(FactorPage):
    """Remove an authenticator app or a passkey."""

    title = gettext_lazy("Remove a second factor")
    template_name = "me/remove.html"

    def _factor(self) -> Any:
        factors = factors_of(self.request.user)
        found = [one for one in (factors.app, *factors.passkeys) if one and one.pk == self.kwargs["pk"]]
        if not found:
            raise Http404
        return found[0], len(factors.passkeys) + bool(factors.app) == 1

    def show(self) -> HttpResponse:
        """The question."""
        factor, is_last = self._factor()
        return self.page({"factor": factor, "is_last": is_last, "requires_factor": self.account.tenant.require_mfa})

    def act(self, request: PortalRequest) -> HttpResponse:
        """Remove it."""
        factor, _is_last = self._factor()
        remove_factor(request.user, factor=factor.pk, by=self.account)
        messages.success(request, _("%(name)s is removed.") % {"name": factor})
        return redirect("me")


class MeRecoveryCodes(FactorPage):
    """New recovery codes instead of the earlier ones."""

    title = gettext_lazy("New recovery codes")
    template_name = "me/new_codes.html"

    def show(self) -> HttpResponse:
        """The question."""
        return self.page({"factors": factors_of(self.request.user)})

    def act(self, request: PortalRequest) -> HttpResponse:
        """Make them, and show them this once."""
        codes = renew_recovery_codes(request.user, by=self.account)
        said = _("New recovery codes are made. The earlier ones cannot be used any more.")
        return self.page({"codes": codes, "said": said}, template="me/codes.html")
