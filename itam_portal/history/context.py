"""Who did it, which operation, why, through what: written beside every entry of the history."""

import re
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pghistory
from django.db import connection

from itam_portal.tenancy.actor import Actor

# The request's number, set where a request begins.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# Through what somebody acts ("page", "key", "command", "job"), and the name of that.
_way: ContextVar[tuple[str, str]] = ContextVar("way", default=("", ""))

_FORGET = "SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"


@contextmanager
def context(operation: str, *, by: Actor, reason: str = "", **more: Any) -> Iterator[None]:
    """Changes inside carry this operation, actor and reason; the rest of the transaction does not."""
    name = getattr(by, "name", "System" if by.is_system else "")
    facts = {"operation": operation, "reason": reason, "by": by.pk, "by_name": name, **_folds(name, reason)}
    if by.is_system:
        facts["by_system"] = name
    via, via_name = _way.get() if _way.get()[0] else _command()
    facts |= {"request": request_id.get(), "via": via, "via_name": via_name, **more}
    with pghistory.context(**{key: value for key, value in facts.items() if value not in ("", None)}):
        yield
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET)


def _folds(name: str, reason: str) -> dict[str, str]:
    """What filters compare, folded once for all entries to come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT itam_fold(%s), itam_fold(%s)", [name, reason])
        return dict(zip(("by_key", "reason_key"), cursor.fetchone(), strict=True))


@contextmanager
def through(via: str, name: str) -> Iterator[None]:
    """Whatever is done inside is done through this: a page, an access key, a command or a job, by its name."""
    token = _way.set((via, name))
    try:
        yield
    finally:
        _way.reset(token)


@contextmanager
def one_request() -> Iterator[None]:
    """A request of its own: it gets a number, and what it is done through ends with it."""
    number, way = request_id.set(uuid.uuid4().hex), _way.set(_way.get())
    try:
        yield
    finally:
        request_id.reset(number)
        _way.reset(way)


def name_page(route: str, arguments: dict[str, Any]) -> None:
    """Say which page the request is for, unless it comes through an access key.

    Numbers stand in the page's address; anything else that an address may hold, such as a token, does not.
    """
    if _way.get()[0] in ("", "page"):
        _way.set(("page", "/" + re.sub(r"<int:(\w+)>", lambda found: str(arguments[found[1]]), route)))


def _command() -> tuple[str, str]:
    """Outside of every request and job, somebody runs a command."""
    program, *words = sys.argv
    return ("command", words[0]) if Path(program).name == "manage.py" and words else ("", "")
