"""Signing in and out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import bulk_button, expect_total, head, tick
from tests.browser.portal import Portal
from tests.browser.visitors import Visitors, sign_in


def _answer(page: Page, login: str) -> str:
    page.goto("/sign-in/")
    sign_in(page, login, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("The login or the password is not right.")
    return re.sub(r'value="[^"]*"', "", page.content())


@pytest.mark.provokes(422)
def test_a_wrong_password_and_an_unknown_address_look_the_same(stranger: Page) -> None:
    known, unknown = _answer(stranger, "olivia@northwind.example"), _answer(stranger, "nobody@northwind.example")

    assert known == unknown


@pytest.mark.provokes(422)
def test_the_words_about_a_wrong_password_have_the_focus_and_the_login_stays(stranger: Page) -> None:
    _answer(stranger, "olivia@northwind.example")

    expect(stranger.get_by_role("alert")).to_be_focused()
    expect(stranger.get_by_label("Email or login")).to_have_value("olivia@northwind.example")
    expect(stranger.get_by_label("Password")).to_have_value("")


@pytest.mark.parametrize("login", ["olivia@northwind.example", "OLIVIA@Northwind.Example", "northwind\\adam"])
def test_signing_in_leads_to_the_accounts(stranger: Page, login: str) -> None:
    stranger.goto("/")

    sign_in(stranger, login)

    expect(stranger).to_have_url(re.compile(r"/accounts/$"))
    expect(stranger.get_by_role("heading", level=1)).to_have_text("IT Asset Accounts")


def test_the_page_asked_for_opens_after_signing_in(stranger: Page) -> None:
    stranger.goto("/accounts/?status=disabled&sort=-login")

    sign_in(stranger, "victor@northwind.example")

    expect(stranger).to_have_url(re.compile(r"/accounts/\?status=disabled&sort=-login$"))


def test_signing_out_ends_the_session(visitors: Visitors) -> None:
    page = visitors.afresh("victor@northwind.example")

    page.get_by_role("button", name="Signed in as").click()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.goto("/accounts/")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next="))


def test_disabling_oscar_ends_his_session_at_the_next_click_with_the_reason(olivia: Page, visitors: Visitors) -> None:
    oscar = visitors.afresh("oscar@northwind.example")
    _change_oscar(olivia, "Disable", "1 account disabled.")

    head(oscar, "login").click()

    expect(oscar.get_by_role("alert")).to_contain_text("Your account in Northwind Traders is disabled. Ask Olivia")
    expect(oscar).to_have_url(re.compile("/sign-in/"))
    _change_oscar(olivia, "Enable", "1 account enabled.")
    sign_in(oscar, "oscar@northwind.example")
    expect(oscar).to_have_url(re.compile(r"/accounts/$"))


def _change_oscar(olivia: Page, action: str, outcome: str) -> None:
    olivia.goto("/accounts/?email=oscar@northwind.example")
    expect_total(olivia, 1)
    tick(olivia, 0)
    bulk_button(olivia, action).click()
    olivia.get_by_role("button", name=f"{action} 1 account").click()
    expect(olivia.locator("#messages")).to_contain_text(outcome)


@pytest.mark.provokes(422)
def test_a_disabled_account_is_told_why_and_whom_to_ask(stranger: Page, portal: Portal) -> None:
    portal.change("UPDATE accounts_account SET status = 'disabled' WHERE email = 'rita@northwind.example'")
    stranger.goto("/sign-in/")

    sign_in(stranger, "rita@northwind.example")

    expect(stranger.get_by_role("alert")).to_contain_text("is disabled. Ask Olivia")
    portal.change("UPDATE accounts_account SET status = 'enabled' WHERE email = 'rita@northwind.example'")
