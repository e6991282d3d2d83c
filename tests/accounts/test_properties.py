"""One account's pages: what it is, what it holds, what comes of that, and when it was used."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given

from accounts.models import Account, Ending, Group, Status
from accounts.operations import end_session
from accounts.views.effect import Places, areas_of
from itam_portal.tenancy.reach import ALL
from organizations.models import Tenant
from roles.rights import Area, Right, rights_of
from tests.accounts.test_reach import World, on_random_worlds, plain_reach, settle, undone, worlds
from tests.cast import account_named, gather, give, join, make_role, organization, started

MakeAccount = Callable[..., Account]
Browse = Callable[[Account], Client]


def page(browser: Client, address: str, status: int = 200) -> str:
    """The page's text."""
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()[-800:]
    return answer.content.decode()


def of(account: Account, rest: str = "") -> str:
    """The address of one of the account's pages."""
    return f"/accounts/{account.pk}/{rest}"


def field(html: str, name: str) -> str:
    """The text of one field of the page, with single blanks."""
    found = re.findall(rf'<dd data-field="{name}"[^>]*>(.*?)</dd>', html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def levels(html: str) -> dict[str, str]:
    """How much of each area the page says is held."""
    return dict(re.findall(r'data-area="([a-z_]+)" data-level="([a-z]+)"', html))


# --- properties ------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_the_account_is(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), of(account_named("akira")))

    assert field(html, "name") == "Akira Northwind"
    assert field(html, "login") == "akira"
    assert field(html, "email") == "akira@northwind.example"
    assert field(html, "job_title") == "李明&#x27;s deputy"
    assert (field(html, "type"), field(html, "status"), field(html, "shared")) == ("Operator", "Enabled", "No")
    assert field(html, "organization") == "APAC apac"
    assert (field(html, "last_login"), field(html, "login_duration")) == ("Never", "–")


def test_roles_are_shown_with_scope_expiry_and_the_group_they_come_through(
    olivia: Account, client_of: Browse, make_account: MakeAccount
) -> None:
    tess = make_account("Tess", "Viewer", at=organization("emea"))
    give(tess, "Operator", until=timezone.now() + timedelta(days=400))
    give(tess, "Administrator", until=timezone.now() - timedelta(days=400))
    join(Group.objects.get(name="Help desk"), tess)

    roles = field(page(client_of(olivia), of(tess)), "role")

    assert "Viewer EMEA" in roles
    assert "Operator Whole tenant · until" in roles
    assert "Operator Overseas · through Help desk" in roles
    assert "Administrator Whole tenant · expired" in roles
    assert field(page(client_of(olivia), of(tess)), "groups") == "Help desk"


@pytest.mark.parametrize(("login", "says"), [("nina", True), ("lars", True), ("gil", False), ("robot", False)])
def test_the_page_says_when_an_account_holds_no_live_role(
    olivia: Account, client_of: Browse, login: str, says: bool
) -> None:
    html = page(client_of(olivia), of(account_named(login)))

    assert ("holds no live role" in html) is says


def test_title_and_way_name_the_account(olivia: Account, client_of: Browse) -> None:
    nina = account_named("nina")
    browser = client_of(olivia)

    for rest, title in (("", "Nina Northwind"), ("access/", "Access"), ("sessions/", "Sessions"), ("edit/", "Edit")):
        html = page(browser, of(nina, rest))
        assert title in re.findall(r"<title>(.*?)</title>", html, re.DOTALL)[0]
        assert '<a href="/accounts/">Accounts</a>' in html
        assert re.search(r'<span aria-current="page">(.*?)</span>', html)[1] == title  # type: ignore[index]


def test_buttons_exist_only_where_their_pages_would_open(
    olivia: Account, adam: Account, victor: Account, client_of: Browse
) -> None:
    nina = account_named("nina")

    def offers(reader: Account, account: Account) -> set[str]:
        html = page(client_of(reader), of(account))
        return {name for name in ("edit", "type") if f'href="{of(account, name + "/")}"' in html}

    assert offers(adam, nina) == {"edit", "type"}
    assert offers(victor, nina) == set()
    assert offers(adam, olivia) == set()
    assert offers(olivia, olivia) == {"edit"}
    assert "Only an owner may change it." in page(client_of(adam), of(olivia))


def test_the_page_costs_as_many_queries_for_many_roles_as_for_one(
    olivia: Account, client_of: Browse, make_account: MakeAccount, django_assert_max_num_queries: Any
) -> None:
    tess = make_account("Tess", "Viewer", "Operator", "Administrator", "USER", "ADMIN")
    for group in range(10):
        join(Group.objects.create(tenant=tess.tenant, name=f"Group {group}"), tess)
    browser = client_of(olivia)
    page(browser, of(tess))

    with django_assert_max_num_queries(40):
        page(browser, of(tess))


# --- what it allows --------------------------------------------------------------------------------------------------


def test_areas_are_none_read_only_full_or_custom(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)

    assert set(levels(page(browser, of(olivia))).values()) == {"full"}
    viewer = levels(page(browser, of(account_named("victor"))))
    assert (viewer["accounts"], viewer["billing"]) == ("read", "none")
    operator = levels(page(browser, of(account_named("oscar"))))
    assert (operator["accounts"], operator["users"]) == ("custom", "full")
    assert set(levels(page(browser, of(account_named("nina")))).values()) == {"none"}


def test_a_deny_is_said_with_its_place(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), of(account_named("greta"), "access/"))
    lines = dict(re.findall(r'data-right="([a-z_.]+)".*?<small dir="auto">(.*?)</small>', html, re.DOTALL))

    assert lines["accounts.edit"] == "APAC, EMEA"
    assert lines["accounts.disable"] == "EMEA · Denied: APAC"
    assert lines["accounts.create"] == "Not allowed"


