"""CPU time of this process and of its database backend: on a shared machine, wall time says little."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from itam_portal.local.processes import Problem


@dataclass(frozen=True)
class Cpu:
    """CPU milliseconds of one piece of work: in Python, and in PostgreSQL."""

    python: float
    sql: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.python + self.sql


def require_clock() -> None:
    """Raise Problem where the kernel does not tell a process's CPU time to the nanosecond."""
    if not Path("/proc/self/schedstat").exists():
        raise Problem("The benchmark reads /proc/PID/schedstat, which only Linux has: run it there.")


def backend_ms() -> float:
    """CPU so far of the backend behind the present connection, read while it sleeps: a running one counts late."""
    connection.ensure_connection()
    process = Path(f"/proc/{connection.connection.info.backend_pid}")
    while (process / "stat").read_text().rpartition(")")[2].split()[0] != "S":
        time.sleep(0.000_1)
    return int((process / "schedstat").read_text().split()[0]) / 1e6


@dataclass(frozen=True)
class Work:
    """A piece of work to measure, and what must be open around it without being measured."""

    run: Callable[[], object]
    inside: Callable[[], AbstractContextManager[object]] = nullcontext

    def cost(self) -> Cpu:
        """What it costs now."""
        with self.inside():
            sql_before = backend_ms()
            python_before = time.process_time_ns()
            self.run()
            python = time.process_time_ns() - python_before
            return Cpu(python / 1e6, backend_ms() - sql_before)


def compare(works: Sequence[Work], *, times: int, warm_up: int = 2) -> list[Cpu]:
    """The median cost of each, done in turns (A B A B …), so that what else runs here disturbs all alike."""
    costs = [[work.cost() for work in works] for _turn in range(warm_up + times)]
    return [median(one) for one in zip(*costs[warm_up:], strict=True)]


def median(costs: Sequence[Cpu]) -> Cpu:
    """The middle of several measurements of the same work."""
    return Cpu(statistics.median(cost.python for cost in costs), statistics.median(cost.sql for cost in costs))
