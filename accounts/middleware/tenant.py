"""The tenant's scope around every request of somebody who signed in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import doors, sign_in
from accounts.models import Account, Ending, LoginSession
from accounts.operations import end_session
from accounts.queries import LoginSessionQuerySet
from itam_portal.history.context import name_page, one_request
from itam_portal.lists.state import LONGEST_QUERY
from itam_portal.pages import Page
from itam_portal.refusals import Malformed, Refused, WrongTenant
from itam_portal.requests import PortalRequest
from itam_portal.tenancy.after import after_response, collect_work, run_waiting
from itam_portal.tenancy.scope import tenant_scope

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class TenantMiddleware:
    """Opens the scope of the session's account; GET and HEAD run read-only. Renders inside the scope."""

    def __init__(self, get_response: Callable[[PortalRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        if getattr(request, "access_key", None):
            return self.get_response(request)
        request.account = None
        with one_request():
            waiting = collect_work()
            try:
                return self._respond(request)
            finally:
                run_waiting(waiting)

    def _respond(self, request: PortalRequest) -> HttpResponse:
        entry = request.session.get(sign_in.ENTRY) if request.user.is_authenticated else None
        if entry is None:
            return self.get_response(request)
        _speak_to(request.user)
        # A longer address is kept as an unnamed view, which a GET has to write.
        read_only = request.method in SAFE and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        with tenant_scope(entry["tenant"], read_only=read_only):
            session = _session_of(request, entry)
            if session is not None and _is_usable(session):
                return self._serve(request, session)
        return _leave(request, session)

    def _serve(self, request: PortalRequest, session: LoginSession) -> HttpResponse:
        request.login_session, request.account = session, session.account
        request.account.identity = request.user
        if timezone.now() - session.last_seen_at > timedelta(minutes=1):
            seen = LoginSession.objects.filter(pk=session.pk)
            after_response(lambda: _touch(seen))
        return self.get_response(request)

    def process_view(self, request: PortalRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse forms drawn for another tenant, and links that mean another one."""
        account = request.account
        if getattr(request, "access_key", None):
            return None
        if request.resolver_match:
            name_page(request.resolver_match.route, kwargs)
        if account is None:
            return None
        if _holds_nul(request):
            return _refuse(request, Malformed(_("What was sent holds a character that no text may hold.")))
        if _drawn_for(request) not in ("", str(account.tenant_id)):
            # A part of a page never mixes two tenants: the whole page is fetched anew, and says where one is.
            refused = _refuse(request, WrongTenant())
            return HttpResponse(status=204, headers={"HX-Refresh": "true"}) if request.method in SAFE else refused
        return _offer_switch(request, account) or _ask_factor(request, account, view)

    def process_exception(self, request: PortalRequest, exception: Exception) -> None:
        """An error leaves nothing half done."""
        if connection.in_atomic_block:
            transaction.set_rollback(True)


def _refuse(request: PortalRequest, refusal: Refused) -> HttpResponse:
    return render(request, "refused.html", {"refusal": refusal}, status=refusal.status)


def _holds_nul(request: PortalRequest) -> bool:
    """Whether the address holds the one character that PostgreSQL's text cannot; forms look at what they are sent."""
    parts = [str(text) for name, values in request.GET.lists() for text in (name, *values)]
    return any("\0" in text for text in (request.path, *parts))


def _drawn_for(request: PortalRequest) -> str:
    """The tenant that the form, or the page of which a part is asked for, was drawn for; '' where none is named."""
    form = request.POST.get("for_tenant", "") if request.method == "POST" else ""
    return form or request.headers.get("X-Drawn-For", "")


def _touch(sessions: LoginSessionQuerySet) -> None:
    sessions.update(last_seen_at=timezone.now())


def _speak_to(identity: Any) -> None:
    """Language and time zone of whoever reads."""
    translation.activate(identity.locale)
    timezone.activate(ZoneInfo(identity.time_zone))


def _session_of(request: PortalRequest, entry: dict[str, int]) -> LoginSession | None:
    return LoginSession.objects.all().entered(entry["session"], account=entry["account"], identity=request.user.pk)


def _is_usable(session: LoginSession) -> bool:
    idle_since = timezone.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    account: Account = session.account
    return session.ended_at is None and session.last_seen_at > idle_since and account.is_enabled and account.is_assigned


def _leave(request: PortalRequest, session: LoginSession | None) -> HttpResponse:
    """Sign out somebody whose session or account no longer counts, and say why."""
    places = doors.accounts_of_identity.read(request.user.pk)
    why = _("Your session has ended. Sign in again.")
    if session is not None and not (session.account.is_enabled and session.account.is_assigned):
        why = sign_in.why_not([place for place in places if place["account_id"] == session.account_id])
    elif session is not None and session.ended_at is None:
        with tenant_scope(session.tenant_id):
            end_session(session, by=session.account, ending=Ending.EXPIRED, at=session.last_seen_at)
    logout(request)
    messages.warning(request, why)
    return redirect("sign_in")


def _offer_switch(request: PortalRequest, account: Account) -> HttpResponse | None:
    """A copied link may mean another tenant of the same person: offer to switch, never do it by itself."""
    slugs = request.GET.getlist("tenant")
    slug = slugs[0] if len(set(slugs)) == 1 else ""
    if not slug or slug.lower() == account.tenant.slug:
        return None
    places = sign_in.usable(doors.accounts_of_identity.read(request.user.pk))
    place = next((place for place in places if place["tenant_slug"] == slug.lower()), None)
    if place is None:
        return render(request, "404.html", status=404)
    return render(request, "offer_switch.html", {"place": place, "next": request.get_full_path()}, status=409)


# What is open to who has still to show, or to set up, a second factor: nothing that tells of the tenant.
BEFORE_FACTOR = {"me_second_factor", "me_app", "me_passkey_new", "theme"}


def _ask_factor(request: PortalRequest, account: Account, view: Any) -> HttpResponse | None:
    """A tenant may require a second factor: it is shown, or set up, before any page of that tenant opens.

    Leaving for another tenant stays open; so do pages without an account, which tell nothing of this one.
    """
    name = request.resolver_match.url_name if request.resolver_match else ""
    is_leaving = name == "switch_tenant" and request.method == "POST"
    is_open = not issubclass(getattr(view, "view_class", object), Page) or name in BEFORE_FACTOR or is_leaving
    if is_open or not account.tenant.require_mfa or sign_in.has_passed(request):
        return None
    page = reverse("sign_in_factor" if request.user.second_factor_at else "me_second_factor")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    wanted = request.get_full_path() if request.method in SAFE else "/"
    return redirect(f"{page}?{urlencode({'next': wanted})}")