def test_a_deny_of_one_place_leaves_the_whole_tenant_except_that(
    olivia: Account, client_of: Browse, make_account: MakeAccount, northwind: Tenant
) -> None:
    tess = make_account("Tess", "Operator")
    give(tess, make_role(northwind, "Not here", denies=[Right.EDIT_USERS]), organization("apac"))

    html = page(client_of(olivia), of(tess, "access/"))

    assert "Whole tenant except APAC · Denied: APAC" in html


def test_a_right_of_the_whole_tenant_held_for_one_organization_opens_nothing(
    olivia: Account, uma: Account, client_of: Browse
) -> None:
    html = page(client_of(olivia), of(uma, "access/"))

    assert (levels(html)["roles"], levels(html)["users"]) == ("none", "full")
    assert "Given for EMEA only: it counts when given for the whole tenant" in html
    assert client_of(uma).get("/roles/").status_code == 403


@given(world=worlds)
@on_random_worlds
def test_what_the_page_says_of_any_account_is_what_its_assignments_say(
    world: World, scope: None, northwind: Tenant, olivia: Account
) -> None:
    with undone():
        tess = settle(world, northwind)
        held = {
            line.right: line
            for area in areas_of(tess.holdings, Places(tess.holdings, reader=olivia))
            for line in area.rights
        }

        for right in Right:
            assert held[right].is_held is bool(plain_reach(tess, right)[0]) or right.is_of_tenant
            assert bool(held[right].where or held[right].idle) is bool(tess.reach(right))


def test_every_right_stands_in_its_area(olivia: Account) -> None:
    areas = areas_of(olivia.holdings, Places(olivia.holdings, reader=olivia))

    assert [line.area for line in areas] == list(Area)
    assert [one.right for line in areas for one in line.rights] == [right for area in Area for right in rights_of(area)]
    assert olivia.reach(Right.READ_ACCOUNTS) is ALL


def test_a_reader_learns_no_name_beyond_its_own_reach(
    uma: Account, client_of: Browse, make_account: MakeAccount, northwind: Tenant
) -> None:
    emea, apac = organization("emea"), organization("apac")
    tess = make_account("Tess", "Viewer", at=apac, home=emea)
    give(tess, "Viewer", emea)
    give(tess, "USER", gather(northwind, "Hush-hush", apac, emea))
    browser = client_of(uma)

    for rest in ("", "access/"):
        html = page(browser, of(tess, rest))
        assert "EMEA" in html
        assert "APAC" not in html
        assert "Hush-hush" not in html
    assert "Another organization" in field(page(browser, of(tess)), "role")
    assert "EMEA, 1 more" in page(browser, of(tess, "access/"))


def test_a_disabled_account_is_said_to_do_nothing_of_it(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), of(account_named("dora"), "access/"))

    assert "While the account is disabled, it may do nothing of this." in html
    assert account_named("dora").status == Status.DISABLED


# --- sessions --------------------------------------------------------------------------------------------------------


def test_sessions_are_shown_newest_first_with_how_they_ended(
    olivia: Account, victor: Account, client_of: Browse
) -> None:
    old, new = started(victor, 7_200), started(victor, 60)
    end_session(old, by=victor, ending=Ending.SIGNED_OUT)

    html = page(client_of(olivia), of(victor, "sessions/"))

    assert re.findall(r'data-session="(\d+)"', html) == [str(new.pk), str(old.pk)]
    assert "Signed out" in html
    assert "0 d 2 h 0 m" in html


def test_older_sessions_follow_page_by_page(olivia: Account, victor: Account, client_of: Browse) -> None:
    made = [started(victor, 100 + number).pk for number in range(60)]
    browser = client_of(olivia)

    first = page(browser, of(victor, "sessions/"))
    older = re.findall(r'rel="next" href="([^"]+)"', first)[0]
    second = page(browser, older)

    shown = [int(key) for html in (first, second) for key in re.findall(r'data-session="(\d+)"', html)]
    assert shown == made
    assert 'rel="next"' not in second


@pytest.mark.parametrize("text", ["x", "-1", "9" * 30, ""])
def test_a_place_that_is_none_shows_the_newest(olivia: Account, victor: Account, client_of: Browse, text: str) -> None:
    session = started(victor, 60)

    assert f'data-session="{session.pk}"' in page(client_of(olivia), of(victor, f"sessions/?before={text}"))


def test_uma_sees_no_page_of_an_account_beyond_her_reach(uma: Account, client_of: Browse) -> None:
    for rest in ("", "access/", "sessions/", "edit/", "type/"):
        page(client_of(uma), of(account_named("nina"), rest), status=404)
