"""The request as the tenant middleware leaves it."""

from typing import Any

from django.http import HttpRequest


class PortalRequest(HttpRequest):
    """A request that knows who acts: no account where nobody is signed in."""

    account: Any
    user: Any
    login_session: Any


def number_of(text: str) -> int | None:
    """The key that this text names, None where it names none: what comes from outside may be anything."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
