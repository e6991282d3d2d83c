"""Programs come in by an access key: /api/v1/ and nothing else, without cookies. DESIGN.md section 8."""

import time
from collections.abc import Callable
from http import HTTPStatus

import structlog
from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _

from accounts.models import AccessKey
from accounts.operations import keep_answer, lock, note_call
from accounts.queries import Caller, come_in, kept_answer, key_with_account
from itam_portal.api import idempotency, limits
from itam_portal.api.answers import UNSAFE
from itam_portal.api.bodies import LONGEST_BODY
from itam_portal.api.problems import as_problem, problem, too_large, unauthorized
from itam_portal.api.site import is_call
from itam_portal.history.context import one_request, through
from itam_portal.requests import PortalRequest
from itam_portal.tenancy.after import collect_work, run_waiting
from itam_portal.tenancy.scope import tenant_scope
from itam_portal.tokens import beginning_of, hash_of, is_well_formed
from roles.rights import Right

log = structlog.get_logger()


class AccessKeyMiddleware:
    """Opens the scope of the key's account around each call, counts it, and writes it down."""

    def __init__(self, get_response: Callable[[PortalRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        if not is_call(request.path):
            return self.get_response(request)
        begun = time.perf_counter()
        caller = _caller_of(request)
        if isinstance(caller, HttpResponse):
            return caller
        taken = limits.CallsTaken.of(tenant=caller.of_tenant, key=caller.of_key)
        response = limits.exceeded(taken) if taken.is_over else self._answer(request, caller)
        for name, value in taken.headers().items():
            response.headers[name] = value
        response.headers["Cache-Control"] = "no-store"
        _note(request, caller, status=response.status_code, milliseconds=round((time.perf_counter() - begun) * 1000))
        return response

    def _answer(self, request: PortalRequest, caller: Caller) -> HttpResponse:
        """The body is read before the tenant is locked: a slow caller keeps nobody waiting."""
        refusal = _unreadable(request)
        if refusal is not None:
            return refusal
        with one_request():
            waiting = collect_work()
            try:
                with tenant_scope(caller.tenant_id, read_only=request.method not in UNSAFE):
                    response = self._scoped(request, caller)
                    if response.status_code >= HTTPStatus.BAD_REQUEST:
                        transaction.set_rollback(True)
            finally:
                run_waiting(waiting)
        return response

    def _scoped(self, request: PortalRequest, caller: Caller) -> HttpResponse:
        key = key_with_account(caller.key_id)
        refusal = _inadmissible(key)
        if refusal is not None:
            return refusal
        request.account, request.access_key = key.account, key
        with through("key", key.name):
            if request.method not in UNSAFE:
                return as_problem(self.get_response(request))
            request.account = lock(key.account)
            return self._once(request)

    def _once(self, request: PortalRequest) -> HttpResponse:
        """The answer, kept under its Idempotency-Key; one that was kept for the same call is given again."""
        name = request.headers.get("Idempotency-Key", "")
        if not name:
            return as_problem(self.get_response(request))
        if not idempotency.is_sound(name):
            return idempotency.unsound()
        mark, kept = idempotency.mark_of(request), kept_answer(request.account, name)
        if kept is not None:
            return idempotency.again(kept.sealed) if kept.mark == mark else idempotency.other_call()
        response = as_problem(self.get_response(request))
        if response.status_code < HTTPStatus.BAD_REQUEST:
            keep_answer(request.account, by=request.account, name=name, mark=mark, sealed=idempotency.sealed(response))
        return response


def _caller_of(request: PortalRequest) -> Caller | HttpResponse:
    """Whose key the request shows, this call counted; the answer to one that shows none."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    secret = text.strip()
    if scheme.lower() != "bearer" or not secret:
        return unauthorized()
    known = is_well_formed(secret) and come_in(beginning_of(secret), hash_of(secret), seconds=limits.SECONDS)
    return known or unauthorized(_("This access key is not known."), invalid=True)


def _inadmissible(key: AccessKey) -> HttpResponse | None:
    """The answer to a key that is accepted no longer, or whose account may not call."""
    if not key.is_live:
        return unauthorized(_("This access key has expired or was revoked."), invalid=True)
    if not key.account.is_enabled:
        return unauthorized(_("The account of this access key is disabled."), invalid=True)
    if not key.account.is_assigned or not key.account.may(Right.CALL_API):
        return problem(
            HTTPStatus.FORBIDDEN, _("The account of this access key may not call the API."), code="not_allowed"
        )
    return None


def _unreadable(request: PortalRequest) -> HttpResponse | None:
    """The answer to a request that cannot be read, before anything is asked of the database."""
    length = request.headers.get("Content-Length", "")
    if request.headers.get("Transfer-Encoding") and not length:
        return problem(HTTPStatus.LENGTH_REQUIRED, _("Send a Content-Length: a body in chunks is not read."))
    if length.isdigit() and int(length) > LONGEST_BODY:
        return too_large()
    if "\0" in request.path or any("\0" in text for pair in request.GET.lists() for text in (pair[0], *pair[1])):
        return problem(HTTPStatus.BAD_REQUEST, _("The address holds a character that no text may hold."))
    try:
        request.body  # noqa: B018 (reads it)
    except RequestDataTooBig:
        return too_large()
    except UnreadablePostError:
        return problem(HTTPStatus.BAD_REQUEST, _("The body ended before all of it was here."))
    return None


def _note(request: PortalRequest, caller: Caller, *, status: int, milliseconds: int) -> None:
    """Write the call down, in a transaction of its own. The answer is finished: a failure here does not spoil it."""
    facts = {"method": request.method or "", "path": request.path[:500], "status": status, "milliseconds": milliseconds}
    key = getattr(request, "access_key", None)
    try:
        note_call(caller, by=key and request.account, facts=facts, key=key, address=get_client_ip(request))
    except Exception:
        log.exception("call_not_noted", tenant=caller.tenant_id)
