"""Ticking rows: one, a range, the page, everything that matches."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import bulk_button, expect_query, expect_total, head, rows, tick

RANGE = "/accounts/?job_title=Bulk+range&sort=name"
PAGE = "/accounts/?job_title=Bulk+page&sort=name&per_page=25"


def _ticked(page: Page) -> list[int]:
    script = "boxes => boxes.flatMap((box, place) => box.checked ? [place] : [])"
    return page.eval_on_selector_all("[data-pick]", script)


def _bar(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_role("region", name="Bulk actions")


def test_the_bar_shows_with_the_first_tick_and_counts(olivia: Page) -> None:
    olivia.goto(RANGE)
    expect(_bar(olivia)).to_have_count(0)

    tick(olivia, 2)
    expect(_bar(olivia)).to_contain_text("1 selected")
    tick(olivia, 4)
    expect(_bar(olivia)).to_contain_text("2 selected")
    olivia.get_by_role("button", name="Clear selection").click()

    expect(_bar(olivia)).to_have_count(0)
    assert _ticked(olivia) == []


@pytest.mark.parametrize(("first", "last"), [(1, 5), (8, 3)])
def test_shift_and_a_click_tick_everything_between(olivia: Page, first: int, last: int) -> None:
    olivia.goto(RANGE)

    olivia.locator("[data-pick]").nth(first).click()
    olivia.locator("[data-pick]").nth(last).click(modifiers=["Shift"])

    assert _ticked(olivia) == list(range(min(first, last), max(first, last) + 1))
    expect(_bar(olivia)).to_contain_text(f"{abs(last - first) + 1} selected")


def test_shift_and_a_click_on_a_ticked_row_take_the_range_away(olivia: Page) -> None:
    olivia.goto(RANGE)
    olivia.locator("[data-pick]").nth(0).click()
    olivia.locator("[data-pick]").nth(9).click(modifiers=["Shift"])

    olivia.locator("[data-pick]").nth(7).click()
    olivia.locator("[data-pick]").nth(4).click(modifiers=["Shift"])

    assert _ticked(olivia) == [0, 1, 2, 3, 8, 9]


def test_the_head_ticks_the_page_and_shows_when_only_some_are_ticked(olivia: Page) -> None:
    olivia.goto(PAGE)
    whole = olivia.get_by_label("Select the whole page")

    whole.check()
    assert len(_ticked(olivia)) == 25
    expect(_bar(olivia)).to_contain_text("25 selected")
    olivia.locator("[data-pick]").first.uncheck()

    expect(whole).to_be_checked(indeterminate=True)
    expect(_bar(olivia)).to_contain_text("24 selected")
    expect(_bar(olivia).get_by_role("button", name="Select all")).to_have_count(0)


def test_the_whole_page_offers_everything_that_matches(olivia: Page) -> None:
    olivia.goto(PAGE)
    olivia.get_by_label("Select the whole page").check()

    olivia.get_by_role("button", name="Select all 60").click()

    expect(_bar(olivia)).to_contain_text("60 selected")
    expect(olivia.get_by_role("button", name="Select all 60")).to_have_count(0)
    expect(bulk_button(olivia, "Edit")).to_be_focused()


def test_taking_one_tick_away_ends_everything(olivia: Page) -> None:
    olivia.goto(PAGE)
    olivia.get_by_label("Select the whole page").check()
    olivia.get_by_role("button", name="Select all 60").click()
    expect(_bar(olivia)).to_contain_text("60 selected")

    olivia.locator("[data-pick]").nth(3).uncheck()

    expect(_bar(olivia)).to_contain_text("24 selected")
    bulk_button(olivia, "Disable").click()
    expect(olivia.get_by_role("dialog").get_by_role("heading", name="Disable 24 accounts?")).to_be_visible()


def test_ticks_survive_sorting(olivia: Page) -> None:
    olivia.goto(RANGE)
    tick(olivia, 0, 1)

    head(olivia, "name").click()
    expect_query(olivia, "sort=-name")

    assert _ticked(olivia) == [10, 11]
    expect(_bar(olivia)).to_contain_text("2 selected")


def test_a_new_filter_leaves_only_ticks_of_rows_that_are_shown(olivia: Page) -> None:
    olivia.goto(RANGE)
    tick(olivia, 0, 1)

    olivia.locator("#q").fill("range 02")
    expect_total(olivia, 1)

    assert _ticked(olivia) == [0]
    expect(_bar(olivia)).to_contain_text("1 selected")


def test_arrow_keys_walk_from_tick_to_tick(olivia: Page) -> None:
    olivia.goto(RANGE)
    olivia.locator("[data-pick]").first.focus()

    for key in ("Space", "ArrowDown", "ArrowDown", "Space", "ArrowUp", "Space"):
        olivia.keyboard.press(key)

    assert _ticked(olivia) == [0, 1, 2]
    expect(olivia.locator("[data-pick]").nth(1)).to_be_focused()


def test_who_may_change_nothing_has_nothing_to_tick(victor: Page) -> None:
    victor.goto(RANGE)

    expect(rows(victor)).to_have_count(12)
    expect(victor.locator("[data-pick], [data-pick-all], .bulkbar")).to_have_count(0)
