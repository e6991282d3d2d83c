"""The request as the tenant middleware leaves it."""

from typing import Any

from django.http import HttpRequest


class PortalRequest(HttpRequest):
    """A request that knows who acts: no account where nobody is signed in."""

    account: Any
    user: Any
    login_session: Any
    # The key that a program came in by; nobody who signed in has one.
    access_key: Any


def number_of(text: str) -> int | None:
    """The key that this text names, None where it names none: what comes from outside may be anything."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def reason_of(request: HttpRequest) -> str:
    """The reason that a form gives, cut to what is kept; without the one character that no text can hold."""
    return request.POST.get("reason", "").replace("\0", "").strip()[:2_000]
