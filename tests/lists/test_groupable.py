"""Every field of a list that has one value from a few can group it."""

from collections.abc import Callable
from html import unescape

import pytest
from django.db.models import Count
from django.test import Client

from accounts.models import Account
from accounts.operations import disable_accounts, enable_accounts
from itam_portal.history.models import Entry
from itam_portal.lists.models import Export, Receipt
from roles.models import Role
from tests.cast import account_named, only
from tests.lists.test_grouping import heads, ids, page

Browse = Callable[[Account], Client]
GROUPABLE = {
    "/accounts/": {"status", "type", "organization"},
    "/roles/": {"kind"},
    "/receipts/": {"operation", "actor", "state"},
    "/exports/": {"actor", "list", "state", "format"},
    "/history/": {"actor", "operation", "object", "via"},
}
FIELDS = [
    ("/roles/", "kind", Role, "kind"),
    ("/receipts/", "operation", Receipt, "operation"),
    ("/receipts/", "actor", Receipt, "by_name"),
    ("/exports/", "list", Export, "list_name"),
    ("/exports/", "format", Export, "format"),
    ("/history/", "actor", Entry, "actor_name"),
    ("/history/", "operation", Entry, "operation"),
    ("/history/", "object", Entry, "object_type"),
    ("/history/", "via", Entry, "via"),
]


@pytest.fixture
def done(adam: Account, oscar: Account) -> None:
    """Two people did two things."""
    disable_accounts(Account.objects.filter(login__in=["nina", "victor"]), by=adam)
    enable_accounts(only(account_named("dora")), by=oscar)


@pytest.mark.parametrize("path", GROUPABLE)
def test_the_menu_offers_every_such_field(olivia: Account, client_of: Browse, path: str) -> None:
    html = unescape(page(client_of(olivia), path))

    for name in GROUPABLE[path]:
        assert f'href="?group={name}"' in html


@pytest.mark.parametrize(("path", "name", "model", "column"), FIELDS)
def test_a_field_groups_by_its_value(
    olivia: Account, done: None, client_of: Browse, path: str, name: str, model: type, column: str
) -> None:
    browser = client_of(olivia)
    rows = model.objects.order_by(column).values_list(column).annotate(number=Count("pk"))  # type: ignore[attr-defined]
    wanted = {value or "%": str(number) for value, number in rows}

    html = page(browser, f"{path}?group={name}")

    assert {unescape(one): number for one, number in heads(html).items()} == wanted
    for value, number in wanted.items():
        opened = browser.get(path, {"group": name, "open": value, "per_page": 200}).content.decode()
        assert len(ids(opened)) == min(200, int(number))


def test_heads_are_in_words(olivia: Account, done: None, client_of: Browse) -> None:
    browser = client_of(olivia)

    assert "Disable accounts" in page(browser, "/receipts/?group=operation")
    assert ">Built-in<" in page(browser, "/roles/?group=kind")
    assert ">Directly in the database<" in page(browser, "/history/?group=operation")


def test_roles_that_are_not_built_in_are_the_own_ones(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)

    assert ids(page(browser, "/roles/?kind__not=builtin")) == ids(page(browser, "/roles/?kind=own")) != []
    assert len(ids(page(browser, "/roles/?kind__not=own"))) == Role.objects.exclude(builtin="").count()
