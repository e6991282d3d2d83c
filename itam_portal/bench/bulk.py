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
from itam_portal.lists.actions import action_of

ACTION = "accounts.disable"
BULK, ONE_BY_ONE = 10_000, 300
CHEAPER = 20


def measure(portal: Portal) -> Result:
    """Every promise about bulk actions. Whatever is changed is undone."""
    say("Measuring: bulk actions.")
    with portal.scope() as account:
        rows = action_of(ACTION).rows().filter(tenant_id=account.tenant_id, status="enabled", type="operator")
        keys = list(rows.exclude(pk=account.pk).order_by("-pk").values_list("pk", flat=True)[: BULK + ONE_BY_ONE])
    many, few = keys[: len(keys) - ONE_BY_ONE], keys[-ONE_BY_ONE:]
    works = [_work(portal, _disable_at_once, many), _work(portal, _disable_one_by_one, few)]
    at_once, alone = compare(works, times=3, warm_up=1)
    one, other = at_once.total * 1_000 / len(many), alone.total * 1_000 / len(few)
    found = f"{one:.0f} µs : {other:.0f} µs a row, {times(other / one)} cheaper"
    result = Result(
        [Promise("Disabling with history : save() in a loop", found, f"≥ {CHEAPER}×", other >= CHEAPER * one)]
    )
    result.tables.append(_table(at_once, alone, len(many), len(few)))
    result.promises.append(_everything(portal))
    return result


def _work(portal: Portal, change: Callable[[Any, list[int]], None], keys: list[int]) -> Work:
    return Work(partial(_in_scope, portal, change, keys), inside=portal.undone)


def _in_scope(portal: Portal, change: Callable[[Any, list[int]], None], keys: list[int]) -> None:
    with portal.scope(read_only=False) as account:
        change(account, keys)
        connection.check_constraints()  # Now, as the end of a transaction would: this one is undone.


def _disable_at_once(account: Any, keys: list[int]) -> None:
    """The product's own operation, guards, receipt and history included."""
    rows = action_of(ACTION).rows().filter(tenant_id=account.tenant_id, pk__in=keys)
    receipt = action_of(ACTION).operate(rows, by=account)
    if receipt.changed != len(keys):
        raise RuntimeError(f"Of {len(keys)} accounts {receipt.changed} were disabled")


def _disable_one_by_one(account: Any, keys: list[int]) -> None:
    """What the same looks like without: read, change, save; only the triggers write history."""
    rows = action_of(ACTION).rows().filter(tenant_id=account.tenant_id)
    with context(ACTION, by=account):
        for key in keys:
            row = rows.get(pk=key)
            row.status = "disabled"
            row.save()


def _table(at_once: Cpu, alone: Cpu, many: int, few: int) -> Table:
    said = "Microseconds of CPU a row, with one entry of history for each. At once: guards and receipt included."
    table = Table("Bulk actions", said, ("Way", "Rows", "Python", "PostgreSQL", "Both"))
    for name, cost, rows in (("one operation", at_once, many), ("save() one by one", alone, few)):
        cells = [f"{value * 1_000 / rows:.0f}" for value in (cost.python, cost.sql, cost.total)]
        table.rows.append((name, f"{rows:,}", *cells))
    return table


def _everything(portal: Portal) -> Promise:
    """Freeze and preview everything that matches, as one request."""
    filters = "status=enabled&type=operator"
    address = f"{reverse('accounts_disable')}?{filters}"
    with portal.undone():
        began = time.monotonic()
        work = Work(partial(portal.client.post, address, {"everything": "1"}), inside=portal.open)
        cost = work.cost()
        wall = time.monotonic() - began
    rows = portal.total(f"{reverse('accounts')}?{filters}&count=exact")
    found = f"{rows} rows: {cost.total / 1_000:.1f} s CPU, {wall:.1f} s by the clock"
    return Promise("Everything that matches: freeze and preview", found, "–")
