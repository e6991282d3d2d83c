"""Grouping: opened and closed by links, two deep, ticked by heads; with and without scripts, for everybody's tools."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lists import bulk_button, expect_query, expect_total, keys, rows, total
from tests.browser.test_accessibility import _expect_clean, _expect_clean_in_every_light
from tests.browser.visitors import Visitors

SHOWN = "/accounts/?job_title=Bulk+page&per_page=25"


def group(page: Page, path: str) -> Locator:
    """The head of one group."""
    return page.locator(f'tr[data-group="{path}"]')


def number(page: Page, path: str) -> int:
    """How many rows a head says it has."""
    return int((group(page, path).locator("th .faint").text_content() or "").strip("()").replace(",", ""))


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Bulk actions")


def choose(page: Page, name: str, heading: str = "Group by") -> None:
    """Choose an entry of the menu Group."""
    page.get_by_role("button", name="Group", exact=True).click()
    section = page.locator("#group-menu .menu-group").filter(has_text=heading)
    section.get_by_role("link", name=name, exact=True).click()


def walk(page: Page) -> None:
    """By the menu, two deep, opened, turned round, and taken away again; the same with and without scripts."""
    page.goto("/accounts/")
    whole = total(page)
    choose(page, "Type")
    expect(rows(page)).to_have_count(0)
    expect_total(page, whole)
    assert number(page, "operator") + number(page, "service") == whole

    choose(page, "Status", "Then by")
    expect_query(page, "group=type%2Cstatus")
    group(page, "service").get_by_role("link").click()
    expect(group(page, "service/disabled")).to_be_visible()
    assert number(page, "service/enabled") + number(page, "service/disabled") == number(page, "service")
    group(page, "service/enabled").get_by_role("link").click()
    expect(group(page, "service/enabled").get_by_role("link").first).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-column=type]:visible").last).to_have_text("Service")

    choose(page, "Reverse Type", "Order of the groups")
    expect(page.locator("tr[data-group]").first).to_have_attribute("data-group", "service")
    group(page, "service").get_by_role("link").click()
    group(page, "service").get_by_role("link").click()
    expect(group(page, "service/enabled")).to_have_count(0)
    choose(page, "No groups")
    expect(page.locator("tr[data-group]")).to_have_count(0)
    expect(rows(page).first).to_be_visible()


def test_a_reader_groups_a_list(olivia: Page) -> None:
    walk(olivia)


def test_a_reader_groups_a_list_without_scripts(olivia_without_scripts: Page) -> None:
    walk(olivia_without_scripts)


def test_the_page_says_where_the_rows_of_an_open_group_are(olivia: Page) -> None:
    olivia.goto("/accounts/?group=status&open=disabled&open=enabled&per_page=25")
    away = group(olivia, "enabled").get_by_role("link", name="Rows from page")

    page_number = re.sub(r"\D", "", away.text_content() or "")
    away.click()

    expect_query(olivia, f"page={page_number}")
    expect(group(olivia, "enabled").get_by_role("link", name="Rows from page")).to_have_count(0)
    expect(olivia.locator("tr[data-group=enabled] ~ tr[data-id]").first).to_be_visible()


# --- ticks ----------------------------------------------------------------------------------------------------------


def test_a_tick_on_a_closed_head_selects_all_its_rows(olivia: Page) -> None:
    olivia.goto(f"{SHOWN}&group=status")
    wanted = number(olivia, "enabled")

    group(olivia, "enabled").get_by_role("checkbox").check()

    expect(bar(olivia)).to_contain_text(f"{wanted} selected")
    bulk_button(olivia, "Disable").click()
    expect(olivia.get_by_role("dialog")).to_contain_text(f"Disable {wanted} accounts")


def test_the_bar_counts_whole_groups_and_rows_beside_them(olivia: Page) -> None:
    olivia.goto(f"{SHOWN}&group=status,type&open=enabled&open=enabled/operator")
    whole, shown = number(olivia, "enabled"), rows(olivia).count()
    operators = number(olivia, "enabled/operator")
    boxes = olivia.locator("[data-pick]")

    group(olivia, "enabled").get_by_role("checkbox").check()
    expect(bar(olivia)).to_contain_text(f"{whole} selected")
    assert all(boxes.nth(at).is_checked() for at in range(shown))
    expect(group(olivia, "enabled/operator").get_by_role("checkbox")).to_be_checked()

    boxes.first.uncheck()
    expect(group(olivia, "enabled").get_by_role("checkbox")).to_be_checked(indeterminate=True)
    expect(group(olivia, "enabled/operator").get_by_role("checkbox")).to_be_checked(indeterminate=True)
    expect(bar(olivia)).to_contain_text(f"{whole - operators + shown - 1} selected")

    group(olivia, "enabled/operator").get_by_role("checkbox").check()
    expect(bar(olivia)).to_contain_text(f"{whole} selected")
    olivia.get_by_role("button", name="Clear selection").click()
    expect(bar(olivia)).to_have_count(0)
    assert olivia.locator(":checked[data-pick], :checked[data-pick-group]").count() == 0


def test_a_ticked_group_stays_ticked_while_pages_turn(olivia: Page) -> None:
    olivia.goto("/accounts/?group=status&open=enabled&per_page=25")
    first, whole = keys(olivia), number(olivia, "enabled")
    group(olivia, "enabled").get_by_role("checkbox").check()

    olivia.get_by_role("link", name="Next page").click()
    expect_query(olivia, "page=2")
    expect(rows(olivia).first).not_to_have_attribute("data-id", first[0])

    expect(olivia.locator("[data-pick]").first).to_be_checked()
    expect(bar(olivia)).to_contain_text(f"{whole:,} selected")


def test_without_scripts_a_group_is_ticked_and_previewed(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto(f"{SHOWN}&group=status")
    wanted = number(page, "enabled")

    group(page, "enabled").get_by_role("checkbox").check()
    bulk_button(page, "Disable").click()

    expect(page.get_by_role("heading", name=f"Disable {wanted} accounts")).to_be_visible()


# --- the chooser ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False])
def test_two_fields_are_remembered(visitors: Visitors, scripts: bool) -> None:
    page = visitors.person("adam@northwind.example", java_script_enabled=scripts)
    page.goto("/accounts/")
    page.get_by_role("link", name="Columns", exact=True).click()
    page.get_by_label("Group by").select_option(label="Type")
    page.get_by_label("Then by").select_option(label="Status")
    page.get_by_label("Last groups first").first.check()
    page.get_by_role("button", name="Save columns").click()

    try:
        expect(page.locator("tr[data-group]").first).to_have_attribute("data-group", "service")
        group(page, "service").get_by_role("link").click()
        expect(group(page, "service/enabled")).to_be_visible()
    finally:
        page.goto("/accounts/columns/")
        page.get_by_role("button", name="Reset").click()


# --- everybody's tools ----------------------------------------------------------------------------------------------

GROUPED = "/accounts/?group=type,status&open=service&open=service/enabled&per_page=25"


def test_a_grouped_list_is_clean_in_every_light(olivia: Page) -> None:
    olivia.goto(GROUPED)
    _expect_clean_in_every_light(olivia)
    group(olivia, "service").get_by_role("checkbox").check()
    _expect_clean_in_every_light(olivia)


def test_the_menu_of_groups_is_clean(olivia: Page) -> None:
    olivia.goto(GROUPED)
    olivia.get_by_role("button", name="Group", exact=True).click()

    expect(olivia.locator("#group-menu")).to_be_visible()
    _expect_clean_in_every_light(olivia)


def test_a_grouped_list_fits_a_phone(olivia_on_a_phone: Page) -> None:
    page = olivia_on_a_phone
    page.goto(GROUPED)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(group(page, "service").get_by_role("checkbox")).to_be_visible()
    _expect_clean(page)
