"""Organizations and tenants: choosing one, and never acting in the wrong one."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lists import bulk_button, chip, column, expect_query, expect_settled, expect_total, tick, total
from tests.browser.visitors import Visitors

WIDE = "/accounts/?columns=name,organization&per_page=25"


def _panel(page: Page) -> Locator:
    page.get_by_role("link", name="Switch tenant or organization").click()
    panel = page.get_by_role("dialog", name="Switch tenant or organization")
    expect(panel).to_be_visible()
    return panel


def _choose(page: Page, name: str) -> None:
    _panel(page).get_by_role("link", name=re.compile(name)).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".switcher")).to_contain_text(name)


def _switch(page: Page, tenant: str) -> None:
    _panel(page).get_by_role("button", name=re.compile(tenant)).click()
    expect(page.locator("#messages")).to_contain_text(f"You now work in {tenant}")


def test_the_panel_marks_where_one_is(olivia: Page) -> None:
    olivia.goto("/accounts/")

    panel = _panel(olivia)

    current = panel.locator("[aria-current]")
    expect(current).to_have_count(2)
    expect(current.nth(0)).to_contain_text("Northwind Traders")
    expect(current.nth(1)).to_contain_text("All organizations")
    for mark in (0, 1):
        expect(current.nth(mark)).to_contain_text("Current")


def test_choosing_an_organization_shows_its_accounts_and_keeps_filters(olivia: Page) -> None:
    olivia.goto(f"{WIDE}&status=enabled")
    everybody = total(olivia)

    _choose(olivia, "Delta Energy B.V.")
    expect(chip(olivia, "organization").locator(".chip-value")).to_have_text("Delta Energy B.V.")

    assert set(column(olivia, "organization")) == {"Delta Energy B.V."}
    assert 0 < total(olivia) < everybody
    expect_query(olivia, "status=enabled")
    expect(_panel(olivia).locator("[aria-current]").last).to_contain_text("Delta Energy B.V.")


def test_navigation_carries_the_chosen_organization(olivia: Page) -> None:
    olivia.goto(WIDE)
    _choose(olivia, "Delta Energy B.V.")
    shown = total(olivia)

    olivia.get_by_role("navigation", name="Main").get_by_role("link", name="Accounts").click()
    expect_total(olivia, shown)

    expect(olivia.locator(".switcher")).to_contain_text("Delta Energy B.V.")
    expect_query(olivia, re.search(r"organization=[^&]+", olivia.url)[0])  # type: ignore[index]


def test_taking_the_chip_away_shows_all_organizations_again(olivia: Page) -> None:
    olivia.goto(WIDE)
    everybody = total(olivia)
    _choose(olivia, "Delta Energy B.V.")
    expect(chip(olivia, "organization").locator(".chip-value")).to_be_visible()

    olivia.get_by_role("link", name="Remove the filter Organization").click()

    expect_total(olivia, everybody)
    expect(olivia.locator(".switcher")).to_contain_text("All organizations")


def test_a_long_list_of_organizations_is_searched(olivia: Page) -> None:
    olivia.goto(WIDE)
    panel = _panel(olivia)

    panel.get_by_role("searchbox").press_sequentially("delta")

    expect(panel.locator("ul .menu-item")).to_have_count(1)
    expect(panel.locator("ul .menu-item")).to_contain_text("Delta Energy B.V.")
    expect(panel.get_by_role("searchbox")).to_be_focused()
    panel.get_by_role("searchbox").fill("zzz")
    expect(panel).to_contain_text("No organization matches.")


def test_olivia_switches_to_her_other_tenant_and_back(olivia_afresh: Page) -> None:
    olivia = olivia_afresh
    olivia.goto(WIDE)

    _switch(olivia, "Contoso")

    expect(olivia.locator(".switcher")).to_contain_text("Contoso")
    expect(olivia.locator("tbody")).not_to_contain_text("Bakker")
    expect(olivia.locator("[data-pick]")).to_have_count(0)
    _switch(olivia, "Northwind")
    expect(olivia.locator("[data-pick]").first).to_be_visible()


@pytest.mark.provokes(409)
def test_a_form_drawn_for_the_tenant_that_was_left_is_refused_in_words(olivia_afresh: Page) -> None:
    first = olivia_afresh
    first.goto("/accounts/?job_title=Two+tabs")
    tick(first, 0, 1)
    second = first.context.new_page()
    second.goto("/accounts/")
    _switch(second, "Contoso")

    bulk_button(first, "Disable").click()
    expect(first.locator("#messages").get_by_role("alert")).to_contain_text("This page was opened for another tenant.")

    expect(first.get_by_role("dialog")).to_have_count(0)
    _switch(second, "Northwind")
    first.reload()
    assert column(first, "status") == ["Enabled", "Enabled"]


@pytest.mark.provokes(409)
def test_a_confirmation_drawn_for_the_tenant_that_was_left_is_refused_in_words(olivia_afresh: Page) -> None:
    first = olivia_afresh
    first.goto("/accounts/?job_title=Two+tabs")
    tick(first, 0, 1)
    bulk_button(first, "Disable").click()
    expect(first.get_by_role("dialog")).to_be_visible()
    second = first.context.new_page()
    second.goto("/accounts/")
    _switch(second, "Contoso")

    first.get_by_role("button", name="Disable 2 accounts").click()
    expect(first.get_by_role("alert")).to_contain_text("This page was opened for another tenant. Nothing was changed.")

    _switch(second, "Northwind")
    first.goto("/accounts/?job_title=Two+tabs")
    assert column(first, "status") == ["Enabled", "Enabled"]


@pytest.mark.provokes(409)
def test_a_link_for_her_other_tenant_offers_the_switch(olivia_afresh: Page) -> None:
    olivia = olivia_afresh
    olivia.goto("/accounts/?tenant=contoso&q=mallory")
    expect(olivia.get_by_role("heading", level=1)).to_have_text(re.compile("This link is for Contoso"))

    olivia.get_by_role("button", name=re.compile("Switch to Contoso")).click()

    expect(olivia).to_have_url(re.compile("tenant=contoso&q=mallory"))
    expect_total(olivia, 1)
    expect(olivia.locator("tbody")).to_contain_text("Mallory")


@pytest.mark.provokes(409)
def test_the_switch_may_be_declined(olivia: Page) -> None:
    olivia.goto("/accounts/?tenant=contoso")

    olivia.get_by_role("link", name="Stay here").click()

    expect(olivia.locator(".switcher")).to_contain_text("Northwind")


@pytest.mark.provokes(404)
@pytest.mark.parametrize("slug", ["contoso", "nowhere"])
def test_a_link_for_a_tenant_of_others_leads_nowhere(victor: Page, slug: str) -> None:
    victor.goto(f"/accounts/?tenant={slug}")

    expect(victor.get_by_role("heading", level=1)).to_have_text("There is nothing here")


@pytest.mark.provokes(404)
def test_an_account_of_another_tenant_does_not_exist(mallory: Page, visitors: Visitors) -> None:
    olivia = visitors.person("olivia@northwind.example")
    olivia.goto("/accounts/?login=adam")
    olivia.locator("tbody tr a").first.click()
    expect(olivia.get_by_role("heading", level=1)).to_have_text("Adam Bakker")
    expect_settled(olivia)

    mallory.goto(olivia.url)

    expect(mallory.get_by_role("heading", level=1)).to_have_text("There is nothing here")
