"""How many of everything each tenant gets: the first one half, the others ever less."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from itam_portal.refusals import Refused

MOST_ORGANIZATIONS = 400


class Impossible(Refused):
    """No demo has these numbers; the message says why."""


@dataclass(frozen=True)
class Numbers:
    """What the demo was asked for."""

    accounts: int
    users: int
    organizations: int
    tenants: int
    seed: int
    today: date


@dataclass(frozen=True)
class Share:
    """What one tenant gets."""

    accounts: int
    users: int
    organizations: int


def shares(numbers: Numbers) -> list[Share]:
    """The share of each tenant; they add up to the numbers. Raises Impossible."""
    require_possible(numbers)
    least = [least_accounts(position) for position in range(1, numbers.tenants)]
    half = (numbers.accounts + 1) // 2
    spare = numbers.accounts - half - sum(least)
    accounts = [half, *[few + more for few, more in zip(least, spread(spare, len(least)), strict=True)]]
    users = [(numbers.users + 1) // 2, *spread(numbers.users // 2, len(least))]
    organizations = share_organizations(numbers.organizations, numbers.tenants)
    return [Share(*share) for share in zip(accounts, users, organizations, strict=True)]


def require_possible(numbers: Numbers) -> None:
    """Raise Impossible where the cast and the other tenants' owners find no room."""
    if numbers.tenants < 2:
        raise Impossible("The demo has at least 2 tenants: Northwind and Contoso.")
    if numbers.users < 0:
        raise Impossible("There cannot be fewer than 0 users.")
    accounts = 2 * max(least_accounts(0), sum(map(least_accounts, range(1, numbers.tenants))))
    if numbers.accounts < accounts:
        raise Impossible(f"{numbers.tenants} tenants and their cast need at least {accounts} accounts.")
    least, most = numbers.tenants + 1, numbers.tenants * MOST_ORGANIZATIONS
    if not least <= numbers.organizations <= most:
        raise Impossible(f"{numbers.tenants} tenants have {least} to {most} organizations, at most 400 each.")


def least_accounts(position: int) -> int:
    """Automation and the cast: five people in Northwind, two in Contoso, one in every other tenant."""
    return {0: 6, 1: 3}.get(position, 2)


def share_organizations(whole: int, tenants: int) -> list[int]:
    """At least HOME and one more for the first tenant, HOME for the others, nobody more than 400."""
    first = min(MOST_ORGANIZATIONS, (whole + 1) // 2, whole - (tenants - 1))
    first = max(first, 2)
    others = spread(whole - first - (tenants - 1), tenants - 1, most=MOST_ORGANIZATIONS - 1)
    return [first, *[number + 1 for number in others]]


def spread(whole: int, parts: int, most: int | None = None) -> list[int]:
    """A long tail, as Zipf found: the second gets about half of what the first gets, the third a third."""
    weights: Sequence[float] = [1 / (position + 1) for position in range(parts)]
    found: list[int] = []
    for position, weight in enumerate(weights):
        left = whole - sum(found)
        part = ceil(left * weight / sum(weights[position:]))
        found.append(part if most is None else min(part, most))
    return found
