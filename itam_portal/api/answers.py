"""Answers: JSON with "status": "success", and single objects with their ETag."""

import hashlib
import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _

from itam_portal.refusals import Refused

JSON = "application/json"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


class ChangedMeanwhile(Refused):
    """What the If-Match header says is not what is there."""

    status = HTTPStatus.PRECONDITION_FAILED
    code = "precondition_failed"
    message = _("This was changed since you read it. Nothing was changed now: read it again.")


def written(facts: Any) -> str:
    """Facts as JSON."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def success(*, code: int = HTTPStatus.OK, location: str = "", **facts: Any) -> HttpResponse:
    """What was asked for, beside the word that it worked."""
    headers = {"Location": location} if location else {}
    return HttpResponse(written({"status": "success", **facts}), status=code, content_type=JSON, headers=headers)


def success_list(word: str, rows: list[str], **facts: Any) -> HttpResponse:
    """A page of a list, whose rows are JSON already."""
    head = written({"status": "success", **facts})
    return HttpResponse(f'{head[:-1]},"{word}":[{",".join(rows)}]}}', content_type=JSON)


def etag_of(facts: Any) -> str:
    """A text that changes with anything that is shown of an object."""
    return f'"{hashlib.sha256(written(facts).encode()).hexdigest()[:32]}"'


def require_match(request: HttpRequest, facts: dict[str, Any]) -> None:
    """Raise ChangedMeanwhile where If-Match (or If-None-Match) means another state of the object than this one."""
    if request.method in UNSAFE and get_conditional_response(request, etag=etag_of(facts)) is not None:
        raise ChangedMeanwhile


def entity(
    request: HttpRequest, name: str, facts: dict[str, Any], *, code: int = HTTPStatus.OK, location: str = ""
) -> HttpResponse:
    """One object under its name, with its ETag; 304 where the caller has it already."""
    response = success(code=code, location=location, **{name: facts})
    response.headers["ETag"] = etag_of(facts)
    if request.method in UNSAFE:
        return response
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
