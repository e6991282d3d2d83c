"""The OpenAPI document as its page shows it: by subject, with every parameter, field, answer and an example."""

import functools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from ninja import NinjaAPI

from itam_portal.api.document import document_of

# Stands for the address of the API until a page is shown.
BASE = "https://address-of-the-api"
_DEEPEST = 3


@dataclass(frozen=True)
class Field:
    """A field of a body or an answer; those of objects inside it follow, one level deeper."""

    name: str
    type: str
    required: bool
    description: str
    depth: int


@dataclass(frozen=True)
class Response:
    """One answer: its status, when it comes, and its fields."""

    code: str
    description: str
    fields: tuple[Field, ...]
    example: str

    @property
    def is_error(self) -> bool:
        """Whether it is a problem document."""
        return self.code >= "400"


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    right: str
    parameters: tuple[dict[str, Any], ...]
    filters: tuple[dict[str, Any], ...]
    fields: tuple[Field, ...]
    curl: str
    responses: tuple[Response, ...]
    errors: tuple[Response, ...]


@functools.cache
def subjects_of(api: NinjaAPI) -> tuple[tuple[str, tuple[Operation, ...]], ...]:
    """Every operation, by subject in the order of the document."""
    document, found = document_of(api), dict[str, list[Operation]]()
    for path, operations in document["paths"].items():
        for method, facts in operations.items():
            found.setdefault(facts["tags"][0], []).append(_operation(document, path, method.upper(), facts))
    return tuple((tag, tuple(operations)) for tag, operations in found.items())


def _operation(document: dict[str, Any], path: str, method: str, facts: dict[str, Any]) -> Operation:
    body = facts.get("requestBody", {}).get("content", {}).get("application/json", {})
    parameters = [_parameter(one) for one in facts["parameters"]]
    responses = [_response(document, code, one) for code, one in sorted(facts["responses"].items())]
    return Operation(
        id=f"{method.lower()}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method,
        path=path,
        summary=facts["summary"],
        description=" ".join(facts.get("description", "").split()),
        right=facts.get("x-right", ""),
        parameters=tuple(one for one in parameters if not one["is_filter"]),
        filters=tuple(_by_field(one for one in parameters if one["is_filter"])),
        fields=tuple(_fields(document, body.get("schema", {}), 0)),
        curl=_curl(method, path, body.get("example")),
        responses=tuple(one for one in responses if not one.is_error),
        errors=tuple(one for one in responses if one.is_error),
    )


def _parameter(facts: dict[str, Any]) -> dict[str, Any]:
    schema = facts["schema"]
    is_filter = schema.get("type") == "array"
    choices = (schema.get("items", {}) if is_filter else schema).get("enum", [])
    shown = {"name": facts["name"], "place": facts["in"], "required": facts["required"], "choices": choices}
    return {**shown, "type": _type(schema), "description": facts.get("description", ""), "is_filter": is_filter}


def _by_field(filters: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The filters of a list, one for each field, with all the parameters that ask for it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in filters:
        found.setdefault(one["name"].partition("__")[0], []).append(one)
    for name, own in found.items():
        choices: list[Any] = next((one["choices"] for one in own if one["name"] == name), [])
        yield {"name": name, "parameters": [one["name"] for one in own], "choices": choices}


def _response(document: dict[str, Any], code: str, facts: dict[str, Any]) -> Response:
    content: dict[str, Any] = next(iter(facts.get("content", {}).values()), {})
    fields = () if code >= "400" else tuple(_fields(document, content.get("schema", {}), 0))
    example = content.get("example")
    return Response(code, facts["description"], fields, json.dumps(example, indent=2) if example else "")


def _curl(method: str, path: str, body: Any) -> str:
    lines = [f"curl -X {method} '{BASE}{path}'", "-H 'Authorization: Bearer KEY'"]
    if body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body, indent=2)}'"]
    return " \\\n  ".join(lines)


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference means; of a choice with null the other one."""
    for one in schema.get("anyOf", []):
        if one.get("type") != "null":
            return _resolved(document, one)
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return {**document["components"]["schemas"][name], "title": name}
    return schema


def _fields(document: dict[str, Any], schema: dict[str, Any], depth: int) -> list[Field]:
    whole, found = _resolved(document, schema), []
    required = whole.get("required", [])
    for name, one in whole.get("properties", {}).items():
        inner = _resolved(document, one)
        found.append(Field(name, _type(one) or _type(inner), name in required, one.get("description", ""), depth))
        items = _resolved(document, inner.get("items", {})) if inner.get("type") == "array" else inner
        if items.get("properties") and depth < _DEEPEST:
            found += _fields(document, items, depth + 1)
    return found


def _type(schema: dict[str, Any]) -> str:
    """A type in a few words."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(filter(None, map(_type, schema["anyOf"]))))
    if "$ref" in schema:
        return "object"
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(one) for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {})) or 'anything'}"
    return str(schema.get("format") or schema.get("type") or "")


def examples(address: str) -> list[dict[str, str]]:
    """The most usual calls, for whoever begins."""
    head = "-H 'Authorization: Bearer KEY'"
    query = QueryDict(mutable=True)
    query.update({"status": "active", "sort_by": "displayName", "limit": "50"})
    user = {
        "firstName": "Ada",
        "lastName": "Ames",
        "emailAddress": "ada@company.example",
        "accountRoles": [{"accountName": "123456", "roles": ["USER"]}],
    }
    body = f"-H 'Content-Type: application/json' \\\n  -d '{json.dumps(user)}'"
    return [
        {"title": "list", "text": f"curl '{address}/users?{query.urlencode()}' \\\n  {head}"},
        {
            "title": "create",
            "text": f"curl -X POST '{address}/users' \\\n  {head} \\\n  -H 'Idempotency-Key: ada-1' \\\n  {body}",
        },
        {"title": "preview", "text": f"curl -X POST '{address}/operators/ada/disable?dry_run=true' \\\n  {head}"},
        {"title": "follow", "text": f"curl '{address}/history?since=0&limit=200' \\\n  {head}"},
    ]
