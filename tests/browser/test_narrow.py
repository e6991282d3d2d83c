"""On a phone: cards in place of rows, and nothing that scrolls sideways."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import bulk_button, chip, column, expect_query, expect_settled, open_chip, rows, tick
from tests.browser.visitors import NARROW, Visitors

EVERYTHING = "columns=name,login,email,job_title,role,status,type,last_login,login_duration,organization"
# What may scroll by itself: the row of chips and the tabs.
SIDEWAYS = """async () => {
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
    const wide = document.documentElement.scrollWidth;
    const width = document.documentElement.clientWidth;
    const scrolls = (element) => element.closest(".chips, .tabs, .visually-hidden") !== null;
    const beyond = [...document.querySelectorAll("body *")]
        .filter((element) => element.checkVisibility({visibilityProperty: true}) && !scrolls(element))
        .filter((element) => { const box = element.getBoundingClientRect();
            return box.width > 1 && (box.right > width + 1 || box.left < -1); })
        .map((element) => `${element.tagName}.${element.className}`.slice(0, 60));
    return {wide: wide - width, beyond};
}"""


def _expect_nothing_sideways(page: Page) -> None:
    found = page.evaluate(SIDEWAYS)
    assert found == {"wide": 0, "beyond": []}


def test_rows_are_cards_of_two_lines(olivia_on_a_phone: Page) -> None:
    page = olivia_on_a_phone
    page.goto("/accounts/?login=adam&status=enabled")

    card = rows(page).first
    expect(card.get_by_role("rowheader")).to_contain_text("Adam Bakker")
    for name in ("status", "role", "last_login"):
        expect(card.locator(f"[data-column={name}]")).to_be_visible()
    for name in ("login", "email", "type"):
        expect(card.locator(f"[data-column={name}]")).to_be_hidden()
    lines = {name: card.locator(f"[data-column={name}]").bounding_box() for name in ("name", "status", "role")}
    assert all(lines.values())
    assert abs(_middle(lines["name"]) - _middle(lines["status"])) < 4
    assert _middle(lines["role"]) > _middle(lines["name"]) + 12


def _middle(box) -> float:  # type: ignore[no-untyped-def]
    return box["y"] + box["height"] / 2


def _nothing(page: Page) -> None:
    """Only the page."""


def _tick_one(page: Page) -> None:
    tick(page, 0)


def _preview(page: Page) -> None:
    tick(page, 0)
    bulk_button(page, "Disable").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _open_text_chip(page: Page) -> None:
    open_chip(page, "name")


def _open_role_chip(page: Page) -> None:
    open_chip(page, "role")


def _open_sort(page: Page) -> None:
    page.get_by_role("button", name="Sort").click()


def _open_switch(page: Page) -> None:
    page.get_by_role("link", name="Switch tenant or organization").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _open_user(page: Page) -> None:
    page.get_by_role("button", name="Signed in as").click()


def _open_rail(page: Page) -> None:
    page.get_by_role("button", name="Open navigation").click()


def _open_row(page: Page) -> None:
    rows(page).first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Permissions")).to_be_visible()


@pytest.mark.provokes(400, 404)
@pytest.mark.parametrize(
    ("address", "then"),
    [
        ("/accounts/", _nothing),
        (
            "/accounts/?status=enabled&role=1&name__contains=an&q=a&last_login__before=2026-01-01&sort=-status,name",
            _nothing,
        ),
        (f"/accounts/?q=endless&{EVERYTHING}", _nothing),
        (f"/accounts/?q=endless&{EVERYTHING}", _tick_one),
        ("/accounts/?q=endless", _preview),
        ("/accounts/?q=endless", _open_row),
        ("/accounts/?q=endless&organization=ENDLESS-" + "9" * 60, _nothing),
        ("/accounts/", _open_text_chip),
        ("/accounts/", _open_role_chip),
        ("/accounts/", _open_sort),
        ("/accounts/", _open_switch),
        ("/accounts/", _open_user),
        ("/accounts/", _open_rail),
        ("/accounts/?q=nobody-at-all", _nothing),
        ("/accounts/?" + "x" * 200 + "=1&status=" + "y" * 200, _nothing),
        ("/accounts/columns/", _nothing),
        ("/roles/", _nothing),
        ("/organizations/?organization=123456", _nothing),
        ("/organizations/tree/?organization=123456", _nothing),
        ("/organizations/new/", _nothing),
        ("/organization-groups/", _nothing),
        ("/administration/", _nothing),
        ("/switch/", _nothing),
        ("/nowhere/", _nothing),
    ],
)
def test_nothing_scrolls_sideways(olivia_on_a_phone: Page, address: str, then: Callable[[Page], None]) -> None:
    olivia_on_a_phone.goto(address)

    then(olivia_on_a_phone)

    expect_settled(olivia_on_a_phone)
    _expect_nothing_sideways(olivia_on_a_phone)


@pytest.mark.parametrize("number", [1, 208, 416])
def test_the_longest_pager_fits(visitors: Visitors, number: int) -> None:
    mallory = visitors.person("mallory@contoso.example", viewport=NARROW, has_touch=True, is_mobile=True)
    mallory.goto(f"/accounts/?per_page=25&count=exact&page={number}")

    expect(mallory.locator(".page-no[aria-current]")).to_be_visible()
    _expect_nothing_sideways(mallory)


@pytest.mark.provokes(422)
def test_the_sign_in_page_fits(visitors: Visitors) -> None:
    page = visitors.stranger(viewport=NARROW, has_touch=True, is_mobile=True)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_be_visible()
    _expect_nothing_sideways(page)


def test_the_rail_opens_and_leads_on(olivia_on_a_phone: Page) -> None:
    page = olivia_on_a_phone
    page.goto("/roles/")
    rail = page.get_by_role("navigation", name="Main")
    expect(rail).to_be_hidden()

    page.get_by_role("button", name="Open navigation").click()
    rail.get_by_role("link", name="Accounts").click()

    expect(page).to_have_url(re.compile("/accounts/$"))
    expect(rail).to_be_hidden()


def test_sorting_moves_into_a_chip(olivia_on_a_phone: Page) -> None:
    page = olivia_on_a_phone
    page.goto("/accounts/?per_page=25&status=enabled")

    page.get_by_role("button", name="Sort").click()
    page.locator("#sort-menu").get_by_role("link", name="Login", exact=True).click()
    expect_query(page, "sort=login", "status=enabled")

    expect(page.locator("#sort-menu")).to_be_hidden()
    logins = column(page, "login")
    assert logins == sorted(logins)


def test_accounts_are_disabled_on_a_phone(olivia_on_a_phone: Page) -> None:
    page = olivia_on_a_phone
    page.goto("/accounts/?job_title=Bulk+narrow&sort=name")

    tick(page, 0, 1)
    bulk_button(page, "Disable").tap()
    page.get_by_role("button", name="Disable 2 accounts").tap()

    expect(page.locator("#messages")).to_contain_text("2 accounts disabled.")
    assert column(page, "status") == ["Disabled", "Disabled", "Enabled", "Enabled"]
    _expect_nothing_sideways(page)


def test_everything_is_offered_without_the_head_of_the_table(olivia_on_a_phone: Page) -> None:
    page = olivia_on_a_phone
    page.goto("/accounts/?job_title=Bulk+page&per_page=25")

    tick(page, 0)
    page.get_by_role("button", name="Select all 60").tap()

    expect(page.get_by_role("region", name="Bulk actions")).to_contain_text("60 selected")


def test_filters_work_by_touch(olivia_on_a_phone: Page) -> None:
    page = olivia_on_a_phone
    page.goto("/accounts/")

    open_chip(page, "status").get_by_label("Disabled", exact=True).tap()

    expect(chip(page, "status").locator(".chip-value")).to_have_text("Disabled")
    assert set(column(page, "status")) == {"Disabled"}
