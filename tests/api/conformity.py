"""Whether an answer is what the OpenAPI document promises: its status is declared, and its body is of that schema."""

import functools
import re
from typing import Any

from jsonschema import Draft202012Validator

from itam_portal.api.document import document_of
from itam_portal.urls import api


def document() -> dict[str, Any]:
    """The document of this program."""
    return document_of(api)


@functools.cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    """Every path as a pattern; the one that says most itself comes first."""
    paths = sorted(document()["paths"], key=lambda path: (path.count("{"), -len(re.sub(r"\{.*?\}", "", path))))
    return [(re.compile(re.sub(r"\{.*?\}", "(.+)", path)), path) for path in sorted(paths, key=_literal, reverse=True)]


def _literal(path: str) -> int:
    return len(re.sub(r"\{.*?\}", "", path))


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """What the document says of a call; None where it does not know the path or the method."""
    plain = path.partition("?")[0]
    for pattern, name in _paths():
        found = document()["paths"][name].get(method.lower())
        if pattern.fullmatch(plain) and found:
            return found
    return None


@functools.cache
def _validator(reference: str) -> Draft202012Validator:
    """The validator of a component."""
    return Draft202012Validator({"$ref": reference, "components": document()["components"]})


def check(method: str, path: str, answer: Any) -> None:
    """Fail where the answer is none that the document declares."""
    operation = operation_of(method, path)
    if operation is None:
        return
    declared = operation["responses"].get(str(answer.status_code))
    assert declared is not None, f"{method} {path} answers {answer.status_code}, which the document does not know"
    if "content" not in declared:
        assert not answer.content
        return
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    schema = declared["content"][kind]["schema"]
    errors = [f"{error.json_path}: {error.message}" for error in _validator(schema["$ref"]).iter_errors(answer.facts)]
    assert errors == [], f"{method} {path}"
