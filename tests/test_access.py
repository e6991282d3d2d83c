"""Access is a table: one line for each route. The right alone opens it, all others together do not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Account
from itam_portal.lists import receipts
from roles.rights import Right
from tests.cast import account_named, make_role

PUBLIC = {"sign_in", "sign_out", "health_live", "health_ready"}
# Open to everybody who is signed in; they show nothing that belongs to a right.
FOR_EVERYBODY = {
    *("home", "switch_tenant", "theme"),
    *("receipt", "receipts", "receipts_columns", "receipts_views", "receipts_views_save"),
    *("exports", "exports_columns", "exports_views", "exports_views_save", "exports_export_csv", "exports_export_xlsx"),
    *("receipts_export_csv", "receipts_export_xlsx", "receipts_filter", "exports_filter"),
}

FILES = [(name, ending) for name in ("accounts", "accounts_unassigned") for ending in ("csv", "xlsx")]
WHOLE = [("roles", Right.READ_ROLES), ("history", Right.READ_HISTORY)]

# Route, method, right, and whether the right is needed for the whole tenant.
TABLE = [
    ("accounts", "get", Right.READ_ACCOUNTS, False),
    ("accounts_unassigned", "get", Right.READ_ACCOUNTS, False),
    ("accounts_columns", "get", Right.READ_ACCOUNTS, False),
    ("accounts_columns", "post", Right.READ_ACCOUNTS, False),
    ("accounts_unassigned_columns", "get", Right.READ_ACCOUNTS, False),
    ("accounts_unassigned_columns", "post", Right.READ_ACCOUNTS, False),
    *[
        (f"{name}{page}", method, Right.READ_ACCOUNTS, False)
        for name in ("accounts_views", "accounts_unassigned_views")
        for page in ("", "_save")
        for method in ("get", "post")
    ],
    *[(f"roles_views{page}", method, Right.READ_ROLES, True) for page in ("", "_save") for method in ("get", "post")],
    *[(f"{name}_export_{ending}", "get", Right.READ_ACCOUNTS, False) for name, ending in FILES],
    *[(f"{name}_export_{ending}", "get", right, True) for name, right in WHOLE for ending in ("csv", "xlsx")],
    ("account", "get", Right.READ_ACCOUNTS, False),
    ("account_access", "get", Right.READ_ACCOUNTS, False),
    ("account_sessions", "get", Right.READ_ACCOUNTS, False),
    ("account_edit", "get", Right.EDIT_ACCOUNTS, False),
    ("account_type", "get", Right.EDIT_ACCOUNTS, False),
    ("accounts_edit", "post", Right.EDIT_ACCOUNTS, False),
    ("account_history", "get", Right.READ_HISTORY, False),
    ("accounts_enable", "post", Right.ENABLE_ACCOUNTS, False),
    ("accounts_disable", "post", Right.DISABLE_ACCOUNTS, False),
    ("administration", "get", Right.READ_ACCOUNTS, False),
    ("administration_users", "get", Right.READ_ACCOUNTS, False),
    ("roles", "get", Right.READ_ROLES, True),
    ("history", "get", Right.READ_HISTORY, True),
    ("history_columns", "get", Right.READ_HISTORY, False),
    ("history_columns", "post", Right.READ_HISTORY, False),
    *[
        (f"{name}_filter", method, right, is_whole)
        for name, right, is_whole in (
            ("accounts", Right.READ_ACCOUNTS, False),
            ("accounts_unassigned", Right.READ_ACCOUNTS, False),
            ("roles", Right.READ_ROLES, True),
            ("history", Right.READ_HISTORY, True),
        )
        for method in ("get", "post")
    ],
    *[
        (f"history_views{page}", method, Right.READ_HISTORY, True)
        for page in ("", "_save")
        for method in ("get", "post")
    ],
]
# What is about one account needs that account to be seen.
ALSO = {"account_history": {Right.READ_ACCOUNTS}}
# What a form of this route holds, where a row is not enough.
FORMS = {
    name: {"do": "no_default", "name": "Mine", "query": ""}
    for name, *_rest in TABLE
    if name.endswith(("_views", "_views_save"))
}
FORMS |= {
    name: {"node": "0.group.0", "mode-0": "all", "do": "apply"} for name, *_rest in TABLE if name.endswith("_filter")
}
LINES = [pytest.param(*line, id=f"{line[1]} {line[0]}") for line in TABLE]


def routes(resolver: Any = None, prefix: str = "/") -> dict[str, str]:
    """Every named route of the portal, with number 1 where it takes one."""
    found = {}
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern).replace("<int:pk>", "{pk}")
        if isinstance(entry, URLResolver):
            found |= routes(entry, path)
        elif isinstance(entry, URLPattern):
            found[entry.name or path] = path
    return found


def test_every_route_has_its_line() -> None:
    assert set(routes()) == PUBLIC | FOR_EVERYBODY | {line[0] for line in TABLE}


def ask(browser: Client, route: str, method: str, target: Account) -> Any:
    address = routes()[route].format(pk=target.pk)
    form = FORMS.get(route, {"selected": [target.pk]})
    return getattr(browser, method)(address, form if method == "post" else {})


@pytest.mark.parametrize(("route", "method", "right", "everywhere"), LINES)
def test_the_right_alone_opens_it(  # type: ignore[no-untyped-def]
    route, method, right, everywhere, northwind, make_account, client_of
) -> None:
    # What an action may be tried on has to be seen first.
    on_rows = method == "post" or "{pk}" in routes()[route]
    rights = {right, Right.READ_ACCOUNTS} if on_rows else {right}
    reader = make_account("Tess", make_role(northwind, "Only this", allows=rights))

    answer = ask(client_of(reader), route, method, account_named("nina"))

    assert answer.status_code in (200, 302), answer.content


@pytest.mark.parametrize(("route", "method", "right", "everywhere"), LINES)
def test_all_other_rights_together_do_not(  # type: ignore[no-untyped-def]
    route, method, right, everywhere, northwind, make_account, client_of
) -> None:
    others = [one for one in Right if one != right]
    reader = make_account("Tess", make_role(northwind, "All but this", allows=others))

    answer = ask(client_of(reader), route, method, account_named("nina"))

    assert answer.status_code == 403


@pytest.mark.parametrize(("route", "method", "right", "everywhere"), LINES)
def test_a_right_for_one_organization_opens_only_what_is_not_the_tenants(  # type: ignore[no-untyped-def]
    route, method, right, everywhere, northwind, make_account, client_of
) -> None:
    emil = account_named("emil")
    role = make_role(northwind, "Only there", allows={right, Right.READ_ACCOUNTS})
    reader = make_account("Tess", role, at=emil.home, home=emil.home)

    answer = ask(client_of(reader), route, method, emil)

    assert (answer.status_code == 403) == everywhere


@pytest.mark.parametrize(("route", "method", "right", "everywhere"), LINES)
def test_mallory_gets_nothing_of_northwind(  # type: ignore[no-untyped-def]
    route, method, right, everywhere, mallory, client_of
) -> None:
    nina = account_named("nina")

    answer = ask(client_of(mallory), route, method, nina)

    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert b"Northwind" not in content
    if "{pk}" in routes()[route]:
        assert answer.status_code == 404


@pytest.mark.parametrize(("route", "method", "right", "everywhere"), LINES)
def test_a_stranger_is_sent_to_sign_in(  # type: ignore[no-untyped-def]
    route, method, right, everywhere, scope
) -> None:
    answer = ask(Client(), route, method, account_named("nina"))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


def test_a_receipt_is_read_by_its_maker_and_by_who_may_see_the_history(  # type: ignore[no-untyped-def]
    oscar: Account, olivia: Account, uma: Account, mallory: Account, client_of: Callable[[Account], Client]
) -> None:
    receipt = receipts.close(receipts.open_receipt(operation="accounts.disable", by=oscar))
    address = f"/receipts/{receipt.pk}/"

    assert client_of(oscar).get(address).status_code == 200
    assert client_of(olivia).get(address).status_code == 200
    assert client_of(uma).get(address).status_code == 404
    assert client_of(mallory).get(address).status_code == 404
