"""The tenant's menu in a browser: its pages, a key's life, and what another time zone asks."""

import re

import pytest
from playwright.sync_api import Page, expect


def make_key(page: Page, login: str, name: str) -> str:
    """Make a service account with its first key; answers the key's address."""
    page.goto("/accounts/service/new/")
    page.get_by_label("Name", exact=True).fill(login.title())
    page.get_by_label("Login").fill(login)
    page.get_by_label("Name of the key").fill(name)
    page.get_by_role("button", name="Create service account").click()
    expect(page.locator("[data-access-key]")).to_have_value(re.compile("^itam_"))
    page.goto(f"/access-keys/?name={name}")
    page.get_by_role("link", name=name).click()
    expect(page.locator("[data-field=state]")).to_contain_text("Live")
    return page.url


def test_the_menu_leads_an_owner_to_every_page_of_the_tenant(olivia: Page) -> None:
    olivia.goto("/accounts/")
    menu = olivia.get_by_role("list", name="Tenant")

    for name, heading in (("Profile", "Northwind"), ("Billing", "Billing"), ("Access keys", "Access keys")):
        menu.get_by_role("link", name=name, exact=True).click()
        expect(olivia.get_by_role("heading", level=1)).to_contain_text(heading)
        expect(menu.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")


def test_a_key_is_rotated_and_revoked_in_a_dialog(olivia: Page) -> None:
    address = make_key(olivia, "browser-sync", "Browserkey")

    olivia.get_by_role("link", name="Rotate").click()
    olivia.get_by_label("The old key ends").select_option("In an hour")
    olivia.get_by_role("button", name="Rotate key").click()
    expect(olivia.locator("[data-access-key]")).to_have_value(re.compile("^itam_"))
    olivia.goto("/access-keys/?name=Browserkey&state=live")
    expect(olivia.locator("tbody tr")).to_have_count(2)

    olivia.goto(address)
    olivia.get_by_role("button", name="Revoke").click()
    expect(olivia.get_by_role("dialog")).to_contain_text("Revoke 1 access key?")
    olivia.get_by_role("dialog").locator("[name=confirm]").click()
    expect(olivia.locator("[data-field=state]")).to_contain_text("Revoked")
    expect(olivia.get_by_role("link", name="Rotate")).to_have_count(0)


def test_another_time_zone_says_what_it_moves_and_can_be_left(olivia: Page) -> None:
    olivia.goto("/tenant/edit/")
    olivia.get_by_label("Time zone").select_option("Pacific/Honolulu")
    olivia.get_by_role("button", name="Save").click()

    expect(olivia.get_by_role("heading", level=1)).to_have_text("Change the time zone to Pacific/Honolulu?")
    expect(olivia.locator("[data-moved]")).to_contain_text("end of that day in the new zone")
    olivia.get_by_role("button", name="Back to the form").click()
    expect(olivia.get_by_label("Time zone")).to_have_value("Pacific/Honolulu")
    olivia.get_by_role("link", name="Cancel").click()
    expect(olivia.locator("[data-field=time_zone]")).not_to_contain_text("Honolulu")


@pytest.mark.provokes(409)
def test_a_toast_tells_what_was_saved(olivia: Page) -> None:
    olivia.goto("/tenant/billing/")
    olivia.get_by_label("Purchase order").fill("PO 2040")
    olivia.get_by_role("button", name="Save billing").click()

    expect(olivia.get_by_role("status").first).to_contain_text("Billing is saved.")
    expect(olivia.get_by_label("Purchase order")).to_have_value("PO 2040")
