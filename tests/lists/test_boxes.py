"""The header filter: boxes below the heads write simple filters, and lose nothing else of the address."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from accounts.models import Account
from itam_portal.lists.models import ListPreference, SavedView

Browse = Callable[[Account], Client]


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()[-800:]
    return answer.content.decode()


def boxes(html: str) -> dict[str, str]:
    return dict(re.findall(r'<td role="cell" data-box="(\w+)">(.*?)</td>', html, re.DOTALL))


def sent(html: str) -> list[tuple[str, str]]:
    """What the boxes' form sends as it stands."""
    (form,) = re.findall(r'<form class="box-form".*?</form>', html, re.DOTALL)
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    for box in boxes(html).values():
        pairs += re.findall(r'<input type="text"(?: form="boxes")? name="([^"]*)"[^>]*? value="([^"]*)"', box)
        for name, options in re.findall(r'<select form="boxes" name="([^"]*)"[^>]*>(.*?)</select>', box, re.DOTALL):
            pairs += [(name, value) for value in re.findall(r'<option value="([^"]*)" selected', options)]
    return [(name, unescape(value)) for name, value in pairs if value]


def test_there_are_no_boxes_until_they_are_asked_for(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    html = page(client_of(olivia), "/accounts/?status=enabled")

    assert boxes(html) == {}
    assert 'href="?status=enabled&amp;boxes=1" id="toggle-boxes"' in html


def test_every_shown_column_that_can_be_filtered_has_a_box(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    html = page(client_of(olivia), "/accounts/?boxes=1&columns=name,status,last_login,login_duration,organization")
    found = boxes(html)

    assert list(found) == ["name", "status", "last_login", "login_duration", "organization"]
    assert 'name="name__contains"' in found["name"]
    assert '<select form="boxes" name="status"' in found["status"]
    assert all(f'name="last_login__{operator}"' in found["last_login"] for operator in ("is", "after", "before"))
    assert '<select form="boxes" name="organization"' in found["organization"]
    assert 'aria-label="Name contains"' in found["name"]


@pytest.mark.parametrize(
    "query",
    [
        "status=enabled&name__contains=an&last_login__after=-30d",
        "q=an&filter=any(type:operator,name__is:x)&sort=-login&group=status&open=enabled&per_page=25&columns=name,status",
        "status=enabled&status=disabled&name__starts=a&name__contains=b&name__contains=c",
        "last_login=today&last_login__after=-30d&last_login__after=-90d&last_login__empty=no",
        "organization=emea&role__not=1",
        "login_duration__after=1h&columns=name,login_duration",
    ],
)
def test_sent_as_they_stand_the_boxes_change_nothing(query, olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    from roles.models import Role

    query = query.replace("role__not=1", f"role__not={Role.objects.get(name='Viewer').pk}")

    html = page(client_of(olivia), f"/accounts/?{query}&boxes=1&page=1")

    assert sorted(sent(html)) == sorted([*parse_qsl(query), ("boxes", "1")])


def test_a_box_with_several_values_says_so_and_leaves_them(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    html = page(client_of(olivia), "/accounts/?boxes=1&status=enabled&status=disabled")

    assert '<span class="box-kept">2 values</span>' in boxes(html)["status"]


def test_boxes_are_no_preference_and_no_part_of_a_view(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    browser, preferences = client_of(olivia), list(ListPreference.objects.values())
    browser.post("/accounts/views/save/", {"name": "Mine", "query": "status=enabled&boxes=1"})
    view = SavedView.objects.get(name="Mine")

    with_boxes = page(browser, f"/accounts/?view={view.pk}&boxes=1")

    assert "boxes" not in view.query
    assert boxes(with_boxes)
    assert 'class="tag changed"' not in with_boxes
    assert boxes(page(browser, "/accounts/")) == {}
    assert list(ListPreference.objects.values()) == preferences


def test_what_is_on_every_list(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    browser = client_of(olivia)

    for address in ("/accounts/unassigned/", "/roles/", "/history/", "/receipts/", "/exports/"):
        assert boxes(page(browser, f"{address}?boxes=1")), address


def test_another_value_is_refused_in_words(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    html = page(client_of(olivia), "/accounts/?boxes=yes", status=400)

    assert "boxes can only be “1”, not “yes”." in html
