"""Making an account in the panel, opening its link, and giving roles and groups: in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import expect_settled
from tests.browser.test_accessibility import _expect_clean_in_every_light


@pytest.mark.provokes(422)
def test_an_account_is_made_in_the_panel_and_waits_for_its_person(olivia: Page) -> None:
    olivia.goto("/accounts/")
    olivia.get_by_role("link", name="New account").click()
    panel = olivia.get_by_role("dialog", name="New account")
    expect(panel).to_be_visible()
    _expect_clean_in_every_light(olivia)

    panel.get_by_label("Name", exact=True).fill("Newt Browser")
    panel.get_by_label("Email").fill("not an address")
    panel.get_by_role("button", name="Create account").click()
    expect(panel.get_by_role("alert")).to_contain_text("Enter a valid email address.")
    expect(panel.get_by_label("Name", exact=True)).to_have_value("Newt Browser")
    panel.get_by_label("Email").fill("newt.browser@new.example")
    panel.locator("#id_role").select_option(label="Viewer")
    panel.get_by_role("button", name="Create account").click()

    expect(olivia.get_by_role("heading", level=1)).to_have_text("Newt Browser")
    expect(olivia.locator("[data-link]")).to_contain_text("Waiting for its person to open the sign-in link.")
    _expect_clean_in_every_light(olivia)


def test_an_owner_sees_the_key_of_a_new_service_once(olivia: Page) -> None:
    olivia.goto("/accounts/service/new/")
    olivia.get_by_label("Name", exact=True).fill("Browser service")
    olivia.get_by_label("Login", exact=False).first.fill("browser-service")
    olivia.get_by_label("Name of the key").fill("First")
    _expect_clean_in_every_light(olivia)

    olivia.get_by_role("button", name="Create service account").click()

    expect(olivia.locator("[data-access-key]")).to_have_value(re.compile("^itam_"))
    olivia.get_by_role("link", name="I have copied it").click()
    expect(olivia.locator("[data-field=keys]")).to_contain_text("First")


def test_users_are_picked_for_a_new_group(olivia: Page) -> None:
    olivia.goto("/groups/new/")
    olivia.get_by_label("Name", exact=True).fill("Browser group")
    olivia.get_by_role("button", name="Create group").click()
    expect(olivia.get_by_role("heading", level=1)).to_have_text("Browser group")
    _expect_clean_in_every_light(olivia)
    olivia.get_by_role("navigation", name="Group", exact=True).get_by_role("link", name="Users").click()
    olivia.get_by_role("link", name="Manage Users").click()
    _expect_clean_in_every_light(olivia)

    olivia.get_by_role("searchbox", name="Search all users").fill("victor")
    olivia.get_by_role("button", name="Search").first.click()
    olivia.get_by_role("button", name="Add Victor Almeida to group").click()
    expect(olivia.locator("[data-pending-text]")).to_have_text("1 to be added, 0 to be removed")
    expect(olivia.get_by_role("searchbox", name="Search all users")).to_have_value("victor")
    olivia.get_by_role("button", name="What would change").click()
    expect(olivia.locator("#picker")).to_contain_text("Nobody gains or loses a right by this.")
    olivia.get_by_role("button", name="Save", exact=True).click()

    expect(olivia.locator("#messages")).to_contain_text("Saved: 1 added, 0 removed.")
    expect(olivia.locator("tbody")).to_contain_text("Victor Almeida")
    expect_settled(olivia)


def test_a_role_is_made_with_levels_that_follow_its_single_rights(olivia: Page) -> None:
    olivia.goto("/roles/new/")
    olivia.get_by_label("Name", exact=True).fill("Browser role")
    area = olivia.locator(".area[data-area=accounts]")
    area.locator("[data-level]").select_option("full")
    area.get_by_text("Single rights").click()
    expect(area.get_by_role("group", name="Disable accounts").get_by_label("Allow")).to_be_checked()
    area.get_by_role("group", name="Disable accounts").get_by_label("Deny").check()
    expect(area.locator("[data-level]")).to_have_value("custom")
    _expect_clean_in_every_light(olivia)

    olivia.get_by_role("button", name="Create role").click()

    expect(olivia.locator("[data-right='accounts.disable']")).to_have_attribute("data-state", "deny")
    expect(olivia.locator("[data-right='accounts.enable']")).to_have_attribute("data-state", "allow")
    _expect_clean_in_every_light(olivia)


def test_who_holds_a_right_is_asked_above_the_list(olivia: Page) -> None:
    olivia.goto("/access/")
    expect(olivia.locator("tbody tr").first).to_be_visible()
    _expect_clean_in_every_light(olivia)

    olivia.get_by_label("Right", exact=True).select_option(label="Change billing")
    olivia.get_by_role("button", name="Show", exact=True).click()

    expect(olivia).to_have_url(re.compile(r"holds=billing\.change"))
    expect(olivia.locator("tbody")).to_contain_text("Olivia Nordahl")
