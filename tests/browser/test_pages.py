"""Page numbers, page sizes, counting, and coming back to where one was."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import (
    chip,
    column,
    expect_no_query,
    expect_query,
    expect_settled,
    expect_total,
    head,
    keys,
    open_chip,
    rows,
    total,
)
from tests.browser.visitors import Visitors


def _number(page: Page) -> str:
    return page.locator(".page-no[aria-current]").evaluate("number => number.lastChild.textContent.trim()")


def test_page_numbers_lead_to_other_rows(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25")
    first = keys(olivia)

    olivia.get_by_role("link", name="Page 3", exact=True).click()
    expect_query(olivia, "page=3")

    assert _number(olivia) == "3"
    assert len(keys(olivia)) == 25
    assert not set(first) & set(keys(olivia))
    expect(olivia.locator(".row-count")).to_contain_text("51–75 of")


def test_next_and_previous_go_one_page_on_and_back(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25&sort=login")
    first = keys(olivia)

    olivia.get_by_role("link", name="Next page").click()
    expect_query(olivia, "page=2")
    second = keys(olivia)
    olivia.get_by_role("link", name="Previous page").click()
    expect_no_query(olivia, "page")

    assert keys(olivia) == first
    assert not set(first) & set(second)
    expect(olivia.get_by_role("link", name="Previous page")).to_have_count(0)


def test_walking_through_all_pages_meets_every_row_once(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25&job_title=Bulk+everything&sort=status")
    met = keys(olivia)

    while olivia.get_by_role("link", name="Next page").count():
        before = _number(olivia)
        olivia.get_by_role("link", name="Next page").click()
        expect(olivia.locator(".page-no[aria-current]")).not_to_have_text(re.compile(rf"\b{before}$"))
        expect_settled(olivia)
        met += keys(olivia)

    assert len(met) == len(set(met)) == total(olivia) == 60


def test_a_page_past_the_end_shows_the_last_one_and_says_so(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25&page=999")

    expect(olivia.get_by_role("status")).to_have_text("That page does not exist; this is the last one.")
    expect(olivia.get_by_role("link", name="Next page")).to_have_count(0)
    assert 0 < len(keys(olivia)) <= 25


@pytest.mark.parametrize("size", [25, 100, 200])
def test_the_page_size_can_be_chosen(olivia: Page, size: int) -> None:
    olivia.goto("/accounts/")
    expect(rows(olivia)).to_have_count(50)

    olivia.get_by_role("link", name=f"{size} rows").click()

    expect(rows(olivia)).to_have_count(size)
    expect_query(olivia, f"per_page={size}")
    expect(olivia.get_by_role("link", name=f"{size} rows")).to_have_attribute("aria-current", "true")


def test_very_many_rows_are_counted_when_asked(mallory: Page) -> None:
    mallory.goto("/accounts/?job_title=Many&per_page=25")
    expect_total(mallory, "10000+")
    expect(mallory.locator(".row-count")).to_contain_text("1–25 of 10,000+ accounts")

    mallory.get_by_role("link", name="Count", exact=True).click()

    expect_total(mallory, 10_400)
    expect(mallory.locator(".row-count")).to_contain_text("1–25 of 10,400 accounts")
    expect(mallory.get_by_role("link", name="Count", exact=True)).to_have_count(0)


# --- nothing gets lost ------------------------------------------------------------------------------------------

FILTERED = "/accounts/?status=enabled&login__contains=an&q=a&organization=home&per_page=25&sort=-email"


def _filters(page: Page) -> tuple[int, list[str], str]:
    return total(page), page.locator(".chip.on").all_inner_texts(), page.locator("#q").input_value()


def _sort(page: Page) -> None:
    head(page, "login").click()
    expect_query(page, "sort=login")


def _resize(page: Page) -> None:
    page.get_by_role("link", name="100 rows").click()
    expect_query(page, "per_page=100")


def _turn(page: Page) -> None:
    page.get_by_role("link", name="Next page").click()
    expect_query(page, "page=2")


def _choose_columns(page: Page) -> None:
    page.get_by_role("link", name="Columns").click()
    page.get_by_label("Job title", exact=True).check()
    page.get_by_role("button", name="Save columns").click()
    expect(page.locator("th[data-column=job_title]")).to_have_count(1)


def _come_back(page: Page) -> None:
    rows(page).first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Permissions")).to_be_visible()
    page.go_back()
    expect(rows(page).first).to_be_visible()


@pytest.mark.parametrize("change", [_sort, _resize, _turn, _choose_columns, _come_back])
def test_no_change_of_the_view_drops_a_filter(adam: Page, change) -> None:  # type: ignore[no-untyped-def]
    adam.goto(FILTERED)
    before = _filters(adam)
    assert len(before[1]) == 3

    change(adam)

    assert _filters(adam) == before


def test_a_new_filter_keeps_the_order_and_begins_at_the_first_page(olivia: Page) -> None:
    olivia.goto("/accounts/?sort=-login&per_page=25&page=3")

    open_chip(olivia, "status").get_by_label("Enabled", exact=True).check()
    expect_query(olivia, "status=enabled", "sort=-login", "per_page=25")

    expect_no_query(olivia, "page")
    assert _number(olivia) == "1"


def test_back_and_forward_bring_back_each_state(olivia: Page) -> None:
    olivia.goto("/accounts/?per_page=25")
    states = [(keys(olivia), olivia.url)]
    open_chip(olivia, "status").get_by_label("Disabled", exact=True).check()
    expect_query(olivia, "status=disabled")
    olivia.keyboard.press("Escape")
    states.append((keys(olivia), olivia.url))
    head(olivia, "login").click()
    expect_query(olivia, "sort=login")
    states.append((keys(olivia), olivia.url))

    for shown, address in (states[1], states[0]):
        olivia.go_back()
        expect(rows(olivia).first).to_have_attribute("data-id", shown[0])
        expect_settled(olivia)
        assert (keys(olivia), olivia.url) == (shown, address)
    expect(chip(olivia, "status").locator(".chip-value")).to_have_count(0)
    expect(olivia.locator("#menu-status input:checked")).to_have_count(0)
    olivia.go_forward()
    expect(rows(olivia).first).to_have_attribute("data-id", states[1][0][0])
    expect(chip(olivia, "status").locator(".chip-value")).to_have_text("Disabled")
    assert olivia.url == states[1][1]


def test_reloading_and_somebody_elses_browser_show_the_same_list(olivia: Page, visitors: Visitors) -> None:
    olivia.goto("/accounts/?per_page=25")
    open_chip(olivia, "type").get_by_label("Operator", exact=True).check()
    expect_query(olivia, "type=operator")
    olivia.keyboard.press("Escape")
    head(olivia, "email").click()
    expect_query(olivia, "sort=email")
    olivia.get_by_role("link", name="Next page").click()
    expect_query(olivia, "page=2")
    shown = keys(olivia)

    olivia.reload()
    victor = visitors.person("victor@northwind.example")
    victor.goto(olivia.url)

    assert keys(olivia) == shown
    assert keys(victor) == shown


def test_a_long_address_becomes_a_view_whose_filters_can_be_removed(olivia: Page) -> None:
    names = "&".join(f"login__not=nobody-{number:05}" for number in range(400))
    olivia.goto(f"/accounts/?status=disabled&{names}")
    expect(olivia).to_have_url(re.compile(r"/accounts/\?view=\d+$"))
    assert set(column(olivia, "status")) == {"Disabled"}

    olivia.get_by_role("link", name="Remove the filter Status").click()
    expect(chip(olivia, "status").locator(".chip-value")).to_have_count(0)
    expect_settled(olivia)

    assert "Enabled" in column(olivia, "status")
    expect(chip(olivia, "login").locator(".chip-value")).to_contain_text("400 values")


def test_the_tabs_lead_to_the_other_lists(olivia: Page) -> None:
    olivia.goto("/accounts/")

    olivia.get_by_role("link", name="Unassigned accounts").click()
    expect(olivia).to_have_url(re.compile("/accounts/unassigned/"))

    expect(olivia.get_by_role("heading", level=1)).to_have_text("Unassigned accounts")
    assert set(column(olivia, "role")) == {"No role"}
    olivia.get_by_role("link", name="Roles").click()
    expect(olivia.get_by_role("heading", level=1)).to_have_text("Roles")


def test_the_number_of_a_role_leads_to_exactly_its_accounts(olivia: Page) -> None:
    olivia.goto("/roles/")
    number = (
        rows(olivia).filter(has_text="Reads everything that an audit asks for.").locator("[data-column=accounts] a")
    )
    accounts = int(number.inner_text())

    number.click()

    expect_total(olivia, accounts)
    assert all("Auditor" in text for text in column(olivia, "role"))
