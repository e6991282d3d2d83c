"""Access is a table: one line for each route. The right alone opens it, all others together do not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import AccessKey, Account, Group, RoleAssignment
from itam_portal.lists import receipts
from organizations.models import CustomAttribute, Tenant
from roles.rights import Right
from tests.cast import account_named, give, make_role, role_named
from users.models import ComputerUser, PendingRole, UserImport

PUBLIC = {
    *("sign_in", "sign_in_link", "open_sign_in_link", "sign_out", "health_live", "health_ready"),
    *("sign_in_factor", "sign_in_reset", "open_reset", "sign_in_password", "sign_in_email", "open_email"),
}
# Open to everybody who is signed in; they show nothing that belongs to a right.
FOR_EVERYBODY = {
    *("home", "switch_tenant", "theme"),
    # One's own sign-in.
    *("me", "me_password", "me_email", "me_sessions_end", "me_second_factor", "me_app", "me_passkey_new"),
    *("me_factor_remove", "me_recovery_codes"),
    *("receipt", "receipts", "receipts_columns", "receipts_views", "receipts_views_save"),
    *("exports", "exports_columns", "exports_views", "exports_views_save", "exports_export_csv", "exports_export_xlsx"),
    *("receipts_export_csv", "receipts_export_xlsx", "receipts_filter", "exports_filter"),
}

FILES = [(name, ending) for name in ("accounts", "accounts_unassigned", "access") for ending in ("csv", "xlsx")]
# The page of an object's history, and its files.
HISTORIES = ("", "_export_csv", "_export_xlsx")
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
    *[("account_sessions_end", method, Right.END_SESSIONS, False) for method in ("get", "post")],
    ("account_factor_reset", "get", Right.CREATE_ACCOUNTS, False),
    ("account_edit", "get", Right.EDIT_ACCOUNTS, False),
    ("account_type", "get", Right.EDIT_ACCOUNTS, False),
    ("accounts_edit", "post", Right.EDIT_ACCOUNTS, False),
    *[(f"account_history{file}", "get", Right.READ_HISTORY, False) for file in HISTORIES],
    ("accounts_enable", "post", Right.ENABLE_ACCOUNTS, False),
    ("accounts_disable", "post", Right.DISABLE_ACCOUNTS, False),
    ("accounts_confirm", "post", Right.GIVE_ROLES, False),
    ("overview", "get", Right.READ_ACCOUNTS, False),
    ("users", "get", Right.READ_USERS, False),
    ("users_columns", "get", Right.READ_USERS, False),
    *[(f"users_views{page}", way, Right.READ_USERS, False) for page in ("", "_save") for way in ("get", "post")],
    *[(f"users_export_{ending}", "get", Right.READ_USERS, False) for ending in ("csv", "xlsx")],
    ("users_retire", "post", Right.EDIT_USERS, False),
    *[(f"users_{what}", "post", Right.EDIT_USERS, False) for what in ("activate", "deactivate", "edit", "transfer")],
    *[(f"users_attributes{page}", "get", Right.EDIT_USERS, True) for page in ("", "_new", "_edit", "_delete")],
    ("users_blocked", "get", Right.EDIT_USERS, True),
    ("user_new", "get", Right.CREATE_USERS, False),
    ("users_imports", "get", Right.CREATE_USERS, False),
    ("users_import", "get", Right.CREATE_USERS, False),
    ("users_import_wrong", "get", Right.CREATE_USERS, False),
    ("user", "get", Right.READ_USERS, False),
    ("user_edit", "get", Right.EDIT_USERS, False),
    ("user_delete", "get", Right.DELETE_USERS, False),
    ("user_link", "get", Right.EDIT_USERS, False),
    ("user_account_new", "get", Right.CREATE_ACCOUNTS, False),
    ("user_give_role", "get", Right.GIVE_ROLES, False),
    ("user_take_role", "get", Right.GIVE_ROLES, False),
    *[(f"user_history{file}", "get", Right.READ_HISTORY, False) for file in HISTORIES],
    ("administration", "get", Right.READ_ACCOUNTS, False),
    ("administration_users", "get", Right.READ_ACCOUNTS, False),
    ("account_new", "get", Right.CREATE_ACCOUNTS, False),
    ("service_account_new", "get", Right.CREATE_ACCOUNTS, False),
    ("account_link", "get", Right.CREATE_ACCOUNTS, False),
    ("account_key_new", "get", Right.CHANGE_ACCESS_KEYS, True),
    ("account_key_revoke", "get", Right.CHANGE_ACCESS_KEYS, True),
    ("accounts_give_role", "post", Right.GIVE_ROLES, False),
    ("accounts_take_role", "post", Right.GIVE_ROLES, False),
    ("accounts_add_to_group", "post", Right.CHANGE_MEMBERS, True),
    ("accounts_remove_from_group", "post", Right.CHANGE_MEMBERS, True),
    ("account_give_role", "get", Right.GIVE_ROLES, False),
    ("assignment_edit", "get", Right.GIVE_ROLES, False),
    ("assignment_take", "get", Right.GIVE_ROLES, False),
    ("access", "get", Right.READ_ACCOUNTS, False),
    ("access_columns", "get", Right.READ_ACCOUNTS, False),
    *[(f"access_views{page}", way, Right.READ_ACCOUNTS, False) for page in ("", "_save") for way in ("get", "post")],
    ("roles", "get", Right.READ_ROLES, True),
    ("roles_columns", "get", Right.READ_ROLES, True),
    ("roles_compare", "get", Right.READ_ROLES, True),
    ("role", "get", Right.READ_ROLES, True),
    *[(f"role_history{file}", "get", Right.READ_HISTORY, True) for file in HISTORIES],
    ("role_new", "get", Right.CHANGE_ROLES, True),
    ("role_copy", "get", Right.CHANGE_ROLES, True),
    ("role_edit", "get", Right.CHANGE_ROLES, True),
    ("role_delete", "get", Right.CHANGE_ROLES, True),
    ("groups", "get", Right.READ_GROUPS, True),
    ("group", "get", Right.READ_GROUPS, True),
    ("group_roles", "get", Right.READ_GROUPS, True),
    ("group_users", "get", Right.READ_GROUPS, True),
    *[(f"group_history{file}", "get", Right.READ_HISTORY, True) for file in HISTORIES],
    ("group_new", "get", Right.CHANGE_GROUPS, True),
    ("group_edit", "get", Right.CHANGE_GROUPS, True),
    ("group_copy", "get", Right.CHANGE_GROUPS, True),
    ("group_delete", "get", Right.CHANGE_GROUPS, True),
    ("group_manage", "get", Right.CHANGE_MEMBERS, True),
    ("group_manage", "post", Right.CHANGE_MEMBERS, True),
    ("group_saved", "get", Right.CHANGE_MEMBERS, True),
    ("group_give_role", "get", Right.GIVE_ROLES, True),
    ("history", "get", Right.READ_HISTORY, True),
    ("history_columns", "get", Right.READ_HISTORY, False),
    ("history_columns", "post", Right.READ_HISTORY, False),
    *[
        (f"{name}_filter", method, right, is_whole)
        for name, right, is_whole in (
            ("accounts", Right.READ_ACCOUNTS, False),
            ("accounts_unassigned", Right.READ_ACCOUNTS, False),
            ("access", Right.READ_ACCOUNTS, False),
            ("users", Right.READ_USERS, False),
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
# What a page needs beside its right: its object must be seen.
GROUP_PAGES = [line[0] for line in TABLE if line[0].startswith("group_") and line[0] != "group_new"]
USER_PAGES = (
    *[f"users_{what}" for what in ("retire", "activate", "deactivate", "edit", "transfer")],
    *("user_edit", "user_delete", "user_link", "user_account_new", "user_give_role", "user_take_role"),
    *[f"user_history{file}" for file in HISTORIES],
)
ALSO = {
    **{f"account_history{file}": {Right.READ_ACCOUNTS} for file in HISTORIES},
    **{key: {Right.READ_ROLES} for key in ("role_copy", "role_edit", "role_delete")},
    **{f"role_history{file}": {Right.READ_ROLES} for file in HISTORIES},
    **{key: {Right.READ_GROUPS} for key in GROUP_PAGES},
    **{key: {Right.READ_USERS} for key in USER_PAGES},
}
# What a form of this route holds, where a row is not enough.
FORMS = {
    name: {"do": "no_default", "name": "Mine", "query": ""}
    for name, *_rest in TABLE
    if name.endswith(("_views", "_views_save"))
}
FORMS["access_views_save"] = {**FORMS["access_views_save"], "query": "holds=accounts.read"}
FORMS |= {
    name: {"node": "0.group.0", "mode-0": "all", "do": "apply"} for name, *_rest in TABLE if name.endswith("_filter")
}
FORMS["access_filter"] = {**FORMS["access_filter"], "query": "holds=accounts.read"}
LINES = [pytest.param(*line, id=f"{line[1]} {line[0]}") for line in TABLE]


def routes(resolver: Any = None, prefix: str = "/") -> dict[str, str]:
    """Every named route of the portal, with number 1 where it takes one."""
    found = {}
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern).replace("<int:pk>", "{pk}").replace("<int:key>", "{key}")
        if isinstance(entry, URLResolver):
            found |= routes(entry, path)
        elif isinstance(entry, URLPattern):
            found[entry.name or path] = path
    return found


def test_every_route_has_its_line() -> None:
    assert set(routes()) == PUBLIC | FOR_EVERYBODY | {line[0] for line in TABLE}


def number_for(route: str, target: Account) -> int:
    """The number of what a route is about: the account, or something of Northwind's."""
    kind = routes()[route].split("/")[1]
    if "/attributes/" in routes()[route]:
        return attribute_of(kind, target.tenant)
    if route.startswith("users_import"):
        return import_of(target)
    if kind == "users":
        return person_at(target).pk
    if kind == "roles":
        return role_named("USER").pk
    if kind == "groups":
        return Group.objects.get(name="Help desk").pk
    if kind == "assignments":
        held = RoleAssignment.objects.filter(account=target).first()
        return held.pk if held else give(target, "USER").pk
    return account_named("robot").pk if "/keys/{key}" in routes()[route] else target.pk


