"""Query plans, read below the policies as the serving role: which index finds a page's keys."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from itam_portal.bench.portal import Portal, Statement

TABLE = "accounts_account"
LONGEST = 700
_SEARCH = "search_accounts("


@dataclass
class Plan:
    """The plans of all statements of one page."""

    indexes: list[str] = field(default_factory=list)
    rows_read: int = 0
    reads_the_table: bool = False
    slowest: str = ""
    slowest_ms: float = 0.0

    @property
    def words(self) -> str:
        """The indexes of the keys query, and whether any query read the whole table."""
        found = ", ".join(f"`{name}`" for name in dict.fromkeys(self.indexes)) or "–"
        return f"{found}; reads the table" if self.reads_the_table else found


def of(portal: Portal, statements: Sequence[Statement]) -> Plan:
    """The plans of a page's statements about accounts."""
    plan = Plan()
    about = [one for one in statements if f'FROM "{TABLE}"' in one.sql or _SEARCH in one.sql]
    with portal.scope(), connection.cursor() as cursor:
        # As the product runs: its queries may use workers.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 2")
        for statement in about:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.sql}", statement.parameters)
            _take_in(plan, statement, cursor.fetchone()[0])
    return plan


def _take_in(plan: Plan, statement: Statement, explained: Any) -> None:
    whole = (json.loads(explained) if isinstance(explained, str) else explained)[0]
    nodes = list(_nodes(whole["Plan"]))
    if "ORDER BY" in statement.sql and not plan.indexes:
        plan.indexes = [node["Index Name"] for node in nodes if "Index Name" in node]
    if _SEARCH in statement.sql:
        plan.indexes.append("account_search")
    scans = [node for node in nodes if node.get("Relation Name") == TABLE]
    plan.rows_read = max(plan.rows_read, *map(_rows_read, scans), 0)
    plan.reads_the_table |= any(node["Node Type"] == "Seq Scan" for node in scans)
    if whole["Execution Time"] > plan.slowest_ms:
        plan.slowest_ms, plan.slowest = whole["Execution Time"], statement.as_sent


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", []):
        yield from _nodes(child)


def _rows_read(node: dict[str, Any]) -> int:
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + removed) * node["Actual Loops"])


def explain(label: str, plan: Plan) -> str:
    """The slowest statement of a broken promise, for the terminal."""
    shown = plan.slowest if len(plan.slowest) < LONGEST else f"{plan.slowest[:LONGEST]} …"
    read = f"{plan.rows_read:,} accounts read by one query"
    return f"\n{label}: {read}; the slowest took {plan.slowest_ms:.0f} ms:\n  {shown}"
