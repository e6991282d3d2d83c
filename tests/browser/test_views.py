"""Saved views in a browser: saved, shown as tabs, changed, updated and discarded; also without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lists import (
    chip,
    column,
    expect_no_query,
    expect_query,
    expect_settled,
    expect_total,
    head,
    heads,
    is_sorted,
    open_chip,
    total,
)
from tests.browser.portal import Portal
from tests.browser.test_accessibility import _expect_clean, _expect_clean_in_every_light
from tests.browser.visitors import NARROW, Visitors


@pytest.fixture(autouse=True)
def no_views(portal: Portal) -> Iterator[None]:
    """Every test begins and leaves without views."""
    tables = ("lists_defaultview", "lists_pinnedview", "lists_savedview", "lists_listpreference")
    for table in tables:
        portal.change(f"DELETE FROM {table}")
    yield
    for table in tables:
        portal.change(f"DELETE FROM {table}")


def bar(page: Page) -> Locator:
    """What the page says of the view it shows."""
    return page.get_by_role("group", name="View", exact=True)


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Lists").get_by_role("link", name=name, exact=True)


def open_views(page: Page) -> Locator:
    page.get_by_role("button", name="Views", exact=True).click()
    menu = page.locator("#views-menu")
    expect(menu).to_be_visible()
    return menu


def save(page: Page, address: str, name: str, *ticks: str) -> None:
    """Save what this address shows, in the panel."""
    page.goto(address)
    open_views(page).get_by_role("link", name="Save as a view…").click()
    panel = page.get_by_role("dialog", name="Save view")
    expect(panel).to_be_visible()
    panel.get_by_label("Name", exact=True).fill(name)
    for label in ticks:
        panel.get_by_label(label, exact=True).check()
    panel.get_by_role("button", name="Save view").click()
    expect(page.locator("#messages")).to_contain_text(f"The view “{name}” is saved.")


def test_a_list_is_saved_in_a_panel_and_opened_from_the_menu(olivia: Page) -> None:
    save(olivia, "/accounts/?status=disabled&sort=-login&columns=name,login,status&per_page=25", "Leavers")
    shown = column(olivia, "login")
    assert is_sorted(shown, descending=True)

    olivia.goto("/accounts/")
    assert column(olivia, "login") != shown
    open_views(olivia).get_by_role("link", name="Leavers").click()

    expect(bar(olivia)).to_contain_text("Leavers")
    expect(tab(olivia, "Leavers")).to_have_attribute("aria-current", "page")
    assert column(olivia, "login") == shown
    assert heads(olivia) == ["name", "login", "status"]


@pytest.mark.provokes(422)
def test_errors_stay_in_the_panel_with_what_was_entered(olivia: Page) -> None:
    save(olivia, "/accounts/?status=disabled", "Leavers")
    open_views(olivia).get_by_role("link", name="Save as a view…").click()
    panel = olivia.get_by_role("dialog", name="Save view")
    panel.get_by_label("Name", exact=True).fill("LEAVERS")
    panel.get_by_label("Show as a tab", exact=True).check()

    panel.get_by_role("button", name="Save view").click()

    alert = panel.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("There is a view of this name already.")
    expect(panel.get_by_label("Name", exact=True)).to_have_value("LEAVERS")
    expect(panel.get_by_label("Show as a tab", exact=True)).to_be_checked()


def test_changes_are_marked_updated_and_discarded(olivia: Page) -> None:
    save(olivia, "/accounts/?status=disabled&per_page=25", "Leavers", "Show as a tab")
    expect(bar(olivia).get_by_text("Changed")).to_have_count(0)

    head(olivia, "login").click()
    expect(bar(olivia).get_by_text("Changed")).to_be_visible()
    expect_query(olivia, "status=disabled", "sort=login")
    bar(olivia).get_by_role("link", name="Discard changes").click()
    expect(bar(olivia).get_by_text("Changed")).to_have_count(0)
    expect_no_query(olivia, "sort")
    open_chip(olivia, "type").get_by_label("Service", exact=True).check()
    expect(bar(olivia).get_by_role("button", name="Update view")).to_be_visible()
    expect_settled(olivia)
    services = total(olivia)
    olivia.keyboard.press("Escape")
    bar(olivia).get_by_role("button", name="Update view").click()

    expect(olivia.locator("#messages")).to_contain_text("holds the list as it is now")
    tab(olivia, "All accounts").click()
    tab(olivia, "Leavers").click()
    expect_total(olivia, services)
    expect(chip(olivia, "type").locator(".chip-value")).to_have_text("Service")


def test_a_filter_of_the_view_is_taken_away_by_its_cross_and_by_its_box(olivia: Page) -> None:
    save(olivia, "/accounts/?status=disabled&type=operator&q=an", "Leavers")

    olivia.get_by_role("link", name="Remove the filter Status").click()
    expect(chip(olivia, "status").locator(".chip-value")).to_have_count(0)
    open_chip(olivia, "type").get_by_label("Operator", exact=True).uncheck()
    expect(chip(olivia, "type").locator(".chip-value")).to_have_count(0)
    olivia.keyboard.press("Escape")
    olivia.locator("#q").fill("")
    expect_no_query(olivia, "q")

    expect(bar(olivia).get_by_text("Changed")).to_be_visible()
    expect(olivia.locator(".chip.on")).to_have_count(0)
    everybody = total(olivia)
    bar(olivia).get_by_role("link", name="Leave view").click()
    expect_total(olivia, everybody)


def test_a_default_is_shown_at_first_and_is_left(olivia: Page) -> None:
    olivia.goto("/accounts/")
    everybody = total(olivia)
    save(olivia, "/accounts/?status=disabled", "Leavers", "Make it my default")
    leavers = total(olivia)

    olivia.get_by_role("link", name="Accounts", exact=True).click()
    expect(bar(olivia)).to_contain_text("your default")
    expect_total(olivia, leavers)
    olivia.get_by_role("link", name="Remove the filter Status").click()
    expect_total(olivia, everybody)
    olivia.go_back()
    expect_total(olivia, leavers)
    bar(olivia).get_by_role("link", name="Leave view").click()

    expect(bar(olivia)).to_have_count(0)
    expect_total(olivia, everybody)
    olivia.locator("#q").fill("an")
    expect_query(olivia, "q=an")
    olivia.locator("#q").fill("")
    expect_no_query(olivia, "q")
    expect_total(olivia, everybody)


def test_a_shared_view_is_a_tab_for_everybody_until_it_is_deleted(olivia: Page, visitors: Visitors) -> None:
    ticks = ("Share with everybody in the tenant", "Show as a tab to everybody")
    save(olivia, "/accounts/?status=disabled", "Leavers", *ticks)
    victor = visitors.person("victor@northwind.example")
    victor.goto("/accounts/")
    tab(victor, "Leavers").click()
    expect(bar(victor)).to_contain_text("shared by Olivia")
    head(victor, "login").click()
    expect(bar(victor).get_by_role("link", name="Save as…")).to_be_visible()
    expect(bar(victor).get_by_role("button", name="Update view")).to_have_count(0)

    open_views(olivia).get_by_role("link", name="Manage views").click()
    olivia.get_by_role("button", name="Actions for Leavers").click()
    olivia.get_by_role("button", name="Delete view…").click()
    question = olivia.get_by_role("dialog", name="Delete the view “Leavers”?")
    expect(question).to_be_visible()
    question.get_by_role("button", name="Delete view").click()

    expect(olivia.locator("#messages")).to_contain_text("The view “Leavers” is deleted.")
    victor.goto("/accounts/")
    expect(tab(victor, "Leavers")).to_have_count(0)


def test_a_long_menu_is_searched(olivia: Page, portal: Portal) -> None:
    portal.change(
        "INSERT INTO lists_savedview (tenant_id, account_id, list_name, name, query, is_shared, is_pinned, made_at) "
        "SELECT tenant_id, id, 'accounts', 'View number ' || n, '', false, false, now() "
        "FROM accounts_account, generate_series(1, 12) AS n WHERE email = 'olivia@northwind.example' "
        "AND tenant_id = (SELECT id FROM organizations_tenant WHERE slug = 'northwind')"
    )
    olivia.goto("/accounts/")
    menu = open_views(olivia)
    expect(menu.get_by_role("searchbox", name="Find a view")).to_be_focused()

    olivia.keyboard.type("number 12")
    expect(menu.get_by_role("link", name="View number 7")).to_be_hidden()
    olivia.keyboard.press("ArrowDown")
    expect(menu.get_by_role("link", name="View number 12")).to_be_focused()
    olivia.keyboard.press("Enter")

    expect(bar(olivia)).to_contain_text("View number 12")


def test_columns_chosen_on_a_view_change_the_view_alone(olivia: Page) -> None:
    save(olivia, "/accounts/?status=disabled&columns=name,status&per_page=25", "Leavers")
    olivia.get_by_role("link", name="Columns").click()
    panel = olivia.get_by_role("dialog", name="Choose columns")
    panel.get_by_role("checkbox", name="Email", exact=True).check()

    panel.get_by_role("button", name="Save columns").click()

    expect(olivia.locator("#messages")).to_contain_text("Update the view to keep them.")
    assert heads(olivia) == ["name", "status", "email"]
    expect(bar(olivia).get_by_text("Changed")).to_be_visible()
    bar(olivia).get_by_role("link", name="Leave view").click()
    expect(bar(olivia)).to_have_count(0)
    assert heads(olivia)[:3] == ["name", "login", "email"]


# --- without JavaScript, and narrow -------------------------------------------------------------------------------


def test_everything_works_without_scripts(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/accounts/?status=disabled&per_page=25")
    open_views(page).get_by_role("link", name="Save as a view…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Save view")
    page.get_by_label("Name", exact=True).fill("Leavers")
    page.get_by_label("Show as a tab", exact=True).check()
    page.get_by_role("main").get_by_role("button", name="Save view").click()
    expect(tab(page, "Leavers")).to_have_attribute("aria-current", "page")

    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".row-count")).to_contain_text("26–50")
    expect(bar(page).get_by_text("Changed")).to_have_count(0)
    head(page, "login").click()
    bar(page).get_by_role("button", name="Update view").click()
    expect(bar(page).get_by_text("Changed")).to_have_count(0)
    expect(page.locator("th[data-column=login]")).to_have_attribute("aria-sort", "ascending")
    menu = open_chip(page, "status")
    menu.get_by_label("Disabled", exact=True).uncheck()
    menu.get_by_role("button", name="Apply").click()
    expect(chip(page, "status").locator(".chip-value")).to_have_count(0)
    bar(page).get_by_role("link", name="Discard changes").click()
    assert set(column(page, "status")) == {"Disabled"}

    open_views(page).get_by_role("link", name="Manage views").click()
    page.get_by_role("button", name="Actions for Leavers").click()
    page.get_by_role("button", name="Make my default").click()
    expect(page.get_by_role("main")).to_contain_text("Your default")
    page.get_by_role("link", name="Rename Leavers").click()
    page.get_by_label("Name", exact=True).fill("Gone")
    page.get_by_role("button", name="Rename view").click()
    page.goto("/accounts/")
    expect(bar(page)).to_contain_text("Gone")
    page.goto("/accounts/views/")
    page.get_by_role("button", name="Actions for Gone").click()
    page.get_by_role("button", name="Delete view…").click()
    expect(page.get_by_role("main")).to_contain_text("It is your default.")
    page.get_by_role("main").get_by_role("button", name="Delete view").click()
    expect(page.locator("#messages")).to_contain_text("The view “Gone” is deleted.")


@pytest.mark.parametrize("address", ["?view={}-changed&sort=-login", "views/", "views/?rename={}"])
def test_nothing_scrolls_sideways_on_a_phone(olivia: Page, olivia_on_a_phone: Page, address: str) -> None:
    save(
        olivia, "/accounts/?status=disabled", "Donaudampfschifffahrtsgesellschaftskapitänswitwenrenten", "Show as a tab"
    )
    number = re.findall(r"view=(\d+)", olivia.url)[0]

    olivia_on_a_phone.goto(f"/accounts/{address.format(number)}")

    assert olivia_on_a_phone.evaluate("document.documentElement.scrollWidth") == 390


def test_the_tab_of_the_shown_view_is_in_sight(olivia: Page, olivia_on_a_phone: Page) -> None:
    save(olivia, "/accounts/?status=disabled", "Leavers", "Show as a tab")

    olivia_on_a_phone.goto(f"/accounts/?{olivia.url.split('?')[1]}")

    expect(tab(olivia_on_a_phone, "Leavers")).to_be_in_viewport()
    assert olivia_on_a_phone.evaluate("window.scrollY") == 0


@pytest.mark.parametrize("place", ["bar", "panel", "page", "menu", "question", "rename"])
def test_axe_finds_nothing(olivia: Page, place: str) -> None:
    save(olivia, "/accounts/?login__in=olivia,adam,uma", "Few", "Share with everybody in the tenant", "Show as a tab")
    if place in ("bar", "panel"):
        head(olivia, "login").click()
        expect(bar(olivia).get_by_text("Changed")).to_be_visible()
    else:
        olivia.goto("/accounts/views/")
    if place == "panel":
        bar(olivia).get_by_role("link", name="Save as…").click()
        expect(olivia.get_by_role("dialog", name="Save view")).to_be_visible()
    if place in ("menu", "question"):
        olivia.get_by_role("button", name="Actions for Few").click()
    if place == "question":
        olivia.get_by_role("button", name="Delete view…").click()
        expect(olivia.get_by_role("dialog")).to_be_visible()
    if place == "rename":
        olivia.get_by_role("link", name="Rename Few").click()

    _expect_clean_in_every_light(olivia)
    olivia.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _expect_clean(olivia)
