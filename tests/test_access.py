"""Access is a table: one line for each route. The right alone opens it, all others together do not.

Endpoints of the API are tried in tests/api/test_api_access.py; that each has its line is seen here.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import AccessKey, Account, Group, RoleAssignment
from invitations.models import Invitation
from itam_portal.api.document import document_of
from itam_portal.lists import receipts
from itam_portal.urls import api
from organizations.models import CustomAttribute, Organization, OrganizationGroup, Tenant
from roles.rights import Right
from tests.access_table import ALSO, FORMS, HIDDEN, OWNERS_ONLY, TABLE
from tests.api.table import OWN
from tests.api.table import TABLE as ENDPOINTS
from tests.cast import account_named, add_invitation, give, make_role, role_named
from users.models import ComputerUser, PendingRole, UserImport

PUBLIC = {
    *("sign_in", "sign_in_link", "open_sign_in_link", "sign_out", "health_live", "health_ready"),
    *("accept_invitation", "open_invitation", "api_document", "api_docs"),
    *("sign_in_factor", "sign_in_reset", "open_reset", "sign_in_password", "sign_in_email", "open_email"),
}
# Open to everybody who is signed in; they show nothing that belongs to a right.
FOR_EVERYBODY = {
    *("home", "switch_tenant", "theme", "api"),
    # One's own sign-in.
    *("me", "me_password", "me_email", "me_sessions_end", "me_second_factor", "me_app", "me_passkey_new"),
    *("me_factor_remove", "me_recovery_codes"),
    *("receipt", "receipts", "receipts_columns", "receipts_views", "receipts_views_save"),
    *("exports", "exports_columns", "exports_views", "exports_views_save", "exports_export_csv", "exports_export_xlsx"),
    *("receipts_export_csv", "receipts_export_xlsx", "receipts_filter", "exports_filter"),
}

LINES = [pytest.param(*line, id=f"{line[1]} {line[0]}") for line in TABLE]


def routes(resolver: Any = None, prefix: str = "/") -> dict[str, str]:
    """Every named route of the portal, with number 1 where it takes one."""
    found = {}
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern).replace("<int:pk>", "{pk}").replace("<int:key>", "{key}")
        if isinstance(entry, URLResolver):
            # Endpoints of the API have a table of their own: tests/api/table.py.
            found |= routes(entry, path) if entry.namespace != "api" else {}
        elif isinstance(entry, URLPattern):
            found[entry.name or path] = path
    return found


def test_every_route_has_its_line() -> None:
    assert set(routes()) == PUBLIC | FOR_EVERYBODY | {line[0] for line in TABLE}


def shape_of(method: str, path: str) -> tuple[str, str]:
    """An endpoint, whatever its parts are called and whichever parameters follow."""
    return method, re.sub(
        r"\{\w+\}",
        "{}",
        path.partition("?")[0].replace("/members/opal", "/members/{login}").replace("/accounts/emea", "/accounts/{id}"),
    )


def test_every_endpoint_of_the_api_has_its_line() -> None:
    paths = document_of(api)["paths"].items()
    declared = {shape_of(method.upper(), path) for path, operations in paths for method in operations}

    assert declared == {shape_of(method, path) for method, path, *_rest in [*ENDPOINTS, *OWN]}


def number_for(route: str, target: Account) -> int:
    """The number of what a route is about: the account, or something of Northwind's."""
    kind = routes()[route].split("/")[1]
    if "/attributes/" in routes()[route]:
        return attribute_of(kind, target.tenant)
    if route.startswith("users_import"):
        return import_of(target)
    if "/keys/{key}" in routes()[route]:
        return account_named("robot").pk
    return NUMBERS[kind](target) if kind in NUMBERS else target.pk


def assignment_of(target: Account) -> int:
    """A role that the account holds."""
    held = RoleAssignment.objects.filter(account=target).first()
    return held.pk if held else give(target, "USER").pk


# What stands first in an address, and the number of one of its kind.
NUMBERS: dict[str, Callable[[Account], int]] = {
    "access-keys": lambda target: key_for("access_key", target),
    "assignments": assignment_of,
    "groups": lambda target: Group.objects.get(name="Help desk").pk,
    "invitations": lambda target: invitation_at(target).pk,
    "organization-groups": lambda target: OrganizationGroup.objects.get(name="Overseas").pk,
    "organizations": lambda target: place_of(target).pk,
    "roles": lambda target: role_named("USER").pk,
    "users": lambda target: person_at(target).pk,
}


