"""The list's SQL: every order, filter and step costs a million accounts what it costs ten thousand."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from itam_portal.bench import cases, plans
from itam_portal.bench.cases import Case
from itam_portal.bench.clock import Work, compare
from itam_portal.bench.databases import say
from itam_portal.bench.facts import Facts
from itam_portal.bench.portal import Portal, Statement, list_page
from itam_portal.bench.report import Promise, Result, Table, ms, times

REPETITIONS = 7
MOST = 2.0
# Groups are counted in one pass over what matches, as an exact count is; only that a pass also reads their values.
MOST_GROUPED = 4.0
# Below one millisecond it is the machine that decides, not the query.
FLOOR = 1.0
HEADS = ("Address", "ms small", "ms large", "Ratio", "Rows read", "Index of the page's keys")


@dataclass(frozen=True)
class Outcome:
    """One address on both databases."""

    case: Case
    small: float
    large: float
    statements: Sequence[Statement]
    plan: plans.Plan

    @property
    def ratio(self) -> float:
        """How much more a million costs; both taken as one millisecond at least."""
        return max(self.large, FLOOR) / max(self.small, FLOOR)

    @property
    def row(self) -> tuple[str, ...]:
        """As a row of the page's table."""
        read = f"{self.plan.rows_read:,}"
        return f"`{self.case.label}`", ms(self.small), ms(self.large), times(self.ratio), read, self.plan.words


def measure(small: Portal, large: Portal) -> Result:
    """Every promise about the SQL of sorts, filters and steps."""
    result = Result()
    groups: list[tuple[str, Callable[[Portal], Iterable[Case]]]] = [
        ("Sorts", lambda portal: cases.sorts()),
        ("Next and previous", cases.steps),
        ("Filters", lambda portal: cases.filters(Facts(portal))),
    ]
    for title, make in groups:
        say(f"Measuring: {title.lower()}.")
        pairs = zip(make(small), make(large), strict=True)
        result.add(_judge(title, [_outcome(small, large, *pair) for pair in pairs]))
    result.promises += [deep(large), *map(partial(grouped, large), cases.groups())]
    return result


def grouped(portal: Portal, case: Case) -> Promise:
    """All heads with exact counts, and a page of rows: against one exact count of the same list."""
    whole = Case("count=exact", "count=exact")
    works = [replay(portal, portal.own_statements(one.address)) for one in (case, whole)]
    page, count = compare(works, times=REPETITIONS)
    ratio = page.sql / count.sql
    found = f"{ms(page.sql)} ms : {ms(count.sql)} ms = {times(ratio)}"
    return Promise(
        f"{case.label} : an exact count of the list", found, f"≤ {times(MOST_GROUPED)}", ratio <= MOST_GROUPED
    )


def deep(portal: Portal) -> Promise:
    """Page 1,900: its keys first, then 50 rows, against the same rows by one statement with OFFSET."""
    case = Case("page=1900", "page=1900")
    works = [replay(portal, portal.own_statements(case.address)), Work(partial(_by_offset, portal), portal.scope)]
    keys_first, by_offset = compare(works, times=REPETITIONS)
    ratio = keys_first.sql / by_offset.sql
    found = f"{ms(keys_first.sql)} ms : {ms(by_offset.sql)} ms = {times(ratio)}"
    return Promise("Page 1,900 by deferred join : by OFFSET alone", found, "cheaper", ratio < 1)


def _by_offset(portal: Portal) -> None:
    kind = list_page().kind
    rows = kind.filters._meta.model._default_manager.filter(tenant_id=portal.tenant_id)
    columns = ("pk", "name", "login", "email", "role_names", "status", "type", "last_login_at")
    ordered = kind.annotations["role_names"](rows).order_by("name_key", "pk").values_list(*columns)
    list(ordered[1_899 * 50 : 1_900 * 50])


def _outcome(small: Portal, large: Portal, case: Case, same: Case) -> Outcome:
    """The page's own statements, sent again and again to both databases in turns."""
    sent = small.own_statements(case.address), large.own_statements(same.address)
    works = [replay(portal, statements) for portal, statements in zip((small, large), sent, strict=True)]
    costs = compare(works, times=REPETITIONS)
    return Outcome(same, costs[0].sql, costs[1].sql, sent[1], plans.of(large, sent[1]))


def replay(portal: Portal, statements: Sequence[Statement]) -> Work:
    """The same SQL as the product sent it, by the serving role, below the policies."""
    return Work(partial(run_all, statements), inside=portal.scope)


def run_all(statements: Sequence[Statement]) -> None:
    """Send all of them, one after the other."""
    for statement in statements:
        statement.run()


def _judge(title: str, outcomes: list[Outcome]) -> Result:
    said = (
        f"The SQL of one page in CPU milliseconds; ratios with a floor of {FLOOR:.0f} ms. "
        "Rows read: the most accounts that one query of the page looks at in the large database."
    )
    table = Table(title, said, HEADS, [outcome.row for outcome in outcomes])
    slow = [outcome for outcome in outcomes if outcome.ratio > MOST]
    unindexed = [outcome for outcome in outcomes if outcome.plan.reads_the_table]
    worst = max(outcomes, key=lambda outcome: outcome.ratio)
    found = f"{len(outcomes) - len(slow)} of {len(outcomes)} hold; worst {times(worst.ratio)} ({worst.case.label})"
    promises = [
        Promise(f"{title}: SQL at a million : ten thousand", found, f"≤ {times(MOST)}", not slow),
        Promise(f"{title}: plans", f"{len(unindexed)} of {len(outcomes)} read the table", "none", not unindexed),
    ]
    broken = [plans.explain(outcome.case.label, outcome.plan) for outcome in [*slow, *unindexed]]
    return Result(promises, [table], list(dict.fromkeys(broken)))
