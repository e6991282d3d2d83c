"""Quick search, and a chip for every kind of field."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lists import (
    chip,
    column,
    expect_no_query,
    expect_query,
    expect_total,
    focused,
    moments,
    open_chip,
    rows,
    total,
)

ALL = "name,login,email,job_title,role,status,type,last_login,login_duration,organization"
WIDE = f"/accounts/?per_page=50&columns={ALL}"


# --- quick search -----------------------------------------------------------------------------------------------


def test_quick_search_finds_while_one_types_and_keeps_the_focus(olivia: Page) -> None:
    olivia.goto("/accounts/")
    everybody = total(olivia)

    olivia.get_by_role("searchbox", name="Search name, login").press_sequentially("bakker")
    expect_query(olivia, "q=bakker")

    assert olivia.url.endswith("/accounts/?q=bakker")
    assert 0 < total(olivia) < everybody
    assert focused(olivia) == "q"
    expect(olivia.locator("#q")).to_have_value("bakker")
    for row in rows(olivia).all():
        expect(row).to_contain_text(re.compile("bakker", re.IGNORECASE))


def test_quick_search_minds_neither_case_nor_accents(olivia: Page) -> None:
    olivia.goto("/accounts/?q=AGNES+MOREAU")

    assert set(column(olivia, "name")) == {"Agnès Moreau"}


def test_a_short_search_finds_beginnings_of_words(olivia: Page) -> None:
    olivia.goto(f"{WIDE}&q=zo")

    texts = rows(olivia).all_inner_texts()
    assert texts
    assert all(re.search(r"(^|[^\w])zo", _plain(text)) for text in texts)


def _plain(text: str) -> str:
    return text.lower().replace("ö", "o").replace("ó", "o").replace("ø", "o").replace("ž", "z").replace("ż", "z")


# --- text -------------------------------------------------------------------------------------------------------

TEXT_BOXES: dict[str, tuple[str, str, Callable[[str], bool]]] = {
    "contains": ("contains", "an", lambda text: "an" in text),
    "is": ("is", "olivia", lambda text: text == "olivia"),
    "not": ("is not", "olivia", lambda text: text != "olivia"),
    "starts": ("begins with", "an", lambda text: text.startswith("an")),
    "ends": ("ends with", "sen", lambda text: text.endswith("sen")),
}


@pytest.mark.parametrize("operator", TEXT_BOXES)
def test_a_text_chip_compares_in_every_way(olivia: Page, operator: str) -> None:
    label, value, fits = TEXT_BOXES[operator]
    olivia.goto(WIDE)
    everybody = total(olivia)

    menu = open_chip(olivia, "login")
    menu.get_by_label(label, exact=True).fill(value)
    expect_query(olivia, f"login__{operator}={value}")

    logins = column(olivia, "login")
    assert 0 < total(olivia) < everybody
    assert all(fits(login) for login in logins)
    expect(chip(olivia, "login").locator(".chip-value")).to_contain_text(value)


@pytest.mark.parametrize("field", ["name", "login", "email", "job_title"])
def test_every_text_field_has_a_chip(olivia: Page, field: str) -> None:
    olivia.goto(WIDE)

    open_chip(olivia, field).get_by_label("contains", exact=True).fill("ma")
    expect_query(olivia, f"{field}__contains=ma")

    texts = [_plain(text) for text in column(olivia, field)]
    assert texts
    assert all("ma" in text.replace("á", "a").replace("å", "a").replace("ä", "a") for text in texts)


@pytest.mark.parametrize(("answer", "is_empty"), [("Yes", True), ("No", False)])
def test_a_chip_finds_what_is_empty_and_what_is_not(olivia: Page, answer: str, is_empty: bool) -> None:
    olivia.goto(WIDE)
    everybody = total(olivia)

    open_chip(olivia, "job_title").get_by_label("is empty").select_option(answer)
    expect_query(olivia, f"job_title__empty={answer.lower()}")

    assert 0 < total(olivia) < everybody
    assert {text == "–" for text in column(olivia, "job_title")} == {is_empty}


# --- choices ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "label"), [("status", "Disabled"), ("type", "Service"), ("organization", "Delta Energy B.V.")]
)
def test_a_tick_keeps_only_rows_with_this_value(olivia: Page, field: str, label: str) -> None:
    olivia.goto(WIDE)
    everybody = total(olivia)

    open_chip(olivia, field).get_by_label(label, exact=True).check()
    expect(chip(olivia, field).locator(".chip-value")).to_have_text(label)

    assert 0 < total(olivia) < everybody
    assert set(column(olivia, field)) == {label}


def test_several_ticks_mean_any_of_them_and_the_menu_stays_open(olivia: Page) -> None:
    olivia.goto(WIDE)

    menu = open_chip(olivia, "role")
    menu.get_by_label("Auditor", exact=True).check()
    expect_query(olivia, f"role={menu.get_by_label('Auditor', exact=True).get_attribute('value')}")
    menu.get_by_label("Administrator", exact=True).check()
    expect(chip(olivia, "role").locator(".chip-value")).to_contain_text(", ")

    expect(menu).to_be_visible()
    expect(menu.get_by_label("Administrator", exact=True)).to_be_focused()
    roles = column(olivia, "role")
    assert all("Auditor" in text or "Administrator" in text for text in roles)
    assert {"Auditor" in text for text in roles} == {True, False}


def test_taking_the_tick_away_takes_the_filter_away(olivia: Page) -> None:
    olivia.goto("/accounts/?status=disabled&sort=login")

    open_chip(olivia, "status").get_by_label("Disabled", exact=True).uncheck()
    expect_no_query(olivia, "status")

    assert "on" not in (chip(olivia, "status").get_attribute("class") or "").split()
    expect_query(olivia, "sort=login")


def test_a_long_menu_has_a_search_field(olivia: Page) -> None:
    olivia.goto("/accounts/")

    menu = open_chip(olivia, "role")
    expect(menu.get_by_label("Find in Role")).to_be_focused()
    olivia.keyboard.type("audi")
    expect(menu.locator("[data-menu-item]:visible")).to_have_count(1)
    olivia.keyboard.press("Enter")
    expect(chip(olivia, "role").locator(".chip-value")).to_have_text("Auditor")

    assert all("Auditor" in text for text in column(olivia, "role"))


# --- dates and durations ----------------------------------------------------------------------------------------

# Days are those of the tenant, moments those of the whole world.
ZONES = timedelta(hours=14)


def _some_day(page: Page) -> date:
    page.goto(f"{WIDE}&last_login__empty=no&sort=last_login")
    shown = moments(page, "last_login")
    return datetime.fromisoformat(shown[len(shown) // 2]).date()


@pytest.mark.parametrize(
    ("label", "operator", "earliest", "latest"),
    [("is", "is", 0, 1), ("before", "before", -20_000, 0), ("after", "after", 1, 20_000)],
)
def test_a_date_chip_compares_days(olivia: Page, label: str, operator: str, earliest: int, latest: int) -> None:
    day = _some_day(olivia)
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    olivia.goto(WIDE)
    everybody = total(olivia)

    open_chip(olivia, "last_login").get_by_label(label, exact=True).fill(str(day))
    expect_query(olivia, f"last_login__{operator}={day}")

    found = [datetime.fromisoformat(moment) for moment in moments(olivia, "last_login")]
    assert 0 < total(olivia) < everybody
    assert min(found) >= start + timedelta(days=earliest) - ZONES
    assert max(found) <= start + timedelta(days=latest) + ZONES


def test_a_date_chip_finds_who_never_signed_in(olivia: Page) -> None:
    olivia.goto(WIDE)

    open_chip(olivia, "last_login").get_by_label("is empty").select_option("Yes")
    expect_query(olivia, "last_login__empty=yes")

    assert set(column(olivia, "last_login")) == {"Never"}


@pytest.mark.parametrize(
    ("label", "operator", "fits"),
    [("longer than", "after", lambda seconds: seconds > 5_400), ("shorter than", "before", lambda s: 0 <= s < 5_400)],
)
def test_a_duration_chip_compares_lengths(olivia: Page, label: str, operator: str, fits: Callable[[int], bool]) -> None:
    olivia.goto(WIDE)
    everybody = total(olivia)

    open_chip(olivia, "login_duration").get_by_label(label, exact=True).fill("1h 30m")
    expect_query(olivia, f"login_duration__{operator}=1h+30m")

    assert 0 < total(olivia) < everybody
    assert all(fits(_seconds(text)) for text in column(olivia, "login_duration"))


def _seconds(text: str) -> int:
    units = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+) ([dhms])", text))


# --- taking filters away ----------------------------------------------------------------------------------------


def test_the_cross_of_a_chip_removes_this_filter_alone(olivia: Page) -> None:
    olivia.goto("/accounts/?status=enabled&type=operator&q=an&sort=-login")

    olivia.get_by_role("link", name="Remove the filter Status").click()
    expect_no_query(olivia, "status")

    expect_query(olivia, "type=operator", "q=an", "sort=-login")
    expect(chip(olivia, "status").locator("button[popovertarget]")).to_be_focused()


def test_clear_all_removes_every_filter(olivia: Page) -> None:
    olivia.goto("/accounts/")
    everybody = total(olivia)
    olivia.goto("/accounts/?status=enabled&login__starts=a&q=an")
    assert total(olivia) < everybody

    olivia.get_by_role("link", name="Clear all").click()

    expect_total(olivia, everybody)
    expect(olivia.locator(".chip.on")).to_have_count(0)
    expect(olivia.locator("#q")).to_have_value("")
    expect(olivia.get_by_role("link", name="Clear all")).to_have_count(0)


def test_chips_for_text_stay_away_until_they_are_wanted_or_in_use(olivia: Page) -> None:
    olivia.goto("/accounts/?login__starts=a")
    expect(chip(olivia, "login")).to_be_visible()
    expect(chip(olivia, "email")).to_be_hidden()

    olivia.get_by_text("All filters").click()
    expect(chip(olivia, "email")).to_be_visible()
    olivia.get_by_role("link", name="Remove the filter Login").click()
    expect_no_query(olivia, "login__starts")

    expect(chip(olivia, "email")).to_be_visible()


def test_a_condition_without_a_box_survives_a_new_filter(olivia: Page) -> None:
    olivia.goto("/accounts/?login__in=olivia,adam,victor&login__not=adam")

    open_chip(olivia, "status").get_by_label("Enabled", exact=True).check()
    expect_query(olivia, "status=enabled", "login__not=adam")

    assert column(olivia, "login") == ["olivia", "victor"]


def test_nothing_found_says_so_and_offers_the_way_back(olivia: Page) -> None:
    olivia.goto("/accounts/?q=zzzzqqqq")
    expect(olivia.get_by_role("heading", name="Nothing matches")).to_be_visible()
    expect_total(olivia, 0)

    olivia.get_by_role("link", name="Clear search and filters").click()

    expect(rows(olivia)).to_have_count(50)


@pytest.mark.provokes(400)
def test_a_wrong_address_shows_its_problems_and_no_rows(olivia: Page) -> None:
    olivia.goto("/accounts/?shoe_size=44&status=broken&per_page=7&sort=height")

    alert = olivia.get_by_role("alert")
    for problem in ("“shoe_size”", "“broken”", "“7”", "“height”"):
        expect(alert).to_contain_text(problem)
    expect(rows(olivia)).to_have_count(0)


@pytest.mark.provokes(400)
def test_a_wrong_value_in_a_box_is_explained_where_one_is(olivia: Page) -> None:
    olivia.goto("/accounts/?status=enabled")

    open_chip(olivia, "login_duration").get_by_label("longer than").fill("a while")
    expect(olivia.get_by_role("alert")).to_contain_text("“a while” is no duration. Write it as 1h 30m or in seconds.")

    expect(rows(olivia)).to_have_count(0)
    olivia.get_by_role("link", name="Remove the filter Login duration").click()
    expect(rows(olivia)).to_have_count(50)
    expect_query(olivia, "status=enabled")
