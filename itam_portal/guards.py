"""How a lower floor asks the floors above it, which fill this registry when the program starts."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

_guards: dict[str, list[Callable[..., None]]] = defaultdict(list)
_users: list[Callable[[Any], int]] = []


def guard(event: str, check: Callable[..., None]) -> None:
    """Call `check` before the event; it raises a Refused to prevent it."""
    _guards[event].append(check)


def check(event: str, *facts: Any) -> None:
    """Ask every guard of this event."""
    for ask in _guards[event]:
        ask(*facts)


def count_uses(counter: Callable[[Any], int]) -> None:
    """Let `counter` say how many things use a role."""
    _users.append(counter)


def uses(role: Any) -> int:
    """How many things use this role, on all floors."""
    return sum(counter(role) for counter in _users)
