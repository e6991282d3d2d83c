"""What anybody may read of the API: its document."""

import json

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from itam_portal.api.answers import JSON
from itam_portal.api.document import document_of
from itam_portal.api.site import PREFIX


def document(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """The OpenAPI document, for whoever writes a client. Public: it says nothing of any tenant."""
    servers = [{"url": request.build_absolute_uri(PREFIX.rstrip("/"))}]
    return HttpResponse(json.dumps({**document_of(api), "servers": servers}), content_type=JSON)
