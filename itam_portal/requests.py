"""The request as the tenant middleware leaves it."""

from typing import Any

from django.http import HttpRequest


class PortalRequest(HttpRequest):
    """A request that knows who acts: no account where nobody is signed in."""

    account: Any
    user: Any
    login_session: Any
