"""The pages of roles and groups, and giving in bulk: through the client."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, Group, RoleAssignment
from itam_portal.tenancy.reach import ALL
from roles.models import Role
from roles.rights import Area, Right
from tests.cast import account_named, give, make_role, organization, role_named


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


def form_of(role: Role | None = None, **values: str) -> dict[str, str]:
    """A role's form: nothing allowed but what is said."""
    version = {"version": role.version} if role else {}
    return {"description": "", **{f"area-{area}": "none" for area in Area}, **version, **values}


def text_of(answer: Any) -> str:
    """What a page says."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_role_is_made_by_levels_and_single_rights(browser: Client) -> None:
    single = {"area-users": "custom", "right-users.read": "allow", "right-users.delete": "deny"}

    answer = browser.post("/roles/new/", form_of(name="Night shift", **{"area-accounts": "read"}, **single))

    made = Role.objects.get(name="Night shift")
    assert answer.headers["Location"] == f"/roles/{made.pk}/"
    assert made.allows == [Right.READ_ACCOUNTS, Right.READ_USERS]
    assert made.denies == [Right.DELETE_USERS]


def test_single_rights_are_not_lost_where_the_level_was_left_alone(browser: Client) -> None:
    browser.post("/roles/new/", form_of(name="Singles", **{"right-users.read": "allow"}))
    both = browser.post("/roles/new/", form_of(name="Both", **{"area-users": "full", "right-users.read": "deny"}))

    assert Role.objects.get(name="Singles").allows == [Right.READ_USERS]
    assert both.status_code == 422
    assert "You chose a level and also set single rights." in text_of(both)


def test_a_taken_name_stands_beside_its_field_and_nothing_is_lost(browser: Client) -> None:
    answer = browser.post("/roles/new/", form_of(name="viewer", description="Mine", **{"area-roles": "full"}))

    assert answer.status_code == 422
    assert "Another role has this name." in text_of(answer)
    assert "Mine" in answer.content.decode()
    assert re.search(r'name="area-roles".*?<option value="full" selected', answer.content.decode(), re.DOTALL)


def test_saving_a_role_in_use_first_says_who_gains_and_loses(browser: Client) -> None:
    give(account_named("nina"), "USER")
    form = form_of(role_named("USER"), **{"area-groups": "full"})
    address = f"/roles/{role_named('USER').pk}/edit/"

    asked = browser.post(address, form)

    assert asked.status_code == 200
    assert "They would gain" in text_of(asked)
    assert re.search(r"See accounts Nina Northwind 1 account", text_of(asked))
    assert role_named("USER").allows == [Right.READ_ACCOUNTS]
    browser.post(address, {**form, "confirm": "1"})
    assert role_named("USER").allows == sorted(["groups.change", "groups.members", "groups.read"])


def test_the_second_editor_sees_both_values_and_chooses(browser: Client) -> None:
    role = role_named("ADMIN")
    mine = form_of(role, description="Mine", **{"area-groups": "full"})
    browser.post(f"/roles/{role.pk}/edit/", form_of(role, description="Theirs"))

    told = browser.post(f"/roles/{role.pk}/edit/", mine)

    assert told.status_code == 409
    assert "Groups: saved by somebody else as “None”, here “Full”" in text_of(told)
    again = re.search(r'name="version" value="([^"]+)"', told.content.decode())
    assert again
    assert browser.post(f"/roles/{role.pk}/edit/", {**mine, "version": again[1]}).status_code == 302
    assert role_named("ADMIN").description == "Mine"


def test_a_role_in_use_is_not_deleted_and_says_who_uses_it(browser: Client) -> None:
    give(Group.objects.get(name="Help desk"), "USER")
    address = f"/roles/{role_named('USER').pk}/delete/"

    assert "Group Help desk" in text_of(browser.get(address))
    assert browser.post(address).status_code == 409
    assert browser.post(f"/roles/{role_named('ADMIN').pk}/delete/").status_code == 302


def test_two_roles_stand_side_by_side(browser: Client) -> None:
    answer = browser.get(f"/roles/compare/?left={role_named('USER').pk}&right={role_named('ADMIN').pk}")

    assert answer.content.decode().count("data-differs") == 1
    assert browser.get("/roles/compare/?left=999999&right=x").status_code == 200


def test_one_role_is_given_dated_and_taken_on_the_accounts_page(browser: Client) -> None:
    nina = account_named("nina")
    place = {"scope": "organization", "organization": "emea"}

    browser.post(f"/accounts/{nina.pk}/roles/give/", {"role": role_named("USER").pk, **place, "expires_on": ""})
    given = RoleAssignment.objects.get(account=nina)
    assert given.organization == organization("emea")
    stale = browser.post(f"/assignments/{given.pk}/edit/", {"expires_on": "2040-01-31", "was": "2039-01-01"})
    assert stale.status_code == 409
    assert "Saved by somebody else: it ends never." in text_of(stale)
    assert browser.post(f"/assignments/{given.pk}/edit/", {}).status_code == 422
    browser.post(f"/assignments/{given.pk}/edit/", {"expires_on": "2040-01-31", "was": ""})
    assert "until Jan. 31, 2040" in text_of(browser.get(f"/accounts/{nina.pk}/"))
    assert "See accounts Nina Northwind 1 account" in text_of(browser.get(f"/assignments/{given.pk}/take/"))
    browser.post(f"/assignments/{given.pk}/take/")

    assert not RoleAssignment.objects.filter(account=nina).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"role": ""}, "Role: This field is required."),
        ({"scope": "organization"}, "Choose the organization."),
        ({"organization": "emea"}, "You chose an organization, but not that the role counts for one."),
        ({"scope": "organization", "organization": "nowhere"}, "There is no organization “nowhere”."),
        ({"scope": "group:999"}, "Select a valid choice."),
        ({"expires_on": "2001-01-01"}, "This day is over."),
        ({"expires_on": "9999-01-01"}, "This is too far away."),
        ({"expires_on": "soon"}, "Enter a valid date."),
    ],
)
def test_what_is_wrong_with_giving_a_role_is_said_beside_the_field(
    browser: Client, wrong: dict[str, str], said: str
) -> None:
    nina = account_named("nina")
    form = {"role": str(role_named("USER").pk), "scope": "", "organization": "", "expires_on": "", **wrong}

    answer = browser.post(f"/accounts/{nina.pk}/roles/give/", form)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not RoleAssignment.objects.filter(account=nina).exists()


def test_a_role_is_given_and_taken_in_bulk_with_preview_and_receipt(browser: Client) -> None:
    ticked = [account_named(name).pk for name in ("nina", "victor")]
    values = {"values": "1", "role": role_named("Viewer").pk, "scope": "", "organization": "", "expires_on": ""}

    asked = browser.post("/accounts/give-role/", {"selected": ticked})
    frozen = re.search(r'name="selection" value="(\d+)"', asked.content.decode())[1]  # type: ignore[index]
    shown = browser.post("/accounts/give-role/", {"selection": frozen, **values})
    assert "Give a role to 1 account? Nina Northwind" in text_of(shown)
    assert "Rights gained, by how many accounts: See accounts (1)" in text_of(shown)
    assert "1 · This account already is as you want it. Victor Northwind" in text_of(shown)
    done = browser.post("/accounts/give-role/", {"selection": frozen, "confirm": "1"})
    assert "Viewer" in text_of(browser.get(done.headers["Location"]))
    assert account_named("nina").reach(Right.READ_USERS) is ALL

    asked = browser.post("/accounts/take-role/", {"selected": ticked})
    frozen = re.search(r'name="selection" value="(\d+)"', asked.content.decode())[1]  # type: ignore[index]
    shown = browser.post("/accounts/take-role/", {"selection": frozen, **values})
    assert "Rights lost, by how many accounts: See accounts (2)" in text_of(shown)
    browser.post("/accounts/take-role/", {"selection": frozen, "confirm": "1"})
    assert not account_named("victor").is_assigned


def test_users_of_a_group_are_picked_and_nothing_is_saved_before_save(browser: Client) -> None:
    group, nina = Group.objects.get(name="Help desk"), account_named("nina")
    gil = account_named("gil")
    address = f"/groups/{group.pk}/users/manage/"

    first = browser.post(address, {"plus": nina.pk, "q": "nina"})
    assert first.content.decode().count("To be added") == 2
    second = browser.post(address, {"add": nina.pk, "minus": gil.pk})
    assert "1 to be added, 1 to be removed" in text_of(second)
    seen = browser.post(address, {"add": nina.pk, "remove": gil.pk, "preview": "1"})
    assert "They would gain" in text_of(seen)
    assert "They would lose" in text_of(seen)
    assert gil in Account.objects.all().in_group(group)
    browser.post(address, {"add": nina.pk, "remove": gil.pk, "save": "1"})

    assert {one.login for one in Account.objects.all().in_group(group)} == {"nina", "greta"}


def test_the_users_of_a_group_are_its_members_and_nobody_else(browser: Client) -> None:
    group = Group.objects.get(name="Help desk")

    answer = browser.get(f"/groups/{group.pk}/users/")

    assert re.findall(r'data-total="(\d+)"', answer.content.decode())[0] == "2"
    assert set(map(int, re.findall(r'<tr role="row" id="r(\d+)"', answer.content.decode()))) == {
        account_named("gil").pk,
        account_named("greta").pk,
    }


def test_after_save_members_without_a_role_are_named_with_a_way_to_give_them_one(browser: Client) -> None:
    group = Group.objects.create(tenant=account_named("olivia").tenant, name="Empty handed")
    nina, lars = account_named("nina"), account_named("lars")

    saved = browser.post(f"/groups/{group.pk}/users/manage/", {"add": [nina.pk, lars.pk], "save": "1"})
    told = browser.get(saved.headers["Location"])

    assert "2 users still hold no live role" in text_of(told)
    frozen = re.search(r'name="selection" value="(\d+)"', told.content.decode())[1]  # type: ignore[index]
    asked = browser.post("/accounts/give-role/", {"selection": frozen})
    assert "Give a role to 2 accounts" in text_of(asked)


def test_what_may_not_be_saved_is_said_and_the_choice_stays(
    scope: None, northwind: Any, make_account: Any, client_of: Any
) -> None:
    rights = [Right.CHANGE_MEMBERS, Right.READ_GROUPS, Right.READ_ACCOUNTS]
    browser = client_of(make_account("Manager", make_role(northwind, "Managing", allows=rights)))
    group, nina = Group.objects.get(name="Help desk"), account_named("nina")

    answer = browser.post(f"/groups/{group.pk}/users/manage/", {"add": nina.pk, "save": "1"})

    assert answer.status_code == 409
    assert "Nothing was saved. This would give rights that you do not hold there" in text_of(answer)
    assert f'name="add" value="{nina.pk}"' in answer.content.decode()


def test_who_holds_a_right_is_listed_with_the_way_and_exported(browser: Client) -> None:
    answer = browser.get("/access/?holds=accounts.disable@apac")

    assert "Help desk: Operator · Overseas" in text_of(answer)
    # Greta's deny takes her off the list.
    assert "Greta" not in text_of(answer)
    assert "Gil Northwind" in browser.get("/access/export.csv?holds=accounts.disable@apac").getvalue().decode()
    assert (
        browser.get("/access/?right=accounts.read&at=emea").headers["Location"] == "/access/?holds=accounts.read%40emea"
    )
    kept = browser.get("/access/?right=accounts.read&at=&status=enabled&page=3").headers["Location"]
    assert kept == "/access/?status=enabled&holds=accounts.read"
    for wrong in ("?holds=nope", "?holds=accounts.read@nowhere", "?q=x"):
        assert browser.get(f"/access/{wrong}").status_code == 400


def test_groups_are_filtered_edited_copied_and_deleted(browser: Client) -> None:
    group = Group.objects.get(name="Help desk")

    assert "Help desk" in text_of(browser.get("/groups/?q=HELP"))
    assert "No group matches." in text_of(browser.get("/groups/?q=zzz"))
    browser.post(f"/groups/{group.pk}/copy/", {"name": "Night desk", "description": "", "roles": "on", "members": "on"})
    copy = Group.objects.get(name="Night desk")
    assert Account.objects.all().in_group(copy).count() == 2
    assert copy.assignments.count() == 1
    was = {"initial-name": "Help desk", "initial-description": ""}
    browser.post(f"/groups/{group.pk}/edit/", {"name": "Day desk", "description": "", **was})
    stale = browser.post(f"/groups/{group.pk}/edit/", {"name": "Late desk", "description": "", **was})
    assert stale.status_code == 409
    assert "Saved by somebody else" in text_of(stale)
    assert "2 accounts are in it." in text_of(browser.get(f"/groups/{copy.pk}/delete/"))
    browser.post(f"/groups/{group.pk}/delete/")
    assert set(Group.objects.values_list("name", flat=True)) == {"Night desk"}
