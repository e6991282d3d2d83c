"""A real portal and a real Chromium, once for all tests of this folder; browsers of the cast for each test.

All tests here belong to one group, so that with `-n 2 --dist loadgroup` a single worker runs them.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.portal import BASE, Portal, portal_for
from tests.browser.visitors import NARROW, Visitors, Watch

HERE = Path(__file__).resolve().parent
CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
).split()
PATIENCE_MS = 15_000
SHOTS = BASE / ".data" / "browser"


def pytest_configure(config: pytest.Config) -> None:
    """The mark of a test that lets the server refuse something."""
    config.addinivalue_line("markers", "provokes(*statuses): this test makes the server answer so, or goes offline")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests together in one process."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let the fixtures know whether the test failed."""
    report = yield
    item.stash.setdefault(FAILED, False)
    item.stash[FAILED] |= report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Where there is none these tests are skipped, but never in CI."""
    path = shutil.which("chromium")
    if path is None:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say("there is no Chromium on this machine: apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def portal(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The portal under test, with demo data."""
    with portal_for("browser", tmp_path_factory) as portal:
        yield portal


@pytest.fixture(scope="package")
def shared() -> dict[str, BrowserContext]:
    """The browsers of whoever signed in already."""
    return {}


@pytest.fixture
def watch(portal: Portal, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """What must never happen: no test ends with anything in it."""
    mark = request.node.get_closest_marker("provokes")
    watch = Watch(portal.address, frozenset(mark.args if mark else ()))
    yield watch
    assert watch.seen == []


@pytest.fixture
def visitors(
    chromium: Browser,
    portal: Portal,
    watch: Watch,
    shared: dict[str, BrowserContext],
    request: pytest.FixtureRequest,
) -> Iterator[Visitors]:
    """Opens browsers; photographs them where the test failed."""
    visitors = Visitors(chromium, portal, watch, shared)
    yield visitors
    if request.node.stash.get(FAILED, False):
        SHOTS.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "-", request.node.name)
        for number, page in enumerate(visitors.pages):
            page.screenshot(path=SHOTS / f"{name}-{number}.png")
    visitors.leave()


# --- the cast ---------------------------------------------------------------------------------------------------


@pytest.fixture
def stranger(visitors: Visitors) -> Page:
    """Somebody who has not signed in."""
    return visitors.stranger()


@pytest.fixture
def olivia(visitors: Visitors) -> Page:
    """Owns Northwind."""
    return visitors.person("olivia@northwind.example")


@pytest.fixture
def olivia_on_a_phone(visitors: Visitors) -> Page:
    """The same, on a screen of 390 pixels that is touched."""
    return visitors.person("olivia@northwind.example", viewport=NARROW, has_touch=True, is_mobile=True)


@pytest.fixture
def olivia_without_scripts(visitors: Visitors) -> Page:
    """The same, with JavaScript switched off."""
    return visitors.person("olivia@northwind.example", java_script_enabled=False)


@pytest.fixture
def olivia_afresh(visitors: Visitors) -> Iterator[Page]:
    """Olivia in a session of her own; afterwards Northwind is again where she worked last."""
    yield visitors.afresh("olivia@northwind.example")
    visitors.portal.change(
        "UPDATE accounts_identity SET last_tenant_id = (SELECT id FROM organizations_tenant WHERE slug = 'northwind') "
        "WHERE email = 'olivia@northwind.example'"
    )


@pytest.fixture
def adam(visitors: Visitors) -> Page:
    """Administers Northwind; has not chosen any columns."""
    visitors.portal.change("DELETE FROM lists_listpreference")
    return visitors.person("adam@northwind.example")


@pytest.fixture
def victor(visitors: Visitors) -> Page:
    """Only views Northwind."""
    return visitors.person("victor@northwind.example")


@pytest.fixture
def uma(visitors: Visitors) -> Page:
    """Operates one organization."""
    return visitors.person("uma@northwind.example")


@pytest.fixture
def mallory(visitors: Visitors) -> Page:
    """Owns Contoso, which has more accounts than are counted without being asked."""
    return visitors.person("mallory@contoso.example")