def person_at(target: Account) -> ComputerUser:
    """A person at the organization of this account."""
    facts = {"tenant_id": target.tenant_id, "display_name": "Pat Person", "home_id": target.home_id}
    return ComputerUser.objects.get_or_create(**facts)[0]


def import_of(target: Account) -> int:
    """A file of people that was checked: it is its maker's, so it is made for whoever tries."""
    maker = Account.objects.filter(tenant_id=target.tenant_id, name__startswith="Tess").first() or target
    facts = {"tenant_id": target.tenant_id, "account": maker, "file_name": "people.csv", "state": "checked"}
    return UserImport.objects.get_or_create(**facts)[0].pk


def place_of(target: Account) -> Organization:
    """The organization of this account; one that can be deleted where it is the tenant's own."""
    home = Organization.objects.get(pk=target.home_id)
    return Organization.objects.get(code="123456") if home.is_home else home


def invitation_at(target: Account) -> Invitation:
    """An invitation to the organization of this account."""
    email, adam = "tested@access.example", account_named("adam")
    made = Invitation.objects.filter(email=email).first()
    return made or add_invitation(target.tenant, adam, email, at=target.home, home=target.home)


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
    if route.startswith("access_") and not route.startswith("access_key"):
        address += "?holds=accounts.read"
    ticked = number_for(route, target) if route.startswith(("users_", "access_keys_", "invitations_")) else target.pk
    form = FORMS.get(route, {"selected": [ticked]})
    return getattr(browser, method)(address, form if method == "post" else {})


@pytest.mark.parametrize(("route", "method", "right", "everywhere"), LINES)
def test_the_right_alone_opens_it(  # type: ignore[no-untyped-def]
    route, method, right, everywhere, northwind, make_account, client_of
) -> None:
    # What an action may be tried on has to be seen first.
    on_rows = method == "post" or "{pk}" in routes()[route]
    rights = {right, *ALSO.get(route, ()), *({Right.READ_ACCOUNTS} if on_rows else ())}
    role = "Owner" if route in OWNERS_ONLY else make_role(northwind, "Only this", allows=rights)
    reader = make_account("Tess", role)

    answer = ask(client_of(reader), route, method, account_named("nina"))

    assert answer.status_code in (200, 302), answer.content


@pytest.mark.parametrize(("route", "method", "right", "everywhere"), LINES)
def test_all_other_rights_together_do_not(  # type: ignore[no-untyped-def]
    route, method, right, everywhere, northwind, make_account, client_of
) -> None:
    others = [one for one in Right if one != right]
    roles = [make_role(northwind, "All but this", allows=others)]
    if route in OWNERS_ONLY:
        roles = ["Owner", make_role(northwind, "Not this", denies=[right])]
    reader = make_account("Tess", *roles)

    answer = ask(client_of(reader), route, method, account_named("nina"))

    assert answer.status_code == (404 if route in HIDDEN else 403)


@pytest.mark.parametrize(("route", "method", "right", "everywhere"), [p for p in LINES if p.values[0] in OWNERS_ONLY])
def test_what_is_the_owners_no_right_opens_without_the_role(  # type: ignore[no-untyped-def]
    route, method, right, everywhere, northwind, make_account, client_of
) -> None:
    reader = make_account("Tess", make_role(northwind, "Everything", allows=list(Right)))

    answer = ask(client_of(reader), route, method, account_named("nina"))

    assert answer.status_code == (404 if route in HIDDEN else 403)


@pytest.mark.parametrize(("route", "method", "right", "everywhere"), LINES)
def test_a_right_for_one_organization_opens_only_what_is_not_the_tenants(  # type: ignore[no-untyped-def]
    route, method, right, everywhere, northwind, make_account, client_of
) -> None:
    emil = account_named("emil")
    role = make_role(northwind, "Only there", allows={right, Right.READ_ACCOUNTS, *ALSO.get(route, ())})
    reader = make_account("Tess", role, at=emil.home, home=emil.home)

    answer = ask(client_of(reader), route, method, emil)

    assert (answer.status_code in (403, 404)) == everywhere


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
