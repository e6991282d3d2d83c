"""The whole flow with JavaScript switched off: links and forms do all of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import chip, column, expect_total, head, heads, is_sorted, keys, open_chip, rows, tick, total
from tests.browser.visitors import Visitors, sign_in


def test_signing_in_and_out(visitors: Visitors) -> None:
    page = visitors.stranger(java_script_enabled=False)
    page.goto("/sign-in/")

    sign_in(page, "victor@northwind.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("IT Asset Accounts")
    page.get_by_role("button", name="Signed in as").click()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("status")).to_have_text("You are signed out.")


def test_searching_and_filtering_by_forms(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/accounts/?sort=-login&per_page=25")

    page.locator("#q").fill("an")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#q")).to_have_value("an")
    searched = total(page)
    menu = open_chip(page, "login")
    menu.get_by_label("begins with").fill("a")
    menu.get_by_role("button", name="Apply").click()
    expect(chip(page, "login").locator(".chip-value")).to_have_text("begins with a")
    menu = open_chip(page, "status")
    menu.get_by_label("Disabled", exact=True).check()
    menu.get_by_role("button", name="Apply").click()

    expect(chip(page, "status").locator(".chip-value")).to_have_text("Disabled")
    logins = column(page, "login")
    assert 0 < total(page) < searched
    assert set(column(page, "status")) == {"Disabled"}
    assert all(login.startswith("a") for login in logins)
    assert is_sorted(logins, descending=True)
    page.get_by_role("link", name="Remove the filter Login").click()
    expect(chip(page, "login").locator(".chip-value")).to_have_count(0)
    expect(chip(page, "status").locator(".chip-value")).to_have_text("Disabled")
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator(".chip.on")).to_have_count(0)


def test_sorting_and_turning_pages_by_links(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/accounts/?status=enabled&per_page=25")

    head(page, "login").click()
    assert is_sorted(column(page, "login"))
    first = keys(page)
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".row-count")).to_contain_text("26–50")
    assert not set(first) & set(keys(page))
    page.get_by_role("link", name="Page 3", exact=True).click()
    page.get_by_role("link", name="100 rows").click()

    expect(rows(page)).to_have_count(100)
    assert set(column(page, "status")) == {"Enabled"}
    assert is_sorted(column(page, "login"))


def test_choosing_columns_on_their_own_page(visitors: Visitors, adam: Page) -> None:
    page = visitors.person("adam@northwind.example", java_script_enabled=False)
    page.goto("/accounts/?status=disabled")

    page.get_by_role("link", name="Columns").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose columns")
    page.get_by_role("checkbox", name="Email", exact=True).uncheck()
    page.get_by_role("button", name="Move Status up").click()
    page.get_by_role("button", name="Move Status up").click()
    page.get_by_role("button", name="Move Login down").click()
    expect(page.get_by_role("checkbox", name="Email", exact=True)).not_to_be_checked()
    page.get_by_role("button", name="Save columns").click()

    expect(page.locator("#messages")).to_contain_text("Columns saved.")
    assert heads(page) == ["name", "status", "login", "role", "type", "last_login"]
    expect(page).to_have_url(re.compile(r"\?status=disabled$"))


def test_ticking_previewing_and_confirming(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/accounts/?job_title=Bulk+plain+page&sort=name")

    tick(page, 0, 1)
    page.locator(".bulkbar").get_by_role("button", name="Disable").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Disable accounts")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Bulk plain page 01, Bulk plain page 02")
    main.get_by_label("Reason").fill("No scripts here")
    main.get_by_role("button", name="Disable 2 accounts").click()

    expect(page).to_have_url(re.compile(r"job_title=Bulk\+plain\+page&sort=name$"))
    expect(page.locator("#messages")).to_contain_text("2 accounts disabled.")
    assert column(page, "status") == ["Disabled", "Disabled", "Enabled", "Enabled"]
    page.locator("#messages").get_by_role("link", name="Receipt").click()
    expect(page.get_by_role("main")).to_contain_text("No scripts here")


def test_changing_everything_that_matches(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/accounts/?job_title=Bulk+plain+everything&per_page=25")

    page.get_by_role("button", name="Disable all 30 accounts").click()
    page.get_by_role("button", name="Disable 30 accounts").click()

    expect(page.locator("#messages")).to_contain_text("30 accounts disabled.")
    page.goto("/accounts/?job_title=Bulk+plain+everything&status=disabled")
    expect_total(page, 30)


@pytest.mark.provokes(400)
def test_an_action_on_nothing_is_refused_in_words(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/accounts/?job_title=Bulk+plain+page")
    tick(page, 0)
    page.locator(".bulkbar").get_by_role("button", name="Disable").focus()
    page.locator("[data-pick]").first.uncheck()

    page.locator(".bulkbar button").nth(1).dispatch_event("click")

    expect(page.get_by_role("alert")).to_contain_text("No row is selected.")


def test_choosing_an_organization_and_administration(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/accounts/?columns=name,organization&status=enabled")

    page.get_by_role("link", name="Switch tenant or organization").click()
    page.get_by_role("searchbox").fill("delta")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile("Delta Energy")).click()
    expect(page.locator(".switcher")).to_contain_text("Delta Energy B.V.")
    assert set(column(page, "organization")) == {"Delta Energy B.V."}
    expect(chip(page, "status").locator(".chip-value")).to_have_text("Enabled")
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("main").get_by_role("link", name="Users").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Users")
    assert set(column(page, "role"))


def test_nothing_that_needs_scripts_is_shown(olivia_without_scripts: Page) -> None:
    olivia_without_scripts.goto("/accounts/")

    expect(olivia_without_scripts.locator(".needs-js:visible")).to_have_count(0)
    expect(olivia_without_scripts.locator(".needs-no-js:visible").first).to_be_visible()


def test_with_scripts_nothing_that_does_without_them_is_shown(olivia: Page) -> None:
    olivia.goto("/accounts/")

    expect(olivia.locator(".needs-no-js:visible")).to_have_count(0)
    expect(olivia.locator(".needs-js:visible").first).to_be_visible()
