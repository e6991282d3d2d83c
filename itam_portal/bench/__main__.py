"""Prepare two databases, measure, print the promises, write docs/benchmarks.md; status 1 where one is broken."""

import argparse
import contextlib
import fcntl
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import django
import psycopg

from itam_portal.bench import databases, report
from itam_portal.bench.clock import require_clock
from itam_portal.bench.databases import Size
from itam_portal.local import server
from itam_portal.local.processes import Problem
from itam_portal.local.server import Server, Urls

PAGE = databases.BASE / "docs" / "benchmarks.md"
PARTS = ("pages", "lists", "searching", "bulk")


def main() -> int:
    """Run the benchmark."""
    options = read_options()
    try:
        require_clock()
        with running_server() as running:
            result = run(running, options)
    except (Problem, psycopg.Error) as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if result.holds else 1


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m itam_portal.bench", description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000, help="accounts of the large database")
    parser.add_argument("--small", type=int, default=10_000, help="accounts of the small database")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone; writes no page")
    parser.add_argument("--fresh", action="store_true", help="make the databases anew")
    return parser.parse_args()


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """The benchmark's own server, for one benchmark at a time."""
    databases.DATA.parent.mkdir(exist_ok=True)
    with databases.DATA.with_name(databases.DATA.name + ".session").open("w") as session:
        try:
            fcntl.flock(session, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Problem("Another benchmark is running here: wait for its end.") from error
        running = server.start(databases.DATA, durable=False)
        try:
            yield running
        finally:
            server.stop(running)


def run(running: Server, options: argparse.Namespace) -> report.Result:
    """Prepare, measure and report."""
    sizes = [Size(options.small), Size(options.accounts)]
    databases.drop_stale(running, keep=[] if options.fresh else sizes)
    small, large = [databases.prepare(running, size) for size in sizes]
    set_up_django(large)
    try:
        result = measure(small, large, options.only or PARTS)
        print(report.on_terminal(result))
        if not options.only:
            PAGE.write_text(report.as_page(result, heading(sizes)))
    finally:
        databases.tidy(running, sizes[1].database)
    return result


def set_up_django(urls: Urls) -> None:
    """Only now is it known which database the settings mean."""
    os.environ.pop("OWNER_DATABASE_URL", None)
    os.environ |= databases.ENVIRONMENT | {"DATABASE_URL": urls.serving}
    os.environ["DJANGO_SETTINGS_MODULE"] = "itam_portal.bench.settings"
    django.setup()


def measure(small: Urls, large: Urls, parts: tuple[str, ...]) -> report.Result:
    """All parts, or those asked for. They are imported late: they need Django."""
    from itam_portal.bench import bulk, lists, pages, searching
    from itam_portal.bench.portal import Portal

    few, many = Portal(small), Portal(large)
    result = report.Result()
    if "pages" in parts:
        result.add(pages.measure(many))
    if "lists" in parts:
        result.add(lists.measure(few, many))
    if "searching" in parts:
        result.add(searching.measure(many))
    if "bulk" in parts:
        result.add(bulk.measure(many))
    return result


def heading(sizes: list[Size]) -> str:
    """When and on what it was measured."""
    from itam_portal.bench import machine

    small, large = (f"{size.accounts:,}" for size in sizes)
    return (
        f"Made by `make bench` on {datetime.now(UTC).date()}; do not edit. {machine.describe()}\n"
        f"Two databases, of {small} and {large} accounts; the tenant that is measured has half of them."
    )


if __name__ == "__main__":
    sys.exit(main())
