"""Making, changing and deleting roles: what is refused, and what it does to those who hold them."""

from typing import Any

import pytest

from accounts.guards import ChangesOthers, ExceedsGiver, LastOwner, YourOwnAccount
from accounts.models import Account
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.reach import ALL
from organizations.models import Tenant
from roles.models import Role
from roles.operations import (
    BuiltinLocked,
    RoleChangedMeanwhile,
    RoleInUse,
    RoleNameTaken,
    create_role,
    delete_role,
    edit_role,
)
from roles.rights import Area, Level, Right, level_of, rights_at
from tests.cast import account_named, give, make_role, role_named


@pytest.fixture
def keeper(scope: None, northwind: Tenant, make_account: Any) -> Account:
    """Somebody who changes roles and sees accounts, and nothing else."""
    return make_account("Keeper", make_role(northwind, "Keeping", allows=[Right.CHANGE_ROLES, Right.READ_ACCOUNTS]))


def change(role: Role, *, by: Account, allows: Any = (), denies: Any = ()) -> Role:
    """Change a role as it is now."""
    return edit_role(role, by=by, was=role.version, description=role.description, allows=allows, denies=denies)


def test_a_role_is_made_with_any_right_because_nobody_holds_it(keeper: Account, northwind: Tenant) -> None:
    made = create_role(
        northwind, by=keeper, name="Night", description="", allows=[Right.CHANGE_BILLING], denies=[Right.READ_USERS]
    )

    assert made.grants_rights == {Right.CHANGE_BILLING}
    with pytest.raises(RoleNameTaken):
        create_role(northwind, by=keeper, name="nIGHT", description="", allows=[], denies=[])


def test_who_may_not_change_roles_changes_none(scope: None, northwind: Tenant) -> None:
    with pytest.raises(NotAllowed):
        create_role(northwind, by=account_named("oscar"), name="Mine", description="", allows=[], denies=[])


def test_a_change_reaches_everybody_who_holds_the_role(scope: None) -> None:
    give(account_named("nina"), "USER")

    change(role_named("USER"), by=account_named("adam"), allows=[Right.DISABLE_ACCOUNTS])

    assert account_named("nina").reach(Right.DISABLE_ACCOUNTS) is ALL
    assert not account_named("nina").reach(Right.READ_ACCOUNTS)


def test_a_role_in_use_gets_no_right_that_its_editor_lacks(keeper: Account) -> None:
    give(account_named("nina"), "USER")

    with pytest.raises(ExceedsGiver, match="Disable accounts"):
        change(role_named("USER"), by=keeper, allows=[Right.READ_ACCOUNTS, Right.DISABLE_ACCOUNTS])
    change(role_named("ADMIN"), by=keeper, allows=[Right.DISABLE_ACCOUNTS])

    assert role_named("USER").allows == [Right.READ_ACCOUNTS]


def test_a_deny_that_its_editor_is_below_is_not_taken_off(keeper: Account) -> None:
    give(account_named("nina"), "Hands off")

    with pytest.raises((ExceedsGiver, ChangesOthers)):
        change(role_named("Hands off"), by=keeper, denies=[Right.DISABLE_ACCOUNTS])


def test_a_role_that_somebody_above_holds_is_not_changed(keeper: Account) -> None:
    give(account_named("adam"), "USER")

    with pytest.raises(ChangesOthers, match="Adam"):
        change(role_named("USER"), by=keeper, allows=[])


def test_nobody_lowers_themself_and_no_deny_leaves_the_tenant_without_owner(scope: None) -> None:
    olivia, adam = account_named("olivia"), account_named("adam")
    give(olivia, "USER")

    with pytest.raises(LastOwner):
        change(role_named("USER"), by=olivia, allows=[Right.READ_ACCOUNTS], denies=[Right.READ_USERS])
    mine = make_role(adam.tenant, "Mine", denies=[])
    give(adam, mine)
    with pytest.raises(YourOwnAccount):
        change(mine, by=adam, denies=[Right.READ_USERS])


def test_built_in_roles_stay_and_roles_in_use_are_not_deleted(scope: None) -> None:
    adam = account_named("adam")
    give(account_named("nina"), "USER")

    for operation in (lambda role: change(role, by=adam), lambda role: delete_role(role, by=adam)):
        with pytest.raises(BuiltinLocked):
            operation(role_named("Viewer"))
    with pytest.raises(RoleInUse):
        delete_role(role_named("USER"), by=adam)
    delete_role(role_named("ADMIN"), by=adam)

    assert not Role.objects.filter(name="ADMIN").exists()


def test_the_second_of_two_editors_is_told(scope: None) -> None:
    adam, read_by_both = account_named("adam"), role_named("USER")
    change(role_named("USER"), by=adam, allows=[Right.READ_USERS])

    with pytest.raises(RoleChangedMeanwhile):
        change(read_by_both, by=adam, allows=[Right.READ_ROLES])

    assert role_named("USER").allows == [Right.READ_USERS]


@pytest.mark.parametrize("area", Area)
@pytest.mark.parametrize("level", [Level.NONE, Level.READ, Level.FULL])
def test_a_level_says_exactly_its_rights(area: Area, level: Level) -> None:
    allows = rights_at(area, level)

    found = level_of(area, allows, ())

    assert rights_at(area, found) == allows
    assert level_of(area, allows, [f"{area}.any", *rights_at(area, Level.FULL)[:1]]) == Level.CUSTOM
