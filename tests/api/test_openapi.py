"""The OpenAPI document: valid, complete, and true in both directions."""

import compileall
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from itam_portal.api.document import Answer, Facts
from tests.api import conformity
from tests.api.caller import PREFIX, Caller
from tests.api.table import OWN, TABLE
from users.api.users import EXAMPLE

DOCUMENT = conformity.document()
OPERATIONS = [
    pytest.param(path, method, operation, id=f"{method.upper()} {path}")
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
LISTS = [one for one in OPERATIONS if any(p["name"] == "after" for p in one.values[2]["parameters"])]
each_operation = pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
each_list = pytest.mark.parametrize(("path", "method", "operation"), LISTS)


def schema_of(reference: str) -> dict[str, Any]:
    """A component by its reference."""
    return DOCUMENT["components"]["schemas"][reference.rsplit("/", 1)[1]]


def body_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of an operation's body, if it has one."""
    if "requestBody" not in operation:
        return None
    found = operation["requestBody"]["content"]["application/json"]["schema"]
    named = next((one for one in found.get("anyOf", [found]) if "$ref" in one), None)
    return schema_of(named["$ref"]) if named else None


def test_anybody_may_read_it(client: Client) -> None:
    answer = client.get(f"{PREFIX}/openapi.json")

    document = json.loads(answer.content)
    assert answer.status_code == 200
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "http://testserver/api/v1"}]


@each_operation
def test_an_operation_says_what_it_does_takes_and_answers(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    assert operation["security"]
    assert {"400", "401", "403", "429", "500"} <= operation["responses"].keys()
    assert ("404" in operation["responses"]) or "{" not in path
    for code, response in operation["responses"].items():
        assert response["description"]
        assert code == "304" or response["content"]


@each_operation
def test_every_example_is_what_it_is_an_example_of(path: str, method: str, operation: dict[str, Any]) -> None:
    told = [one for one in [operation.get("requestBody"), *operation["responses"].values()] if one and "content" in one]
    for one in told:
        for content in one["content"].values():
            schema = {**content["schema"], "components": DOCUMENT["components"]}
            errors = [error.message for error in Draft202012Validator(schema).iter_errors(content["example"])]
            assert errors == [], content["example"]


@each_operation
def test_every_parameter_is_described(path: str, method: str, operation: dict[str, Any]) -> None:
    names = [(one["in"], one["name"]) for one in operation["parameters"]]

    assert len(names) == len(set(names))
    assert {name for place, name in names if place == "path"} == {
        part.strip("{}") for part in path.split("/") if part.startswith("{")
    }
    for one in operation["parameters"]:
        assert one["in"] == "path" or one["description"], one["name"]


@each_operation
def test_an_operation_that_is_not_declared_is_not_there(path: str, method: str, operation: dict[str, Any]) -> None:
    known = {one.upper() for one in DOCUMENT["paths"][path]}

    assert known <= {"GET", "POST", "PUT", "PATCH", "DELETE"}


@each_operation
def test_a_field_that_is_not_declared_is_refused(
    path: str, method: str, operation: dict[str, Any], owner: Caller
) -> None:
    schema = body_of(operation)
    if schema is None:
        return

    assert schema["additionalProperties"] is False
    assert "undeclared" not in schema["properties"]


@each_list
def test_every_declared_parameter_of_a_list_is_known(
    path: str, method: str, operation: dict[str, Any], owner: Caller
) -> None:
    values = {
        "page": "1",
        "limit": "5",
        "per_page": "25",
        "q": "zz",
        "count": "exact",
        "tenant": "northwind",
        "since": "0",
    }
    skipped = {"after", "before", "filter", "view", "columns", "open", "group", "sort", "organization"}
    if "{" in path:
        return
    for one in operation["parameters"]:
        if one["in"] != "query" or one["name"] in skipped:
            continue
        answer = owner.get(f"{path}?{one['name']}={values.get(one['name'], '')}")
        assert answer.status_code == 200, (one["name"], answer.facts)


@each_list
def test_a_parameter_of_a_list_that_is_not_declared_is_refused(
    path: str, method: str, operation: dict[str, Any], owner: Caller
) -> None:
    if "{" not in path:
        assert owner.get(f"{path}?undeclared=1").status_code == 400


def test_every_declared_field_of_a_user_is_known(admin: Caller) -> None:
    fields = schema_of("#/NewUser")["properties"]
    given = {
        name: {"string": "", "boolean": False, "array": []}.get(schema.get("type", "string"), "")
        for name, schema in fields.items()
    }
    base = {**EXAMPLE, "attributes": [], "canLogin": False, "portalLogin": False}

    answer = admin.post("/users", {**given, **base, "status": "Active"})

    assert answer.status_code == 201, answer.facts


def test_what_is_declared_as_an_answer_is_closed() -> None:
    """Every answer in the tests is held against these: a field that none declares would fail there."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if name.endswith(("Facts", "List", "Answer")):
            assert schema["additionalProperties"] is False, name
    assert Answer.model_config["extra"] == Facts.model_config["extra"] == "forbid"


def test_every_endpoint_is_in_the_table_of_access() -> None:
    assert len(TABLE) + len(OWN) == len(OPERATIONS)


def test_a_client_that_is_generated_from_it_compiles(tmp_path: Path) -> None:
    file, client = tmp_path / "openapi.json", tmp_path / "portal_client"
    file.write_text(json.dumps({**DOCUMENT, "servers": [{"url": "http://127.0.0.1:8000/api/v1"}]}))
    generator = Path(sys.executable).with_name("openapi-python-client")
    command = [generator, "generate", "--path", file, "--meta", "none", "--output-path", client]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 0, done.stdout + done.stderr
    assert compileall.compile_dir(client, quiet=1)
    modules = {path.stem for path in (client / "api").rglob("*.py")} - {"__init__"}
    assert len(modules) == len(OPERATIONS), done.stdout
    imports = "\n".join(f"import portal_client.api.{path.parent.name}.{path.stem}" for path in generated(client))
    subprocess.run([sys.executable, "-c", imports], cwd=tmp_path, check=True, timeout=120)


def generated(client: Path) -> list[Path]:
    """One module for each operation."""
    return [path for path in (client / "api").rglob("*.py") if path.stem != "__init__"]
