"""Giving and taking roles, groups and their members: what is refused, and what it does."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.guards import (
    ChangesOthers,
    ExceedsGiver,
    ExceedsYou,
    HoldsThroughGroup,
    LastOwner,
    NoChange,
    OnlyOwners,
    OutlastsGiver,
    OutOfReach,
    OwnerIsForTheWholeTenant,
    OwnersGiveOwner,
    YourOwnAccount,
)
from accounts.models import Account, Group, RoleAssignment
from accounts.operations import (
    AlreadyGiven,
    GroupChangedMeanwhile,
    GroupNameTaken,
    add_to_group,
    change_members,
    copy_group,
    create_group,
    date_assignment,
    delete_group,
    edit_group,
    give_group_role,
    give_roles,
    remove_from_group,
    take_assignment,
    take_roles,
)
from accounts.queries import Scope, end_of
from itam_portal.history.models import Entry
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.reach import ALL
from organizations.models import Tenant
from roles.rights import Right
from tests.cast import account_named, give, join, make_role, only, organization, outcomes, role_named

WHOLE = Scope()
GIVES = [Right.GIVE_ROLES, Right.READ_ACCOUNTS]
MANAGES = [*GIVES, Right.CHANGE_MEMBERS, Right.CHANGE_GROUPS, Right.READ_GROUPS]


@pytest.fixture
def giver(scope: None, northwind: Tenant, make_account: Any) -> Account:
    """Somebody who gives roles and sees accounts, everywhere, and nothing else."""
    return make_account("Giver", make_role(northwind, "Giving", allows=GIVES))


@pytest.fixture
def manager(scope: None, northwind: Tenant, make_account: Any) -> Account:
    """The same, and groups."""
    return make_account("Manager", make_role(northwind, "Managing", allows=MANAGES))


def at(code: str) -> Scope:
    """An organization as a scope."""
    return Scope(organization(code).pk)


# --- giving -----------------------------------------------------------------------------------------------------


def test_a_role_is_given_to_many_with_a_receipt_and_history(giver: Account) -> None:
    chosen = only(account_named("nina"), account_named("lars"))

    receipt = give_roles(chosen, by=giver, role=role_named("USER"), scope=at("emea"), reason="New team")

    assert outcomes(receipt) == {"nina": "changed", "lars": "changed"}
    assert account_named("nina").reach(Right.READ_ACCOUNTS) == {organization("emea").pk}
    assert account_named("nina").is_assigned
    entry = Entry.objects.get(object_type="assignment", account_id=account_named("nina").pk)
    assert (entry.operation, entry.reason, entry.actor_id) == ("accounts.give_role", "New team", giver.pk)


def test_what_is_not_held_is_not_given(giver: Account) -> None:
    with pytest.raises(ExceedsGiver, match="Disable accounts"):
        give_roles(only(account_named("nina")), by=giver, role=role_named("Operator"), scope=WHOLE)

    assert not account_named("nina").is_assigned


def test_what_is_held_at_one_place_is_not_given_at_another(scope: None, northwind: Tenant, make_account: Any) -> None:
    local = make_account("Local", make_role(northwind, "Local giving", allows=GIVES), at=organization("emea"))
    nina = account_named("nina")
    Account.objects.filter(pk=nina.pk).update(home=organization("emea"))

    for wanted in (WHOLE, at("apac")):
        with pytest.raises(OutOfReach):
            give_roles(only(nina), by=local, role=role_named("USER"), scope=wanted)
    give_roles(only(nina), by=local, role=role_named("USER"), scope=at("emea"))

    assert account_named("nina").reach(Right.READ_ACCOUNTS) == {organization("emea").pk}


def test_only_owners_give_owner(scope: None) -> None:
    for name, refusal in (("adam", OwnersGiveOwner), ("oscar", NotAllowed)):
        with pytest.raises(refusal):
            give_roles(only(account_named("nina")), by=account_named(name), role=role_named("Owner"), scope=WHOLE)

    give_roles(only(account_named("nina")), by=account_named("olivia"), role=role_named("Owner"), scope=WHOLE)
    assert account_named("nina").holdings.is_owner


def test_who_holds_more_is_not_touched(giver: Account) -> None:
    receipt = give_roles(
        only(account_named("olivia"), account_named("adam"), account_named("nina")),
        by=giver,
        role=role_named("USER"),
        scope=WHOLE,
    )

    assert outcomes(receipt) == {"olivia": OnlyOwners.code, "adam": ExceedsYou.code, "nina": "changed"}


def test_who_holds_it_as_long_is_left_alone_and_who_holds_it_shorter_is_extended(giver: Account) -> None:
    soon, later = timezone.now().date() + timedelta(days=3), timezone.now().date() + timedelta(days=30)
    given: dict[str, Any] = {"by": giver, "role": role_named("USER"), "scope": WHOLE}
    give_roles(only(account_named("nina")), **given, expires_on=later)
    give_roles(only(account_named("lars")), **given, expires_on=soon)

    receipt = give_roles(only(account_named("nina"), account_named("lars")), **given, expires_on=later)

    assert outcomes(receipt) == {"nina": NoChange.code, "lars": "changed"}
    ends = RoleAssignment.objects.filter(role=role_named("USER"), account__isnull=False)
    assert set(ends.values_list("expires_on", flat=True)) == {later}


def test_it_ends_with_the_day_in_the_tenants_time_zone(giver: Account, northwind: Tenant) -> None:
    Tenant.objects.filter(pk=northwind.pk).update(time_zone="Pacific/Auckland")
    day = date(2031, 5, 1)

    give_roles(only(account_named("nina")), by=giver, role=role_named("USER"), scope=WHOLE, expires_on=day)

    end = RoleAssignment.objects.get(account=account_named("nina")).expires_at
    assert end is not None
    assert end.astimezone(ZoneInfo("Pacific/Auckland")).isoformat() == "2031-05-02T00:00:00+12:00"


def test_a_role_that_denies_is_not_given_to_oneself_nor_to_the_last_owner(scope: None) -> None:
    olivia = account_named("olivia")

    with pytest.raises(YourOwnAccount):
        give_roles(only(olivia), by=olivia, role=role_named("Hands off"), scope=WHOLE)


def test_nobody_gives_for_longer_than_they_hold(northwind: Tenant, scope: None) -> None:
    giving = make_role(northwind, "Giving", allows=GIVES)
    nina, lars = account_named("nina"), account_named("lars")
    own = give(nina, giving, until=end_of(date(2040, 1, 1), northwind))
    user = role_named("USER")
    group = Group.objects.create(tenant=northwind, name="For good")
    give(group, giving)

    nina = account_named("nina")
    with pytest.raises(OutlastsGiver, match="shorter time"):
        date_assignment(own, by=nina, expires_on=None)
    for day in (None, date(2040, 1, 2)):
        with pytest.raises(OutlastsGiver):
            give_roles(only(lars), by=nina, role=user, scope=WHOLE, expires_on=day)
    give_roles(only(lars), by=nina, role=user, scope=WHOLE, expires_on=date(2040, 1, 1))
    give(nina, make_role(northwind, "Members", allows=[Right.CHANGE_MEMBERS]))
    with pytest.raises(OutlastsGiver):
        change_members(group, by=account_named("nina"), add=[nina.pk], remove=[])

    assert RoleAssignment.objects.get(pk=own.pk).expires_on is not None


def test_owner_is_for_the_whole_tenant(scope: None) -> None:
    with pytest.raises(OwnerIsForTheWholeTenant):
        give_roles(only(account_named("nina")), by=account_named("olivia"), role=role_named("Owner"), scope=at("emea"))


# --- taking -----------------------------------------------------------------------------------------------------


def test_what_is_held_through_a_group_is_not_taken_from_one(scope: None, northwind: Tenant) -> None:
    overseas = RoleAssignment.objects.get(group__name="Help desk")

    with pytest.raises(HoldsThroughGroup):
        take_roles(
            only(account_named("gil")), by=account_named("adam"), role=role_named("Operator"), scope=Scope.of(overseas)
        )


def test_ending_a_deny_is_giving(giver: Account, scope: None) -> None:
    denial = RoleAssignment.objects.get(account=account_named("greta"), role=role_named("Hands off"))
    # What Greta holds beside it must not be what keeps the giver off.
    RoleAssignment.objects.filter(group__name="Help desk").delete()

    with pytest.raises(ExceedsGiver, match="Disable accounts"):
        take_assignment(denial, by=giver)
    with pytest.raises(ExceedsGiver):
        date_assignment(denial, by=giver, expires_on=date(2040, 1, 1))
    with pytest.raises(ExceedsGiver):
        take_roles(only(account_named("greta")), by=giver, role=role_named("Hands off"), scope=Scope.of(denial))
    take_assignment(denial, by=account_named("adam"))

    assert not RoleAssignment.objects.filter(pk=denial.pk).exists()


def test_extending_is_giving(giver: Account) -> None:
    assignment = give(account_named("nina"), "Operator", until=timezone.now() + timedelta(days=2))

    with pytest.raises(ChangesOthers):
        date_assignment(assignment, by=giver, expires_on=None)


def test_nobody_takes_their_own_and_the_last_owner_stays(scope: None) -> None:
    olivia = account_named("olivia")
    own = RoleAssignment.objects.get(account=olivia)

    with pytest.raises(YourOwnAccount):
        take_roles(only(olivia), by=olivia, role=role_named("Owner"), scope=WHOLE)
    with pytest.raises(LastOwner):
        take_assignment(own, by=olivia)
    give_roles(only(account_named("nina")), by=olivia, role=role_named("Owner"), scope=WHOLE)
    with pytest.raises(YourOwnAccount):
        date_assignment(own, by=olivia, expires_on=date(2040, 1, 1))
    take_assignment(own, by=account_named("nina"))

    assert not account_named("olivia").is_assigned


# --- groups -----------------------------------------------------------------------------------------------------


def test_a_group_gives_its_members_its_roles_and_takes_them_again(manager: Account, northwind: Tenant) -> None:
    nina = account_named("nina")
    group = create_group(northwind, by=manager, name="Night", description="Shift")

    give_group_role(group, by=manager, role=role_named("USER"), scope=WHOLE)
    changed = change_members(group, by=manager, add=[nina.pk], remove=[])
    assert (changed.added, changed.removed, changed.without_role) == (1, 0, ())
    assert account_named("nina").reach(Right.READ_ACCOUNTS) is ALL
    assert account_named("nina").is_assigned

    delete_group(group, by=manager)
    assert not account_named("nina").is_assigned
    assert not Group.objects.filter(name="Night").exists()


def test_members_without_a_live_role_are_told(manager: Account, northwind: Tenant) -> None:
    group = create_group(northwind, by=manager, name="Night")

    changed = change_members(group, by=manager, add=[account_named("nina").pk], remove=[])

    assert changed.without_role == (account_named("nina").pk,)


def test_a_group_is_not_a_way_around_the_ceiling(manager: Account) -> None:
    help_desk, nina = Group.objects.get(name="Help desk"), account_named("nina")

    with pytest.raises(ExceedsGiver):
        change_members(help_desk, by=manager, add=[nina.pk], remove=[])
    with pytest.raises(ExceedsGiver):
        add_to_group(only(nina), by=manager, group=help_desk)
    with pytest.raises(ExceedsGiver):
        copy_group(help_desk, by=manager, name="Mine", description="", roles=True, members=False)
    with pytest.raises(ExceedsGiver):
        give_group_role(help_desk, by=manager, role=role_named("Operator"), scope=WHOLE)
    with pytest.raises(ChangesOthers, match="This would change G"):
        give_group_role(help_desk, by=manager, role=role_named("USER"), scope=WHOLE)


def test_leaving_a_group_that_denies_is_giving(manager: Account, northwind: Tenant) -> None:
    group, nina = create_group(northwind, by=manager, name="Held back"), account_named("nina")
    give(group, "Hands off")
    join(group, nina)

    with pytest.raises(ExceedsGiver):
        change_members(group, by=manager, add=[], remove=[nina.pk])
    with pytest.raises(ExceedsGiver):
        remove_from_group(only(nina), by=manager, group=group)
    with pytest.raises(ExceedsGiver):
        delete_group(group, by=manager)


def test_two_who_save_at_once_keep_both_additions(manager: Account, northwind: Tenant) -> None:
    group = create_group(northwind, by=manager, name="Night")
    nina, lars = account_named("nina"), account_named("lars")

    change_members(group, by=manager, add=[nina.pk], remove=[])
    change_members(group, by=manager, add=[lars.pk, nina.pk], remove=[])

    assert set(Account.objects.all().in_group(group)) == {nina, lars}


def test_bulk_says_who_was_in_the_group_already(scope: None) -> None:
    help_desk, adam = Group.objects.get(name="Help desk"), account_named("adam")

    joined = add_to_group(only(account_named("nina"), account_named("gil")), by=adam, group=help_desk)
    left = remove_from_group(only(account_named("nina"), account_named("victor")), by=adam, group=help_desk)

    assert outcomes(joined) == {"nina": "changed", "gil": NoChange.code}
    assert outcomes(left) == {"nina": "changed", "victor": NoChange.code}


def test_a_name_is_unique_in_any_case(manager: Account, northwind: Tenant) -> None:
    with pytest.raises(GroupNameTaken):
        create_group(northwind, by=manager, name="HELP DESK")
    night = create_group(northwind, by=manager, name="Night")
    with pytest.raises(GroupNameTaken):
        edit_group(night, by=manager, was={"name": "Night", "description": ""}, name="help desk", description="")


def test_what_somebody_else_saved_is_not_overwritten(manager: Account, northwind: Tenant) -> None:
    night = create_group(northwind, by=manager, name="Night")
    edit_group(night, by=manager, was={"name": "Night", "description": ""}, name="Late", description="")

    with pytest.raises(GroupChangedMeanwhile):
        edit_group(night, by=manager, was={"name": "Night", "description": ""}, name="Dark", description="")

    assert Group.objects.get(pk=night.pk).name == "Late"


def test_the_same_role_at_the_same_place_is_given_once(scope: None) -> None:
    help_desk, adam = Group.objects.get(name="Help desk"), account_named("adam")
    give_group_role(help_desk, by=adam, role=role_named("USER"), scope=WHOLE, expires_on=date(2040, 1, 1))

    with pytest.raises(AlreadyGiven):
        give_group_role(help_desk, by=adam, role=role_named("USER"), scope=WHOLE, expires_on=date(2039, 1, 1))
    give_group_role(help_desk, by=adam, role=role_named("USER"), scope=WHOLE)

    assert RoleAssignment.objects.get(group=help_desk, role=role_named("USER")).expires_on is None
