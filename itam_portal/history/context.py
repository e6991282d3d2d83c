"""Who did it, which operation, why, through which request: written beside every entry of the history."""

from contextvars import ContextVar
from typing import Any

import pghistory

from itam_portal.tenancy.actor import Actor

# The request's id, and the command's or key's name, set by whoever opens the door.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def context(operation: str, *, by: Actor, reason: str = "", **more: Any) -> Any:
    """A `with` block whose changes carry this operation, actor and reason."""
    facts = {"operation": operation, "reason": reason, "request": request_id.get(), **more}
    if by.is_system:
        facts["by_system"] = getattr(by, "name", "System")
    else:
        facts["by"] = getattr(by, "pk", None)
        facts["by_name"] = getattr(by, "name", "")
    return pghistory.context(**{key: value for key, value in facts.items() if value not in ("", None)})
