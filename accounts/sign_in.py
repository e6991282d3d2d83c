"""How somebody signs in: e-mail address or login, password, second factor, then the account to enter."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm
from allauth.account.stages import LoginStage
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import doors
from accounts.models import Account, Identity
from accounts.operations import begin_session
from accounts.queries import identity_by_key
from itam_portal.limits import Limit
from itam_portal.tenancy.scope import tenant_scope
from itam_portal.tokens import new_token, seal, unseal

ENTRY = "entry"
# In the browser's session: whose second factor was shown in it, and when its person last gave the password.
PASSED, CONFIRMED = "second_factor", "password_given_at"
CONFIRMED_SECONDS = 600
Place = dict[str, Any]

# Failures from one network address; for one login from one address; for one login from anywhere; in a known browser.
FROM_ADDRESS = Limit("sign-in from an address", 100, 60)
FROM_KNOWN = Limit("sign-in in a known browser", 20, 300)
LOGIN_LIMITS = (Limit("login at an address", 20, 300), Limit("login", 200, 3600))
CODE_LIMITS = (Limit("code at an address", 10, 300), Limit("code", 40, 3600))
KNOWN_COOKIE, KNOWN_SECONDS, KNOWN_PERSONS = "known_browser", 180 * 24 * 3600, 5


def identity_of(login: str) -> Identity | None:
    """Whose sign-in this text names.

    An address always means the identity; `slug\\login` an account of that tenant; a bare login counts only
    where exactly one identity of the installation has it.
    """
    if "\0" in login:
        return None
    if "\\" in login:
        slug, login = login.split("\\", 1)
        return _identity_of_account(slug, login) if slug else None
    if "@" in login:
        return Identity.objects.filter(Exact(Lower("email"), Lower(Value(login)))).first()
    return _identity_of_account("", login)


def _identity_of_account(slug: str, login: str) -> Identity | None:
    found = doors.identity_of_login.read(slug, login)
    return Identity.objects.filter(pk=found[0]["identity_id"]).first() if found else None


def usable(places: list[Place]) -> list[Place]:
    """The accounts that can be entered now."""
    return [place for place in places if place["is_enabled"] and place["is_assigned"]]


def choose(places: list[Place], identity: Identity) -> Place:
    """The account to enter: in the tenant last used, else the oldest."""
    return next((place for place in places if place["tenant_id"] == identity.last_tenant_id), places[0])


def why_not(places: list[Place]) -> str:
    """Why somebody with the right password cannot enter, and whom to ask."""
    if not places:
        return _("There is no account for you in any tenant. Ask whoever invited you.")
    place = places[0]
    if not place["is_enabled"]:
        reason = _("Your account in %(tenant)s is disabled.")
    else:
        reason = _("Your account in %(tenant)s holds no role.")
    asked = ", ".join(f"{owner['name']} ({owner['email']})" for owner in doors.owners_to_ask.read(place["tenant_id"]))
    advice = _("Ask %(owners)s.") % {"owners": asked} if asked else _("Ask an owner of the tenant.")
    return f"{reason % {'tenant': place['tenant_name']}} {advice}"


def enter(request: HttpRequest, place: Place) -> None:
    """Begin a session of this account and remember it in the browser's session."""
    with tenant_scope(place["tenant_id"]):
        account = Account.objects.select_related("tenant").get(pk=place["account_id"])
        address = get_client_ip(request)
        session = begin_session(account, by=account, address=address, browser=request.headers.get("User-Agent", ""))
    request.session[ENTRY] = {"tenant": place["tenant_id"], "account": place["account_id"], "session": session.pk}


def known_in(request: HttpRequest) -> dict[str, str]:
    """Who has signed in with this browser before: the numbers of sign-ins, each with a word of the browser's own."""
    try:
        return signing.loads(request.COOKIES.get(KNOWN_COOKIE, ""), salt=KNOWN_COOKIE, max_age=KNOWN_SECONDS)
    except signing.BadSignature:
        return {}


