"""Idempotency keys: a call that is sent again answers the same, and is carried out once."""

import hashlib
import json
import re
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from itam_portal.api.answers import JSON
from itam_portal.api.problems import problem
from itam_portal.tokens import seal, unseal

LONGEST = 255
_KEPT_HEADERS = ("Location", "ETag")


def is_sound(name: str) -> bool:
    """Whether this may be an idempotency key: up to 255 visible characters."""
    return re.fullmatch(r"[\x21-\x7e]{1,255}", name) is not None


def unsound() -> HttpResponse:
    """The answer to a key that is none."""
    words = _("An Idempotency-Key has up to %(most)s visible ASCII characters, without spaces.")
    return problem(HTTPStatus.BAD_REQUEST, words % {"most": LONGEST}, code="wrong_idempotency_key")


def other_call() -> HttpResponse:
    """The answer to a key that was used for something else."""
    words = _("This Idempotency-Key was used for another call, or for another body. Nothing was changed.")
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, words, code="idempotency_key_reused")


def mark_of(request: HttpRequest) -> str:
    """What tells this call from others: method, address and body."""
    head = f"{request.method}\n{request.get_full_path()}\n{request.headers.get('If-Match', '')}\n".encode()
    return hashlib.sha256(head + request.body).hexdigest()


def sealed(response: HttpResponse) -> str:
    """The answer as it may rest for a day: it can hold what is shown only once."""
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return seal(json.dumps({"status": response.status_code, "headers": headers, "body": response.content.decode()}))


def again(kept: str) -> HttpResponse:
    """The answer that was given before."""
    facts = json.loads(unseal(kept))
    headers = {**facts["headers"], "Idempotent-Replayed": "true"}
    return HttpResponse(facts["body"], status=facts["status"], content_type=JSON, headers=headers)
