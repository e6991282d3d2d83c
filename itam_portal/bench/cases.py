"""The addresses to measure: every sort, every filter with every operator, next, previous, and searches."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from itam_portal.bench.facts import TEXTS, Facts
from itam_portal.bench.portal import Portal, list_page
from itam_portal.lists.listing import Listing


@dataclass(frozen=True)
class Case:
    """One address of the list, with a label that is the same for every database."""

    label: str
    query: str

    @property
    def address(self) -> str:
        return f"{reverse('accounts')}?{self.query}"


def sorts() -> Iterator[Case]:
    """Every column that can be sorted by, in both directions."""
    for key in sort_keys():
        yield Case(f"sort={key}", f"sort={key}")


def sort_keys() -> list[str]:
    """Every sort by one key, as an address says it."""
    return [f"{sign}{name}" for name in sorted(list_page().kind.shape.sortable) for sign in ("", "-")]


def steps(portal: Portal) -> Iterator[Case]:
    """Next and previous from the middle of the list, in every order."""
    for key in sort_keys():
        cursor = _middle(portal, key)
        yield Case(f"sort={key}, next", urlencode({"sort": key, "after": cursor}))
        yield Case(f"sort={key}, previous", urlencode({"sort": key, "before": cursor}))


def _middle(portal: Portal, key: str) -> str:
    """The product's own cursor for the row in the middle of this order."""
    page = list_page()
    with portal.scope() as account:
        listing = Listing(page.kind, page.rows(account), QueryDict(f"sort={key}"), account=account)
        finder = listing.finder
        rows = finder.matching().order_by(*finder.order.expressions()).values_list("pk", flat=True)
        return finder.cursor(rows[rows.count() // 2])


def groups() -> Iterator[Case]:
    """Grouped by each field alone, closed; two deep, closed and with a group opened."""
    for name in list_page().kind.shape.groupable:
        if name != "organization":  # a million accounts have more organizations than a list shows groups
            yield Case(f"group={name}", f"group={name}")
    yield Case("group=type,-status", "group=type%2C-status")
    yield Case("group=type,status, opened", "group=type%2Cstatus&open=operator&open=operator/enabled")


def filters(facts: Facts) -> Iterator[Case]:
    """Every field with every operator, for values that many accounts have and for values that few have."""
    for name in TEXTS:
        yield from _texts(facts, name)
    yield from _choices()
    yield from _roles(facts)
    yield from _organizations(facts)
    yield from _moments(facts)
    yield from _durations(facts)


def _case(name: str, operator: str, kind: str, value: object) -> Case:
    parameter = f"{name}__{operator}" if operator else name
    return Case(f"{parameter} ({kind})" if kind else f"{parameter}={value}", urlencode({parameter: value}))


def _texts(facts: Facts, name: str) -> Iterator[Case]:
    """`contains` is measured with the searches: it is promised an absolute time."""
    common, rare = facts.common(f"{name}_key"), facts.rare(f"{name}_key")
    for operator in ("is", "not", "in"):
        yield _case(name, operator, "common", common)
        yield _case(name, operator, "rare", rare)
    yield _case(name, "starts", "common", facts.common(f"left({name}_key, 2)"))
    yield _case(name, "starts", "rare", rare[:12])
    yield _case(name, "empty", "", "yes")
    yield _case(name, "empty", "", "no")


def _choices() -> Iterator[Case]:
    for name, values in (("status", ("enabled", "disabled")), ("type", ("operator", "service"))):
        for operator in ("", "not", "in"):
            for value in values:
                yield _case(name, operator, "", value)


def _roles(facts: Facts) -> Iterator[Case]:
    for kind, direction in (("common", "DESC"), ("rare", "ASC")):
        for operator in ("", "not", "in"):
            yield _case("role", operator, kind, facts.role(direction))
    both = [("role", facts.role("DESC")), ("role", facts.role("ASC"))]
    yield Case("role, either of two", urlencode(both))
    yield _case("role", "empty", "", "yes")
    yield _case("role", "empty", "", "no")


def _organizations(facts: Facts) -> Iterator[Case]:
    for kind, direction in (("common", "DESC"), ("rare", "ASC")):
        for operator in ("", "not", "in"):
            yield _case("organization", operator, kind, facts.organization(direction))


def _moments(facts: Facts) -> Iterator[Case]:
    few, half, most = (facts.day(share) for share in (0.002, 0.5, 0.998))
    for operator, common, rare in (("before", most, few), ("after", few, most), ("is", most, few), ("not", most, few)):
        yield _case("last_login", operator, "common", common)
        yield _case("last_login", operator, "rare", rare)
    yield _case("last_login", "in", "common", f"{few},{half},{most}")
    yield _case("last_login", "empty", "", "yes")
    yield _case("last_login", "empty", "", "no")


def _durations(facts: Facts) -> Iterator[Case]:
    few, half, most = (facts.seconds(share) for share in (0.002, 0.5, 0.998))
    for operator, common, rare in (
        ("before", most, few),
        ("after", few, most),
        ("is", half, most),
        ("not", half, most),
    ):
        yield _case("login_duration", operator, "common", common)
        yield _case("login_duration", operator, "rare", rare)
    yield _case("login_duration", "in", "", f"{few},{half},{most}")
    yield _case("login_duration", "empty", "", "yes")
    yield _case("login_duration", "empty", "", "no")
