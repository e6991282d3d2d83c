"""Sorting by the heads of columns, with one key and with several."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import column, expect_query, focused, head, is_sorted


def _sorted_heads(page: Page) -> dict[str, str]:
    script = "heads => Object.fromEntries(heads.map(head => [head.dataset.column, head.getAttribute('aria-sort')]))"
    return page.eval_on_selector_all("thead th[aria-sort]", script)


def _positions(page: Page) -> dict[str, str]:
    script = """marks => Object.fromEntries(marks.map(mark =>
        [mark.closest("th").dataset.column, mark.lastChild.textContent.trim()]))"""
    return page.eval_on_selector_all("thead .sort-position", script)


def test_a_head_sorts_and_the_second_click_turns_the_order_round(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25")

    head(olivia, "login").click()
    expect_query(olivia, "sort=login")
    rising = column(olivia, "login")
    head(olivia, "login").click()
    expect_query(olivia, "sort=-login")
    falling = column(olivia, "login")

    assert len(rising) == len(falling) == 25
    assert is_sorted(rising)
    assert is_sorted(falling, descending=True)
    assert rising != falling


def test_only_the_sorted_head_says_so(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25")
    at_first = _sorted_heads(olivia)

    head(olivia, "email").click()
    expect_query(olivia, "sort=email")

    assert at_first == {"name": "ascending"}
    assert _sorted_heads(olivia) == {"email": "ascending"}
    assert _positions(olivia) == {}


@pytest.mark.parametrize("key", ["Control", "Shift"])
def test_a_click_with_a_key_held_adds_a_second_key_with_its_position(olivia: Page, key: str) -> None:
    olivia.goto("/accounts/?per_page=200&sort=status&q=an")

    head(olivia, "login").click(modifiers=[key])  # type: ignore[list-item]
    expect_query(olivia, "sort=status%2Clogin")

    assert _positions(olivia) == {"status": "1", "login": "2"}
    assert _sorted_heads(olivia) == {"status": "ascending"}
    pairs = list(zip(column(olivia, "status"), column(olivia, "login"), strict=True))
    assert {status for status, _login in pairs} == {"Disabled", "Enabled"}
    assert is_sorted(pairs)


def test_the_same_click_again_turns_the_second_key_round(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=200&sort=status,login&q=bakker")

    head(olivia, "login").click(modifiers=["Control"])
    expect_query(olivia, "sort=status%2C-login")

    pairs = list(zip(column(olivia, "status"), column(olivia, "login"), strict=True))
    enabled = [login for status, login in pairs if status == "Enabled"]
    assert len(enabled) > 1
    assert is_sorted([status for status, _login in pairs])
    assert is_sorted(enabled, descending=True)


def test_a_plain_click_sorts_by_this_column_alone(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25&sort=-status,login")

    head(olivia, "email").click()
    expect_query(olivia, "sort=email")

    assert _positions(olivia) == {}
    assert is_sorted(column(olivia, "email"))


def test_the_focus_stays_on_the_head_that_was_clicked(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25")

    head(olivia, "status").focus()
    olivia.keyboard.press("Enter")
    expect_query(olivia, "sort=status")

    assert focused(olivia) == "head-status"


def test_a_screen_reader_hears_how_many_rows_there_are(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25&status=enabled")

    head(olivia, "login").click()

    expect(olivia.locator("body > #announcer")).to_have_text(f"{_number(olivia)} accounts")


def _number(page: Page) -> str:
    return page.locator(".row-count strong").last.inner_text()
