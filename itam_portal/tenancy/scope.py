"""The scope: which tenant's rows the database shows to this transaction. DESIGN.md section 6."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction


class NoScope(RuntimeError):
    """Something that belongs to a tenant was asked for outside every tenant scope."""


@dataclass(frozen=True)
class Scope:
    """The tenant whose rows are visible, and whether they may be changed."""

    tenant_id: int
    read_only: bool


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current_scope() -> Scope:
    """The scope in force. Raises NoScope outside of one."""
    scope = _current.get()
    if scope is None:
        raise NoScope("no tenant scope is open")
    return scope


def has_scope() -> bool:
    """Whether any tenant scope is open."""
    return _current.get() is not None


@contextmanager
def tenant_scope(tenant_id: int, *, read_only: bool = False, using: str = DEFAULT_DB_ALIAS) -> Iterator[Scope]:
    """Open a transaction that sees one tenant's rows only; `read_only` lets the database refuse every change.

    A scope inside another restores the outer one by hand: a released savepoint does not undo SET LOCAL.
    """
    outer = _current.get()
    scope = Scope(tenant_id, read_only or bool(outer and outer.read_only))
    connection = connections[using]
    with transaction.atomic(using=using):
        _apply(scope, using)
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
        # An error rolls the savepoint back, and the outer setting with it.
        if outer and connection.in_atomic_block and not connection.needs_rollback:
            _apply(outer, using)


def run_scoped(tenant_id: int, statement: str, values: list[Any], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Carry out one statement in a scope of its own that may write, in a single exchange with the database.

    Outside of a transaction the database takes several statements that it gets at once for one transaction; inside
    of one they need a scope that is closed again.
    """
    if connections[using].in_atomic_block:
        with tenant_scope(tenant_id, using=using), connections[using].cursor() as cursor:
            cursor.execute(statement, values)
        return
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT set_config('app.tenant_id', %s, true); {statement}", [str(tenant_id), *values])


def _apply(scope: Scope, using: str) -> None:
    settings = "set_config('app.tenant_id', %s, true)"
    if scope.read_only:
        settings += ", set_config('transaction_read_only', 'on', true)"
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {settings}", [str(scope.tenant_id)])
