"""How somebody signs in: e-mail address or login, password, then the account to enter."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import doors
from accounts.models import Account, Identity
from accounts.operations import begin_session
from accounts.queries import identity_by_key
from itam_portal.tenancy.scope import tenant_scope

ENTRY = "entry"
Place = dict[str, Any]


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
        address = request.META.get("REMOTE_ADDR") or None
        session = begin_session(account, by=account, address=address, browser=request.headers.get("User-Agent", ""))
    request.session[ENTRY] = {"tenant": place["tenant_id"], "account": place["account_id"], "session": session.pk}


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
        "too_many_login_attempts": gettext_lazy("Too many attempts. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own messages are not ours to show."""

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign the identity in and enter one of its accounts."""
        super().login(request, user)
        places = usable(doors.accounts_of_identity.read(user.pk))
        enter(request, choose(places, Identity.objects.get(pk=user.pk)))


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
