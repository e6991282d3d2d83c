"""Two thousand requests of eight threads over three connections, for random people, tenants, organizations and pages.

Each answer shows exactly the rows that the person may see of the organization asked for, found by plain reading.
"""

import random
import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from accounts.models import Account
from itam_portal.tenancy.scope import has_scope, tenant_scope
from organizations.models import Organization, OrganizationGroup, Tenant
from tests.cast import CANARY
from users.models import ComputerUser

ROUNDS, THREADS, REQUESTS = 5, 8, 50
CODES = ("", "", "HOME", "emea", "apac", "123456", "hideout", "nowhere")
# Where each person sees what; None is everywhere in the tenant.
REACHES: dict[str, tuple[str, set[str] | None]] = {
    "olivia": ("northwind", None),
    "victor": ("northwind", None),
    "uma": ("northwind", {"emea"}),
    "akira": ("northwind", {"apac"}),
    "gil": ("northwind", {"emea", "apac"}),
    "mallory": ("contoso", None),
}
PAGES = ("/accounts/", "/users/", "/organizations/")

pytestmark = pytest.mark.django_db(transaction=True)


class Truth:
    """What stands in both tenants: of each list the rows, each with the code of its organization."""

    def __init__(self, *tenants: Tenant) -> None:
        self.rows: dict[tuple[str, str], dict[int, str]] = {}
        self.logins: dict[tuple[str, str], int] = {}
        for tenant in tenants:
            with tenant_scope(tenant.pk):
                self._read(tenant)

    def _read(self, tenant: Tenant) -> None:
        slug = tenant.slug
        self.rows[slug, "/accounts/"] = dict(Account.objects.values_list("pk", "home__code"))
        self.rows[slug, "/users/"] = dict(ComputerUser.objects.values_list("pk", "home__code"))
        self.rows[slug, "/organizations/"] = dict(Organization.objects.values_list("pk", "code"))
        self.logins |= {(slug, login): key for key, login in Account.objects.values_list("pk", "login")}

    def expected(self, login: str, page: str, code: str) -> set[int] | None:
        """The rows that this person sees there; None where the organization asked for is none of theirs."""
        slug, reach = REACHES[login]
        known = set(self.rows[slug, "/organizations/"].values())
        if code and code not in (known if reach is None else known & reach):
            return None
        whole = self.rows[slug, page]
        seen = {key for key, place in whole.items() if reach is None or place in reach}
        if page == "/accounts/":
            # An account always sees itself.
            seen.add(self.logins[slug, login])
        return {key for key in seen if not code or page == "/organizations/" or whole[key] == code}


class Soak:
    """What the threads do, and what they saw."""

    def __init__(self, truth: Truth, browsers: dict[str, Callable[[], Client]]) -> None:
        self.truth, self.browsers = truth, browsers
        self.done: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.lock = threading.Lock()

    def run(self, seed: int) -> None:
        """One thread's requests."""
        chance = random.Random(seed)
        mine = {login: make() for login, make in self.browsers.items()}
        connections["default"].close()
        for browser in mine.values():
            browser.raise_request_exception = False
        for _number in range(REQUESTS):
            login = chance.choice(list(mine))
            self.judge(login, chance.choice(PAGES), chance.choice(CODES), chance.random() < 0.2, mine[login])

    def judge(self, login: str, page: str, code: str, is_file: bool, browser: Client) -> None:
        """Send one request and compare what came back with the truth."""
        query = f"?per_page=200{f'&organization={code}' if code else ''}"
        answer: Any = browser.get(f"{page}{'export.csv' if is_file else ''}{query}")
        text = (b"".join(answer) if answer.streaming else answer.content).decode()
        # Whoever goes on holding a connection keeps it from the others: a server gives it back after each request.
        connections["default"].close()
        wanted = self.truth.expected(login, page, code)
        problem = self._problem(answer, text, wanted, is_file)
        if CANARY in text and REACHES[login][0] != "contoso":
            problem = "shows the neighbour"
        if has_scope():
            problem = "left its scope open"
        with self.lock:
            self.done[answer.status_code] += 1
            if problem:
                self.wrong.append(f"{login} {page} {code} {is_file}: {problem}")

    @staticmethod
    def _problem(answer: Any, text: str, wanted: set[int] | None, is_file: bool) -> str:
        shown = set(map(int, re.findall(r'<tr [^>]*data-id="(\d+)"', text)))
        if wanted is None:
            return f"answers {answer.status_code}" if answer.status_code not in (302, 400) or shown else ""
        if answer.status_code != 200:
            return f"answers {answer.status_code}"
        if is_file:
            lines = len(text.strip().splitlines()) - 1
            return "" if lines == len(wanted) else f"writes {lines} rows for {len(wanted)}"
        return "" if shown == wanted else f"shows {shown ^ wanted} wrongly"


def test_two_thousand_requests_show_nobody_a_row_too_many(
    northwind: Tenant, contoso: Tenant, client_of: Callable[[Account], Client], at_once: Callable[..., None]
) -> None:
    assert settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"] == 3
    truth, people = Truth(northwind, contoso), {}
    for login, (slug, _reach) in REACHES.items():
        with tenant_scope({"northwind": northwind, "contoso": contoso}[slug].pk):
            people[login] = Account.objects.select_related("tenant", "identity", "home").get(login=login)
            if login == "gil":
                inside = OrganizationGroup.objects.get(name="Overseas").members
                assert set(inside.values_list("organization__code", flat=True)) == {"emea", "apac"}
    soak = Soak(truth, {login: lambda account=account: client_of(account) for login, account in people.items()})

    for number in range(ROUNDS):
        at_once(*[lambda seed=seed: soak.run(seed) for seed in range(number * THREADS, (number + 1) * THREADS)])

    assert soak.wrong == []
    assert soak.done.total() == ROUNDS * THREADS * REQUESTS == 2_000
    assert {200, 302, 400} <= set(soak.done)
