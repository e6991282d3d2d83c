"""Axe finds nothing on any page, with any menu or dialog open: in light, in dark and on a phone."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.lists import bulk_button, open_chip, rows, tick
from tests.browser.visitors import DESKTOP, NARROW, Visitors

EVERY_RULE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
# The light changes colours and nothing else.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
COMMON = {"resultTypes": ["violations"], "preload": False, "iframes": False, "ancestry": False}
AT_REST = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame(); await frame();
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
}"""
FIND = """async (options) => (await axe.run(document, options)).violations
    .map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html.slice(0, 200)).join(" ")}`)"""


def _expect_clean(page: Page, rules: dict[str, object] = EVERY_RULE) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    page.evaluate(AT_REST)
    assert page.evaluate(FIND, {**COMMON, **rules}) == []


def _expect_clean_in_every_light(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    _expect_clean(page)
    page.emulate_media(color_scheme="dark")
    _expect_clean(page, COLOURS)
    page.emulate_media(color_scheme="light")


def _only_look(page: Page) -> None:
    """The page as it comes."""


def _keep_few_operations(page: Page) -> None:
    """Some of the reference's operations: all are drawn alike, and looking at each takes a minute."""
    page.evaluate("[...document.querySelectorAll('.operation')].slice(8).forEach((one) => one.remove())")


def _open_choice(page: Page) -> None:
    open_chip(page, "role")


def _open_text(page: Page) -> None:
    open_chip(page, "login")


def _open_date(page: Page) -> None:
    open_chip(page, "last_login")


def _open_user(page: Page) -> None:
    page.get_by_role("button", name="Signed in as").click()


def _tick(page: Page) -> None:
    tick(page, 0, 1)


def _preview(page: Page) -> None:
    tick(page, 0, 1, 2, 3)
    bulk_button(page, "Disable").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _see_account(page: Page) -> None:
    rows(page).first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Permissions")).to_be_visible()


def _see(tab: str) -> Callable[[Page], None]:
    def see(page: Page) -> None:
        _see_account(page)
        page.get_by_label("Account", exact=True).get_by_role("link", name=tab, exact=True).click()
        expect(page.get_by_role("link", name=tab, exact=True)).to_have_attribute("aria-current", "page")

    return see


def _open_form(link: str) -> Callable[[Page], None]:
    def open_form(page: Page) -> None:
        _see_account(page)
        page.get_by_role("link", name=link, exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()

    return open_form


def _see_form(name: str) -> Callable[[Page], None]:
    def see(page: Page) -> None:
        _see_account(page)
        page.goto(f"{page.url}{name}/")

    return see


def _err(page: Page) -> None:
    _open_form("Edit")(page)
    page.get_by_label("Login", exact=True).fill("olivia")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _differ(page: Page) -> None:
    """Two saved; the account of this page has a crew of its own."""
    _open_form("Edit")(page)
    other = page.context.new_page()
    other.goto(f"{page.url}edit/")
    title = other.get_by_label("Job title")
    title.fill(f"{title.input_value()} and more")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("status").first).to_be_visible()
    other.close()
    page.get_by_label("Job title").fill("Mine")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _together(page: Page) -> None:
    tick(page, 0, 1)
    bulk_button(page, "Edit").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _switch(page: Page) -> None:
    page.get_by_role("link", name="Switch tenant or organization").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _open_views(page: Page) -> None:
    page.get_by_role("button", name="Views", exact=True).click()


def _open_box(page: Page) -> None:
    if page.locator("#box-last_login").is_visible():
        page.locator("#box-last_login").click()


def _apply_nothing(page: Page) -> None:
    page.get_by_role("button", name="Apply filter").last.click()
    expect(page.get_by_role("alert")).to_be_visible()


def _read_the_table(page: Page) -> None:
    page.get_by_text("Numbers as a table").click()
    expect(page.get_by_role("row", name="Week that begins on")).to_be_visible()


def _go(*links: str) -> Callable[[Page], None]:
    """Into the first row, then through these links of its page."""

    def go(page: Page) -> None:
        rows(page).first.get_by_role("rowheader").get_by_role("link").click()
        for link in links:
            page.locator(".page-head").get_by_role("link", name=link, exact=True).click()
        expect(page.locator("#list")).to_have_count(0)

    return go


def _open_tree(page: Page) -> None:
    page.locator("[data-toggle=closed]").first.click()
    expect(page.locator("[data-toggle=open]")).to_be_visible()


NESTED = "any(all(status:enabled,last_login__after:-30d),none(login__starts:svc))"
# A row of every kind, but not fifty of them: axe takes its time for each.
FEW = "/accounts/?login__in=olivia,adam,uma,automation,bulk-skips-04"
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "list": ("/accounts/", _only_look),
    "filtered": (f"{FEW}&status=enabled&name__contains=a&q=an&sort=-status,name", _only_look),
    "ticked": (FEW, _tick),
    "problems": ("/accounts/?shoe_size=44&status=broken", _only_look),
    "empty": ("/accounts/?q=nobody-at-all", _only_look),
    "choice": (FEW, _open_choice),
    "text": (FEW, _open_text),
    "date": (FEW, _open_date),
    "user": (FEW, _open_user),
    "switch": (FEW, _switch),
    "preview": ("/accounts/?job_title=Axe&per_page=25&sort=name", _preview),
    "account": ("/accounts/?login=adam", _see_account),
    "access": ("/accounts/?login=adam", _see("Access")),
    "sessions": ("/accounts/?login=olivia", _see("Sessions")),
    "edit": ("/accounts/?login=adam", _open_form("Edit")),
    "edit page": ("/accounts/?login=adam", _see_form("edit")),
    "edit with errors": ("/accounts/?login=adam", _err),
    "two versions": ("/accounts/?login=edit-twice-01", _differ),
    "type": ("/accounts/?login=adam", _open_form("Change type")),
    "type page": ("/accounts/?login=adam", _see_form("type")),
    "together": (FEW, _together),
    "views menu": (FEW, _open_views),
    "views page": ("/accounts/views/", _only_look),
    "save view page": ("/accounts/views/save/?status=enabled", _only_look),
    "columns page": ("/accounts/columns/", _only_look),
    "advanced filter": (f"{FEW}&filter={NESTED}&boxes=1", _only_look),
    "box menu": (f"{FEW}&boxes=1&last_login__after=-30d", _open_box),
    "filter page": (f"/accounts/filter/?filter={NESTED}&status=enabled", _only_look),
    "filter with errors": ("/accounts/filter/", _apply_nothing),
    "overview": ("/overview/", _only_look),
    "overview as a table": ("/overview/?organization=123456", _read_the_table),
    "left": ("/accounts/?change=left&columns=name,change,has_user", _see_account),
    "moved": ("/accounts/?change=moved&columns=name,change,has_user", _see_account),
    "roles": ("/roles/", _only_look),
    "import": ("/users/import/", _only_look),
    "custom attributes": ("/users/attributes/", _only_look),
    "custom attribute form": ("/users/attributes/new/", _only_look),
    "user form": ("/users/new/", _only_look),
    "tenant": ("/tenant/", _only_look),
    "tenant form": ("/tenant/edit/", _only_look),
    "billing": ("/tenant/billing/", _only_look),
    "access keys": ("/access-keys/", _only_look),
    "API": ("/api/", _only_look),
    "API reference": ("/api/docs/", _keep_few_operations),
    "access key form": ("/access-keys/new/", _only_look),
    "organizations": ("/organizations/?organization=123456&parent__empty=yes", _only_look),
    "organization": ("/organizations/?code=123456", _go()),
    "organization form": ("/organizations/?code=123456", _go("Edit")),
    "organization in use": ("/organizations/?code=123456", _go("Delete")),
    "tree": ("/organizations/tree/?organization=123456", _open_tree),
    "tree searched": ("/organizations/tree/?q=123456", _only_look),
    "organization groups": ("/organization-groups/", _only_look),
    "organization group": ("/organization-groups/", _go()),
    "organization picker": ("/organization-groups/", _go("Manage organizations")),
    "invitations": ("/invitations/", _only_look),
    "invite page": ("/invitations/new/", _only_look),
    "invite many": ("/invitations/many/", _only_look),
    "administration": ("/administration/", _only_look),
    "switch page": ("/switch/", _only_look),
    "missing": ("/nowhere/", _only_look),
    "another tenant": ("/accounts/?tenant=contoso", _only_look),
}


