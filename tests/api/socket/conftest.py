"""A real portal with demo data, and programs that call it over real sockets.

All tests here belong to one group, so that a single worker makes the portal.
"""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.portal import BASE, Portal, portal_for

HERE = Path(__file__).resolve().parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests together in one process."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("socket"))


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The portal under test."""
    with portal_for("socket", tmp_path_factory) as portal:
        yield portal


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    facts: Any


@dataclass
class Program:
    """Calls over a connection of its own."""

    port: int
    key: str
    base: str = "/api/v1"
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One call; headers are written with underscores."""
        text = body if isinstance(body, str | None) else json.dumps(body)
        given = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        given |= {"Content-Type": "application/json"} if text is not None else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, f"{self.base}{path}", text, given)
        found = self.connection.getresponse()
        content = found.read()
        is_json = "json" in (found.headers["Content-Type"] or "")
        return Answer(found.status, dict(found.headers), json.loads(content) if is_json else content)

    def follow(self, address: str) -> Answer:
        """The answer at a whole address."""
        parts = urlsplit(address)
        return self.ask("GET", f"{parts.path.removeprefix(self.base)}?{parts.query}")


def key_of(portal: Portal, role: str, name: str) -> str:
    """A key of a new service account, made by the command of the README."""
    command = [sys.executable, "manage.py", "access_key", "--tenant", "northwind", "--role", role, "--name", name]
    done = subprocess.run(command, cwd=BASE, env=portal.environment, capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="package")
def key(portal: Portal) -> str:
    """An administrator's key."""
    return key_of(portal, "Administrator", "Integration")


@pytest.fixture
def program(portal: Portal, key: str) -> Program:
    """A program with that key."""
    return Program(portal.port, key)
