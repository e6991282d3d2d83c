"""Every guard on enabling and disabling, by its name: from the operation, in bulk, and from the page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from accounts.guards import ExceedsYou, OnlyOwners, OutOfReach, YourOwnAccount
from accounts.models import Account, Group, Status
from accounts.operations import disable_accounts, enable_accounts
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import OrganizationGroup, Tenant
from roles.models import Role
from roles.rights import Right
from tests.accounts.test_reach import (
    PLACES,
    RIGHTS,
    SCOPES,
    Given,
    World,
    live_assignments,
    moment,
    on_random_worlds,
    places_of,
    plain_reach,
    settle,
    undone,
    worlds,
)
from tests.cast import account_named, add_account, give, join, make_role, only, organization, outcomes

MakeAccount = Callable[..., Account]


# --- the right -------------------------------------------------------------------------------------------------------


def test_without_the_right_nobody_is_disabled_or_enabled(victor: Account, oscar: Account) -> None:
    for operate in (disable_accounts, enable_accounts):
        with pytest.raises(NotAllowed) as refused:
            operate(only(oscar), by=victor)
        assert refused.type is NotAllowed

    assert oscar.refreshed().is_enabled


def test_each_operation_needs_its_own_right(make_account: MakeAccount, northwind: Tenant) -> None:
    nina, dora = account_named("nina"), account_named("dora")
    tess = make_account("Tess", make_role(northwind, "Disables", allows=[Right.DISABLE_ACCOUNTS]))
    toni = make_account("Toni", make_role(northwind, "Enables", allows=[Right.ENABLE_ACCOUNTS]))

    with pytest.raises(NotAllowed):
        disable_accounts(only(nina), by=toni)
    with pytest.raises(NotAllowed):
        enable_accounts(only(dora), by=tess)

    assert disable_accounts(only(nina), by=tess).changed == 1


def test_a_disabled_account_does_nothing_any_more(oscar: Account) -> None:
    Account.objects.filter(pk=oscar.pk).update(status=Status.DISABLED)

    with pytest.raises(NotAllowed):
        disable_accounts(only(account_named("nina")), by=oscar)


def test_an_account_whose_roles_expired_does_nothing_any_more(make_account: MakeAccount) -> None:
    tess = make_account("Tess")
    give(tess, "Administrator", until=timezone.now() - timedelta(seconds=1))

    with pytest.raises(NotAllowed):
        disable_accounts(only(account_named("nina")), by=tess)


def test_somebody_of_another_tenant_changes_nobody(mallory: Account, victor: Account) -> None:
    with pytest.raises((Account.DoesNotExist, Tenant.DoesNotExist)):
        disable_accounts(only(victor), by=mallory)

    assert victor.refreshed().is_enabled


def test_accounts_of_another_tenant_are_not_there(olivia: Account, mallory: Account, contoso: Tenant) -> None:
    receipt = disable_accounts(only(mallory), by=olivia)

    assert (receipt.changed, receipt.total) == (0, 0)
    with tenant_scope(contoso.pk):
        assert mallory.refreshed().is_enabled


# --- your own account ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["olivia", "adam", "oscar"])
def test_nobody_disables_themself(login: str, scope: None) -> None:
    account = account_named(login)

    with pytest.raises(YourOwnAccount):
        disable_accounts(only(account), by=account)

    assert account.refreshed().is_enabled


def test_in_bulk_your_own_account_is_skipped_and_the_others_change(adam: Account, oscar: Account) -> None:
    receipt = disable_accounts(only(adam, oscar, account_named("nina")), by=adam)

    assert outcomes(receipt) == {"adam": "your_own_account", "oscar": "changed", "nina": "changed"}
    assert adam.refreshed().is_enabled


# --- out of reach ----------------------------------------------------------------------------------------------------


def test_a_right_for_one_organization_ends_there(uma: Account) -> None:
    emil, akira = account_named("emil"), account_named("akira")

    assert disable_accounts(only(emil), by=uma).changed == 1
    with pytest.raises(OutOfReach):
        disable_accounts(only(akira), by=uma)
    with pytest.raises(OutOfReach):
        enable_accounts(only(account_named("dora")), by=uma)


def test_a_deny_takes_an_organization_out_of_reach(scope: None) -> None:
    greta = account_named("greta")

    assert disable_accounts(only(account_named("emil")), by=greta).changed == 1
    with pytest.raises(OutOfReach):
        disable_accounts(only(account_named("akira")), by=greta)


def test_in_bulk_what_is_out_of_reach_is_skipped(uma: Account) -> None:
    receipt = disable_accounts(only(account_named("emil"), account_named("akira"), uma), by=uma)

    assert outcomes(receipt) == {"emil": "changed", "akira": "out_of_reach", "uma": "your_own_account"}


# --- exceeding -------------------------------------------------------------------------------------------------------


def test_nobody_disables_whoever_holds_more(oscar: Account, adam: Account) -> None:
    with pytest.raises(ExceedsYou):
        disable_accounts(only(adam), by=oscar)
    assert disable_accounts(only(oscar), by=adam).changed == 1


def test_nobody_enables_whoever_would_hold_more(oscar: Account, make_account: MakeAccount) -> None:
    tess = make_account("Tess", "Administrator", status=Status.DISABLED)

    with pytest.raises(ExceedsYou):
        enable_accounts(only(tess), by=oscar)


def test_equals_may_disable_each_other(oscar: Account, make_account: MakeAccount) -> None:
    assert disable_accounts(only(make_account("Tess", "Operator")), by=oscar).changed == 1


def test_a_wider_scope_exceeds_even_with_fewer_rights(uma: Account, make_account: MakeAccount) -> None:
    tess = make_account("Tess", "Viewer", home=organization("emea"))

    with pytest.raises(ExceedsYou):
        disable_accounts(only(tess), by=uma)


def test_a_group_of_organizations_exceeds_one_of_them(uma: Account, make_account: MakeAccount) -> None:
    overseas = OrganizationGroup.objects.get(name="Overseas")
    tess = make_account("Tess", "Viewer", at=overseas, home=organization("emea"))

    with pytest.raises(ExceedsYou):
        disable_accounts(only(tess), by=uma)


def test_what_a_group_gives_exceeds_as_well(oscar: Account, make_account: MakeAccount, northwind: Tenant) -> None:
    chiefs, tess = Group.objects.create(tenant=northwind, name="Chiefs"), make_account("Tess")
    give(chiefs, "Administrator")
    join(chiefs, tess)

    with pytest.raises(ExceedsYou):
        disable_accounts(only(tess), by=oscar)


def test_what_expired_or_is_denied_in_the_same_role_does_not_exceed(
    oscar: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    torn = make_role(northwind, "Torn", allows=[Right.GIVE_ROLES], denies=[Right.GIVE_ROLES])
    tess = make_account("Tess", torn)
    give(tess, "Administrator", until=timezone.now() - timedelta(seconds=1))

    assert disable_accounts(only(tess), by=oscar).changed == 1


def test_in_bulk_whoever_exceeds_is_skipped(oscar: Account, adam: Account, victor: Account) -> None:
    receipt = disable_accounts(only(adam, victor), by=oscar)

    assert outcomes(receipt) == {"adam": "exceeds_you", "victor": "changed"}


def test_the_system_is_bound_by_nothing_else(adam: Account, uma: Account, northwind: Tenant) -> None:
    assert disable_accounts(only(adam, uma), by=System("Test", northwind)).changed == 2


# --- any actor, any account ------------------------------------------------------------------------------------------


def plain_verdict(actor: Account, target: Account) -> str:
    """What the guards must say to this actor about this account, reckoned assignment by assignment."""
    roles = {role.pk: role for role in Role.objects.all()}
    held = [(roles[a.role_id], a) for a in live_assignments(target)]
    everything = frozenset(organization(code).pk for code in PLACES)
    for_disabling, _is_all = plain_reach(actor, Right.DISABLE_ACCOUNTS)
    if target.home_id not in for_disabling:
        return "out_of_reach"
    for role, assignment in held:
        is_wide = assignment.organization_id is None and assignment.organization_group_id is None
        for right in set(role.allows) - set(role.denies):
            reached, is_all = plain_reach(actor, right)
            is_within = is_all or (not is_wide and places_of(assignment, everything) <= reached)
            if not is_within:
                return "exceeds_you"
    return "changed"


targets = some.lists(
    some.builds(
        Given,
        subject=some.just("target"),
        role=some.integers(0, 2),
        place=some.sampled_from(SCOPES),
        until=some.sampled_from(["ever", "tomorrow", "yesterday"]),
    ),
    max_size=3,
    unique_by=lambda given: (given.role, given.place),
)


@given(
    world=worlds,
    works_in=some.sampled_from(SCOPES),
    holds=targets,
    home=some.sampled_from(PLACES),
    is_member=some.booleans(),
)
@on_random_worlds
def test_the_guards_say_of_any_account_what_its_assignments_say(
    world: World, works_in: str, holds: list[Given], home: str, is_member: bool, scope: None, northwind: Tenant
) -> None:
    with undone():
        actor = settle(world, northwind)
        give(actor, make_role(northwind, "Work", allows=RIGHTS), _place(works_in))
        target = add_account(northwind, "Toni", home=organization(home))
        if is_member:
            join(Group.objects.get(name="day"), target)
        for one in holds:
            give(target, f"Role {one.role}", _place(one.place), until=moment(one.until))
        may_at_all = bool(plain_reach(actor, Right.DISABLE_ACCOUNTS)[0]) and bool(live_assignments(actor))

        if not may_at_all:
            with pytest.raises(NotAllowed):
                disable_accounts(only(target, account_named("nina")), by=actor)
        else:
            receipt = disable_accounts(only(target, account_named("nina")), by=actor)
            assert outcomes(receipt)["toni"] == plain_verdict(actor, target)
            assert target.refreshed().is_enabled is (plain_verdict(actor, target) != "changed")


def _place(name: str) -> Any:
    if name == "everywhere":
        return None
    return organization(name) if name in PLACES else OrganizationGroup.objects.get(name=name)


# --- from the page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "target", "words"),
    [
        ("adam", "adam", YourOwnAccount.message),
        ("adam", "olivia", OnlyOwners.message),
        ("oscar", "adam", ExceedsYou.message),
        ("greta", "akira", OutOfReach.message),
    ],
)
def test_the_page_says_which_guard_refused_and_changes_nothing(
    actor: str, target: str, words: Any, client_of: Callable[[Account], Client], scope: None
) -> None:
    browser, account = client_of(account_named(actor)), account_named(target)

    preview = browser.post("/accounts/disable/", {"selected": [account.pk]}).content.decode()
    answer = browser.post("/accounts/disable/", {"selected": [account.pk], "confirm": "1"}, follow=True)

    assert str(words) in preview.replace("&#x27;", "'")
    assert str(words) in answer.content.decode().replace("&#x27;", "'")
    assert account.refreshed().is_enabled
