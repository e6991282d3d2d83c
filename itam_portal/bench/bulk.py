"""Bulk with history: what a row costs in one operation, and what it costs saved one by one."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection
from django.urls import reverse

from itam_portal.bench.clock import Cpu, Work, compare
from itam_portal.bench.databases import say
from itam_portal.bench.portal import Portal
from itam_portal.bench.report import Promise, Result, Table, times
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.actions import action_of

ACTION = "accounts.disable"
ONE_BY_ONE = 300
CHEAPER = 20
REPETITIONS = 3
Change = Callable[[Any, list[int]], None]


def measure(portal: Portal) -> Result:
    """Every promise about bulk actions. Whatever is changed is undone."""
    say("Measuring: bulk actions.")
    keys = _keys(portal, receipts.AT_ONCE)
    ways: list[tuple[str, Change, list[int]]] = [
        ("save() one by one", _one_by_one, keys[:ONE_BY_ONE]),
        ("the operation one by one", _operation_each, keys[:ONE_BY_ONE]),
        ("a frozen selection", _selection, keys),
        ("the worker's batch", _batch, keys[: receipts.BATCH]),
    ]
    costs = compare([_work(portal, change, rows) for _name, change, rows in ways], times=REPETITIONS, warm_up=1)
    result = Result(tables=[_table(ways, costs)])
    bare, dear, *cheap = [
        cost.total * 1_000 / len(rows) for cost, (_name, _change, rows) in zip(costs, ways, strict=True)
    ]
    for one, (name, _change, rows) in zip(cheap, ways[2:], strict=True):
        what = f"Disabling {len(rows):,}, {name} : one by one"
        found = f"{one:.0f} µs : {dear:.0f} µs a row, {times(dear / one)} cheaper"
        result.promises.append(Promise(what, found, f"≥ {CHEAPER}×", dear >= CHEAPER * one))
        what = "The same : save() alone, without guards, sessions and receipt"
        found = f"{one:.0f} µs : {bare:.0f} µs a row, {times(bare / one)} cheaper"
        result.promises.append(Promise(what, found, "–"))
    result.promises.append(_everything(portal))
    return result


def _keys(portal: Portal, most: int) -> list[int]:
    """The newest enabled operators but the one who acts."""
    with portal.scope() as account:
        rows = action_of(ACTION).rows().filter(tenant_id=account.tenant_id, status="enabled", type="operator")
        return list(rows.exclude(pk=account.pk).order_by("-pk").values_list("pk", flat=True)[:most])


def _work(portal: Portal, change: Change, keys: list[int]) -> Work:
    return Work(partial(_in_scope, portal, change, keys), inside=portal.undone)


def _in_scope(portal: Portal, change: Change, keys: list[int]) -> None:
    with portal.scope(read_only=False) as account:
        change(account, keys)
        connection.check_constraints()  # Now, as the end of a transaction would: this one is undone.


def _selection(account: Any, keys: list[int]) -> None:
    """What a request does: freeze, judge by the guards, write the receipt, change, end sessions."""
    rows = action_of(ACTION).rows().filter(tenant_id=account.tenant_id)
    selection = receipts.freeze(rows.filter(pk__in=keys), operation=ACTION, by=account)
    chosen = action_of(ACTION).rows().filter(receipts.among(selection))
    _require_all(action_of(ACTION).operate(chosen, by=account), keys)


def _batch(account: Any, keys: list[int]) -> None:
    """What the worker does for one batch."""
    rows = action_of(ACTION).rows().filter(tenant_id=account.tenant_id, pk__in=keys)
    _require_all(action_of(ACTION).operate(rows, by=account), keys)


def _require_all(receipt: Any, keys: list[int]) -> None:
    if receipt.changed != len(keys):
        raise RuntimeError(f"Of {len(keys)} accounts {receipt.changed} were disabled")


def _one_by_one(account: Any, keys: list[int]) -> None:
    """What the same looks like without: read, change, save; only the triggers write history."""
    rows = action_of(ACTION).rows().filter(tenant_id=account.tenant_id)
    with context(ACTION, by=account):
        for key in keys:
            row = rows.get(pk=key)
            row.status = "disabled"
            row.save()


def _operation_each(account: Any, keys: list[int]) -> None:
    """The same operation for one account at a time: the same guards, sessions, history and receipts."""
    action = action_of(ACTION)
    for key in keys:
        action.operate(action.rows().filter(tenant_id=account.tenant_id, pk=key), by=account)


def _table(ways: list[tuple[str, Change, list[int]]], costs: list[Cpu]) -> Table:
    said = "Microseconds of CPU a row, each with an entry of history; all but the first with guards and receipt."
    table = Table("Bulk actions", said, ("Way", "Rows", "Python", "PostgreSQL", "Both"))
    for (name, _change, rows), cost in zip(ways, costs, strict=True):
        cells = [f"{value * 1_000 / len(rows):.0f}" for value in (cost.python, cost.sql, cost.total)]
        table.rows.append((name, f"{len(rows):,}", *cells))
    return table


def _everything(portal: Portal) -> Promise:
    """Freeze and preview everything that matches, as one request."""
    filters = "status=enabled&type=operator"
    address = f"{reverse('accounts_disable')}?{filters}"
    with portal.undone():
        began = time.monotonic()
        cost = Work(partial(portal.client.post, address, {"everything": "1"}), inside=portal.open).cost()
        wall = time.monotonic() - began
    rows = portal.total(f"{reverse('accounts')}?{filters}&count=exact")
    found = f"{rows} rows: {cost.total / 1_000:.1f} s CPU, {wall:.1f} s by the clock"
    return Promise("Everything that matches: freeze and preview", found, "–")
