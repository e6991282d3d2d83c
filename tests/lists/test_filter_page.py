"""The editor of the advanced filter, as a plain form: rows come and go, and only what is complete is applied."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import Account

Browse = Callable[[Account], Client]
URL = "/accounts/filter/"
NESTED = "any(all(status:enabled,last_login__after:-30d),none(login__starts:svc))"


class Form:
    """What a browser without JavaScript holds and sends."""

    def __init__(self, browser: Client, html: str) -> None:
        self.browser, self.html = browser, html
        fields = [(name, unescape(value)) for name, value in self._fields()]
        self.pairs = [pair for pair in fields if pair[0] != "csrfmiddlewaretoken"]

    def _fields(self) -> Any:
        (form,) = re.findall(r"<form[^>]*data-filter-editor.*?</form>", self.html, re.DOTALL)
        pattern = r'<select name="([^"]*)".*?</select>|<input ([^>]*)>'
        for found in re.finditer(pattern, form, re.DOTALL):
            if found[1]:
                chosen = re.search(r'<option value="([^"]*)" selected', found[0])
                yield found[1], chosen[1] if chosen else re.search(r'<option value="([^"]*)"', found[0])[1]  # type: ignore[index]
            else:
                attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', found[2]))
                if "name" in attributes:
                    yield attributes["name"], attributes.get("value", "")

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def keys(self, kind: str = "rule") -> list[str]:
        return [value.split(".")[2] for value in self.values("node") if f".{kind}." in value]

    def fill(self, name: str, value: str, at: int = 0) -> "Form":
        places = [place for place, (key, _value) in enumerate(self.pairs) if key == name]
        self.pairs[places[at]] = name, value
        return self

    def send(self, deed: str, status: int = 200) -> Any:
        data: dict[str, list[str]] = {"do": [deed]}
        for name, value in self.pairs:
            data.setdefault(name, []).append(value)
        answer = self.browser.post(URL, data)
        assert answer.status_code == status, answer.content.decode()[-600:]
        return answer

    def press(self, deed: str, status: int = 200) -> "Form":
        return Form(self.browser, self.send(deed, status).content.decode())

    def apply(self) -> dict[str, list[str]]:
        address = urlsplit(self.send("apply", 302).url)
        assert address.path == "/accounts/"
        return parse_qs(address.query)


def editor(browser: Client, query: str = "") -> Form:
    answer = browser.get(f"{URL}?{query}")
    assert answer.status_code == 200
    return Form(browser, answer.content.decode())


def write_rule(form: Form, key: str, field: str, operator: str, *values: str) -> Form:
    form = form.fill(f"field-{key}", field).press("update").fill(f"operator-{key}", operator).press("update")
    for at, value in enumerate(values):
        form = (form if at == 0 else form.press(f"value:{key}")).fill(f"value-{key}", value, at)
    return form


def test_a_filter_is_written_row_by_row_and_leads_to_the_list(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    form = editor(
        client_of(olivia), "q=an&sort=-login&columns=name,login&group=status&per_page=25&page=2&status=enabled"
    )
    (first,) = form.keys()

    form = write_rule(form, first, "login", "starts", "svc", "adm")
    form = form.press("group:0")
    inner = form.keys()[1]
    form = write_rule(form, inner, "last_login", "after", "-30d")
    query = form.press(f"add:{form.keys('group')[1]}")
    last = query.keys()[2]
    query = write_rule(query, last, "role", "empty:yes").fill("mode-0", "none").apply()

    assert query["filter"] == ["none(login__starts:svc;adm,any(last_login__after:-30d,role__empty:yes))"]
    assert {name: query[name] for name in ("q", "sort", "columns", "group", "per_page", "status")} == {
        "q": ["an"],
        "sort": ["-login"],
        "columns": ["name,login"],
        "group": ["status"],
        "per_page": ["25"],
        "status": ["enabled"],
    }
    assert "page" not in query


@pytest.mark.parametrize(
    "text",
    [
        NESTED,
        "status:enabled",
        "status__not:enabled",
        "all(name__contains:a;b,name__empty:no)",
        "none(role:1)",
        "any(login_duration__after:1h 30m,name__is:a~,b~)~~)",
    ],
)
def test_what_is_opened_and_applied_is_the_same_filter(text, olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    if text == "none(role:1)":
        from roles.models import Role

        text = f"none(role:{Role.objects.get(name='Viewer').pk})"

    assert editor(client_of(olivia), f"filter={text}").apply()["filter"] == [text]


def test_one_of_several_values_becomes_rows_of_values(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    applied = editor(client_of(olivia), "filter=all(name__in:ann~,jose,status__in:enabled)").apply()

    assert applied["filter"] == ["all(name__is:ann;jose,status:enabled)"]


@pytest.mark.parametrize(
    ("field", "operator", "values", "words"),
    [
        ("", "", [], "Choose a field."),
        ("name", "contains", [""], "Name: Enter a value."),
        ("status", "is", [""], "Status: Enter a value."),
        ("last_login", "after", ["soon"], "“soon” is no date. Write it as 2026-12-31"),
        ("login_duration", "after", ["long"], "“long” is no duration."),
    ],
)
def test_an_incomplete_row_is_marked_and_nothing_is_applied(field, operator, values, words, olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    form = editor(client_of(olivia))
    if field:
        form = write_rule(form, form.keys()[0], field, operator, *values)

    again = form.press("apply", 422)

    assert words.replace("'", "&#x27;") in again.html
    assert "The filter is not complete. Nothing was applied." in again.html
    assert 'aria-invalid="true"' in again.html
    assert again.pairs == form.pairs


def test_a_field_that_is_chosen_and_applied_at_once_asks_how(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    form = editor(client_of(olivia))

    again = form.fill(f"field-{form.keys()[0]}", "login").press("apply", 422)

    assert "Choose how to compare." in again.html
    assert again.values(f"operator-{form.keys()[0]}") == ["contains"]


def test_an_empty_group_is_marked(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    form = editor(client_of(olivia), "filter=name:x".replace("name", "name__is")).press("group:0")

    again = form.press(f"remove:{form.keys()[1]}").press("apply", 422)

    assert "Add a condition to this group, or remove the group." in again.html


def test_no_rows_are_no_filter(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    form = editor(client_of(olivia), f"filter={NESTED}&sort=login")
    for key in form.keys("group")[1:]:
        form = form.press(f"remove:{key}")

    assert form.apply() == {"sort": ["login"]}


def test_simple_filters_are_taken_over_and_the_organization_stays(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    form = editor(client_of(olivia), "status=enabled&name__contains=a&name__contains=b&organization=EMEA&q=x")

    applied = form.press("include").apply()

    assert applied == {"filter": ["all(status:enabled,name__contains:a;b)"], "organization": ["EMEA"], "q": ["x"]}


def test_taken_over_beside_alternatives_all_must_hold(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    form = editor(client_of(olivia), "filter=any(name__is:a,login__is:b)&status=enabled")

    assert form.press("include").apply()["filter"] == ["all(any(name__is:a,login__is:b),status:enabled)"]


def test_a_filter_that_cannot_be_read_can_be_written_anew(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    form = editor(client_of(olivia), "filter=all(&status=enabled")

    assert "The filter cannot be read at character 5" in form.html
    assert write_rule(form, form.keys()[0], "name", "is", "x").apply() == {
        "filter": ["name__is:x"],
        "status": ["enabled"],
    }


def test_groups_nest_five_deep_and_no_deeper(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    form = editor(client_of(olivia))
    for _depth in range(4):
        form = form.press(f"group:{form.keys('group')[-1]}")
    deepest = form.keys("group")[-1]

    assert f'value="group:{deepest}"' not in form.html
    assert "Groups stand in each other at most 5 deep." in form.press(f"group:{deepest}").html


def test_there_are_at_most_fifty_rows(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    text = f"all({','.join(['name__is:x'] * 50)})"

    again = editor(client_of(olivia), f"filter={text}").press("add:0")

    assert "A filter holds at most 50 conditions." in again.html
    assert len(again.keys()) == 50


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"node": ["0.rule.0"]},
        {"node": ["0.group.0", "2.rule.1"], "mode-0": "all"},
        {"node": ["0.group.0", "0.group.1"], "mode-0": "all", "mode-1": "all"},
        {"node": ["0.group.0", "1.rule.0"], "mode-0": "all"},
        {"node": ["0.group.0"], "mode-0": "some"},
        {"node": ["9.group.0"], "mode-9": "all"},
        {"node": ["x"]},
        {"node": ["0.group.0"] * 300, "mode-0": "all"},
        {"node": ["0.group.0"], "mode-0": "all", "do": "sing"},
        {"node": ["0.group.0"], "mode-0": "all", "do": "add:7"},
        {"node": ["0.group.0"], "mode-0": "all", "do": "remove:0"},
        {"node": ["0.group.0"], "mode-0": "all", "do": "value:0"},
        {"node": ["0.group.0"], "mode-0": "all", "do": "add:٣"},
        {"node": ["0.group.0", "1.rule.1"], "mode-0": "all", "field-1": "a\0b"},
    ],
)
def test_a_broken_form_is_refused_in_words(data, olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    answer = client_of(olivia).post(URL, {"do": "apply", **data})

    assert answer.status_code == 400
    assert "Nothing was changed." in answer.content.decode()


def test_below_a_view_the_filter_is_a_change_of_it(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    from itam_portal.lists.models import SavedView

    browser = client_of(olivia)
    browser.post("/accounts/views/save/", {"name": "Mine", "query": "filter=status:enabled&sort=-login"})
    view = SavedView.objects.get(name="Mine")

    opened = browser.get(f"/accounts/?view={view.pk}").content.decode()
    form = editor(browser, f"view={view.pk}")
    applied = form.fill(f"value-{form.keys()[0]}", "disabled").apply()

    assert "status is enabled" in opened
    assert 'class="tag changed"' not in opened
    assert applied["filter"] == ["status:disabled"]
    assert applied["view"] == [f"{view.pk}-changed"]
    assert applied["sort"] == ["-login"]


def test_a_reader_of_one_organization_sees_no_role_by_name(uma, client_of) -> None:  # type: ignore[no-untyped-def]
    form = editor(client_of(uma))

    drawn = form.fill(f"field-{form.keys()[0]}", "organization").press("update").html

    assert "EMEA" in drawn
    assert "Contoso" not in drawn


# --- in words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NESTED, "(status is enabled and last login in the last 30 days) or not (login begins with svc)"),
        ("none(status:enabled,type:service)", "not (status is enabled or type is service)"),
        ("all(name__starts:a;b,login__is:c)", "(name begins with a or b) and login is c"),
        ("status:enabled;disabled", "status is one of enabled, disabled"),
        ("status__not:enabled;disabled", "status is none of enabled, disabled"),
        ("name__contains:a and b", "name contains “a and b”"),
        ("last_login__before:month-start", "last login before the start of this month"),
        ("last_login:today;yesterday", "last login is one of today, yesterday"),
        ("any(last_login__empty:yes,job_title__empty:no)", "last login is empty or job title is not empty"),
        ("login_duration__after:1h", "login duration longer than 1h"),
        ("name__in:ann~,jose", "name is one of ann, jose"),
    ],
)
def test_the_filter_stands_in_words_above_the_list(text, words, olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    html = client_of(olivia).get("/accounts/", {"filter": text, "sort": "login"}).content.decode()

    (bar,) = re.findall(r'<div class="filter-bar".*?</div>', html, re.DOTALL)
    assert f"</span>{words}</p>" in bar
    assert '<a class="btn ghost small" href="?sort=login" aria-label="Remove the advanced filter">' in bar


def test_a_plain_filter_can_become_chips(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    browser = client_of(olivia)

    def links(query: str) -> list[str]:
        html = browser.get(f"/accounts/?{query}").content.decode()
        return re.findall(r'href="([^"]*)">As simple filters', html)

    assert links("filter=all(status:enabled,name__contains:a;b)") == [
        "?status=enabled&amp;name__contains=a&amp;name__contains=b"
    ]
    assert links("filter=all(status:enabled,status:disabled)") == []
    assert links("filter=status:enabled&status=disabled") == []
    assert links("filter=none(status:enabled)") == []
    assert links("filter=any(status:enabled,type:service)") == []
