"""Reading bodies: strict JSON, of fields that are declared and of nothing else."""

import json
import re
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import HttpError
from ninja.parser import Parser
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, WithJsonSchema

LONGEST_BODY = 1_048_576


def _sound(text: str) -> str:
    """Text that the database can hold."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError(_("This holds a character that no text may hold."))
    return text.strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def required(text: str) -> str:
    """The text, which holds something. Raises ValueError where it does not."""
    if not text:
        raise ValueError(_("This must not be empty."))
    return text


def _country(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError(_("A country is a code of two letters, such as DE."))
    return text.upper()


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError(_("This must be text."))
    return value


def _day(value: Any) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError(_("Write a day as 2026-01-31."))
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(_("There is no such day.")) from error


# Text of several lines, of one line, of one line with something in it, and a country's two letters.
Text = Annotated[str, BeforeValidator(_text), AfterValidator(_sound), Field(max_length=1_000)]
Line = Annotated[str, BeforeValidator(_text), AfterValidator(_sound), AfterValidator(_one_line), Field(max_length=200)]
FilledLine = Annotated[Line, AfterValidator(required)]
Country = Annotated[str, BeforeValidator(_text), AfterValidator(_sound), AfterValidator(_country)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Flag = StrictBool
Number = StrictInt


class Body(Schema):
    """The fields of a body. A field that is not declared is an error."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    def given(self) -> dict[str, Any]:
        """What was sent, under the names of the API."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Reason(Body):
    """Why something is done: it stands in the history."""

    reason: Text = ""


class StrictParser(Parser):
    """JSON and nothing else. What cannot be read is refused with its place."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as Python has it. Raises HttpError 400 and 415."""
        return read_json(request.body, request.content_type or "")


class _Twice(ValueError):
    """A name stands in one object twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise _Twice(twice)
    return dict(pairs)


def _no_constant(text: str) -> Any:
    raise _Twice(text)


class Unreadable(HttpError):
    """A body that cannot be read at all."""


def read_json(body: bytes, content_type: str) -> Any:
    """Strict JSON (RFC 8259) in UTF-8. Raises Unreadable, 415 for another type of content and 400 for all else."""
    if content_type.lower() != "application/json":
        words = _("Send the body as application/json, not as “%(type)s”.")
        raise Unreadable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, words % {"type": content_type[:60]})
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        words = _("The body is not JSON: line %(line)s, column %(column)s (position %(position)s): %(why)s.")
        place = {"line": error.lineno, "column": error.colno, "position": error.pos, "why": error.msg}
        raise Unreadable(HTTPStatus.BAD_REQUEST, words % place) from error
    except UnicodeDecodeError as error:
        words = _("The body is not UTF-8: position %(position)s.")
        raise Unreadable(HTTPStatus.BAD_REQUEST, words % {"position": error.start}) from error
    except _Twice as error:
        words = _("The body is not JSON: “%(name)s” stands in it twice, or is no value.")
        raise Unreadable(HTTPStatus.BAD_REQUEST, words % {"name": str(error)[:60]}) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(HTTPStatus.BAD_REQUEST, _("The body is no JSON that makes sense.")) from error


class Attribute(Body):
    """A value of a custom attribute. Numbers and yes or no may come as JSON's own; null or "" takes the value away."""

    name: FilledLine
    value: Text | StrictBool | int | float | None = None


def attributes_in(given: list[Attribute], *, held: dict[str, str]) -> dict[str, Any]:
    """The values of custom attributes with those that were given. Raises ValueError for one that is given twice."""
    names = [one.name for one in given]
    if len(set(names)) < len(names):
        raise ValueError(_("An attribute is given once."))
    return {**held, **{one.name: one.value for one in given}}
