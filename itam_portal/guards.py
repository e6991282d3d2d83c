"""How a lower floor asks the floors above it, which fill this registry when the program starts."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

_guards: dict[str, list[Callable[..., None]]] = defaultdict(list)
_around: dict[str, list[Callable[[Any], AbstractContextManager[None]]]] = defaultdict(list)
_users: list[Callable[[Any], int]] = []
_locks: list[Callable[[Any], Any]] = []
_facts: dict[str, Callable[..., Any]] = {}
_linked: list[Callable[..., None]] = []


def guard(event: str, check: Callable[..., None]) -> None:
    """Call `check` before the event; it raises a Refused to prevent it."""
    _guards[event].append(check)


def check(event: str, *facts: Any) -> None:
    """Ask every guard of this event."""
    for ask in _guards[event]:
        ask(*facts)


def watch(event: str, guarding: Callable[[Any], AbstractContextManager[None]]) -> None:
    """Do the event inside of `guarding(by)`, which raises a Refused afterwards to take it back."""
    _around[event].append(guarding)


@contextmanager
def around(event: str, by: Any) -> Iterator[None]:
    """Do this inside of everything that watches the event."""
    with ExitStack() as stack:
        for guarding in _around[event]:
            stack.enter_context(guarding(by))
        yield


def lock_with(lock: Callable[[Any], Any]) -> None:
    """Let `lock` keep the tenant's operations one after the other; it answers the actor as it is now."""
    _locks.append(lock)


def lock(by: Any) -> Any:
    """Let no other operation of this tenant run beside this one; answers the actor as it is now."""
    for one in _locks:
        by = one(by)
    return by


def count_uses(counter: Callable[[Any], int]) -> None:
    """Let `counter` say how many things use a role."""
    _users.append(counter)


def uses(role: Any) -> int:
    """How many things use this role, on all floors."""
    return sum(counter(role) for counter in _users)


def tell(name: str, read: Callable[..., Any]) -> None:
    """Let an upper floor tell a page of a lower one what it must not import."""
    _facts[name] = read


def ask(name: str, *args: Any, **more: Any) -> Any:
    """What an upper floor knows about this."""
    return _facts[name](*args, **more)


def when_linked(give: Callable[..., None]) -> None:
    """Call `give(account, by=...)` as soon as a person has got this account."""
    _linked.append(give)


def linked(account: Any, *, by: Any) -> None:
    """Tell the floors above that a person has got this account: roles that waited for it become its own."""
    for give in _linked:
        give(account, by=by)
