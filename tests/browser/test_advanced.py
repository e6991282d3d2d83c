"""The advanced filter, relative days and the header filter, with JavaScript and without."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lists import (
    chip,
    column,
    expect_no_query,
    expect_query,
    expect_settled,
    focused,
    open_chip,
    rows,
    total,
)

NESTED = "any(all(status:enabled,last_login__after:-30d),none(login__starts:a))"
WORDS = "(status is enabled and last login in the last 30 days) or not (login begins with a)"


def _open(page: Page, address: str = "/accounts/?per_page=25") -> Locator:
    page.goto(address)
    page.get_by_role("link", name="Advanced filter", exact=True).click()
    panel = page.get_by_role("dialog", name="Advanced filter")
    expect(panel).to_be_visible()
    return panel


def _row(editor: Locator | Page, at: int) -> Locator:
    return editor.locator(".rule").nth(at)


def _words(page: Page) -> Locator:
    return page.locator(".filter-bar p")


def test_a_filter_of_groups_is_put_together_in_the_panel(olivia: Page) -> None:
    panel = _open(olivia, "/accounts/?per_page=25&sort=-login&type=operator")

    _row(panel, 0).get_by_label("Field").focus()
    olivia.keyboard.type("Status")
    _row(panel, 0).get_by_label("Value").select_option("Enabled")
    assert focused(olivia) == "field-1"
    panel.get_by_role("button", name="Add group").first.click()
    inner = _row(panel, 1)
    expect(inner.get_by_label("Field")).to_be_focused()
    inner.get_by_label("Field").select_option("Login")
    inner.get_by_label("Comparison").select_option("begins with")
    inner.get_by_label("Value").fill("a")
    inner.get_by_role("button", name="Or another value").click()
    expect(inner.get_by_label("Value").nth(1)).to_be_focused()
    inner.get_by_label("Value").nth(1).fill("b")
    panel.get_by_label("How the conditions are joined").nth(1).select_option("None of these")
    panel.get_by_role("button", name="Apply filter").click()

    expect(_words(olivia)).to_contain_text("status is enabled and not (login begins with a or b)")
    expect_query(olivia, "filter=all(status:enabled,none(login__starts:a;b))", "sort=-login", "type=operator")
    assert set(column(olivia, "status")) == {"Enabled"}
    assert not [login for login in column(olivia, "login") if login[0] in "ab"]


def test_what_is_written_while_an_answer_is_under_way_stays(olivia: Page) -> None:
    panel = _open(olivia)
    _row(panel, 0).get_by_label("Field").select_option("Login")
    expect(_row(panel, 0).get_by_label("Value")).to_be_visible()
    slow = {"offline": False, "latency": 700, "downloadThroughput": -1, "uploadThroughput": -1}
    line = olivia.context.new_cdp_session(olivia)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)

    _row(panel, 0).get_by_label("Comparison").select_option("begins with")
    _row(panel, 0).get_by_label("Value").fill("ad")
    expect_settled(olivia)

    expect(_row(panel, 0).get_by_label("Value")).to_have_value("ad")
    line.send("Network.emulateNetworkConditions", {**slow, "latency": 0})


@pytest.mark.provokes(422)
def test_an_incomplete_row_is_marked_in_the_panel(olivia: Page) -> None:
    panel = _open(olivia)

    _row(panel, 0).get_by_label("Field").select_option("Last login")
    _row(panel, 0).get_by_label("Day", exact=True).fill("soon")
    panel.get_by_role("button", name="Apply filter").click()

    expect(panel.get_by_role("alert")).to_be_focused()
    expect(panel.get_by_role("alert")).to_contain_text("Last login: “soon” is no date.")
    expect(_row(panel, 0).get_by_label("Day", exact=True)).to_have_value("soon")
    expect_no_query(olivia, "filter")


def test_a_filter_is_edited_described_and_removed(olivia: Page) -> None:
    olivia.goto(f"/accounts/?filter={NESTED}&sort=login")
    before = total(olivia)
    expect(_words(olivia)).to_contain_text(WORDS)

    olivia.get_by_role("link", name="Edit the advanced filter").click()
    panel = olivia.get_by_role("dialog", name="Advanced filter")
    panel.get_by_role("button", name="Remove this group").last.click()
    expect(panel.locator(".rule")).to_have_count(2)
    panel.get_by_role("button", name="Apply filter").click()
    expect_query(olivia, "filter=all(status:enabled,last_login__after:-30d)")
    assert 0 < total(olivia) < before
    olivia.get_by_role("link", name="As simple filters").click()
    expect_query(olivia, "status=enabled", "last_login__after=-30d")
    expect(_words(olivia)).to_have_count(0)
    panel = _open(olivia, olivia.url)
    panel.get_by_role("button", name="Include the current filters").click()
    expect(panel.locator(".rule")).to_have_count(2)
    panel.get_by_role("button", name="Apply filter").click()
    expect_query(olivia, "filter=all(status:enabled,last_login__after:-30d)", "sort=login")
    olivia.get_by_role("link", name="Remove the advanced filter").click()

    expect_no_query(olivia, "filter")
    expect_query(olivia, "sort=login")
    assert total(olivia) > before


def test_leaving_an_edited_filter_asks_first(olivia: Page) -> None:
    panel = _open(olivia)
    panel.get_by_role("button", name="Add condition").click()
    expect(panel.locator(".rule")).to_have_count(2)

    olivia.keyboard.press("Escape")

    expect(olivia.get_by_role("alertdialog", name="Discard what you entered?")).to_be_visible()


@pytest.mark.provokes(422)
def test_a_filter_is_put_together_without_scripts(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/accounts/?sort=-login&status=enabled")
    page.get_by_role("link", name="Advanced filter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Advanced filter")

    _row(page, 0).get_by_label("Field").select_option("Login")
    _row(page, 0).get_by_role("button", name="Use this field").click()
    _row(page, 0).get_by_label("Comparison").select_option("begins with")
    _row(page, 0).get_by_label("Value").fill("a")
    page.get_by_role("button", name="Add condition").click()
    _row(page, 1).get_by_label("Field").select_option("Last login")
    page.get_by_role("button", name="Apply filter").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Choose how to compare.")
    _row(page, 1).get_by_label("Comparison").select_option("after")
    _row(page, 1).get_by_label("Day", exact=True).fill("-1y")
    page.get_by_role("button", name="Apply filter").last.click()

    expect(_words(page)).to_contain_text("login begins with a and last login in the last year")
    expect_query(page, "status=enabled", "sort=-login")
    assert all(login.startswith("a") for login in column(page, "login"))


def test_a_date_chip_offers_days_relative_to_today(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25")

    open_chip(olivia, "last_login").get_by_label("In the last 30 days").check()

    expect_query(olivia, "last_login__after=-30d")
    expect(chip(olivia, "last_login").locator(".chip-value")).to_have_text("in the last 30 days")


def test_a_half_typed_day_is_not_sent(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25")
    box = open_chip(olivia, "last_login").get_by_label("before", exact=True)

    box.press_sequentially("month-star", delay=10)
    olivia.wait_for_timeout(900)
    expect_no_query(olivia, "last_login__before")
    box.press_sequentially("t")

    expect_query(olivia, "last_login__before=month-start")
    expect(box).to_be_focused()


@pytest.mark.provokes(400)
def test_a_wrong_day_is_explained(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25")
    box = open_chip(olivia, "last_login").get_by_label("before", exact=True)

    box.fill("someday")
    box.press("Enter")

    expect(olivia.get_by_role("alert").first).to_contain_text("“someday” is no date. Write it as 2026-12-31")


# --- header filter ----------------------------------------------------------------------------------------------


def test_boxes_below_the_heads_filter_while_one_types(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25&sort=-login")
    olivia.get_by_role("link", name="Show the header filter").click()
    expect_query(olivia, "boxes=1")

    box = olivia.get_by_role("textbox", name="Login contains")
    box.press_sequentially("an", delay=20)
    expect_query(olivia, "login__contains=an", "sort=-login", "boxes=1")
    expect(box).to_be_focused()
    box.press_sequentially("n")
    expect_query(olivia, "login__contains=ann")
    olivia.locator("#box-status").select_option("Enabled")
    expect_query(olivia, "login__contains=ann", "status=enabled")
    expect(chip(olivia, "status").locator(".chip-value")).to_have_text("Enabled")
    olivia.locator("#box-last_login").click()
    olivia.locator("#box-menu-last_login").get_by_label("before", exact=True).fill("tomorrow")
    expect_query(olivia, "last_login__before=tomorrow")
    expect(olivia.locator("#box-last_login")).to_contain_text("before tomorrow")

    assert all("ann" in login for login in column(olivia, "login"))
    olivia.keyboard.press("Escape")
    olivia.get_by_role("link", name="Remove the filter Login").click()
    expect_no_query(olivia, "login__contains")
    expect(box).to_have_value("")
    olivia.get_by_role("link", name="Hide the header filter").click()
    expect_no_query(olivia, "boxes")
    expect_query(olivia, "status=enabled")


def test_boxes_work_without_scripts(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/accounts/?per_page=25&sort=-login")
    page.get_by_role("link", name="Show the header filter").click()

    page.get_by_role("textbox", name="Login contains").fill("an")
    page.locator("#box-status").select_option("Disabled")
    page.get_by_role("button", name="Apply the header filter").click()

    expect_query(page, "login__contains=an", "status=disabled", "sort=-login")
    assert set(column(page, "status")) == {"Disabled"}
    assert rows(page).count() > 0


def test_a_phone_shows_no_boxes(olivia_on_a_phone: Page) -> None:
    olivia_on_a_phone.goto(f"/accounts/?boxes=1&filter={NESTED}")

    expect(olivia_on_a_phone.locator("#box-login")).to_be_hidden()
    expect(olivia_on_a_phone.locator("#toggle-boxes")).to_be_hidden()
    width = olivia_on_a_phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
