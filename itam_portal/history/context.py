"""Who did it, which operation, why, through which request: written beside every entry of the history."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pghistory
from django.db import connection

from itam_portal.tenancy.actor import Actor

# The request's id, and the command's or key's name, set by whoever opens the door.
request_id: ContextVar[str] = ContextVar("request_id", default="")


_FORGET = "SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"


@contextmanager
def context(operation: str, *, by: Actor, reason: str = "", **more: Any) -> Iterator[None]:
    """Changes inside carry this operation, actor and reason; the rest of the transaction does not."""
    facts = {"operation": operation, "reason": reason, "request": request_id.get(), **more}
    if by.is_system:
        facts["by_system"] = getattr(by, "name", "System")
    else:
        facts["by"] = getattr(by, "pk", None)
        facts["by_name"] = getattr(by, "name", "")
    with pghistory.context(**{key: value for key, value in facts.items() if value not in ("", None)}):
        yield
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET)
