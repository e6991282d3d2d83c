"""The list of receipts: one's own for everybody, all for those who may read the history."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Account
from accounts.operations import disable_accounts, enable_accounts
from itam_portal.lists.models import Receipt
from itam_portal.lists.receipt_list import RECEIPTS
from tests.cast import CANARY, account_named, only
from tests.history.test_pages import cells, total

ClientOf = Callable[[Account], Client]


@pytest.fixture
def done(adam: Account, oscar: Account) -> list[Receipt]:
    """Adam disabled Nina and Victor and asked for himself too; Oscar enabled Dora."""
    Receipt.objects.update(reason="")
    chosen = Account.objects.filter(login__in=["nina", "victor", "adam"])
    return [
        disable_accounts(chosen, by=adam, reason="Ünder review"),
        enable_accounts(only(account_named("dora")), by=oscar, reason="Back again"),
    ]


def read(browser: Client, query: str = "", status: int = 200) -> str:
    answer = browser.get(f"/receipts/?{query}")
    assert answer.status_code == status
    return answer.content.decode()


def test_a_row_says_what_by_whom_and_how_much(olivia: Account, client_of: ClientOf, done: list[Receipt]) -> None:
    html = read(client_of(olivia), "actor__contains=adam")

    assert cells(html, "operation") == ["Disable accounts"]
    assert cells(html, "actor") == ["Adam Northwind"]
    assert cells(html, "state") == ["Done"]
    numbers = [cells(html, column)[0] for column in ("selected", "changed", "skipped")]
    assert numbers == ["3", "2", "1"]
    assert cells(html, "reason") == ["Ünder review"]
    assert f'href="/receipts/{done[0].pk}/"' in html


def test_everybody_reads_their_own_and_who_may_see_the_history_reads_all(
    oscar: Account, uma: Account, olivia: Account, mallory: Account, client_of: ClientOf, done: list[Receipt]
) -> None:
    Receipt.objects.filter(pk=done[1].pk).update(account=uma)

    assert total(read(client_of(uma))) == "1"
    assert total(read(client_of(oscar))) == total(read(client_of(olivia))) == str(Receipt.objects.count())
    assert done[0].reason not in read(client_of(mallory))
    assert CANARY[:5] not in read(client_of(olivia))


def test_a_reader_without_any_sees_an_empty_list_and_is_not_refused(uma: Account, client_of: ClientOf) -> None:
    html = read(client_of(uma))

    assert total(html) == "0"
    assert "Nothing here yet" in html


@pytest.mark.parametrize("column", sorted(RECEIPTS.shape.columns))
def test_every_sort_answers(column: str, olivia: Account, client_of: ClientOf, done: list[Receipt]) -> None:
    answers = 200 if column in RECEIPTS.shape.sortable else 400

    assert read(client_of(olivia), f"sort=-{column}", answers)


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("operation=accounts.disable", True),
        ("operation=accounts.enable", False),
        ("actor__contains=ADAM", True),
        ("state=done", True),
        ("state=failed", False),
        ("at__after=2020-01-01", True),
        ("selected=3", True),
        ("selected__after=3", False),
        ("changed__before=3", True),
        ("skipped__not=1", False),
        ("skipped=1,2", None),
        ("skipped__in=1,2", True),
        ("reason__starts=under", True),
        ("state=over", None),
        ("changed=-1", None),
    ],
)
def test_a_filter_finds_what_it_means(
    query: str, finds: bool | None, olivia: Account, client_of: ClientOf, done: list[Receipt]
) -> None:
    html = read(client_of(olivia), query, 400 if finds is None else 200)

    assert bool(re.search(rf'data-id="{done[0].pk}"', html)) == bool(finds)


def test_the_newest_comes_first(olivia: Account, client_of: ClientOf, done: list[Receipt]) -> None:
    keys = re.findall(r'data-id="(\d+)"', read(client_of(olivia)))

    assert keys == [str(key) for key in Receipt.objects.order_by("-made_at", "-pk").values_list("pk", flat=True)]


def test_a_receipt_stands_below_the_receipts(olivia: Account, client_of: ClientOf, done: list[Receipt]) -> None:
    html = client_of(olivia).get(f"/receipts/{done[0].pk}/").content.decode()

    assert '<a href="/receipts/">Receipts</a>' in html


def test_columns_of_receipts_are_chosen_by_everybody(uma: Account, client_of: ClientOf) -> None:
    browser = client_of(uma)

    browser.post("/receipts/columns/", {"order": ["operation", "state"], "show": ["state"]})

    heads = re.findall(r'<th class="[^"]*" scope="col" role="columnheader" data-column="(\w+)"', read(browser))
    assert heads == ["operation", "state"]
