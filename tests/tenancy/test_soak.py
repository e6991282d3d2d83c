"""Eight threads, a pool of three: tenants in random order, reads, writes, streams, errors. Nothing crosses over."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client

from accounts.models import Account
from itam_portal.lists.models import SavedView
from itam_portal.tenancy.scope import has_scope, tenant_scope
from organizations.models import Tenant
from tests.cast import CANARY

THREADS, ROUNDS = 8, 2
SHOWING = ("/lazy/", "/stream/", "/accounts/?per_page=25")
EXPECTED = {
    **{("get", address): 200 for address in (*SHOWING, "/leave/")},
    ("post", "/write/"): 200,
    ("get", "/write/"): 500,
    ("get", "/fail/"): 500,
    ("post", "/fail/"): 500,
}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.tenancy.urls")]


class Soak:
    """What the threads do, and what they saw."""

    def __init__(self, browsers: dict[str, Callable[[], Client]]) -> None:
        self.browsers = browsers
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.lock = threading.Lock()

    def run(self, seed: int) -> None:
        """One thread's requests: each kind as each person a few times, in an order of its own."""
        mine = {slug: make() for slug, make in self.browsers.items()}
        for browser in mine.values():
            # The test client hears of every thread's exceptions, and would raise another's.
            browser.raise_request_exception = False
        requests = [(slug, method, address) for slug in mine for method, address in EXPECTED] * ROUNDS
        random.Random(seed).shuffle(requests)
        for slug, method, address in requests:
            self.judge(slug, method, address, mine[slug])
            self.trespass()

    def judge(self, slug: str, method: str, address: str, browser: Client) -> None:
        """Send one request and look at what came back."""
        answer: Any = getattr(browser, method)(address)
        text = (b"".join(answer) if answer.streaming else answer.content).decode()
        problem = ""
        if answer.status_code == 200 and address in SHOWING:
            problem = "" if (CANARY in text) is (slug == "contoso") and "Olivia" in text else "shows the wrong rows"
        if has_scope():
            problem = "left its scope open"
        with self.lock:
            self.done[f"{slug} {method} {address} {answer.status_code}"] += 1
            if problem:
                self.wrong.append(f"{slug} {method} {address} {problem}")

    def trespass(self) -> None:
        """A read without any scope, on whatever connection the pool gives."""
        try:
            Account.objects.first()
        except DatabaseError:
            outcome = "refused"
        else:
            outcome = "answered"
        with self.lock:
            self.done[f"without a scope: {outcome}"] += 1


def test_many_requests_at_once_stay_each_in_its_tenant(
    mallory: Account,
    victor: Account,
    northwind: Tenant,
    contoso: Tenant,
    client_of: Callable[[Account], Client],
    at_once: Callable[..., None],
) -> None:
    soak = Soak({"northwind": lambda: client_of(victor), "contoso": lambda: client_of(mallory)})

    at_once(*[lambda seed=seed: soak.run(seed) for seed in range(THREADS)])

    assert soak.wrong == []
    times = THREADS * ROUNDS
    wanted = {f"{slug} {m} {a} {status}": times for slug in soak.browsers for (m, a), status in EXPECTED.items()}
    assert soak.done == wanted | {"without a scope: refused": times * len(wanted)}
    for tenant, writer in ((northwind, victor), (contoso, mallory)):
        with tenant_scope(tenant.pk):
            written = SavedView.objects.filter(name__in=["written", "left behind", "half done"])
            assert set(written.values_list("account", "tenant")) == {(writer.pk, tenant.pk)}
            numbers = Counter(written.values_list("name", flat=True))
        assert numbers == {"written": times, "left behind": 3 * times}


def test_the_pool_is_smaller_than_the_crowd(database: None) -> None:
    assert settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"] == 3 < THREADS
