"""What a reader does and sees on a list page."""

import re
from collections.abc import Iterable

from playwright.sync_api import Locator, Page, expect


def _read(page: Page, selector: str, script: str) -> list[str]:
    # A click ends when the next page begins to arrive: what is read at once is read when all of it is there.
    page.wait_for_load_state()
    return page.eval_on_selector_all(selector, script)


def rows(page: Page) -> Locator:
    """The rows of the table."""
    return page.locator("tbody tr[data-id]")


def keys(page: Page) -> list[str]:
    """The numbers of the rows, in their order."""
    return _read(page, "tbody tr[data-id]", "rows => rows.map(row => row.dataset.id)")


def column(page: Page, name: str) -> list[str]:
    """The text of one column's cells, from top to bottom, without the initials before a name."""
    script = """cells => cells.map(cell => (cell.querySelector(".ident a") ?? cell).textContent.trim())"""
    return _read(page, f"tbody [data-column={name}]", script)


def moments(page: Page, name: str) -> list[str]:
    """The moments of one column as machines read them; '' where there is none."""
    script = """cells => cells.map(cell => cell.querySelector("time")?.dateTime ?? "")"""
    return _read(page, f"tbody [data-column={name}]", script)


def heads(page: Page) -> list[str]:
    """The names of the shown columns, in their order."""
    return _read(page, "thead th[data-column]", "heads => heads.map(head => head.dataset.column)")


def head(page: Page, name: str) -> Locator:
    """The link in a column's head."""
    return page.locator(f"#head-{name}")


def total(page: Page) -> int:
    """How many rows match, as the pager says."""
    page.wait_for_load_state()
    text = page.locator(".row-count").get_attribute("data-total") or ""
    return int(text.removesuffix("+"))


def expect_total(page: Page, number: int | str) -> None:
    """Wait until the pager says this number."""
    expect(page.locator(".row-count")).to_have_attribute("data-total", str(number))


def expect_settled(page: Page) -> None:
    """Wait until nothing is under way."""
    expect(page.locator("html:not(.busy)")).to_have_count(1)


def expect_query(page: Page, *parts: str) -> None:
    """Wait until the address holds each of these parameters."""
    for part in parts:
        expect(page).to_have_url(re.compile(rf"[?&]{re.escape(part)}(&|$)"))
    expect_settled(page)


def expect_no_query(page: Page, name: str) -> None:
    """Wait until the address does not hold this parameter."""
    expect(page).not_to_have_url(re.compile(rf"[?&]{re.escape(name)}="))
    expect_settled(page)


def chip(page: Page, name: str) -> Locator:
    """A filter's chip."""
    return page.locator(f"#chip-{name}")


def open_chip(page: Page, name: str) -> Locator:
    """Open a filter's menu, below “All filters” where it is kept there."""
    if not chip(page, name).is_visible():
        page.locator("#more-filters > summary").click()
    chip(page, name).locator("button[popovertarget]").click()
    menu = page.locator(f"#menu-{name}")
    expect(menu).to_be_visible()
    return menu


def tick(page: Page, *places: int) -> None:
    """Tick the rows at these places; the first is 0."""
    for place in places:
        page.locator("[data-pick]").nth(place).check()


def bulk_button(page: Page, name: str) -> Locator:
    """A button of the bar that shows while rows are ticked."""
    return page.locator(".bulkbar").get_by_role("button", name=name, exact=True)


def focused(page: Page) -> str:
    """The id of the element that has the focus."""
    return page.evaluate("document.activeElement.id")


def is_sorted(values: Iterable[object], *, descending: bool = False) -> bool:
    """Whether the values stand in this order."""
    values = list(values)
    return values == sorted(values, reverse=descending)  # type: ignore[type-var]
