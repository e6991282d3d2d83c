"""The API itself: where routers of the apps are put together."""

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.security import HttpBearer

from itam_portal.api.bodies import StrictParser
from itam_portal.api.problems import handle_problems

VERSION = "1.0.0"
PREFIX = "/api/v1/"
# Open without a key: it says nothing of any tenant.
DOCUMENT = f"{PREFIX}openapi.json"


class AccessKey(HttpBearer):
    """The access key of a service account. The middleware has checked it by then."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The account whose key it is."""
        return getattr(request, "account", None)


def is_call(path: str) -> bool:
    """Whether this address is the API's, and needs a key."""
    return path.startswith(PREFIX) and path != DOCUMENT


def make_api(*routers: Router) -> NinjaAPI:
    """The API of these routers, its errors as problem documents."""
    api = NinjaAPI(
        title="ITAM Portal API",
        version=VERSION,
        urls_namespace="api",
        docs_url=None,
        openapi_url=None,
        auth=AccessKey(),
        parser=StrictParser(),
    )
    handle_problems(api)
    for router in routers:
        api.add_router("", router)
    return api
