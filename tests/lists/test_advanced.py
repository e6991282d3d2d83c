"""The advanced filter: how a tree is written and read, what is wrong with one, and that Not loses no row."""

import contextlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from accounts.models import Account
from accounts.views.lists import ACCOUNTS
from itam_portal.history.models import Entry
from itam_portal.history.views import HISTORY
from itam_portal.lists import tree
from itam_portal.lists.advanced import Branch, Leaf
from itam_portal.lists.filters import Condition, StartsWith
from itam_portal.lists.listing import Listing, ListKind
from itam_portal.lists.models import Selection
from itam_portal.lists.tree import Group, Misread, Rule

Browse = Callable[[Account], Client]
NESTED = "any(all(status:enabled,last_login__after:-30d),none(login__starts:svc))"

VALUES = some.text(some.characters(exclude_categories=["Cs"]), min_size=1, max_size=9).filter(
    lambda text: text.strip() and "\0" not in text
)
RULES = some.builds(
    Rule, some.sampled_from(sorted(ACCOUNTS.shape.filters)), some.lists(VALUES, min_size=1, max_size=3).map(tuple)
)
NODES = some.recursive(
    RULES,
    lambda nodes: some.builds(
        Group, some.sampled_from(tree.MODES), some.lists(nodes, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=6,
)


def depth_of(node: tree.Node) -> int:
    return 1 + max(map(depth_of, node.items)) if isinstance(node, Group) else 0


@given(node=NODES.filter(lambda node: depth_of(node) <= tree.DEEPEST))
def test_what_is_written_is_read_again(node: tree.Node) -> None:
    assert tree.read(str(node)) == node


def test_a_tree_is_readable_in_an_address() -> None:
    listing = QueryDict(f"filter={NESTED}")["filter"]

    assert str(tree.read(listing)) == NESTED


def nested(depth: int) -> str:
    return "all(" * depth + "name:x" + ")" * depth


@pytest.mark.parametrize(
    ("text", "number", "why"),
    [
        ("", 1, "here a condition or a group is missing"),
        ("all()", 5, "here a condition or a group is missing"),
        ("all(name:x,)", 12, "here a condition or a group is missing"),
        ("name", 5, "a colon is missing after “name”"),
        ("name:", 6, "here a value is missing"),
        ("name: ", 6, "here a value is missing"),
        ("name:x;", 8, "here a value is missing"),
        ("not(name:x)", 1, "a group begins with all(, any( or none("),
        ("(name:x)", 1, "a group begins with all(, any( or none("),
        ("all(name:x", 11, "a closing parenthesis is missing"),
        ("name:x)", 7, "nothing may follow here"),
        ("name:x,login:y", 7, "several conditions stand in a group"),
        ("name:a(b)", 7, "a parenthesis in a value is written ~("),
        ("name:a~b", 7, "a ~ stands only before one of ( ) , ; ~"),
        ("name:a~", 7, "a ~ stands only before one of ( ) , ; ~"),
        ("all(name:x)y", 12, "nothing may follow here"),
        (nested(6), 21, "groups may stand in each other at most 5 deep"),
        (f"all({','.join(['name:x'] * 51)})", 355, "a filter holds at most 50 conditions"),
        (f"name:{';'.join(['x'] * 201)}", 406, "a filter holds at most 200 values"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(text: str, number: int, why: str) -> None:
    with pytest.raises(Misread) as error:
        tree.read(text)

    assert str(error.value).startswith(f"The filter cannot be read at character {number}: {why}")


@given(text=some.text(alphabet="alnyoe():;,~ x_", max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    node = None
    with contextlib.suppress(Misread):
        node = tree.read(text)

    assert node is None or tree.read(str(node)) == node


def test_spaces_around_conditions_are_allowed() -> None:
    assert str(tree.read("all( name:x, any(login:y) , status:enabled)")) == "all(name:x,any(login:y),status:enabled)"


# --- not loses no row -------------------------------------------------------------------------------------------


def keys(kind: ListKind, rows: Any, account: Account, text: str) -> set[int]:
    listing = Listing(kind, rows, QueryDict(urlencode({"filter": text})), account=account)
    assert listing.problems == []
    return set(listing.matching().values_list("pk", flat=True))


@pytest.mark.parametrize(
    "rule",
    [
        *("receipt:1", "receipt__not:1", "receipt__after:0", "organization:EMEA", "organization__not:EMEA"),
        *(
            "reason:x",
            "reason__not:x",
            "via:page",
            "via__not:page",
            "action:insert",
            "field:status",
            "name__contains:an",
        ),
        *("any(receipt:1,organization:EMEA)", "all(receipt__not:1,organization__not:EMEA)", "none(receipt:1)"),
        "any(organization__not:EMEA,receipt__before:5)",
    ],
)
def test_none_of_is_exactly_the_other_rows_also_where_values_are_missing(rule: str, olivia: Account) -> None:
    rows = Entry.objects.visible_to(olivia)
    assert rows.filter(receipt_id=None).exists()

    with_it, without = keys(HISTORY, rows, olivia, rule), keys(HISTORY, rows, olivia, f"none({rule})")

    assert with_it & without == set()
    assert with_it | without == set(rows.values_list("pk", flat=True))
    assert keys(HISTORY, rows, olivia, f"none(none({rule}))") == with_it


class NumberStarts(Condition):
    """A comparison whose SQL says nothing of missing values, on a column that holds some."""

    def compare(self, operator: str, value: str) -> Q:
        return Q(StartsWith(Cast("receipt_id", TextField()), Value(value)))


def test_none_of_does_not_lose_a_row_whose_value_is_missing(olivia: Account) -> None:
    rows = Entry.objects.visible_to(olivia)
    one = Leaf(NumberStarts("receipt_id"), ["1"])

    without = rows.filter(Branch(tree.NONE, (one,)).q())

    assert without.filter(receipt_id=None).exists()
    assert set(without) | set(rows.filter(one.q())) == set(rows)


# --- on a list --------------------------------------------------------------------------------------------------


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()[-800:]
    return answer.content.decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("all(", "The filter cannot be read at character 5: here a condition or a group is missing."),
        ("nope:x", "This list has no field “nope”."),
        ("name__near:x", "The field “name” cannot be filtered with “near”."),
        ("any(name:x,status:gone)", "Status: “gone” is none of"),
        ("none(last_login__after:soon)", "Last login: “soon” is no date. Write it as 2026-12-31"),
        ("role:999999", "Role: There is no role “999999”."),
        ("name__empty:perhaps", "Name: “perhaps” is neither yes nor no."),
        ("q:x", "This list has no field “q”."),
        ("name:%00", "holds a character that no text may hold"),
    ],
)
def test_a_wrong_filter_is_said_in_words_and_shows_no_row(text: str, why: str, olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    html = page(client_of(olivia), f"/accounts/?filter={text}", status=400)

    assert why in html
    assert "data-id" not in html


@pytest.mark.parametrize("address", ["disable/", "export.csv"])
def test_nothing_is_done_to_what_a_wrong_filter_means(address: str, olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    browser, query = client_of(olivia), "filter=any(name:x,nope:y)"

    if address == "export.csv":
        answer = browser.get(f"/accounts/{address}?{query}")
    else:
        answer = browser.post(f"/accounts/{address}?{query}", {"everything": 1, "confirm": 1})

    assert answer.status_code == 400


def test_another_tenants_role_is_no_role(olivia, mallory, client_of) -> None:  # type: ignore[no-untyped-def]
    from itam_portal.tenancy.scope import tenant_scope
    from roles.models import Role

    with tenant_scope(mallory.tenant_id):
        foreign = Role.objects.first()
    assert foreign

    assert "There is no role" in page(client_of(olivia), f"/accounts/?filter=role:{foreign.pk}", status=400)


def matching(olivia: Account) -> set[int]:
    """The plain reference for NESTED, as nobody has signed in lately but where a test says so."""
    rows = Account.objects.visible_to(olivia).values("pk", "status", "last_login_at", "login")
    recent = timezone.now() - timedelta(days=29)
    return {
        row["pk"]
        for row in rows
        if (row["status"] == "enabled" and row["last_login_at"] > recent) or not row["login"].startswith("svc")
    }


def test_page_count_groups_export_and_everything_hold_the_same_rows(olivia, make_account, client_of) -> None:  # type: ignore[no-untyped-def]
    recent, old = make_account("Svc Recent", "Viewer", login="svc-recent"), make_account("Svc Old", login="svc-old")
    Account.objects.filter(pk=recent.pk).update(last_login_at=timezone.now())
    expected, browser = matching(olivia), client_of(olivia)
    assert recent.pk in expected
    assert old.pk not in expected

    shown = page(browser, f"/accounts/?filter={NESTED}&count=exact&per_page=200")
    grouped = page(browser, f"/accounts/?filter={NESTED}&group=status&open=enabled&open=disabled&per_page=200")
    exported = b"".join(browser.get(f"/accounts/export.csv?filter={NESTED}&columns=name,login").streaming_content)
    preview = browser.post(f"/accounts/disable/?filter={NESTED}", {"everything": 1}).content.decode()

    assert keys_in(shown) == keys_in(grouped) == expected
    assert f'data-total="{len(expected)}"' in shown
    assert len(exported.decode().splitlines()) == len(expected) + 1
    selection = Selection.objects.get(pk=re.findall(r'name="selection" value="(\d+)"', preview)[0])
    assert selection.total == len(expected)


def keys_in(html: str) -> set[int]:
    return {int(key) for key in re.findall(r'<tr role="row" id="r\d+" data-id="(\d+)"', html)}


def test_a_filter_too_long_for_an_address_is_kept_as_an_unnamed_view(olivia, client_of) -> None:  # type: ignore[no-untyped-def]
    browser, values = client_of(olivia), ";".join(f"{'x' * 50}{number}" for number in range(190))
    rule = f"any(login__is:olivia,name__is:{values})"

    answer = browser.get("/accounts/", {"filter": rule}, follow=True)

    assert answer.redirect_chain[0][0].startswith("/accounts/?view=")
    assert keys_in(answer.content.decode()) == {olivia.pk}
    assert "login is olivia or name is one of" in answer.content.decode()


def test_yes_and_no_stand_beside_other_ways_to_find_rows(olivia: Account, client_of: Callable[[Account], Any]) -> None:
    for text in (
        "any(shared:yes,display_name__contains:northwind)",
        "none(any(opt_in:no,display_name__contains:boss))",
    ):
        page(client_of(olivia), f"/users/?filter={text}")
