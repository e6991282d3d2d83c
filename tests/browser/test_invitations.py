"""The whole way of an invitation in browsers: invited, mailed, accepted or declined, signed in."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.own import code_of
from tests.browser.test_accessibility import NARROW, _expect_clean, _expect_clean_in_every_light
from tests.browser.test_own_sign_in import _open_own, _sign_out
from tests.browser.visitors import Visitors

PATH = "/invitations/accept/"


def invite(page: Page, address: str, *, role: str = "Viewer") -> None:
    """Send an invitation from the panel."""
    page.goto("/invitations/")
    page.get_by_role("link", name="Invite user").click()
    panel = page.get_by_role("dialog", name="Invite user")
    panel.get_by_label("Email").fill(address)
    panel.get_by_role("checkbox", name=re.compile(f"^{role} ")).check()
    panel.get_by_role("button", name="Send invitation").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(address)


def _show_a_second_factor(guest: Page, address: str) -> None:
    """Set up an authenticator app, and come in by it the next time."""
    _open_own(guest)
    guest.get_by_role("link", name="Add an authenticator app").click()
    key = guest.get_by_label("The key", exact=True).input_value().replace(" ", "")
    guest.get_by_label("Code").fill(code_of(key, -1))
    guest.get_by_role("button", name="Set up the app").click()
    guest.get_by_role("link", name="I have kept them").click()
    _sign_out(guest)
    guest.goto("/sign-in/")
    guest.get_by_label("Email or login").fill(address)
    guest.get_by_label("Password").fill("several quiet words")
    guest.get_by_role("button", name="Sign in").click()
    expect(guest.get_by_role("heading", name="Second factor")).to_be_visible()
    guest.get_by_label("Code").fill(code_of(key))
    guest.get_by_role("button", name="Continue").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("IT Asset Accounts")


@pytest.mark.provokes(422)
def test_somebody_is_invited_accepts_and_signs_in(olivia: Page, visitors: Visitors) -> None:
    address = "whole.way@new.example"
    invite(olivia, address)
    expect(olivia.locator("[data-field=status]")).to_have_text("Pending")
    _expect_clean_in_every_light(olivia)

    guest = visitors.stranger()
    link = visitors.portal.link_mailed_to(address, PATH)
    guest.goto(link)
    expect(guest).to_have_url(re.compile(f"{PATH}$"))
    expect(guest.get_by_role("heading", level=1)).to_contain_text("Your invitation to")
    expect(guest.locator("[data-offer]")).to_contain_text("Viewer")
    _expect_clean_in_every_light(guest)
    guest.get_by_label("Your name").fill("Wanda Way")
    guest.get_by_label("Choose a password").fill("short")
    guest.get_by_label("The password again").fill("short")
    guest.get_by_role("button", name="Accept").click()
    expect(guest.get_by_role("alert")).to_contain_text("too short")
    guest.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _expect_clean(guest)
    for label in ("Choose a password", "The password again"):
        guest.get_by_label(label).fill("several quiet words")
    guest.get_by_role("button", name="Accept").click()

    expect(guest.get_by_role("status")).to_contain_text("You have an account in")
    guest.get_by_label("Email or login").fill(address)
    guest.get_by_label("Password").fill("several quiet words")
    guest.get_by_role("button", name="Sign in").click()
    expect(guest).to_have_url(re.compile("/accounts/$"))
    expect(guest.get_by_role("button", name="Signed in as")).to_contain_text("Wanda Way")
    _show_a_second_factor(guest, address)
    olivia.reload()
    expect(olivia.locator("[data-field=status]")).to_have_text("Accepted")
    expect(olivia.locator("[data-field=life]")).to_contain_text("Accept an invitation · Wanda Way")
    expect(olivia.locator("[data-field=delivery]")).to_have_text("Sent")


@pytest.mark.provokes(410)
def test_declining_ends_it_and_the_inviter_sees_it(olivia: Page, visitors: Visitors) -> None:
    address = "no.thanks@new.example"
    invite(olivia, address)
    guest, link = visitors.stranger(), visitors.portal.link_mailed_to(address, PATH)

    guest.goto(link)
    guest.get_by_role("button", name="Decline").click()

    expect(guest.get_by_role("heading", level=1)).to_have_text("You declined")
    _expect_clean_in_every_light(guest)
    guest.goto(link)
    expect(guest.get_by_role("alert")).to_have_text("This invitation was declined.")
    _expect_clean_in_every_light(guest)
    olivia.reload()
    expect(olivia.locator("[data-field=status]")).to_have_text("Declined")


def test_the_panel_grows_by_a_set_and_keeps_what_was_written(olivia: Page) -> None:
    olivia.goto("/accounts/")
    olivia.get_by_role("link", name="Invite user").click()
    panel = olivia.get_by_role("dialog", name="Invite user")
    _expect_clean_in_every_light(olivia)
    panel.get_by_label("Email").fill("two.sets@new.example")
    panel.get_by_role("checkbox", name=re.compile("^Viewer ")).check()

    panel.get_by_role("button", name="Add roles for another place or time").click()

    expect(panel.get_by_role("heading", name="Roles, set 2")).to_be_visible()
    expect(panel.get_by_label("Email")).to_have_value("two.sets@new.example")
    expect(panel.get_by_role("checkbox", name=re.compile("^Viewer ")).first).to_be_checked()
    _expect_clean_in_every_light(olivia)
    olivia.keyboard.press("Escape")
    expect(olivia.get_by_role("alertdialog")).to_be_visible()


def test_a_link_is_copied_and_the_invitation_revoked(olivia: Page) -> None:
    address = "by.hand@new.example"
    invite(olivia, address)
    olivia.get_by_role("button", name="Copy link").click()
    dialog = olivia.get_by_role("dialog")
    expect(dialog).to_contain_text("Make 1 link?")
    dialog.get_by_role("button", name="Make 1 link").click()
    expect(olivia.locator("[data-invitation-link]")).to_have_value(re.compile(f"{PATH}.{{40,}}"))
    _expect_clean_in_every_light(olivia)
    olivia.get_by_role("link", name="I have copied them").click()

    olivia.get_by_role("button", name="Revoke").click()
    olivia.get_by_role("dialog").get_by_role("button", name="Revoke 1 invitation").click()

    expect(olivia.locator("[data-field=status]")).to_have_text("Revoked")


def test_many_are_invited_without_scripts(olivia_without_scripts: Page) -> None:
    page = olivia_without_scripts
    page.goto("/invitations/many/")
    page.get_by_label("Email addresses").fill("Ada Ames <ada.many@new.example>\nnonsense")
    page.get_by_role("checkbox", name=re.compile("^Viewer ")).check()
    page.get_by_role("button", name="See what will happen").last.click()
    expect(page.locator("[data-lines] li")).to_have_count(2)

    page.get_by_role("button", name="Send 1 invitation").click()

    expect(page.locator("[data-field=changed]")).to_have_text("1")
    page.goto("/invitations/?q=ada.many")
    expect(page.locator("tbody")).to_contain_text("ada.many@new.example")


def test_an_open_preview_of_many_is_clean(olivia: Page) -> None:
    olivia.goto("/invitations/many/")
    olivia.get_by_label("Email addresses").fill("one.more@new.example, nonsense")
    olivia.get_by_role("checkbox", name=re.compile("^Viewer ")).check()
    olivia.get_by_role("button", name="See what will happen").last.click()

    expect(olivia.locator("[data-lines] li")).to_have_count(2)
    _expect_clean_in_every_light(olivia)
    olivia.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _expect_clean(olivia)
