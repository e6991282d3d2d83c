"""What a page leaves behind once it is sent: its own short transaction and scope, after the page's."""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import TypeVar

import structlog

from itam_portal.tenancy.scope import current_scope, tenant_scope

Chunk = TypeVar("Chunk", str, bytes)
Work = Callable[[], None]
log = structlog.get_logger()
_waiting: ContextVar[list[tuple[int, Work]] | None] = ContextVar("waiting", default=None)


def after_response(work: Work) -> None:
    """Run this after the page's transaction, in a scope of the same tenant that may write.

    Outside a request (in a job or a command) it runs at once.
    """
    tenant_id = current_scope().tenant_id
    waiting = _waiting.get()
    if waiting is None:
        work()
    else:
        waiting.append((tenant_id, work))


def collect_work() -> list[tuple[int, Work]]:
    """Begin a request: from here on `after_response` waits for `run_waiting`."""
    waiting: list[tuple[int, Work]] = []
    _waiting.set(waiting)
    return waiting


def run_waiting(waiting: list[tuple[int, Work]]) -> None:
    """End a request: do what waits, each piece in its own transaction.

    The page is finished: a piece that fails is logged and spoils neither it nor the other pieces.
    """
    _waiting.set(None)
    for tenant_id, work in waiting:
        try:
            with tenant_scope(tenant_id):
                work()
        except Exception:
            log.exception("after_response_failed", tenant=tenant_id)


def scoped_stream(chunks: Callable[[], Iterator[Chunk]]) -> Iterator[Chunk]:
    """The chunks of a streamed answer, made inside a read-only scope of their own.

    A stream runs after the page's transaction is over, where nothing of the tenant is visible any more.
    """
    tenant_id = current_scope().tenant_id

    def stream() -> Iterator[Chunk]:
        with tenant_scope(tenant_id, read_only=True):
            yield from chunks()

    return stream()
