"""The OpenAPI 3.1 document: what every operation takes and answers, made of what the endpoints declare."""

import functools
import json
from http import HTTPStatus
from typing import Any, Literal

from ninja import NinjaAPI, Schema
from pydantic import ConfigDict, create_model

from itam_portal.api.answers import UNSAFE
from itam_portal.api.lists import LARGEST, SORT_BY, SORT_ORDER, USUAL, ApiList
from itam_portal.lists.filters import OPERATORS, Choice, Condition, Duration, Moment, Number

PROBLEM_REFERENCE = "#/components/schemas/Problem"
_DESCRIPTION = """
The administration portal's API. It does what the pages do, by the same operations and under the same rules: a key can
do what its service account's roles allow.

Send `Authorization: Bearer KEY`. Answers are JSON; errors are problem documents (RFC 9457). A POST may carry an
`Idempotency-Key`: sent again with the same body it is carried out once. Single objects carry an `ETag`; a change or
deletion may carry `If-Match`. Lists are in pages: follow `nextPage` until it is null.
"""


class Answer(Schema):
    """What every answer that is no error begins with."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["success"]


class Facts(Schema):
    """What is shown of an object: these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class AttributeFacts(Facts):
    """A value of a custom attribute."""

    name: str
    value: str


class Problem(Schema):
    """A problem document (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]]


class ListGroup(Schema):
    """A group of a grouped list; the rows of open ones are listed."""

    path: str
    label: str
    number: int
    isOpen: bool
    groups: list["ListGroup"] = []


def one(
    summary: str, answer: type[Schema] | None = None, *, code: int = HTTPStatus.OK, body: Any = None, **answers: Any
) -> dict[str, Any]:
    """What the document says of an operation: its answer, an example of its body, and other answers by their code."""
    named = {int(name.removeprefix("code_")): other for name, other in answers.items()}
    facts: dict[str, Any] = {"summary": summary, "response": {int(code): answer or Answer, **named}}
    if body is not None:
        facts["openapi_extra"] = {"requestBody": {"content": {"application/json": {"example": body}}}}
    return facts


def describes(
    word: str, facts: type[Schema], summary: str, *, code: int = HTTPStatus.OK, body: Any = None, **answers: Any
) -> dict[str, Any]:
    """The same of an operation that answers one object under its name."""
    whole = create_model(f"{facts.__name__}Answer", __base__=Answer, **{word: (facts, ...)})  # type: ignore[call-overload]
    return one(summary, whole, code=code, body=body, **answers)


def described_list(source: ApiList, facts: type[Schema], summary: str) -> dict[str, Any]:
    """The same of a list, with every parameter that it can be asked by."""
    row = _partly(facts) if source.columns else facts
    fields: dict[str, Any] = {
        "page": (int | None, ...),
        "limit": (int, ...),
        "total": (int, ...),
        "totalIsCapped": (bool, ...),
        "nextPage": (str | None, ...),
        "groups": (list[ListGroup], []),
        **source.extra,
        source.word: (list[row], ...),  # type: ignore[valid-type]
    }
    whole = create_model(f"{source.word.capitalize()}List", __base__=Answer, **fields)
    return {"summary": summary, "response": {200: whole}, "openapi_extra": {"parameters": list(parameters_of(source))}}


def _partly(facts: type[Schema]) -> type[Schema]:
    """The same with fields that may be left out: the caller chose columns."""
    fields: dict[str, Any] = {
        name: (field.annotation, ... if name == "id" else None) for name, field in facts.model_fields.items()
    }
    return create_model(f"{facts.__name__}Part", __base__=Facts, __doc__=facts.__doc__, **fields)


def parameter(name: str, description: Any, schema: dict[str, Any] | None = None, *, place: str = "query") -> Any:
    """One parameter that may be left out."""
    facts = {"name": name, "in": place, "required": False, "description": str(description)}
    return {**facts, "schema": schema or {"type": "string"}}


def parameters_of(source: ApiList) -> list[dict[str, Any]]:
    """Every parameter of a list: those of the documents first, then those that all lists share, then every field."""
    kind, own = source.extended(source.page.kind), []
    for name, alias in source.aliases.items():
        own.append(parameter(name, alias.description or f"Filter by {name}: a part of it, in any case."))
    if source.sorts:
        own.append(parameter(SORT_BY, "The field to sort by.", {"type": "string", "enum": [*source.sorts]}))
        own.append(parameter(SORT_ORDER, "The order.", {"type": "string", "enum": ["asc", "desc"]}))
    fields = kind.filters.base_filters.items()
    names = {one["name"] for one in own}
    filters = [_filter(name, condition) for name, condition in fields if name not in names]
    return [*own, *_shared(kind, chooses=bool(source.columns)), *filters]


def _shared(kind: Any, *, chooses: bool) -> list[dict[str, Any]]:
    shape = kind.shape
    found = [
        parameter("page", "The page, from 1, over the first 100,000 rows.", {"type": "integer", "minimum": 1}),
        parameter("limit", "Rows a page.", {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": USUAL}),
        parameter("per_page", "Another name of limit.", {"type": "integer", "minimum": 1, "maximum": LARGEST}),
        parameter("after", "The place behind which the page begins; nextPage carries it."),
        parameter("before", "The place in front of which the page ends."),
        parameter("count", "Count beyond 10,000.", {"type": "string", "enum": ["exact"]}),
        parameter("sort", f"Fields with commas between, - for descending: {', '.join(sorted(shape.sortable))}."),
        parameter("filter", "The advanced filter of the pages, as their addresses write it."),
        parameter("view", "The number of a saved view."),
        parameter("tenant", "The short name of the tenant: the key's own, or nothing is found."),
    ]
    if kind.search:
        found.insert(0, parameter("q", f"Quick search: {kind.search_label}."))
    if chooses:
        found.append(parameter("columns", f"The columns to answer, with commas between: {', '.join(shape.columns)}."))
    if shape.groupable:
        found.append(parameter("group", f"Group by: {', '.join(shape.groupable)}. Rows of open groups are listed."))
        found.append(parameter("open", "The path of a group to open; may be repeated."))
    return found


def _filter(name: str, condition: Condition) -> dict[str, Any]:
    words = str(OPERATORS.get(condition.operator, condition.operator))
    schema: dict[str, Any] = {"type": "string"}
    if condition.operator == "empty":
        schema["enum"] = ["yes", "no"]
    elif isinstance(condition, Choice) and condition.choices and condition.operator != "in":
        schema["enum"] = [value for value, _label in condition.choices]
    elif isinstance(condition, Number):
        schema = {"type": "string", "pattern": "^[0-9]+$"}
    hint = " A day, as 2026-01-31." if isinstance(condition, Moment) else ""
    hint = " As 1h 30m, or in seconds." if isinstance(condition, Duration) else hint
    facts = parameter(name, f"{condition.label} {words} …; may be repeated.{hint}", {"type": "array", "items": schema})
    return {**facts, "explode": True}


# --- the whole -------------------------------------------------------------------------------------------------------


@functools.cache
def document_of(api: NinjaAPI) -> dict[str, Any]:
    """The document, without the address of its server. It is the same for everybody; copy it to change it."""
    # By way of JSON: codes are texts there, and nothing is shared with what ninja keeps.
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="")))
    found["info"]["description"] = _DESCRIPTION.strip()
    schemas = found["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            _complete(path, method.upper(), operation)
            _exemplify(found, operation)
    found["components"]["headers"] = _HEADERS
    found.pop("servers", None)
    return found


def _exemplify(document: dict[str, Any], operation: dict[str, Any]) -> None:
    """Give each body, and each answer that is no error, an example."""
    told = [operation["requestBody"], *operation["responses"].values()] if "requestBody" in operation else []
    for one in told or operation["responses"].values():
        for content in one.get("content", {}).values():
            content.setdefault("example", _sample(document, content["schema"]))


_HEADERS = {
    "X-RateLimit-Limit": {"description": "Calls within a minute.", "schema": {"type": "integer"}},
    "X-RateLimit-Remaining": {"description": "How many of them are left.", "schema": {"type": "integer"}},
    "X-RateLimit-Reset": {"description": "Seconds until all are again.", "schema": {"type": "integer"}},
}
_ERRORS = {
    400: "The address or the body cannot be read, or a parameter is unknown or wrong.",
    401: "No access key, or one that is not accepted.",
    403: "The key's account lacks the right.",
    404: "There is nothing here, or the key's account may not see it.",
    409: "A duplicate, or refused by a rule.",
    410: "It is over: nothing more can be done with it.",
    411: "A body without its length.",
    412: "If-Match: it was changed since it was read.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "A field of the body is unknown or wrong, or the Idempotency-Key was used for another call.",
    429: "Too many calls. Retry-After says in how many seconds to try again.",
    500: "Something went wrong; nothing was changed.",
}


def _errors_for(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    codes = [400, 401, 403, 429, 500]
    codes += [404] if "{" in path or any(one["name"] == "tenant" for one in operation["parameters"]) else []
    codes += [409, 410, 411, 413, 422] if method in UNSAFE else []
    codes += [415] if "requestBody" in operation else []
    codes += [412] if method in ("PATCH", "PUT", "DELETE") else []
    return sorted(codes)


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Errors, headers and examples of an operation, which are the same everywhere."""
    for response in operation["responses"].values():
        response["description"] = "Done." if method in UNSAFE else "What was asked for."
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    for code in _errors_for(path, method, operation):
        content = {"application/problem+json": {"schema": {"$ref": PROBLEM_REFERENCE}, "example": _example_of(code)}}
        facts = {"description": _ERRORS[code], "content": content}
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            facts["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
        operation["responses"][str(code)] = facts
    if method in UNSAFE:
        text = "A name of your own for this call: sent again with it, the call is carried out once."
        operation["parameters"].append(
            parameter("Idempotency-Key", text, {"type": "string", "maxLength": 255}, place="header")
        )
    if method == "GET" and not any(one["name"] == "limit" for one in operation["parameters"]):
        operation["responses"]["304"] = {"description": "It is as the caller has it already."}
        operation["parameters"].append(parameter("If-None-Match", "The ETag of what you have.", place="header"))
    if method in ("PATCH", "DELETE"):
        operation["parameters"].append(parameter("If-Match", "The ETag of what you have read.", place="header"))


# What fields hold in the document's examples, by their names.
_SAMPLES = {
    "name": "Ada Ames",
    "displayName": "Ada Ames",
    "firstName": "Ada",
    "lastName": "Ames",
    "by": "Ada Ames",
    "login": "ada",
    "operator": "ada",
    "email": "ada@company.example",
    "emailAddress": "ada@company.example",
    "userName": "ada@company.example",
    "accountId": "123456",
    "accountName": "123456",
    "role": "Viewer",
    "reason": "Asked for by phone",
    "right": "accounts.read",
    "country": "US",
    "timezone": "Europe/Berlin",
    "nextPage": "https://portal.example/api/v1/users?after=…",
    "objectType": "account",
    "state": "done",
    "link": "https://portal.example/invitations/accept/…/",
    "key": "itam_…",
    "prefix": "itam_abcdefgh",
}


def _sample(document: dict[str, Any], schema: dict[str, Any], name: str = "") -> Any:
    """A value of this schema, as an example shows it."""
    if "$ref" in schema:
        return _sample(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], name)
    if "anyOf" in schema:
        return _sample(document, schema["anyOf"][0], name)
    if "examples" in schema or "const" in schema or "enum" in schema:
        return next(iter(schema.get("examples") or schema.get("enum") or [schema.get("const")]))
    if schema.get("type") == "object":
        return {key: _sample(document, one, key) for key, one in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [] if name in ("groups", "parents") else [_sample(document, schema.get("items", {}), name.rstrip("s"))]
    if schema.get("type") in ("integer", "number"):
        return {"limit": 25, "page": 1}.get(name, 1)
    if schema.get("type") == "boolean":
        return False
    is_moment, is_day = name.endswith("At") or name == "at", name.endswith("Date")
    return "2026-01-31T09:00:00+00:00" if is_moment else "2027-12-31" if is_day else _SAMPLES.get(name, "")


def _example_of(code: int) -> dict[str, Any]:
    status = HTTPStatus(code)
    facts = {"type": "about:blank", "title": status.phrase, "status": code, "detail": _ERRORS[code]}
    return {**facts, "code": status.name.lower(), "errors": []}
