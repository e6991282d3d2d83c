"""Addresses that only tests have: one page for each way in which a scope could be lost."""

from collections.abc import Iterator
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import include, path

from accounts.models import Account
from itam_portal.lists.models import SavedView
from itam_portal.tenancy.after import after_response, scoped_stream

NAMES = engines["django"].from_string("{% for account in accounts %}{{ account.name }}|{% endfor %}")


def lazy(request: HttpRequest) -> HttpResponse:
    """Reads only while it is drawn, which is after the view."""
    return TemplateResponse(request, NAMES, {"accounts": Account.objects.order_by("pk")})


def _names() -> Iterator[str]:
    for name in Account.objects.order_by("pk").values_list("name", flat=True).iterator():
        yield f"{name}|"


def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Reads only while it is sent, which is after the request."""
    return StreamingHttpResponse(scoped_stream(_names))


def naked_stream(request: HttpRequest) -> StreamingHttpResponse:
    """The same, made the wrong way."""
    return StreamingHttpResponse(_names())


def writing_stream(request: HttpRequest) -> StreamingHttpResponse:
    """A stream that tries to write."""

    def chunks() -> Iterator[str]:
        yield keep(request, "streamed").name

    return StreamingHttpResponse(scoped_stream(chunks))


def keep(request: HttpRequest, name: str) -> SavedView:
    """Something to write: a view of this name, of a list of its own, because a list has each name once."""
    account = request.account  # type: ignore[attr-defined]
    return SavedView.objects.create(tenant=account.tenant, account=account, list_name=uuid4().hex, name=name)


def write(request: HttpRequest) -> HttpResponse:
    """Writes at once."""
    return HttpResponse(keep(request, "written").name)


def leave(request: HttpRequest) -> HttpResponse:
    """Leaves something behind for after the page."""
    after_response(lambda: keep(request, "left behind") and None)
    return HttpResponse(str(SavedView.objects.filter(name="left behind").count()))


def stumble(request: HttpRequest) -> HttpResponse:
    """Leaves two things behind, of which the first fails."""
    after_response(lambda: 1 // 0 and None)
    return leave(request)


def fail(request: HttpRequest) -> HttpResponse:
    """Writes, leaves something behind, and breaks."""
    if request.method == "POST":
        keep(request, "half done")
    after_response(lambda: keep(request, "left behind") and None)
    raise ZeroDivisionError


urlpatterns = [
    path("lazy/", lazy),
    path("stream/", stream),
    path("naked-stream/", naked_stream),
    path("writing-stream/", writing_stream),
    path("write/", write),
    path("leave/", leave),
    path("stumble/", stumble),
    path("fail/", fail),
    path("", include("itam_portal.urls")),
]
