"""A whole page: against the Django admin on the same rows, its number of queries, and what the policies cost."""

from functools import partial

from django.urls import reverse

from itam_portal.bench.clock import Cpu, Work, compare
from itam_portal.bench.portal import Portal
from itam_portal.bench.report import Promise, Result, Table, ms, times

REPETITIONS = 30
MOST_QUERIES = 8
POLICY_SHARE = 1.1
API_SHARE = 1 / 2
# Rows a page: the admin's site, and the share of its cost that we may take.
AGAINST = {50: ("admin", 1 / 4), 200: ("admin_long", 1 / 8)}


def measure(portal: Portal) -> Result:
    """Every promise about a whole page."""
    result = Result()
    result.add(against_admin(portal))
    result.add(queries(portal))
    result.add(policies(portal))
    result.add(against_api(portal))
    return result


def page(rows: int) -> str:
    """The first page of the list, with this many rows."""
    return f"{reverse('accounts')}?per_page={rows}"


def against_admin(portal: Portal) -> Result:
    """Our list and the admin's changelist in turns."""
    works = []
    for rows, (site, _share) in AGAINST.items():
        works += [_get(portal, page(rows)), _get(portal, reverse(f"{site}:accounts_account_changelist"))]
    costs = compare(works, times=REPETITIONS, warm_up=5)
    said = "The whole request, with session, identity and scope: both sides pay the same for those."
    table = Table("A whole page", said, ("Page", "Rows", "Python ms", "PostgreSQL ms", "Both"))
    result = Result(tables=[table])
    for at, (rows, (_site, share)) in enumerate(AGAINST.items()):
        ours, admin = costs[2 * at], costs[2 * at + 1]
        table.rows += [_row("accounts", rows, ours), _row("tuned Django admin", rows, admin)]
        ratio = ours.total / admin.total
        found = f"{ms(ours.total)} ms : {ms(admin.total)} ms = {times(ratio)}"
        result.promises.append(
            Promise(f"Page of {rows} rows : admin changelist", found, f"≤ {share:.3g}×", ratio <= share)
        )
    return result


def against_api(portal: Portal) -> Result:
    """A list page of the API against the same page as HTML, in turns."""
    program = portal.let_program_in()
    works = []
    for name, address in ((page(50), "/api/v1/operators?limit=50"), ("/users/?per_page=50", "/api/v1/users?limit=50")):
        works += [Work(partial(portal.call, program, address)), _get(portal, name)]
    costs = compare(works, times=REPETITIONS, warm_up=5)
    said = "The whole call, with key, limits and log, beside the whole request of the page."
    table = Table("A list page of the API", said, ("Page", "Rows", "Python ms", "PostgreSQL ms", "Both"))
    result = Result(tables=[table])
    for at, what in enumerate(("operators", "users")):
        api, html = costs[2 * at], costs[2 * at + 1]
        table.rows += [_row(f"{what}, API", 50, api), _row(f"{what}, page", 50, html)]
        ratio = api.total / html.total
        found = f"{ms(api.total)} ms : {ms(html.total)} ms = {times(ratio)}"
        result.promises.append(
            Promise(f"50 {what} over the API : page", found, f"≤ {API_SHARE:.3g}×", ratio <= API_SHARE)
        )
    return result


def _row(name: str, rows: int, cost: Cpu) -> tuple[str, ...]:
    return name, str(rows), ms(cost.python), ms(cost.sql), ms(cost.total)


def queries(portal: Portal) -> Result:
    """How many queries a page sends beside session, identity, door and scope."""
    sent = {rows: portal.own_statements(page(rows)) for rows in (25, 50, 200)}
    numbers = {len(statements) for statements in sent.values()}
    holds = len(numbers) == 1 and max(numbers) <= MOST_QUERIES
    found = ", ".join(f"{len(statements)} at {rows} rows" for rows, statements in sent.items())
    said = "What the first page sends beside session, identity, door and scope."
    table = Table("Queries of a page", said, ("", "Statement"))
    for number, statement in enumerate(sent[50], 1):
        table.rows.append((str(number), f"`{_short(statement.sql)}`"))
    return Result([Promise("Queries a page", found, f"≤ {MOST_QUERIES}, the same for any", holds)], [table])


def _short(sql: str) -> str:
    """What a statement reads, without the columns it names."""
    head, mark, rest = sql.partition(" FROM ")
    text = f"{head[:60]}{'…' if len(head) > 60 else ''}{mark}{rest}".replace('"', "")
    return text if len(text) < 240 else f"{text[:240]}…"


def policies(portal: Portal) -> Result:
    """The same page below the policies and, read as their tables' owner, without them."""
    result = Result()
    for rows in AGAINST:
        works = [_get(portal, page(rows)), _get(portal, page(rows), as_owner=True)]
        below, without = compare(works, times=REPETITIONS, warm_up=5)
        ratio = below.total / without.total
        found = f"{ms(below.total)} ms : {ms(without.total)} ms = {times(ratio)}"
        what, promised = f"Page of {rows} rows with policies : without", f"≤ {POLICY_SHARE}×"
        result.promises.append(Promise(what, found, promised, ratio <= POLICY_SHARE))
    return result


def _get(portal: Portal, address: str, *, as_owner: bool = False) -> Work:
    get = partial(portal.get, address, as_owner=as_owner)
    return Work(get, inside=partial(portal.open, as_owner=as_owner))
