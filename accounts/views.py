"""Pages of accounts, and of signing in and out."""

from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts import doors, sign_in
from accounts.filters import AccountFilters
from accounts.forms import ThemeForm
from accounts.jobs import DISABLE, ENABLE
from accounts.models import Account, Ending
from accounts.operations import choose_theme, end_session
from accounts.queries import AccountQuerySet
from accounts.tables import AccountTable
from itam_portal.lists.bulk import BulkPage
from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.listing import ListKind
from itam_portal.lists.search import Search
from itam_portal.lists.tables import duration
from itam_portal.pages import Action, ListPage, ObjectPage, OperationPage, PlainPage
from itam_portal.refusals import Malformed, NotAllowed
from itam_portal.requests import PortalRequest
from itam_portal.tenancy.reach import ALL
from organizations.models import Organization
from roles.rights import Right

ACCOUNTS = ListKind(
    name="accounts",
    table=AccountTable,
    filters=AccountFilters,
    count_in_words=lambda number: ngettext("account", "accounts", number),
    search=Search("search_accounts", "accounts_account").install(),
    search_label=gettext_lazy("Search name, login, email or job title"),
    icons={
        "name": "user",
        "login": "key-round",
        "email": "mail",
        "job_title": "briefcase",
        "role": "shield-check",
        "status": "circle-dot",
        "type": "user-cog",
        "last_login": "clock",
        "login_duration": "timer",
        "organization": "building-2",
    },
    annotations={"role_names": AccountQuerySet.with_role_names},
)


class AccountsList(ListPage):
    """All accounts, with and without roles."""

    kind = ACCOUNTS
    right = Right.READ_ACCOUNTS
    rows: ClassVar[Any] = Account.objects.visible_to
    title = gettext_lazy("IT Asset Accounts")
    purpose = gettext_lazy("People and services that may operate the portal. Accounts are not computer users.")
    place = "accounts"
    columns_url = "accounts_columns"
    tabs: ClassVar[tuple[Any, ...]] = (
        (gettext_lazy("All accounts"), "accounts", Right.READ_ACCOUNTS, False),
        (gettext_lazy("Unassigned accounts"), "accounts_unassigned", Right.READ_ACCOUNTS, False),
        (gettext_lazy("Roles"), "roles", Right.READ_ROLES, True),
    )
    bulk = (
        Action(gettext_lazy("Enable"), "accounts_enable", "circle-check", Right.ENABLE_ACCOUNTS),
        Action(gettext_lazy("Disable"), "accounts_disable", "ban", Right.DISABLE_ACCOUNTS),
    )
    nothing_yet = gettext_lazy("Accounts of people and services appear here.")

    def is_whole(self) -> bool:
        return type(self).rows == Account.objects.visible_to and self.account.reach(Right.READ_ACCOUNTS) is ALL


def unassigned(account: Account) -> AccountQuerySet:
    """The visible accounts without any live role."""
    return Account.objects.visible_to(account).unassigned()


class AccountsUnassigned(AccountsList):
    """Accounts without any live role, own or through a group."""

    rows = unassigned
    title = gettext_lazy("Unassigned accounts")
    purpose = gettext_lazy("Accounts without a role. Nobody can use the portal with them until they get one.")


class AdministrationUsers(AccountsList):
    """The accounts list under the labels of “Adding New Users”."""

    title = gettext_lazy("Users")
    purpose = gettext_lazy("On this page, users are the accounts that people sign in with, not computer users.")
    place = "administration_users"
    parents = ((gettext_lazy("Administration"), "administration"),)
    tabs = ()


class AccountsColumns(ColumnsPage):
    """Choose which columns the accounts lists show, and in what order."""

    kind = ACCOUNTS
    right = Right.READ_ACCOUNTS
    list_url = "accounts"
    place = "accounts"
    default_right = Right.SET_LIST_DEFAULTS
    parents = ((gettext_lazy("Accounts"), "accounts"),)


class AccountsEnable(BulkPage):
    """Enable accounts."""

    right = Right.ENABLE_ACCOUNTS
    action = ENABLE
    list_page = AccountsList
    title = gettext_lazy("Enable accounts")
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)


class AccountsDisable(BulkPage):
    """Disable accounts."""

    right = Right.DISABLE_ACCOUNTS
    action = DISABLE
    list_page = AccountsList
    title = gettext_lazy("Disable accounts")
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)


class AccountDetail(ObjectPage):
    """One account."""

    right = Right.READ_ACCOUNTS
    rows = Account.objects.visible_to
    template_name = "accounts/detail.html"
    place = "accounts"
    parents = ((gettext_lazy("Accounts"), "accounts"),)

    def context(self, found: Account) -> dict[str, Any]:
        own = found.assignments.order_by("role__name_key").select_related("role", "organization", "organization_group")
        groups = found.group_links.order_by("group__name_key").select_related("group")
        may_change = Right.DISABLE_ACCOUNTS if found.is_enabled else Right.ENABLE_ACCOUNTS
        return {
            "account": found,
            "assignments": list(own.live()),
            "groups": [link.group for link in groups],
            "sessions": list(found.sessions.all()[:10]),
            "login_duration": duration(found.last_login_duration) if found.last_login_duration >= 0 else "–",
            "may_change": self.account.may(may_change, found),
            "is_own": found.pk == self.account.pk,
        }


class Administration(PlainPage):
    """The panel at the foot of the rail; without JavaScript a page."""

    right = Right.READ_ACCOUNTS
    title = gettext_lazy("Administration")
    template_name = "administration.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = {"administration": self.shell().administration}
        return self.draw(context, template="_administration.html" if self.is_part else "")


class Home(PlainPage):
    """The first page: the list of accounts."""

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("accounts")


# --- signing in and out -------------------------------------------------------------------------------------


class SignIn(LoginView):
    """Our own sign-in page on allauth's view."""

    form_class = sign_in.SignInForm
    template_name = "accounts/sign_in.html"

    def get_form_class(self) -> type[sign_in.SignInForm]:
        return self.form_class

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
        tenants = [one for one in self._tenants() if sought.lower() in one["tenant_name"].lower()]
        found = Organization.objects.all().visible_to(self.account).named_like(sought).order_by("name_key", "pk")
        organizations = list(found.values("code", "name")[: self.shown + 1])
        chosen = chosen_organization(back).lower()
        return {
            "q": sought,
            "next": back,
            "tenants": tenants[: self.shown] if len(self._tenants()) > 1 else [],
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


LISTS = ("/accounts/", "/accounts/unassigned/", "/administration/users/")


def chosen_organization(address: str) -> str:
    """The code of the one organization that an address chooses, if it does."""
    chosen = QueryDict(urlsplit(address).query).getlist("organization")
    return chosen[0] if len(chosen) == 1 else ""


def with_organization(address: str, code: str) -> str:
    """The same list for this organization, from its first page; other pages lead to the accounts."""
    parts = urlsplit(address)
    path, data = (parts.path, QueryDict(parts.query, mutable=True)) if parts.path in LISTS else (LISTS[0], QueryDict())
    kept = {"page", "after", "before", "count", "organization", "tenant", "view"}
    pairs = [(name, value) for name, values in data.lists() if name not in kept for value in values]
    query = urlencode([*pairs, *([("organization", code)] if code else [])])
    return f"{path}?{query}" if query else path
