"""Choosing columns: which, in what order, for whom, and for how long."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lists import column, expect_query, heads, rows
from tests.browser.visitors import Visitors, sign_in

AT_FIRST = ["name", "login", "email", "role", "status", "type", "last_login"]


def _open(page: Page, address: str = "/accounts/?per_page=25") -> Locator:
    page.goto(address)
    page.get_by_role("link", name="Columns").click()
    panel = page.get_by_role("dialog", name="Choose columns")
    expect(panel).to_be_visible()
    return panel


def _box(panel: Locator, label: str) -> Locator:
    return panel.get_by_role("checkbox", name=label, exact=True)


def _save(page: Page) -> None:
    page.get_by_role("button", name="Save columns").click()
    expect(page.locator("#messages")).to_contain_text("Columns saved.")


def _order(panel: Locator) -> list[str]:
    return panel.locator("input[name=order]").evaluate_all("fields => fields.map(field => field.value)")


def test_a_tick_shows_a_column_and_taking_it_away_hides_one(adam: Page) -> None:
    panel = _open(adam)

    _box(panel, "Job title").check()
    _box(panel, "Email").uncheck()
    _save(adam)

    assert heads(adam) == ["name", "login", "role", "status", "type", "last_login", "job_title"]
    assert len(column(adam, "job_title")) == 25


def test_the_name_cannot_be_hidden(adam: Page) -> None:
    panel = _open(adam)

    name = _box(panel, "Name Always shown")
    expect(name).to_be_checked()
    expect(name).to_be_disabled()


def test_a_column_is_dragged_to_another_place(adam: Page) -> None:
    panel = _open(adam)

    grip = panel.locator("#column-status [data-grip]")
    target = panel.locator("#column-login").bounding_box()
    grip.hover()
    adam.mouse.down()
    assert target
    adam.mouse.move(target["x"] + 20, target["y"] + target["height"] + 20)
    adam.mouse.move(target["x"] + 20, target["y"] + 2)
    adam.mouse.up()

    assert _order(panel)[:4] == ["name", "status", "login", "email"]
    expect(panel.page.locator("#panel [data-announcer]")).to_have_text("Status, position 2 of 12")
    _save(adam)
    assert heads(adam) == ["name", "status", "login", "email", "role", "type", "last_login"]


def test_arrow_buttons_move_a_column_and_keep_the_focus(adam: Page) -> None:
    panel = _open(adam)

    down = panel.get_by_role("button", name="Move Login down")
    down.click()
    down.click()

    assert _order(panel)[:4] == ["name", "email", "role", "login"]
    expect(down).to_be_focused()
    expect(adam.locator("#panel [data-announcer]")).to_have_text("Login, position 4 of 12")
    panel.get_by_role("button", name="Move Email up").click()
    expect(panel.get_by_role("button", name="Move Email down")).to_be_focused()
    _save(adam)
    assert heads(adam)[:4] == ["email", "name", "role", "login"]


def test_columns_are_chosen_with_the_keyboard_alone(adam: Page) -> None:
    adam.goto("/accounts/?per_page=25")

    adam.get_by_role("link", name="Columns").focus()
    adam.keyboard.press("Enter")
    expect(adam.get_by_role("heading", name="Choose columns")).to_be_focused()
    for _step in range(3):  # past Close and what moves the name, to Login
        adam.keyboard.press("Tab")
    expect(adam.get_by_label("Login", exact=True)).to_be_focused()
    adam.keyboard.press("Space")
    adam.keyboard.press("Tab")
    adam.keyboard.press("Tab")
    expect(adam.get_by_role("button", name="Move Login down")).to_be_focused()
    adam.keyboard.press("Enter")
    adam.get_by_role("button", name="Save columns").focus()
    adam.keyboard.press("Enter")

    expect(adam.locator("th[data-column=login]")).to_have_count(0)
    assert heads(adam) == [name for name in AT_FIRST if name != "login"]


def test_reset_brings_back_the_first_columns(adam: Page) -> None:
    _box(_open(adam), "Organization").check()
    _save(adam)
    assert heads(adam) == [*AT_FIRST, "organization"]

    _open(adam).get_by_role("button", name="Reset").click()

    expect(adam.locator("#messages")).to_contain_text("The columns are as the tenant's default again.")
    assert heads(adam) == AT_FIRST


def test_the_choice_is_kept_after_signing_out_and_in_again(adam: Page, visitors: Visitors) -> None:
    panel = _open(adam)
    _box(panel, "Login duration").check()
    panel.get_by_role("button", name="Move Login duration up").click()
    _save(adam)
    chosen = heads(adam)

    elsewhere = visitors.afresh("adam@northwind.example")
    elsewhere.get_by_role("button", name="Signed in as").click()
    elsewhere.get_by_role("button", name="Sign out").click()
    expect(elsewhere).to_have_url(re.compile("/sign-in/"))
    sign_in(elsewhere, "adam@northwind.example")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("IT Asset Accounts")

    assert heads(elsewhere) == chosen != AT_FIRST


def test_opening_a_link_with_columns_changes_nobodys_choice(adam: Page) -> None:
    adam.goto("/accounts/?columns=name,status&per_page=25")
    assert heads(adam) == ["name", "status"]

    adam.goto("/accounts/?per_page=25")

    assert heads(adam) == AT_FIRST


def test_saving_keeps_filters_and_order(adam: Page) -> None:
    panel = _open(adam, "/accounts/?status=disabled&q=an&sort=-login&per_page=25")
    _box(panel, "Type").uncheck()

    _save(adam)

    expect_query(adam, "status=disabled", "q=an", "sort=-login")
    expect(rows(adam)).to_have_count(25)
    assert heads(adam) == [name for name in AT_FIRST if name != "type"]


def test_an_administrator_sets_what_everybody_sees_at_first(adam: Page, visitors: Visitors) -> None:
    panel = _open(adam)
    _box(panel, "Email").uncheck()
    panel.get_by_role("button", name="Save as the tenant's default").click()
    expect(adam.locator("#messages")).to_contain_text("These columns are the tenant's default now.")

    victor = visitors.person("victor@northwind.example")
    panel = _open(victor)

    assert heads(victor) == [name for name in AT_FIRST if name != "email"]
    expect(panel.get_by_role("button", name="Save as the tenant's default")).to_have_count(0)
    expect(panel.get_by_role("button", name="Save columns")).to_be_visible()


@pytest.mark.parametrize(("answer", "stays"), [("Keep editing", True), ("Discard", False)])
def test_leaving_the_panel_with_changes_asks_first(adam: Page, answer: str, stays: bool) -> None:
    panel = _open(adam)
    _box(panel, "Email").uncheck()

    adam.keyboard.press("Escape")
    question = adam.get_by_role("alertdialog", name="Discard what you entered?")
    expect(question).to_be_visible()
    question.get_by_role("button", name=answer).click()

    expect(question).to_be_hidden()
    expect(panel).to_be_visible(visible=stays)