def remember_browser(request: HttpRequest, response: HttpResponse, identity: Any) -> HttpResponse:
    """Let this browser be known as one that its person signs in with: what strangers try elsewhere keeps it no more."""
    known = known_in(request)
    known = {**known, str(identity.pk): known.pop(str(identity.pk), "") or new_token()[:16]}
    value = signing.dumps(dict(list(known.items())[-KNOWN_PERSONS:]), salt=KNOWN_COOKIE)
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(KNOWN_COOKIE, value, KNOWN_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return response


class Attempts:
    """The counts that one attempt to sign in is one more of.

    A browser that its person signed in with before has a count of its own. So a stranger who tries and tries shuts
    out other strangers and never the person; in a new browser, a link by mail makes it known.
    """

    def __init__(self, request: HttpRequest, name: str, identity: Any, limits: tuple[Limit, Limit]) -> None:
        address = get_ip(request)
        word = known_in(request).get(str(identity.pk)) if identity else None
        here, anywhere = limits
        strange = [(here, f"{name} {address}"), (anywhere, name), (FROM_ADDRESS, address)]
        self.counts = [(FROM_KNOWN, f"{identity.pk} {word}")] if word else strange

    def take(self) -> bool:
        """Count this one; whether it is within every limit."""
        taken = [limit.take(key) for limit, key in self.counts]
        return all(taken)

    def give_back(self) -> None:
        """It was none: it succeeded."""
        for limit, key in self.counts:
            limit.give_back(key)


def login_attempts(request: HttpRequest, login: str) -> Attempts:
    """For a login as it was typed: whether anybody has it makes no difference."""
    name = login.strip().lower()[:300]
    identity = identity_of(login.strip()) if known_in(request) else None
    return Attempts(request, f"login {name}", identity, LOGIN_LIMITS)


def code_attempts(request: HttpRequest, identity: Any) -> Attempts:
    """For the second factor of somebody whose password was right."""
    return Attempts(request, f"code {identity.pk}", identity, CODE_LIMITS)


def require_password(request: HttpRequest, password: str) -> None:
    """Raise ValidationError unless this is the password of who is signed in; remember when it was given."""
    attempts = Attempts(request, f"again {request.user.pk}", request.user, LOGIN_LIMITS)
    if not attempts.take():
        raise ValidationError(SignInAdapter.error_messages["too_many_login_attempts"])
    if not request.user.check_password(password):
        raise ValidationError(_("The password is not right."))
    attempts.give_back()
    request.session[CONFIRMED] = time.time()


def has_just_confirmed(request: HttpRequest) -> bool:
    """Whether who is signed in gave the password a moment ago."""
    return time.time() - request.session.get(CONFIRMED, 0) < CONFIRMED_SECONDS


def has_passed(request: HttpRequest) -> bool:
    """Whether the second factor of who is signed in was shown in this session, and still is one."""
    identity: Any = request.user
    return identity.second_factor_at is not None and request.session.get(PASSED) == identity.pk


class FactorStage(LoginStage):
    """Between password and account: whoever has a second factor shows it."""

    key = "second_factor"
    urlname = "sign_in_factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """The page that asks for it, where there is one."""
        person: Any = self.login.user
        return (redirect(self.urlname) if person.second_factor_at else None), True


class FactorAdapter(DefaultMFAAdapter):
    """How allauth's part of second factors is called here, and how its secrets rest."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return "ITAM Portal"

    def _get_site_name(self) -> str:
        return "ITAM Portal"


class SignInBackend(AuthenticationBackend):
    """Finds the identity by address or login and checks its password; an unknown one takes the same time."""

    def get_user(self, user_id: int) -> Identity | None:
        identity = identity_by_key(Identity, Identity._meta.pk.to_python(user_id))
        return identity if identity and self.user_can_authenticate(identity) else None

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        login = (credentials.get("username") or credentials.get("email") or "").strip()
        identity = identity_of(login) if login else None
        if identity is None or not identity.has_usable_password():
            return None
        return self._check_password(identity, credentials["password"])


class SignInAdapter(DefaultAccountAdapter):
    """Our words, no sign-up, and a session for every sign-in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("The login or the password is not right."),
        "too_many_login_attempts": gettext_lazy(
            "Too many attempts. Wait a few minutes and try again, or choose a new password by mail: that always works."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError where there were too many failures."""
        self.attempts = login_attempts(request, credentials.get("username") or credentials.get("email") or "")
        if not self.attempts.take():
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        self.attempts.give_back()

    def get_login_stages(self) -> list[str]:
        return ["accounts.sign_in.FactorStage"]

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own messages are not ours to show."""

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign the identity in and enter one of its accounts, if there still is one."""
        places = doors.accounts_of_identity.read(user.pk)
        if not usable(places):
            messages.warning(request, why_not(places))
            raise ImmediateHttpResponse(redirect("sign_in"))
        super().login(request, user)
        enter(request, choose(usable(places), Identity.objects.get(pk=user.pk)))
        request.session[CONFIRMED] = time.time()


class SignInForm(LoginForm):
    """Login and password. Says why a right password does not suffice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=gettext_lazy("Email or login"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
        )
        self.fields["password"].label = gettext_lazy("Password")
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.order_fields(["login", "password"])

    def user_credentials(self) -> dict[str, str]:
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}

    def _clean_with_password(self, credentials: dict[str, str]) -> dict[str, Any]:
        cleaned = super()._clean_with_password(credentials)
        places = doors.accounts_of_identity.read(self.user.pk)
        if not usable(places):
            raise ValidationError(why_not(places), code="no_usable_account")
        return cleaned
