"""One account's pages: its tabs, editing it in a panel, two people at once, its type; and many edited together."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lists import bulk_button, column, rows, tick
from tests.browser.visitors import Visitors


def _open(page: Page, login: str) -> str:
    """The account's page; answers its address."""
    page.goto(f"/accounts/?login={login}")
    rows(page).first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Permissions")).to_be_visible()
    return page.url


def _panel(page: Page) -> Locator:
    page.get_by_role("link", name="Edit", exact=True).click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("heading", level=2)).to_be_focused()
    return panel


def _field(page: Page, name: str) -> Locator:
    return page.locator(f"[data-field={name}]")


# --- one account -------------------------------------------------------------------------------------------------


def test_the_tabs_lead_through_the_pages_of_an_account(olivia: Page) -> None:
    _open(olivia, "uma")
    tabs = olivia.get_by_label("Account", exact=True)

    for name in ("Access", "Sessions", "Properties"):
        tabs.get_by_role("link", name=name, exact=True).click()
        expect(tabs.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")
    olivia.get_by_role("link", name="Every right").click()

    expect(olivia.locator("[data-right='accounts.edit']")).to_contain_text("Edit accounts")
    expect(olivia.get_by_role("navigation", name="Breadcrumb")).to_contain_text("Access")


def test_an_account_is_edited_in_a_panel(olivia: Page) -> None:
    address = _open(olivia, "edit-panel-01")
    panel = _panel(olivia)

    panel.get_by_label("Name", exact=True).fill("Edited in a panel")
    panel.get_by_label("Organization").select_option("123456")
    panel.get_by_label("Shared by a group of people").check()
    panel.get_by_role("button", name="Save").click()

    expect(olivia.locator("#messages")).to_contain_text("Saved.")
    expect(olivia).to_have_url(address)
    expect(olivia.get_by_role("heading", level=1)).to_have_text("Edited in a panel")
    expect(_field(olivia, "shared")).to_have_text("Yes")
    expect(_field(olivia, "organization")).to_contain_text("123456")


@pytest.mark.provokes(422)
def test_an_error_is_shown_in_the_panel_with_a_link_to_whoever_has_the_login(olivia: Page) -> None:
    _open(olivia, "edit-panel-02")
    panel = _panel(olivia)

    panel.get_by_label("Login", exact=True).fill("ADAM")
    panel.get_by_label("Job title").fill("Not lost")
    panel.get_by_role("button", name="Save").click()

    expect(panel.get_by_role("alert")).to_be_focused()
    expect(panel.locator("#id_login_error")).to_contain_text("Another account has this login.")
    expect(panel.get_by_label("Job title")).to_have_value("Not lost")
    panel.get_by_role("alert").get_by_role("link").click()
    expect(panel.get_by_label("Login", exact=True)).to_be_focused()
    panel.locator("#id_login_error").get_by_role("link").click()
    expect(olivia.locator("[data-field=login]")).to_have_text("adam")


def test_leaving_the_panel_with_input_asks_first(olivia: Page) -> None:
    _open(olivia, "edit-panel-02")
    panel = _panel(olivia)
    panel.get_by_label("Job title").fill("Unsaved")

    olivia.keyboard.press("Escape")
    question = olivia.get_by_role("alertdialog", name="Discard what you entered?")
    question.get_by_role("button", name="Discard").click()

    expect(panel).to_be_hidden()
    expect(olivia.get_by_role("link", name="Edit", exact=True)).to_be_focused()


@pytest.mark.provokes(409)
def test_the_second_saver_chooses_between_both_values(olivia: Page, visitors: Visitors) -> None:
    address = _open(olivia, "edit-twice-01")
    panel = _panel(olivia)
    adam = visitors.person("adam@northwind.example")
    adam.goto(f"{address}edit/")
    adam.get_by_label("Job title").fill("Saved by Adam")
    adam.get_by_role("button", name="Save").click()
    expect(adam.locator("#messages")).to_contain_text("Saved.")

    panel.get_by_label("Job title").fill("Meant by Olivia")
    panel.get_by_label("Name", exact=True).fill("Named by Olivia")
    panel.get_by_role("button", name="Save").click()

    expect(panel.get_by_role("alert")).to_be_focused()
    both = panel.get_by_role("group", name="Job title")
    expect(both).to_contain_text("Meant by Olivia")
    expect(both).to_contain_text("Saved by Adam")
    expect(panel.get_by_role("group", name="Name").get_by_label("Yours")).to_be_checked()
    panel.get_by_role("button", name="Save my choice").click()
    expect(both).to_be_visible()
    both.get_by_label("Saved").check()
    panel.get_by_role("button", name="Save my choice").click()
    expect(olivia.get_by_role("heading", level=1)).to_have_text("Named by Olivia")
    expect(_field(olivia, "job_title")).to_have_text("Saved by Adam")


def test_the_type_is_changed_after_saying_what_that_ends(olivia: Page) -> None:
    _open(olivia, "edit-type-01")

    olivia.get_by_role("link", name="Change type").click()
    dialog = olivia.get_by_role("dialog")
    expect(dialog).to_contain_text("This ends")
    dialog.get_by_role("button", name="Make it a service account").click()

    expect(olivia.locator("#messages")).to_contain_text("This is a service account now.")
    expect(_field(olivia, "type")).to_have_text("Service")


@pytest.mark.provokes(409)
def test_a_guard_that_refuses_meanwhile_is_said_in_its_own_words(olivia: Page, visitors: Visitors) -> None:
    address = _open(olivia, "edit-type-02")
    olivia.get_by_role("link", name="Change type").click()
    dialog = olivia.get_by_role("dialog")
    adam = visitors.person("adam@northwind.example")
    adam.goto(f"{address}type/")
    adam.get_by_role("button", name="Make it a service account").click()
    expect(_field(adam, "type")).to_have_text("Service")

    dialog.get_by_role("button", name="Make it a service account").click()

    expect(dialog.get_by_role("alert")).to_contain_text("This account already is as you want it.")


def test_a_viewer_sees_no_button_that_would_not_open(victor: Page) -> None:
    _open(victor, "adam")

    for name in ("Edit", "Change type"):
        expect(victor.get_by_role("link", name=name, exact=True)).to_have_count(0)


# --- many --------------------------------------------------------------------------------------------------------


@pytest.mark.provokes(422)
def test_many_accounts_are_edited_together(olivia: Page) -> None:
    olivia.goto("/accounts/?name__starts=Edit+together+0&columns=name,job_title,organization&sort=name")
    tick(olivia, 0, 1, 2)
    bulk_button(olivia, "Edit").click()
    dialog = olivia.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Edit 3 accounts")).to_be_focused()

    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Tick at least one field to change.")
    dialog.get_by_label("Job title", exact=True).fill("Together")
    expect(dialog.get_by_role("checkbox", name="Change Job title")).to_be_checked()
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog).to_contain_text("Job title becomes: Together.")
    dialog.get_by_role("button", name="Edit 3 accounts").click()

    expect(olivia.locator("#messages")).to_contain_text("3 accounts edited.")
    assert column(olivia, "job_title") == ["Together"] * 3 + ["Edit together"] * 2
    tick(olivia, 2, 3)
    bulk_button(olivia, "Edit").click()
    expect(dialog.get_by_label("Job title", exact=True)).to_have_attribute("placeholder", "Multiple values")


