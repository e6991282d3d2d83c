"""What surrounds every page: administration, theme, keyboard; and the strict content security policy."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import chip, expect_query, focused, open_chip, rows, tick
from tests.browser.visitors import Visitors, Watch

# --- administration ---------------------------------------------------------------------------------------------


def test_administration_opens_beside_the_page_and_leads_to_its_pages(olivia: Page) -> None:
    olivia.goto("/accounts/")

    olivia.get_by_role("link", name="Administration").click()
    panel = olivia.get_by_role("dialog", name="Administration")
    expect(panel.get_by_role("heading", name="Administration")).to_be_focused()
    expect(rows(olivia)).to_have_count(50)
    panel.get_by_role("link", name="Users").click()

    expect(olivia).to_have_url(re.compile("/administration/users/"))
    expect(olivia.get_by_role("heading", level=1)).to_have_text("Users")
    expect(olivia.get_by_role("main")).to_contain_text("users are the accounts that people sign in with")


@pytest.mark.parametrize("way", ["Escape", "Close", "backdrop"])
def test_the_panel_closes_and_the_focus_goes_back_to_the_link(olivia: Page, way: str) -> None:
    olivia.goto("/accounts/")
    opener = olivia.get_by_role("link", name="Administration")
    opener.click()
    panel = olivia.get_by_role("dialog", name="Administration")
    expect(panel).to_be_visible()

    if way == "Escape":
        olivia.keyboard.press("Escape")
    elif way == "Close":
        panel.get_by_role("button", name="Close").click()
    else:
        olivia.mouse.click(400, 400)

    expect(panel).to_have_count(0)
    expect(opener).to_be_focused()


# --- theme ------------------------------------------------------------------------------------------------------


@pytest.fixture
def victor_afresh(visitors: Visitors) -> Iterator[Page]:
    """Victor in a session of his own, who leaves with the theme that his system prefers."""
    yield visitors.afresh("victor@northwind.example", color_scheme="light")
    visitors.portal.change("UPDATE accounts_identity SET theme = 'auto' WHERE email = 'victor@northwind.example'")


def _lightness(page: Page) -> float:
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return float(re.findall(r"[\d.]+", color)[0])


def test_the_theme_changes_at_once_and_is_kept_for_the_next_sign_in(victor_afresh: Page, visitors: Visitors) -> None:
    page = victor_afresh
    light = _lightness(page)

    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Switch to dark theme").click()
    button = page.get_by_role("button", name="Switch to light theme")
    expect(button).to_be_focused()
    dark = _lightness(page)
    page.reload()

    assert dark < light / 2
    assert _lightness(page) == dark
    elsewhere = visitors.afresh("victor@northwind.example", color_scheme="light")
    assert _lightness(elsewhere) == dark
    elsewhere.get_by_role("button", name="Switch to light theme").click()
    expect(elsewhere.get_by_role("button", name="Switch to dark theme")).to_be_visible()
    assert _lightness(elsewhere) == light


def test_without_a_choice_the_theme_is_the_systems(visitors: Visitors) -> None:
    light = visitors.stranger(color_scheme="light")
    dark = visitors.stranger(color_scheme="dark")
    for page in (light, dark):
        page.goto("/sign-in/")

    assert _lightness(dark) < _lightness(light) / 2


# --- keyboard ---------------------------------------------------------------------------------------------------


def test_the_first_key_leads_past_the_navigation(olivia: Page) -> None:
    olivia.goto("/accounts/")

    olivia.keyboard.press("Tab")
    link = olivia.get_by_role("link", name="Skip to content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    olivia.keyboard.press("Enter")

    assert focused(olivia) == "main"
    olivia.keyboard.press("Tab")
    expect(olivia.get_by_role("link", name="Invite user")).to_be_focused()


def test_a_slash_leads_to_the_search_and_can_still_be_typed(olivia: Page) -> None:
    olivia.goto("/accounts/")

    olivia.keyboard.press("/")
    assert focused(olivia) == "q"
    olivia.keyboard.type("a/b")

    expect(olivia.locator("#q")).to_have_value("a/b")
    expect_query(olivia, "q=a%2Fb")


def test_arrow_keys_walk_through_a_menu_and_escape_gives_the_focus_back(olivia: Page) -> None:
    olivia.goto("/accounts/")
    olivia.get_by_role("button", name="Status").focus()
    olivia.keyboard.press("Enter")
    menu = olivia.locator("#menu-status")
    expect(menu.get_by_label("Enabled", exact=True)).to_be_focused()

    olivia.keyboard.press("ArrowDown")
    expect(menu.get_by_label("Disabled", exact=True)).to_be_focused()
    olivia.keyboard.press("ArrowDown")
    expect(menu.get_by_label("Enabled", exact=True)).to_be_focused()
    olivia.keyboard.press("End")
    olivia.keyboard.press("Space")
    expect_query(olivia, "status=disabled")
    expect(menu.get_by_label("Disabled", exact=True)).to_be_focused()
    olivia.keyboard.press("Escape")

    expect(menu).to_be_hidden()
    expect(chip(olivia, "status").locator("button[popovertarget]")).to_be_focused()


def test_a_whole_list_is_changed_with_the_keyboard_alone(olivia: Page) -> None:
    olivia.goto("/accounts/?job_title=Bulk+range&sort=name")
    olivia.locator("[data-pick]").first.focus()
    olivia.keyboard.press("Space")

    while not olivia.evaluate("document.activeElement.matches('.bulkbar [data-opens]')"):
        olivia.keyboard.press("Tab")
    for _step in ("Enable", "Disable"):
        olivia.keyboard.press("Tab")
    olivia.keyboard.press("Enter")
    dialog = olivia.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Disable 1 account?")).to_be_focused()
    for _step in range(2):
        olivia.keyboard.press("Tab")
    expect(dialog.get_by_role("link", name="Cancel")).to_be_focused()
    olivia.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    expect(olivia.locator(".bulkbar").get_by_role("button", name="Disable")).to_be_focused()


# --- what the watch over every test sees ------------------------------------------------------------------------

BREACHES = {
    "an inline script": """const script = document.createElement("script");
        script.append("window.broken = true"); document.body.append(script)""",
    "a style attribute": """document.body.setAttribute("style", "color: red")""",
    "HTML made of text": """document.body.innerHTML = "<b>text</b>" """,
    "an image of somebody else": """new Image().src = "https://pixel.example/1.png" """,
    "a request to somebody else": """fetch("https://api.example/").catch(() => null)""",
    "an error in a script": """setTimeout(() => { throw new Error("broken") })""",
    "a warning": """console.warn("deprecated")""",
}


@pytest.mark.parametrize("breach", BREACHES)
def test_the_watch_sees(olivia: Page, watch: Watch, breach: str) -> None:
    olivia.goto("/accounts/")
    assert watch.seen == []

    olivia.evaluate(f"() => {{ try {{ {BREACHES[breach]} }} catch (error) {{}} }}")
    olivia.wait_for_function("() => true")
    for _attempt in range(50):
        if watch.seen:
            break
        olivia.evaluate("new Promise(requestAnimationFrame)")

    assert watch.seen
    assert not olivia.evaluate("window.broken")
    watch.seen.clear()


@pytest.mark.provokes(404)
@pytest.mark.parametrize("address", ["/accounts/", "/sign-in/", "/nowhere/", "/roles/", "/administration/"])
def test_every_page_is_sent_with_the_strict_policy(olivia: Page, address: str) -> None:
    answer = olivia.goto(address)

    assert answer
    policy = answer.headers["content-security-policy"]
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types htmx",
    ):
        assert rule in policy
    assert "unsafe" not in policy


def test_markup_in_a_name_stays_text(olivia: Page) -> None:
    olivia.goto("/accounts/?job_title=Markup")
    name = "<img src=x onerror=alert(1)><b>Bold</b>"
    expect(rows(olivia).first.locator("[data-column=name]")).to_contain_text(name)

    tick(olivia, 0)
    olivia.locator(".bulkbar").get_by_role("button", name="Disable").click()

    expect(olivia.get_by_role("dialog")).to_contain_text(name)
    expect(olivia.locator("img")).to_have_count(0)
    olivia.keyboard.press("Escape")
    open_chip(olivia, "status").get_by_label("Enabled", exact=True).check()
    expect_query(olivia, "status=enabled")
    expect(olivia.locator("img")).to_have_count(0)
