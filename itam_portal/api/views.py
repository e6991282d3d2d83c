"""What anybody may read of the API: its document, and the page that shows it."""

import functools
import json

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from ninja import NinjaAPI

from itam_portal.api.answers import JSON
from itam_portal.api.document import document_of
from itam_portal.api.reference import BASE, subjects_of
from itam_portal.api.site import PREFIX


def address_of(request: HttpRequest) -> str:
    """Where the API is, as this caller reaches the portal."""
    return str(request.build_absolute_uri(PREFIX.rstrip("/")))


def document(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """The OpenAPI document, for whoever writes a client. Public: it says nothing of any tenant."""
    servers = [{"url": address_of(request)}]
    return HttpResponse(json.dumps({**document_of(api), "servers": servers}), content_type=JSON)


def documentation(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """The same for people to read. Public as well."""
    theme = getattr(request.user, "theme", "") or "auto"
    return HttpResponse(_page(api, get_language() or "en", theme).replace(BASE, address_of(request)))


@functools.cache
def _page(api: NinjaAPI, language: str, theme: str) -> str:
    """The page, drawn once for each language: it is long, and the same for everybody."""
    text = document_of(api)["info"]["description"].replace("`", "")
    description = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    context = {"subjects": subjects_of(api), "base": BASE, "theme": theme, "description": description}
    return render_to_string("api/docs.html", context)
