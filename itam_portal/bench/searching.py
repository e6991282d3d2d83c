"""Quick search and FIELD__contains in the large tenant: rare and common terms, one word and two, any order."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlencode

from django.db import connection

from itam_portal.bench.cases import Case
from itam_portal.bench.clock import Cpu, Work, compare
from itam_portal.bench.databases import say
from itam_portal.bench.facts import TEXTS, Facts
from itam_portal.bench.lists import replay
from itam_portal.bench.portal import Portal
from itam_portal.bench.report import Promise, Result, Table, ms, times

MOST_MS = 35.0
REPETITIONS = 5
ORDERS = ("name", "-last_login", "email", "role", "-job_title")
HEADS = ("Search", "Finds", "PostgreSQL ms", "Reading all", "Share of that")
_SCAN = "SELECT count(*) FROM accounts_account WHERE tenant_id = %s AND search_key LIKE '%%' || itam_fold(%s) || '%%'"


def measure(portal: Portal) -> Result:
    """Every promise about searches."""
    say("Measuring: searches.")
    facts = Facts(portal)
    long, short = list(_searches(facts)), list(_short_searches(facts))
    scans = {term: _scan(portal, term) for _case, term in [*long, *short]}
    outcomes = {case.label: _outcome(portal, case, scans[term]) for case, term in [*long, *short]}
    result = Result(tables=[_table(facts, outcomes)])
    labels = [case.label for case, _term in long]
    reordered = [label for label in labels if "sort=" in label and not label.endswith("sort=name")]
    by_name = [label for label in labels if label not in reordered]
    result.promises.append(_promise("Search of three characters or more", by_name, outcomes))
    result.promises.append(_promise("The same in four other orders", reordered, outcomes))
    if short:
        slowest = max((case.label for case, _term in short), key=lambda label: outcomes[label][0].sql)
        result.promises.append(
            Promise("Search of one or two characters", f"worst {ms(outcomes[slowest][0].sql)} ms ({slowest})", "–")
        )
    return result


Outcome = tuple[Cpu, Cpu, str]


def _promise(what: str, labels: list[str], outcomes: dict[str, "Outcome"]) -> Promise:
    slow = [label for label in labels if outcomes[label][0].sql > MOST_MS]
    worst = max(labels, key=lambda label: outcomes[label][0].sql)
    found = f"{len(labels) - len(slow)} of {len(labels)} hold; worst {ms(outcomes[worst][0].sql)} ms ({worst})"
    return Promise(what, found, f"≤ {MOST_MS:.0f} ms", not slow)


def _outcome(portal: Portal, case: Case, scan: Cpu) -> Outcome:
    """The search's own statements, sent again and again."""
    cost = compare([replay(portal, portal.own_statements(case.address))], times=REPETITIONS)[0]
    return cost, scan, portal.total(case.address)


def _scan(portal: Portal, term: str) -> Cpu:
    """The same term looked for in every row of the tenant."""
    return compare([Work(partial(_read_all, portal, term), inside=portal.scope)], times=3, warm_up=0)[0]


def _read_all(portal: Portal, term: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SCAN, [portal.tenant_id, term])


def _table(facts: Facts, outcomes: dict[str, Outcome]) -> Table:
    said = (
        f"In a tenant of {facts.count():,} accounts, below the policies; beside it the same term looked for "
        "by LIKE in every row."
    )
    table = Table("Searches", said, HEADS)
    for label, (cost, scan, total) in outcomes.items():
        table.rows.append((f"`{label}`", total, ms(cost.sql), ms(scan.sql), times(cost.sql / scan.sql)))
    return table


def _searches(facts: Facts) -> Iterator[tuple[Case, str]]:
    """Searches of three characters or more, each with the term to compare with."""
    common, rare = facts.common_part("name_key"), facts.rare("login_key")
    word, other = facts.common("split_part(name_key, ' ', 1)"), facts.common("split_part(name_key, ' ', 2)")
    terms = {
        "common, in a word": common,
        "rare": rare,
        "common word": word,
        "common domain": facts.common("split_part(email_key, '@', 2)"),
        "an address": facts.rare("email_key"),
        "nothing": "qqzzxxw",
        "two common words": f"{word} {other}",
        "a common and a rare word": f"{word} {rare}",
        "two that never meet": f"{word} qqzzxxw",
        "common title": facts.common("job_title_key"),
        "rare title": facts.rare("job_title_key"),
    }
    for label, term in terms.items():
        for order in ORDERS:
            yield Case(f"q ({label}), sort={order}", urlencode({"q": term, "sort": order})), term
    yield from _contains(facts)


def _contains(facts: Facts) -> Iterator[tuple[Case, str]]:
    for name in TEXTS:
        common, rare = facts.common_part(f"{name}_key"), facts.rare(f"{name}_key")
        for label, term in (("common", common), ("rare", rare), ("nothing", "qqzzxxw")):
            yield Case(f"{name}__contains ({label})", urlencode({f"{name}__contains": term})), term
        for label, term in (("common", facts.common(f"right({name}_key, 3)")), ("rare", rare[-12:])):
            yield Case(f"{name}__ends ({label})", urlencode({f"{name}__ends": term})), term
    inside = facts.common("substr(split_part(email_key, '@', 2), 1, 6)")
    yield Case("name__contains (common elsewhere)", urlencode({"name__contains": inside})), inside


def _short_searches(facts: Facts) -> Iterator[tuple[Case, str]]:
    for length in (1, 2):
        term = facts.common(f"left(name_key, {length})")
        yield Case(f"q ({length} characters)", urlencode({"q": term})), term
        yield Case(f"name__contains ({length} characters)", urlencode({"name__contains": term})), term
    yield Case("q (1 character, rare)", urlencode({"q": "ø"})), "ø"
