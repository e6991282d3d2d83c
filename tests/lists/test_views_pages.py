"""The pages of saved views through a browser without JavaScript: saving, managing, tabs and menu."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from itam_portal.lists.models import DefaultView, PinnedView, SavedView
from itam_portal.lists.saved_views import begin_with, begin_with_for_all, pin_for_all, pin_view
from tests.accounts.test_views import ids, page
from tests.cast import CANARY
from tests.lists.viewed import Browse, bar, link, save, shown

# --- saving ---------------------------------------------------------------------------------------------------------


def test_saving_keeps_the_list_as_it_is_seen(olivia: Account, adam: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    browser.post("/accounts/columns/", {"order": ["type", "name"], "show": ["type", "name"], "per_page": 100})
    html = page(browser, "/accounts/?status=enabled&page=1")
    form = page(browser, link(html, r'href="(/accounts/views/save/[^"]*)"'))
    query = link(form, r'name="query" value="([^"]*)"')

    answer = browser.post(
        "/accounts/views/save/",
        {
            "name": "Working",
            "query": query,
            "is_shared": "on",
            "pin": "on",
            "default": "on",
        },
    )

    view = SavedView.objects.get(name="Working")
    assert answer.headers["Location"] == f"/accounts/?view={view.pk}"
    for browser_ in (browser, client_of(adam)):
        assert shown(page(browser_, f"/accounts/?view={view.pk}")) == shown(html)
    assert PinnedView.objects.filter(view=view, account=olivia).exists()
    assert DefaultView.objects.filter(view=view, account=olivia).exists()
    assert not view.is_pinned


def test_a_view_saved_from_a_changed_view_stands_by_itself(olivia: Account, client_of: Browse) -> None:
    browser, view = client_of(olivia), save(olivia)

    browser.post("/accounts/views/save/", {"name": "Two", "query": f"view={view.pk}-changed&type=service"})

    two = SavedView.objects.get(name="Two")
    assert "view" not in two.query
    assert ids(page(browser, f"/accounts/?view={two.pk}"))


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 61}, "name", "60"),
        ({"name": "mine"}, "name", "already"),
        ({"name": "New", "pin_for_all": "on"}, "pin_for_all", "Share the view too"),
        ({"name": "New", "default_for_all": "on"}, "default_for_all", "Share the view too"),
    ],
)
def test_a_form_with_errors_comes_again_with_its_input(
    olivia: Account, client_of: Browse, form: dict[str, str], field: str, words: str
) -> None:
    save(olivia)

    answer = client_of(olivia).post("/accounts/views/save/", {"query": "status=enabled", "is_shared": "", **form})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in html
    assert f'href="#view-{field}"' in html
    assert words in html
    assert 'name="query" value="status=enabled"' in html
    assert SavedView.objects.filter(account=olivia, list_name="accounts", name="New").count() == 0


def test_who_may_not_decide_for_everybody_is_not_asked(victor: Account, client_of: Browse) -> None:
    browser = client_of(victor)

    assert "default_for_all" not in page(browser, "/accounts/views/save/")
    browser.post("/accounts/views/save/", {"name": "V", "query": "", "is_shared": "on", "default_for_all": "on"})
    assert not DefaultView.objects.filter(list_name="accounts").exists()


@pytest.mark.parametrize("query", ["nope=1", "role=999999", "view=999999", "status=maybe"])
def test_what_shows_no_list_is_not_saved(olivia: Account, client_of: Browse, query: str) -> None:
    answer = client_of(olivia).post("/accounts/views/save/", {"name": "Wrong", "query": query})

    assert answer.status_code == 400
    assert "Nothing was changed." in answer.content.decode()
    assert not SavedView.objects.filter(name="Wrong").exists()


# --- managing -------------------------------------------------------------------------------------------------------


def do(browser: Client, deed: str, view: SavedView | None = None, **form: Any) -> Any:
    return browser.post("/accounts/views/", {"do": deed, **({"view": view.pk} if view else {}), **form}, follow=True)


@pytest.mark.parametrize(
    ("deeds", "check"),
    [
        (["share"], lambda view: view.is_shared),
        (["share", "unshare"], lambda view: not view.is_shared),
        (["pin"], lambda view: PinnedView.objects.filter(view=view).exists()),
        (["pin", "unpin"], lambda view: not PinnedView.objects.filter(view=view).exists()),
        (["share", "pin_for_all"], lambda view: view.is_pinned),
        (["share", "pin_for_all", "unpin_for_all"], lambda view: not view.is_pinned),
        (["default"], lambda view: DefaultView.objects.filter(view=view, account__isnull=False).exists()),
        (["default", "no_default"], lambda view: not DefaultView.objects.filter(view=view).exists()),
        (["share", "default_for_all"], lambda view: DefaultView.objects.filter(view=view, account=None).exists()),
        (
            ["share", "default_for_all", "no_default_for_all"],
            lambda view: not DefaultView.objects.filter(view=view).exists(),
        ),
    ],
)
def test_every_button_does_what_it_says_and_says_what_it_did(
    olivia: Account, client_of: Browse, deeds: list[str], check: Callable[[SavedView], bool]
) -> None:
    view, browser = save(olivia), client_of(olivia)

    for deed in deeds:
        html = page(browser, "/accounts/views/")
        assert f'name="do" value="{deed}"' in html
        answer = do(browser, deed, view)
        assert answer.status_code == 200
        assert 'role="status"' in answer.content.decode()

    assert check(SavedView.objects.get(pk=view.pk))


def test_a_reader_has_no_button_that_would_be_refused(victor: Account, olivia: Account, client_of: Browse) -> None:
    view = save(olivia, is_shared=True)
    browser = client_of(victor)

    html = page(browser, "/accounts/views/")

    offered = set(re.findall(r'name="do" value="(\w+)"', html))
    assert offered == {"pin", "default"}
    for deed in ("unshare", "pin_for_all", "unpin_for_all", "default_for_all", "rename", "update", "delete"):
        assert do(browser, deed, view, name="New", query="").status_code == 403
    assert page(browser, f"/accounts/views/?rename={view.pk}", status=403)


@pytest.mark.parametrize("deed", ["pin", "default", "share", "rename", "delete", "update"])
def test_a_view_that_its_reader_cannot_see_does_not_exist(
    olivia: Account, adam: Account, mallory: Account, client_of: Browse, deed: str
) -> None:
    view = save(adam)

    for account in (olivia, mallory):
        assert do(client_of(account), deed, view).status_code == 404


def test_an_unknown_button_is_refused(olivia: Account, client_of: Browse) -> None:
    assert do(client_of(olivia), "explode", save(olivia)).status_code == 400


def test_renaming_shows_a_form_and_its_errors(olivia: Account, client_of: Browse) -> None:
    view, browser = save(olivia), client_of(olivia)
    save(olivia, "Other")

    assert 'id="view-name"' in page(browser, f"/accounts/views/?rename={view.pk}")
    refused = do(browser, "rename", view, name="OTHER")
    renamed = do(browser, "rename", view, name="Renamed")

    assert refused.status_code == 422
    assert 'value="OTHER"' in refused.content.decode()
    assert renamed.status_code == 200
    assert SavedView.objects.get(pk=view.pk).name == "Renamed"


def test_a_view_is_updated_only_by_who_may(victor: Account, olivia: Account, client_of: Browse) -> None:
    view = save(olivia, is_shared=True)

    changed = bar(page(client_of(victor), f"/accounts/?view={view.pk}-changed&type=service"))

    assert "Changed" in changed
    assert "Save as" in changed
    assert "Update view" not in changed


def test_deleting_asks_and_says_who_begins_with_the_view(
    olivia: Account, adam: Account, victor: Account, client_of: Browse
) -> None:
    view, browser = save(olivia, is_shared=True), client_of(olivia)
    begin_with(view, by=victor)
    begin_with_for_all(view, by=adam)
    pin_view(view, by=adam)

    asked = do(browser, "delete", view).content.decode()

    assert SavedView.objects.filter(pk=view.pk).exists()
    assert victor.name in asked
    assert "tenant&#x27;s default" in asked or "tenant's default" in asked
    assert "1 other account has it as a tab." in asked
    assert do(browser, "delete", view, confirm=1).status_code == 200
    assert not SavedView.objects.filter(pk=view.pk).exists()
    assert bar(page(client_of(victor), "/accounts/")) == ""


def test_deleting_names_nobody_whom_the_reader_cannot_see(uma: Account, adam: Account, client_of: Browse) -> None:
    view = save(uma, is_shared=True)
    begin_with(view, by=adam)

    asked = do(client_of(uma), "delete", view).content.decode()

    assert adam.name not in asked
    assert "1 account more" in asked


# --- tabs and menu --------------------------------------------------------------------------------------------------


def test_pinned_views_are_tabs_and_all_views_stand_in_the_menu(
    olivia: Account, adam: Account, client_of: Browse
) -> None:
    for name, is_shared in (("Zoo", True), ("Desk", False), ("Quiet", True)):
        save(adam, name, is_shared=is_shared)
    pin_for_all(SavedView.objects.get(name="Zoo"), by=adam)
    pin_view(SavedView.objects.get(name="Desk"), by=adam)

    html = page(client_of(adam), "/accounts/")
    others = page(client_of(olivia), "/accounts/")

    tabs = re.findall(r'class="view-tab".*?<span dir="auto">(.*?)</span>', html, re.DOTALL)
    assert tabs == ["Zoo", "Desk"]
    assert [f">{name}" in others for name in ("Zoo", "Desk", "Quiet")] == [True, False, True]
    assert re.findall(r'class="view-tab".*?<span dir="auto">(.*?)</span>', others, re.DOTALL) == ["Zoo"]


def test_a_long_menu_has_a_search_field(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    for number in range(10):  # beside the one that the cast has
        assert "Find a view" not in page(browser, "/accounts/")
        save(olivia, f"View {number}")

    assert "Find a view" in page(browser, "/accounts/")


def test_a_name_is_never_markup(olivia: Account, client_of: Browse) -> None:
    evil = "<script>alert('&')</script>\""
    view = save(olivia, evil)
    pin_view(view, by=olivia)

    for query in ("", f"?view={view.pk}", "views/", f"views/?rename={view.pk}"):
        assert "<script>alert" not in page(client_of(olivia), f"/accounts/{query}")
    assert "<script>alert" not in do(client_of(olivia), "delete", view).content.decode()


def test_no_view_of_the_tenant_next_door_shows(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)

    for path in ("accounts/", "accounts/views/", "accounts/views/save/", "accounts/unassigned/views/", "roles/views/"):
        assert CANARY not in page(browser, f"/{path}")


def test_roles_and_unassigned_accounts_have_views_of_their_own(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    for path, query in (("/roles/", "name__contains=o"), ("/accounts/unassigned/", "q=nina")):
        answer = browser.post(f"{path}views/save/", {"name": "Here", "query": query, "default": "on"})
        assert answer.headers["Location"].startswith(f"{path}?view=")
        assert "your default" in bar(page(browser, path))

    assert bar(page(browser, "/accounts/")) == ""


def test_the_list_below_administration_has_the_views_of_the_accounts(olivia: Account, client_of: Browse) -> None:
    view = save(olivia)

    html = page(client_of(olivia), f"/administration/users/?view={view.pk}")

    assert shown(html)["columns"] == ["name", "type", "login"]
    assert f'href="?view={view.pk}"' in html
