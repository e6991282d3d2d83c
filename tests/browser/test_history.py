"""The history and the receipts in a browser: what was done, by whom, and all that changed."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import bulk_button, chip, column, open_chip, rows, tick
from tests.browser.test_accessibility import _expect_clean, _expect_clean_in_every_light
from tests.browser.visitors import NARROW, Visitors

MOVE = """UPDATE users_computeruser
SET city = left(city, 50) || 'o', state = left(state, 50) || 'o',
    phone = left(phone, 50) || '1', title = left(title, 50) || 'o'
WHERE id = (SELECT min(u.id) FROM users_computeruser u JOIN organizations_tenant t ON t.id = u.tenant_id
            WHERE t.slug = 'northwind')"""


@pytest.fixture
def moved(visitors: Visitors) -> None:
    """A user of Northwind whose place changed in four fields at once."""
    visitors.portal.change(MOVE)


def _switch(page: Page, action: str, reason: str) -> None:
    page.goto("/accounts/?job_title=Bulk+dialog&sort=name")
    tick(page, 4)
    bulk_button(page, action).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(reason)
    dialog.locator("[name=confirm]").click()
    expect(page.locator("#messages .toast")).to_be_visible()


def test_what_was_done_stands_in_the_history_and_leads_to_its_receipt_and_back(olivia: Page) -> None:
    _switch(olivia, "Disable", "On leave")
    _switch(olivia, "Enable", "Back from leave")

    olivia.get_by_role("navigation", name="Main").get_by_role("link", name="History").click()
    expect(olivia.get_by_role("heading", level=1)).to_have_text("History")
    assert column(olivia, "changes")[:2] == ["Status: Disabled → Enabled", "Status: Enabled → Disabled"]
    assert column(olivia, "reason")[:2] == ["Back from leave", "On leave"]
    rows(olivia).nth(1).get_by_role("link", name="Disable accounts").click()
    expect(olivia.get_by_role("heading", level=1)).to_have_text("Disable accounts")
    olivia.get_by_role("link", name="History of these changes").click()

    expect(rows(olivia)).to_have_count(1)
    rows(olivia).get_by_role("link", name="Bulk dialog 05").click()
    expect(olivia.get_by_role("heading", level=1)).to_have_text("Bulk dialog 05")


@pytest.mark.usefixtures("moved")
def test_all_that_changed_opens_below_its_button_by_key_too(olivia: Page) -> None:
    olivia.goto("/history/?object=user")

    more = rows(olivia).first.get_by_role("button", name="2 more changes")
    more.focus()
    olivia.keyboard.press("Enter")
    expect(rows(olivia).first.locator(".change-list")).to_be_visible()
    expect(rows(olivia).first.locator(".change-list li")).to_have_count(4)
    _expect_clean_in_every_light(olivia)
    olivia.keyboard.press("Escape")

    expect(rows(olivia).first.locator(".change-list")).to_be_hidden()
    olivia.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _expect_clean(olivia)
    assert olivia.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


@pytest.mark.usefixtures("moved")
def test_a_history_is_filtered_without_scripts(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/history/")

    menu = open_chip(page, "object")
    menu.get_by_label("User", exact=True).check()
    menu.get_by_role("button", name="Apply").click()

    expect(chip(page, "object").locator(".chip-value")).to_have_text("User")
    assert all(cell.startswith("User") for cell in column(page, "object"))
    rows(page).first.get_by_role("button", name="2 more changes").click()
    expect(rows(page).first.locator(".change-list")).to_be_visible()


@pytest.mark.parametrize("address", ["/receipts/", "/history/columns/", "/history/?sort=-actor&object=account"])
def test_a_page_of_records_is_clean(olivia: Page, address: str) -> None:
    olivia.goto(address)

    _expect_clean_in_every_light(olivia)
    olivia.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _expect_clean(olivia)
    assert olivia.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