def person_at(target: Account) -> ComputerUser:
    """A person at the organization of this account."""
    facts = {"tenant_id": target.tenant_id, "display_name": "Pat Person", "home_id": target.home_id}
    return ComputerUser.objects.get_or_create(**facts)[0]


def import_of(target: Account) -> int:
    """A file of people that was checked: it is its maker's, so it is made for whoever tries."""
    maker = Account.objects.filter(tenant_id=target.tenant_id, name__startswith="Tess").first() or target
    facts = {"tenant_id": target.tenant_id, "account": maker, "file_name": "people.csv", "state": "checked"}
    return UserImport.objects.get_or_create(**facts)[0].pk


def attribute_of(list_name: str, tenant: Tenant) -> int:
    """A custom attribute of what a list shows."""
    facts = {"subject": list_name.removesuffix("s"), "name": "Badge", "code": "badge", "kind": "text"}
    return CustomAttribute.objects.get_or_create(tenant=tenant, **facts)[0].pk


def key_for(route: str, target: Account) -> int:
    """The number of a service account's access key, or of a role that waits for a person."""
    if route == "user_take_role":
        facts = {"tenant_id": target.tenant_id, "user": person_at(target), "role": role_named("USER")}
        return PendingRole.objects.get_or_create(**facts)[0].pk
    return AccessKey.objects.values_list("pk", flat=True).first() or 0


def ask(browser: Client, route: str, method: str, target: Account) -> Any:
    address = routes()[route].format(pk=number_for(route, target), key=key_for(route, target))
    if route.startswith("access_"):
        address += "?holds=accounts.read"
    ticked = number_for(route, target) if route.startswith("users_") else target.pk
    form = FORMS.get(route, {"selected": [ticked]})
    return getattr(browser, method)(address, form if method == "post" else {})


@pytest.mark.parametrize(("route", "method", "right", "everywhere"), LINES)
def test_the_right_alone_opens_it(  # type: ignore[no-untyped-def]
    route, method, right, everywhere, northwind, make_account, client_of
) -> None:
    # What an action may be tried on has to be seen first.
    on_rows = method == "post" or "{pk}" in routes()[route]
    rights = {right, Right.READ_ACCOUNTS, *ALSO.get(route, ())} if on_rows else {right}
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
    role = make_role(northwind, "Only there", allows={right, Right.READ_ACCOUNTS, *ALSO.get(route, ())})
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
