"""Problem documents (RFC 9457): every error of the API, with its reasons by field."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from itam_portal.refusals import Refused

PROBLEM = "application/problem+json"
Errors = Iterable[tuple[str, Any]]


class WrongParameters(Refused):
    """Parameters of the address that are unknown or wrong, all named at once."""

    status = HTTPStatus.BAD_REQUEST
    code = "wrong_parameters"

    def __init__(self, errors: Errors) -> None:
        self.errors = tuple(errors)
        super().__init__(
            _("The address is wrong: %(why)s") % {"why": " ".join(str(text) for _name, text in self.errors)}
        )


class WrongBody(Refused):
    """Fields of a body that are unknown, missing or wrong, all named at once."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_fields"

    def __init__(self, errors: Errors) -> None:
        self.errors = tuple(errors)
        super().__init__(_("Some fields are wrong. Nothing was changed."))


def problem(status: int, detail: Any, *, code: str = "", errors: Errors = (), **headers: str) -> HttpResponse:
    """A problem document. `headers` are written with underscores in place of dashes."""
    facts: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status)}
    facts |= {"detail": str(detail), "code": code or HTTPStatus(status).name.lower()}
    facts["errors"] = [{"field": name, "message": str(message)} for name, message in errors]
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    text = json.dumps(facts, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=PROBLEM, headers=names)


def not_found() -> HttpResponse:
    """The answer for what is not there, or not visible: always the same."""
    return problem(HTTPStatus.NOT_FOUND, _("There is nothing here, or you may not see it."))


def as_problem(response: HttpResponse) -> HttpResponse:
    """The same answer as a problem document, where it is an error that something outside of the API worded."""
    status = response.status_code
    if status < HTTPStatus.BAD_REQUEST or response.headers.get("Content-Type") == PROBLEM:
        return response
    if status == HTTPStatus.NOT_FOUND:
        return not_found()
    details = {
        HTTPStatus.METHOD_NOT_ALLOWED: _("This address does not know this method."),
        HTTPStatus.INTERNAL_SERVER_ERROR: _("Something went wrong here. Nothing was changed."),
    }
    known = details.get(HTTPStatus(status), _("The request cannot be understood."))
    answer = problem(status, known)
    if "Allow" in response.headers:
        answer.headers["Allow"] = response.headers["Allow"]
    return answer


def errors_of(refusal: Refused) -> Errors:
    """What a refusal says of single fields."""
    problems: Any = getattr(refusal, "errors", None) or getattr(refusal, "problems", ())
    if isinstance(problems, dict):
        return [(f"attributes.{name}", text) for name, text in problems.items()]
    return [one if isinstance(one, tuple) else (one.field, one.message) for one in problems]


def handle_problems(api: NinjaAPI) -> None:
    """Let every error of this API become a problem document."""
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(Http404, lambda request, error: _undone(not_found()))
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(AuthenticationError, lambda request, error: _undone(unauthorized()))
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(RequestDataTooBig, lambda request, error: _undone(too_large()))


def unauthorized(detail: Any = "", *, invalid: bool = False) -> HttpResponse:
    """The answer to whoever shows no key, or none that is accepted."""
    challenge = 'Bearer realm="ITAM Portal"' + (', error="invalid_token"' if invalid else "")
    words = detail or _("Send an access key: Authorization: Bearer KEY.")
    return problem(HTTPStatus.UNAUTHORIZED, words, WWW_Authenticate=challenge)


def too_large() -> HttpResponse:
    """The answer to a body that is longer than any that makes sense."""
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The body is too large: it may have up to 1 MB."))


def _undone(response: HttpResponse) -> HttpResponse:
    """Whatever was done before the error is not kept."""
    transaction.set_rollback(True)
    return response


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    """A body that cannot be read; what ninja says in its place holds the true reason as its cause."""
    cause = error.__cause__ if isinstance(error.__cause__, HttpError) else error
    return _undone(problem(cause.status_code, cause))


def _refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    errors = errors_of(refusal)
    return _undone(problem(refusal.status, refusal.message, code=refusal.code, errors=errors))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """A wrong parameter of the address is the request's fault as a whole; a wrong field of the body is a field's."""
    named = [(_place_of(one["loc"]), _words_of(one)) for one in error.errors]
    in_address = any(one["loc"][0] in ("query", "path") for one in error.errors)
    return _refused(request, WrongParameters(named) if in_address else WrongBody(named))


def _place_of(location: Iterable[Any]) -> str:
    """Where in the body or the address: accountRoles[0].roles."""
    first, *parts = location
    if first == "body" and parts and parts[0] in ("body", "payload"):
        parts = parts[1:]
    whole = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return whole.removeprefix(".") or str(first)


def _words_of(error: dict[str, Any]) -> str:
    words = {
        "missing": _("This field is required."),
        "extra_forbidden": _("There is no field of this name."),
        "string_type": _("This must be text."),
        "bool_type": _("This must be true or false."),
        "int_type": _("This must be a whole number."),
        "list_type": _("This must be a list."),
        "model_attributes_type": _("This must be an object."),
        "model_type": _("This must be an object."),
    }
    return words.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
