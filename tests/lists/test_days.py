"""Relative days: what they mean, how they are said, and that wrong ones are refused in words."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from accounts.models import Account
from itam_portal.lists import days
from itam_portal.lists.models import SavedView

Browse = Callable[[Account], Client]
# A Wednesday in a leap year.
TODAY = date(2028, 5, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", "2026-12-31"),
        ("today", "2028-05-31"),
        ("yesterday", "2028-05-30"),
        ("tomorrow", "2028-06-01"),
        ("-30d", "2028-05-01"),
        ("+7d", "2028-06-07"),
        (" 7d", "2028-06-07"),
        ("-12w", "2028-03-08"),
        ("-3m", "2028-02-29"),
        ("-15m", "2027-02-28"),
        ("-1q", "2028-02-29"),
        ("-1y", "2027-05-31"),
        ("today-2d", "2028-05-29"),
        ("week-start", "2028-05-29"),
        ("week-end", "2028-06-04"),
        ("week-start-1w", "2028-05-22"),
        ("month-start", "2028-05-01"),
        ("month-end", "2028-05-31"),
        ("month-start-1m", "2028-04-01"),
        ("month-end-1m", "2028-04-30"),
        ("month-end-3m", "2028-02-29"),
        ("month-start-1d", "2028-04-30"),
        ("month-end+1d", "2028-06-01"),
        ("quarter-start", "2028-04-01"),
        ("quarter-end", "2028-06-30"),
        ("quarter-start-1q", "2028-01-01"),
        ("year-start", "2028-01-01"),
        ("year-end-1y", "2027-12-31"),
    ],
)
def test_what_a_day_means(text: str, day: str) -> None:
    assert days.day_of(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "30d", "-30", "-30x", "month", "month-middle", "yesterday-1d", "--30d", "2026-02-30", "20261231"),
        *("1970-12-31", "9001-01-01", "-99999y", "+99999y", "today today", "-3٣d", "-30d\n"),
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert days.day_of(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "operator", "words"),
    [
        ("-30d", "after", "in the last 30 days"),
        ("-1w", "after", "in the last week"),
        ("-30d", "before", "more than 30 days ago"),
        ("-30d", "is", "30 days ago"),
        ("+2w", "before", "before in 2 weeks"),
        ("today", "is", "today"),
        ("today", "not", "is not today"),
        ("yesterday", "after", "after yesterday"),
        ("month-start", "before", "before the start of this month"),
        ("month-start", "is", "the first day of this month"),
        ("month-end-1m", "after", "after the end of last month"),
        ("quarter-start+1q", "before", "before the start of next quarter"),
        ("year-start-3y", "is", "the first day of the year 3 years ago"),
        ("week-start-2d", "is", "2 days before the first day of this week"),
        ("2026-12-31", "before", "before Dec. 31, 2026"),
    ],
)
def test_how_it_is_said(text: str, operator: str, words: str) -> None:
    assert days.in_words(text, operator).replace("\xa0", " ") == words


def test_what_can_lie_ahead_is_not_only_in_the_last_days() -> None:
    assert days.in_words("-30d", "after", can_be_ahead=True) == "after 30 days ago"


OFFSETS = some.builds("{}{}{}".format, some.sampled_from("+-"), some.integers(0, 400), some.sampled_from("dwmqy"))
PERIODS = some.builds(
    "{}-{}".format, some.sampled_from(["week", "month", "quarter", "year"]), some.sampled_from(["start", "end"])
)
RELATIVE = some.one_of(OFFSETS, PERIODS, some.builds("{}{}".format, PERIODS, OFFSETS), some.just("today"))


@given(text=RELATIVE, today=some.dates(date(2400, 1, 1), date(2800, 1, 1)))
def test_every_relative_day_has_a_date_and_words(text: str, today: date) -> None:
    day = days.day_of(text, today)

    assert day is not None
    assert all(days.in_words(text, operator) for operator in ("is", "not", "before", "after"))
    if "-start" in text and text[-1] in "tmqy":
        assert day.day == 1 or text.startswith("week")
    if "-end" in text and text[-1] in "dmqy" and text.endswith("end"):
        assert (day + timedelta(days=1)).day == 1 or text.startswith("week")


# --- on a list --------------------------------------------------------------------------------------------------


def html_of(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()[-500:]
    return answer.content.decode()


@pytest.fixture
def seen(make_account: Any) -> Callable[[str, datetime], Account]:
    """An account that signed in at this moment."""

    def make(name: str, moment: datetime) -> Account:
        account = make_account(name, "Viewer")
        Account.objects.filter(pk=account.pk).update(last_login_at=moment)
        return account

    return make


def test_relative_days_are_days_of_the_tenant(northwind, olivia, seen, client_of, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Half past eleven in the evening of UTC is the next day in Auckland."""
    now = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    type(northwind).objects.filter(pk=northwind.pk).update(time_zone="Pacific/Auckland")
    early, late = seen("Early", datetime(2026, 3, 10, 10, 59, tzinfo=UTC)), seen("Late", now - timedelta(hours=12))

    today = html_of(client_of(olivia), "/accounts/?last_login=today")
    yesterday = html_of(client_of(olivia), "/accounts/?last_login=yesterday")

    assert f'data-id="{late.pk}"' in today
    assert f'data-id="{early.pk}"' not in today
    assert f'data-id="{early.pk}"' in yesterday


def test_a_chip_says_and_offers_relative_days(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    html = html_of(client_of(olivia), "/accounts/?last_login__after=-30d")

    assert '<span class="chip-value">in the last 30 days</span>' in html
    assert '<input type="checkbox" name="last_login__after" value="-30d" checked>' in html
    assert '<option value="month-start">' in html


def test_a_day_that_is_none_is_refused_with_the_grammar(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    html = html_of(client_of(olivia), "/accounts/?last_login__after=-30", status=400)

    assert "“-30” is no date. Write it as 2026-12-31" in html
    assert "data-id" not in html


def test_a_view_keeps_a_relative_day(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    browser = client_of(olivia)
    form = {"name": "Lately", "query": "last_login__after=-30d"}
    browser.post("/accounts/views/save/", {**form, "for_tenant": olivia.tenant_id})

    html = html_of(browser, f"/accounts/?view={SavedView.objects.get(name='Lately').pk}")

    assert "in the last 30 days" in html