def test_on_a_phone_nothing_scrolls_sideways(olivia_on_a_phone: Page) -> None:
    page = olivia_on_a_phone
    address = _open(page, "1-" + "l" * 190)

    for rest in ("", "access/", "sessions/", "edit/", "type/"):
        page.goto(f"{address}{rest}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, rest


# --- without JavaScript ------------------------------------------------------------------------------------------


@pytest.mark.provokes(409, 422)
def test_one_account_is_edited_without_scripts(olivia_without_scripts: Page, visitors: Visitors) -> None:
    page = olivia_without_scripts
    address = _open(page, "edit-plain-01")
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page).to_have_url(re.compile("/edit/$"))

    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Name: This field is required.")
    adam = visitors.person("adam@northwind.example")
    adam.goto(f"{address}edit/")
    adam.get_by_label("Job title").fill("Saved by Adam")
    adam.get_by_role("button", name="Save").click()
    expect(adam.locator("#messages")).to_contain_text("Saved.")
    page.get_by_label("Name", exact=True).fill("Plainly edited")
    page.get_by_label("Job title").fill("Meant by Olivia")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("group", name="Job title").get_by_label("Yours").check()
    page.get_by_role("button", name="Save my choice").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Plainly edited")
    expect(_field(page, "job_title")).to_have_text("Meant by Olivia")
    page.get_by_role("link", name="Change type").click()
    page.get_by_role("button", name="Make it a service account").click()
    expect(_field(page, "type")).to_have_text("Service")


@pytest.mark.provokes(422)
def test_many_accounts_are_edited_without_scripts(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/accounts/?name__starts=Edit+together+plain&columns=name,job_title&sort=name")

    page.get_by_role("button", name=re.compile("^Edit all 3")).click()
    page.get_by_label("Job title", exact=True).fill("Plainly together")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#id_job_title_error")).to_contain_text("You set a value but did not tick the box beside it.")
    page.get_by_role("checkbox", name="Change Job title").check()
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Edit 3 accounts").click()

    assert column(page, "job_title") == ["Plainly together"] * 3
