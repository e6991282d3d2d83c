"""The tenant's scope around every request of somebody who signed in."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import doors, sign_in
from accounts.models import Account, Ending, LoginSession
from accounts.operations import end_session
from accounts.queries import LoginSessionQuerySet
from itam_portal.history.context import request_id
from itam_portal.lists.state import LONGEST_QUERY
from itam_portal.refusals import WrongTenant
from itam_portal.requests import PortalRequest
from itam_portal.tenancy.after import after_response, collect_work, run_waiting
from itam_portal.tenancy.scope import tenant_scope

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class TenantMiddleware:
    """Opens the scope of the session's account; GET and HEAD run read-only. Renders inside the scope."""

    def __init__(self, get_response: Callable[[PortalRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        request.account = None
        token = request_id.set(uuid.uuid4().hex)
        waiting = collect_work()
        try:
            return self._respond(request)
        finally:
            try:
                run_waiting(waiting)
            finally:
                request_id.reset(token)

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
        if account is None:
            return None
        drawn_for = request.POST.get("for_tenant", "") if request.method == "POST" else ""
        if drawn_for and drawn_for != str(account.tenant_id):
            return render(request, "refused.html", {"refusal": WrongTenant()}, status=WrongTenant.status)
        return _offer_switch(request, account)

    def process_exception(self, request: PortalRequest, exception: Exception) -> None:
        """An error leaves nothing half done."""
        if connection.in_atomic_block:
            transaction.set_rollback(True)


def _touch(sessions: LoginSessionQuerySet) -> None:
    sessions.update(last_seen_at=timezone.now())


def _speak_to(identity: Any) -> None:
    """Language and time zone of whoever reads."""
    translation.activate(identity.locale)
    timezone.activate(ZoneInfo(identity.time_zone))


def _session_of(request: PortalRequest, entry: dict[str, int]) -> LoginSession | None:
    sessions = LoginSession.objects.select_related("account__tenant")
    return sessions.filter(pk=entry["session"], account=entry["account"], account__identity=request.user.pk).first()


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
    slug = request.GET.get("tenant", "")
    if not slug or slug.lower() == account.tenant.slug:
        return None
    places = sign_in.usable(doors.accounts_of_identity.read(request.user.pk))
    place = next((place for place in places if place["tenant_slug"] == slug.lower()), None)
    if place is None:
        return render(request, "404.html", status=404)
    return render(request, "offer_switch.html", {"place": place, "next": request.get_full_path()}, status=409)
