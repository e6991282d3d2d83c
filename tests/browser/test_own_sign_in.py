"""One's own sign-in in a real browser: second factors, a forgotten password, sessions."""

import email
import re
import time
from email import policy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.own import code_of
from tests.browser.portal import Portal
from tests.browser.test_accessibility import _expect_clean, _expect_clean_in_every_light
from tests.browser.test_narrow import _expect_nothing_sideways
from tests.browser.visitors import NARROW, PASSWORD, Visitors, sign_in

ME = re.compile(r"/me/$")


def _expect_fit(page: Page) -> None:
    """Clean in light, in dark and on a phone, with nothing sideways."""
    _expect_clean_in_every_light(page)
    before = page.viewport_size
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _expect_clean(page)
    _expect_nothing_sideways(page)
    page.set_viewport_size(before)  # type: ignore[arg-type]


def _open_own(page: Page) -> None:
    page.get_by_role("button", name="Signed in as").click()
    page.get_by_role("link", name="Your sign-in").click()
    expect(page).to_have_url(ME)


def _sign_out(page: Page) -> None:
    page.get_by_role("button", name="Signed in as").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def _mail_to(portal: Portal, address: str) -> str:
    """The newest mail to this address, once it has arrived."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = [_text(path) for path in sorted(portal.mail.glob("*.eml"), reverse=True)]
        for to, text in found:
            if to == address and "http" in text:
                return text
        time.sleep(0.2)
    raise AssertionError(f"no mail for {address}")


def _text(path: Path) -> tuple[str, str]:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    body: Any = message.get_body(("plain",))
    return str(message["To"]), body.get_content()


@pytest.mark.provokes(422)
def test_an_authenticator_app_is_set_up_and_asked_for(visitors: Visitors) -> None:
    page = visitors.afresh("tina@northwind.example")
    _open_own(page)
    _expect_fit(page)
    page.get_by_role("link", name="Add an authenticator app").click()
    _expect_fit(page)

    key = page.get_by_label("The key", exact=True).input_value().replace(" ", "")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Set up the app").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not the code")
    page.get_by_label("Code").fill(code_of(key, -1))
    page.get_by_role("button", name="Set up the app").click()
    expect(page.locator("[data-field=codes] li")).to_have_count(10)
    _expect_fit(page)
    recovery = page.locator("[data-field=codes] li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("[data-factor=app]")).to_be_visible()
    _expect_fit(page)

    _sign_out(page)
    sign_in(page, "tina@northwind.example")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    _expect_fit(page)
    page.get_by_label("Code").fill("nonsense")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not right")
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("IT Asset Accounts")


def test_a_passkey_is_created_and_lets_one_in(visitors: Visitors, portal: Portal) -> None:
    # Passkeys belong to a name: the same portal, by the name of this machine.
    visitors.watch.address = f"http://localhost:{portal.port}"
    page = visitors.stranger(base_url=visitors.watch.address)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    kind |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
    page.goto("/me/passkeys/new/")
    sign_in(page, "paula@northwind.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a passkey")
    _expect_fit(page)

    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Create passkey").click()
    expect(page.locator("[data-field=codes] li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("[data-factor=passkey]")).to_contain_text("Laptop")

    _sign_out(page)
    sign_in(page, "paula@northwind.example")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    _expect_fit(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("IT Asset Accounts")

    # Without its device it says so, and a code is still possible.
    _sign_out(page)
    sign_in(page, "paula@northwind.example")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('cancelled')); }")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("No passkey was shown. Try again, or use a code.")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_enabled()


@pytest.mark.provokes(422, 410)
def test_a_forgotten_password_is_replaced_by_mail(stranger: Page, portal: Portal) -> None:
    stranger.goto("/sign-in/")
    stranger.get_by_role("link", name="Forgotten your password?").click()
    _expect_fit(stranger)
    stranger.get_by_role("button", name="Send the link").click()
    expect(stranger.get_by_role("alert")).to_be_visible()
    stranger.get_by_label("Email").fill("rosa@northwind.example")
    stranger.get_by_role("button", name="Send the link").click()
    expect(stranger.get_by_role("status")).to_contain_text("a link is on its way")

    link = re.search(r"http\S+/sign-in/reset/\S+", _mail_to(portal, "rosa@northwind.example"))
    assert link
    stranger.goto(link[0])
    expect(stranger).to_have_url(re.compile(r"/sign-in/password/$"))
    _expect_fit(stranger)
    stranger.get_by_label("New password", exact=True).fill("Grapes 7 lanterns umbrella")
    stranger.get_by_label("The new password again").fill("Grapes 7 lanterns umbrella")
    stranger.get_by_role("button", name="Set password").click()
    expect(stranger.get_by_role("status")).to_contain_text("Your new password is set.")
    sign_in(stranger, "rosa@northwind.example", "Grapes 7 lanterns umbrella")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("IT Asset Accounts")
    stranger.goto(link[0])
    expect(stranger.get_by_role("heading", level=1)).to_have_text("This link has ended")
    _expect_clean(stranger)


@pytest.mark.provokes(422)
def test_password_and_address_are_changed(visitors: Visitors, portal: Portal) -> None:
    page = visitors.afresh("leon@northwind.example")
    _open_own(page)
    page.get_by_role("link", name="Change password").click()
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    _expect_fit(page)
    page.get_by_label("Your present password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("Grapes 7 lanterns umbrella")
    page.get_by_label("The new password again").fill("Grapes 7 lanterns umbrella")
    page.get_by_role("button", name="Change password").click()
    expect(page.locator("#messages")).to_contain_text("Your password is changed.")
    expect(page.locator("[data-field=changes]")).to_contain_text("Change the password")

    page.get_by_role("link", name="Change email address").click()
    _expect_fit(page)
    page.get_by_label("New email address").fill("leon@elsewhere.example")
    page.get_by_label("Your password").fill("Grapes 7 lanterns umbrella")
    page.get_by_role("button", name="Send the link").click()
    expect(page.locator("#messages")).to_contain_text("A link goes to leon@elsewhere.example")
    link = re.search(r"http\S+/sign-in/email/\S+", _mail_to(portal, "leon@elsewhere.example"))
    assert link
    page.goto(link[0])
    _expect_fit(page)
    page.get_by_role("button", name="Use the new address").click()
    expect(page.locator("[data-field=email]")).to_contain_text("leon@elsewhere.example")


def test_one_signs_out_everywhere_else(visitors: Visitors) -> None:
    other, page = visitors.afresh("stella@northwind.example"), visitors.afresh("stella@northwind.example")
    _open_own(page)
    expect(page.locator("[data-session]")).to_have_count(2)
    _expect_fit(page)

    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.locator("[data-session]")).to_have_count(1)
    other.goto("/accounts/")

    expect(other.get_by_role("alert")).to_contain_text("Your session has ended")


def test_a_strict_tenant_leads_to_setting_one_up_before_anything_else(visitors: Visitors, portal: Portal) -> None:
    """As nobody else's tenant: of the browsers' cast, only its owner works there."""
    strict = "UPDATE organizations_tenant SET require_mfa = %s WHERE slug = 'contoso'"
    portal.change(strict, True)
    try:
        page = visitors.stranger(java_script_enabled=False)
        page.goto("/accounts/?status=enabled")
        sign_in(page, "mallory@contoso.example")
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
        expect(page.get_by_role("navigation")).to_have_count(0)
        page.get_by_role("link", name="Use an authenticator app").click()
        key = page.get_by_label("The key", exact=True).input_value().replace(" ", "")
        page.get_by_label("Code").fill(code_of(key))
        page.get_by_role("button", name="Set up the app").click()
        page.get_by_role("link", name="I have kept them").click()
        expect(page).to_have_url(re.compile(r"/accounts/\?status=enabled$"))
        expect(page.get_by_role("heading", level=1)).to_have_text("IT Asset Accounts")
    finally:
        portal.change(strict, False)
        portal.change(
            "DELETE FROM mfa_authenticator WHERE user_id = (SELECT id FROM accounts_identity WHERE email = "
            "'mallory@contoso.example')"
        )
        portal.change("UPDATE accounts_identity SET second_factor_at = NULL WHERE email = 'mallory@contoso.example'")


def test_the_page_that_leads_there_is_clean(visitors: Visitors, portal: Portal) -> None:
    strict = "UPDATE organizations_tenant SET require_mfa = %s WHERE slug = 'contoso'"
    portal.change(strict, True)
    try:
        page = visitors.stranger()
        page.goto("/accounts/")
        sign_in(page, "mallory@contoso.example")
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
        _expect_fit(page)
        page.get_by_role("link", name="Use an authenticator app").click()
        expect(page.get_by_label("The key", exact=True)).to_be_visible()
        _expect_fit(page)
    finally:
        portal.change(strict, False)


def test_an_administrator_is_asked_before_sessions_end_and_before_a_reset(adam: Page) -> None:
    adam.goto("/accounts/?login=rita")
    adam.locator("tr[data-id]").first.get_by_role("link").click()
    adam.get_by_role("link", name="End sessions").click()
    expect(adam.get_by_role("heading", level=1)).to_contain_text("End the sessions of Rita")
    _expect_fit(adam)
    adam.get_by_role("button", name="End sessions").click()
    expect(adam.locator("#messages")).to_contain_text("ended.")

    adam.goto(adam.url.replace("/sessions/", "/second-factor/reset/"))
    expect(adam.get_by_role("heading", level=1)).to_contain_text("Reset the second factor of Rita")
    _expect_fit(adam)
