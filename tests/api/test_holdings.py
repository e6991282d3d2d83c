"""Roles, groups, assignments and effective access over the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account, Group, RoleAssignment
from roles.rights import Right
from tests.api.caller import Caller
from tests.cast import account_named, organization

NINA = {"operator": "nina", "role": "Viewer"}

# --- roles ----------------------------------------------------------------------------------------------------------


def test_a_role_is_made_changed_and_deleted(admin: Caller) -> None:
    new = {"name": "Auditor", "allows": ["accounts.read"], "denies": []}
    made = admin.post("/roles", new)
    path = f"/roles/{made.facts['role']['id']}"
    again = admin.post("/roles", {"name": "auditor"})
    changed = admin.patch(path, {"denies": ["accounts.disable"]}, If_Match=made.headers["ETag"])
    stale = admin.patch(path, {"denies": []}, If_Match=made.headers["ETag"])
    gone = admin.delete(path)

    assert (made.status_code, again.status_code, stale.status_code, gone.status_code) == (201, 409, 412, 200)
    assert changed.facts["role"]["allows"] == ["accounts.read"]
    assert changed.facts["role"]["denies"] == ["accounts.disable"]


def test_a_right_that_there_is_not_is_named(admin: Caller) -> None:
    answer = admin.post("/roles", {"name": "X", "allows": ["accounts.read", "accounts.fly"]})

    assert (answer.status_code, answer.facts["errors"][0]["field"]) == (422, "allows[1]")


def test_built_in_roles_stay_as_they_are(owner: Caller) -> None:
    viewer = owner.get("/roles?name=Viewer").facts["roles"][0]

    assert owner.patch(f"/roles/{viewer['id']}", {"description": "x"}).status_code == 409
    assert owner.delete(f"/roles/{viewer['id']}").status_code == 409


def test_every_right_is_listed(admin: Caller) -> None:
    assert [one["code"] for one in admin.get("/rights").facts["rights"]] == list(Right.values)


# --- groups ---------------------------------------------------------------------------------------------------------


def members(caller: Caller, path: str) -> list[str]:
    return sorted(one["login"] for one in caller.get(f"{path}/members").facts["members"])


def test_members_are_added_replaced_and_removed(admin: Caller) -> None:
    path = f"/groups/{admin.post('/groups', {'name': 'New group'}).facts['group']['id']}"

    added = admin.post(f"{path}/members", {"operators": ["oscar", "NINA"]}).facts
    again = admin.post(f"{path}/members", {"operators": ["oscar"]}).facts
    replaced = admin.put(f"{path}/members", {"operators": ["nina", "emil"]}).facts
    now = members(admin, path)
    removed = admin.delete(f"{path}/members/emil").facts
    absent = admin.delete(f"{path}/members/emil")

    assert (added["added"], again["added"]) == (2, 0)
    assert (replaced["added"], replaced["removed"], now) == (1, 1, ["emil", "nina"])
    assert (removed["removed"], absent.status_code) == (1, 404)
    assert members(admin, path) == ["nina"]


def test_nobody_is_added_where_one_is_not_there(admin: Caller) -> None:
    path = f"/groups/{admin.post('/groups', {'name': 'New group'}).facts['group']['id']}"

    assert admin.post(f"{path}/members", {"operators": ["nina", "nobody"]}).status_code == 422
    assert members(admin, path) == []


def test_a_group_is_renamed_and_ended(admin: Caller) -> None:
    made = admin.post("/groups", {"name": "One", "description": "First"})
    path = f"/groups/{made.facts['group']['id']}"
    admin.post("/groups", {"name": "Two"})

    renamed = admin.patch(path, {"name": "Three"}, If_Match=made.headers["ETag"])
    taken = admin.patch(path, {"name": "two"})
    ended = admin.delete(path)

    assert (renamed.facts["group"]["name"], renamed.facts["group"]["description"]) == ("Three", "First")
    assert (taken.status_code, ended.status_code, admin.get(path).status_code) == (409, 200, 404)


def test_nobody_lets_others_join_what_gives_more_than_they_hold(owner: Caller, admin: Caller) -> None:
    group = owner.post("/groups", {"name": "Owners"}).facts["group"]
    owner.post("/assignments", {"group": str(group["id"]), "role": "Owner"})

    assert admin.post(f"/groups/{group['id']}/members", {"operators": ["nina"]}).status_code in (403, 409)
    assert not account_named("nina").is_assigned


# --- assignments ----------------------------------------------------------------------------------------------------


def test_a_role_is_given_dated_and_taken(admin: Caller) -> None:
    day = (timezone.now() + timedelta(days=9)).date().isoformat()
    made = admin.post("/assignments", {"operator": "nina", "role": "viewer", "accountId": "EMEA", "expiryDate": day})
    facts = made.facts["assignment"]
    path = f"/assignments/{facts['id']}"
    usable = account_named("nina").is_assigned
    dated = admin.patch(path, {"expiryDate": None}, If_Match=made.headers["ETag"])
    taken = admin.delete(path)

    assert (facts["operator"], facts["role"], facts["accountId"], facts["expiryDate"]) == (
        "nina",
        "Viewer",
        "emea",
        day,
    )
    assert usable
    assert dated.facts["assignment"]["expiryDate"] is None
    assert taken.status_code == 200
    assert not account_named("nina").is_assigned


def test_the_roles_of_an_operator_come_also_through_groups(admin: Caller) -> None:
    group = admin.post("/groups", {"name": "Viewers"}).facts["group"]
    admin.post(f"/groups/{group['id']}/members", {"operators": ["nina"]})
    admin.post("/assignments", {"group": str(group["id"]), "role": "Viewer"})

    own = admin.get("/assignments?operator=nina").facts
    of_group = admin.get(f"/assignments?group={group['id']}").facts

    assert own["assignments"] == of_group["assignments"]
    assert (own["total"], own["assignments"][0]["group"]) == (1, "Viewers")
    assert account_named("nina").is_assigned


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "Viewer"}, "operator"),
        ({"operator": "nina", "group": "1", "role": "Viewer"}, "operator"),
        ({"operator": "nobody", "role": "Viewer"}, "operator"),
        ({"operator": "nina", "role": "Nothing"}, "role"),
        ({"operator": "nina", "role": "Viewer", "accountId": "nowhere"}, "accountId"),
        ({"operator": "nina", "role": "Viewer", "organizationGroup": "nothing"}, "organizationGroup"),
        (
            {"operator": "nina", "role": "Viewer", "accountId": "emea", "organizationGroup": "Overseas"},
            "organizationGroup",
        ),
        ({"operator": "nina", "role": "Viewer", "expiryDate": "soon"}, "expiryDate"),
    ],
)
def test_what_is_not_clear_gives_nothing(admin: Caller, body: dict[str, Any], field: str) -> None:
    answer = admin.post("/assignments", body)

    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.facts["errors"]}
    assert not RoleAssignment.objects.filter(account__login="nina").exists()


def test_only_owners_give_owner_and_nobody_more_than_they_hold(
    admin: Caller, caller_with: Callable[..., Caller]
) -> None:
    emea = organization("emea")
    local = caller_with("Administrator", "Web Service", at=emea, home=emea)

    assert admin.post("/assignments", {"operator": "nina", "role": "Owner"}).status_code == 409
    assert local.post("/assignments", {"operator": "emil", "role": "Viewer"}).status_code == 403
    assert local.post("/assignments", {"operator": "emil", "role": "Operator", "accountId": "emea"}).status_code == 201


def test_the_last_owner_keeps_the_role(owner: Caller) -> None:
    held = owner.get("/assignments?operator=olivia").facts["assignments"][0]

    assert owner.delete(f"/assignments/{held['id']}").status_code == 409


# --- access ---------------------------------------------------------------------------------------------------------


def test_access_is_what_the_guards_decide_by(admin: Caller) -> None:
    for login in ("uma", "adam", "victor", "nina", "lars"):
        found = admin.get(f"/operators/{login}/access").facts
        account = Account.objects.select_related("tenant").get(login=login)
        held = {one["right"]: one["held"] for one in found["rights"]}

        for right in Right:
            place = held.get(right.value, {"everywhere": False, "accountIds": []})
            assert place["everywhere"] == account.may(right, account.tenant), (login, right)
            assert ("emea" in place["accountIds"]) == (
                account.may(right, organization("emea")) and not place["everywhere"]
            )
        assert found["isUsable"] == (account.is_enabled and account.is_assigned)


def test_access_says_why(admin: Caller) -> None:
    group = Group.objects.create(tenant_id=account_named("nina").tenant_id, name="Deniers")
    role = admin.post("/roles", {"name": "No reading", "denies": ["accounts.read"]}).facts["role"]
    admin.post(f"/groups/{group.pk}/members", {"operators": ["victor"]})
    denial = admin.post("/assignments", {"group": str(group.pk), "role": role["name"], "accountId": "emea"}).facts[
        "assignment"
    ]

    found = admin.get("/operators/victor/access").facts
    reading = next(one for one in found["rights"] if one["right"] == "accounts.read")

    assert reading["allowed"]["everywhere"]
    assert reading["denied"]["accountIds"] == ["emea"]
    assert not reading["held"]["everywhere"]
    assert "emea" not in reading["held"]["accountIds"]
    assert "apac" in reading["held"]["accountIds"]
    assert reading["deniedBy"] == [denial["id"]]
    assert denial["id"] in [one["id"] for one in found["assignments"]]


# --- organization groups --------------------------------------------------------------------------------------------


def test_organizations_are_gathered_and_scattered(admin: Caller) -> None:
    made = admin.post("/organization-groups", {"name": "North"}).facts["organizationGroup"]
    path = f"/organization-groups/{made['id']}"

    added = admin.post(f"{path}/accounts", {"accounts": ["EMEA", "apac"]}).facts["added"]
    replaced = admin.put(f"{path}/accounts", {"accounts": ["apac", "123456"]}).facts
    now = sorted(one["accountId"] for one in admin.get(f"{path}/accounts").facts["accounts"])
    removed = admin.delete(f"{path}/accounts/123456").facts["removed"]
    missing = admin.post(f"{path}/accounts", {"accounts": ["apac", "nowhere"]})

    assert (added, replaced["added"], replaced["removed"], removed) == (2, 1, 1, 1)
    assert now == ["123456", "apac"]
    assert (missing.status_code, missing.facts["errors"][0]["field"]) == (422, "accounts[1]")


def test_a_group_that_roles_are_given_for_is_not_deleted(admin: Caller) -> None:
    made = admin.post("/organization-groups", {"name": "North"}).facts["organizationGroup"]
    admin.post("/assignments", {**NINA, "organizationGroup": "north"})

    assert admin.delete(f"/organization-groups/{made['id']}").status_code == 409


# --- access keys ----------------------------------------------------------------------------------------------------


def test_a_key_made_over_the_api_works_until_it_is_rotated_or_revoked(owner: Caller, admin: Caller) -> None:
    day = (timezone.now() + timedelta(days=9)).date().isoformat()
    made = owner.post("/access-keys", {"operator": "robot", "name": "Sync", "expiryDate": day}, Idempotency_Key="k")
    again = owner.post("/access-keys", {"operator": "robot", "name": "Sync", "expiryDate": day}, Idempotency_Key="k")
    path = f"/access-keys/{made.facts['accessKey']['id']}"
    program = Caller(None)
    program.headers = {"Authorization": f"Bearer {made.facts['key']}"}
    worked = program.get("/accounts").status_code
    rotated = owner.post(f"{path}/rotate", {"expiryDate": day})
    old = program.get("/accounts").status_code
    program.headers = {"Authorization": f"Bearer {rotated.facts['key']}"}
    new = program.get("/accounts").status_code
    owner.post(f"/access-keys/{rotated.facts['accessKey']['id']}/revoke")

    assert again.facts == made.facts
    assert (made.status_code, worked, old, new, program.get("/accounts").status_code) == (201, 200, 401, 200, 401)
    assert made.facts["key"] not in str(owner.get(path).facts)
    assert admin.get("/access-keys").status_code == 403
    assert owner.post("/access-keys", {"operator": "oscar", "name": "x", "expiryDate": day}).status_code == 409