@pytest.mark.provokes(400, 404, 409, 422)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_clean_in_light_dark_and_on_a_phone(olivia: Page, name: str) -> None:
    address, then = PAGES[name]
    olivia.goto(address)

    then(olivia)

    _expect_clean_in_every_light(olivia)
    olivia.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _expect_clean(olivia)


@pytest.mark.parametrize("link", ["Columns", "Administration", "Advanced filter"])
def test_a_panel_is_clean(olivia: Page, link: str) -> None:
    olivia.goto(FEW)

    olivia.get_by_role("link", name=link, exact=True).click()
    expect(olivia.get_by_role("dialog")).to_be_visible()

    _expect_clean_in_every_light(olivia)


def test_a_toast_and_a_receipt_are_clean(olivia: Page) -> None:
    olivia.goto("/accounts/?job_title=Axe&sort=name")
    _preview(olivia)
    olivia.get_by_role("dialog").locator("[name=confirm]").click()

    receipt = olivia.locator("#messages").get_by_role("link", name="Receipt")
    expect(receipt).to_be_visible()
    _expect_clean_in_every_light(olivia)
    receipt.click()
    expect(olivia.locator("[data-field=changed]")).to_be_visible()
    _expect_clean_in_every_light(olivia)
    olivia.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _expect_clean(olivia)


@pytest.mark.provokes(422)
def test_the_sign_in_page_is_clean_also_with_errors(visitors: Visitors) -> None:
    page = visitors.stranger(viewport=DESKTOP)
    page.goto("/sign-in/")
    _expect_clean_in_every_light(page)

    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()

    _expect_clean_in_every_light(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _expect_clean(page)


@pytest.mark.provokes(403)
def test_the_page_about_an_old_form_is_clean(visitors: Visitors) -> None:
    page = visitors.stranger()
    page.goto("/sign-in/")
    page.context.clear_cookies()

    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("This form is too old")
    _expect_clean_in_every_light(page)


def test_axe_finds_a_button_without_a_name(olivia: Page) -> None:
    olivia.goto("/administration/")
    olivia.evaluate("document.querySelector('main').append(document.createElement('button'))")

    with pytest.raises(AssertionError, match="button-name"):
        _expect_clean(olivia)
