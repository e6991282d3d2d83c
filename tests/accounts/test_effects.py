"""What a change would do, and who holds a right: both compared with what Holdings says, on random worlds."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as some

from accounts.filters import AccessFilters
from accounts.models import Account, Group, RoleAssignment
from accounts.operations.access import refresh_access
from accounts.queries import Held, RightsOf, effect_of, outside_of, without
from accounts.views.effect import Places, areas_of
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.reach import ALL, covers
from organizations.models import Organization, Tenant
from roles.models import Role
from roles.rights import Right
from tests.accounts.test_reach import PLACES, RIGHTS, World, on_random_worlds, sets_of_rights, settle, undone, worlds
from tests.cast import account_named, add_account, give, join, make_role


def compared(before: Any, after: Any) -> tuple[set[str], set[str]]:
    """The rights gained and lost between two holdings."""
    gained = {right for right in RIGHTS if not covers(before.reach(right), after.reach(right))}
    return gained, {right for right in RIGHTS if not covers(after.reach(right), before.reach(right))}


def told(effect: Any) -> tuple[set[str], set[str]]:
    """The rights that an effect says are gained and lost, by one account."""
    assert {side.number for side in (*effect.gains.values(), *effect.losses.values())} <= {1}
    return set(effect.gains), set(effect.losses)


@given(world=worlds, at=some.integers(0, 7))
@on_random_worlds
def test_taking_an_assignment_does_what_was_said(world: World, at: int, scope: None, northwind: Tenant) -> None:
    with undone():
        account = settle(world, northwind)
        before = account.holdings
        own = list(RoleAssignment.objects.filter(account=account))
        if not own:
            return
        taken, chosen = own[at % len(own)], Account.objects.filter(pk=account.pk)

        said = effect_of(chosen, tenant_id=northwind.pk, rights=RIGHTS, change=without(Held.of(taken)))
        taken.delete()

        assert told(said) == compared(before, Account.objects.get(pk=account.pk).holdings)


@given(world=worlds, group=some.sampled_from(["day", "night"]))
@on_random_worlds
def test_leaving_a_group_does_what_was_said(world: World, group: str, scope: None, northwind: Tenant) -> None:
    with undone():
        account = settle(world, northwind)
        before = account.holdings
        found, chosen = Group.objects.get(name=group), Account.objects.filter(pk=account.pk)

        said = effect_of(chosen, tenant_id=northwind.pk, rights=RIGHTS, change=outside_of(found.pk))
        found.members.filter(account=account).delete()

        assert told(said) == compared(before, Account.objects.get(pk=account.pk).holdings)


@given(world=worlds, allows=sets_of_rights, denies=sets_of_rights)
@on_random_worlds
def test_changing_a_role_does_what_was_said(
    world: World, allows: Any, denies: Any, scope: None, northwind: Tenant
) -> None:
    with undone():
        account = settle(world, northwind)
        before, role = account.holdings, Role.objects.get(name="Role 0")
        chosen, then = Account.objects.filter(pk=account.pk), {role.pk: RightsOf(allows, denies)}

        said = effect_of(chosen, tenant_id=northwind.pk, rights=RIGHTS, roles=then)
        Role.objects.filter(pk=role.pk).update(allows=sorted(allows), denies=sorted(denies))

        assert told(said) == compared(before, Account.objects.get(pk=account.pk).holdings)


@given(world=worlds)
@on_random_worlds
def test_who_holds_a_right_is_who_may_use_it(world: World, scope: None, northwind: Tenant) -> None:
    with undone():
        settle(world, northwind)
        olivia = account_named("olivia")
        everybody = list(Account.objects.all())

        for right in RIGHTS:
            for place in ("", *PLACES):
                asked = right.value + (f"@{place}" if place else "")
                filters = AccessFilters({"holds": [asked]}, Account.objects.all(), account=olivia)
                target = Organization.objects.get(code=place) if place else northwind

                assert filters.problems == []
                assert set(filters.qs) == {one for one in everybody if one.may(right, target)}, asked


@given(world=worlds)
@on_random_worlds
def test_the_reasons_shown_are_all_that_decides(world: World, scope: None, northwind: Tenant) -> None:
    with undone():
        account = settle(world, northwind)
        held = list(RoleAssignment.objects.held_by(account))
        places = Places(account.holdings, reader=account_named("olivia"), scopes=held)

        for area in areas_of(account.holdings, places, held):
            for line in area.rights:
                allowing = [one for one in line.reasons if not one.denies]
                denying = [one for one in line.reasons if one.denies]
                assert bool(allowing) >= line.is_held
                assert line.is_held or line.idle or not account.holdings.reach(line.right)
                assert bool(account.holdings.denied(line.right)) <= bool(denying)
                assert list(line.reasons[: len(denying)]) == denying


def test_many_accounts_are_asked_about_in_a_handful_of_queries(scope: None, northwind: Tenant) -> None:
    role = make_role(northwind, "Watching", allows=[Right.READ_ACCOUNTS])
    group = Group.objects.create(tenant=northwind, name="Watchers")
    give(group, role)
    join(group, *[add_account(northwind, f"Watcher{number}") for number in range(30)])
    members = Account.objects.filter(group_links__group=group)

    with CaptureQueriesContext(connection) as queries:
        effect = effect_of(members, tenant_id=northwind.pk, rights=list(Right.values), change=outside_of(group.pk))

    assert effect.losses[Right.READ_ACCOUNTS].number == 30
    assert effect.losses[Right.READ_ACCOUNTS].more == 25
    assert not effect.gains
    assert len(queries) <= 4


def test_thirty_groups_and_two_hundred_assignments_cost_a_handful_of_queries(
    scope: None, northwind: Tenant, client_of: Any
) -> None:
    account = add_account(northwind, "Busy")
    roles = [make_role(northwind, f"Part {at}", allows=[list(Right)[at % len(Right)]]) for at in range(200)]
    for number in range(30):
        group = Group.objects.create(tenant=northwind, name=f"Group {number}")
        join(group, account)
        for role in roles[number::30]:
            RoleAssignment.objects.create(tenant=northwind, group=group, role=role)
    refresh_access([account.pk], by=System("Test", northwind))
    browser = client_of(account_named("olivia"))
    browser.get(f"/accounts/{account.pk}/access/")

    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(f"/accounts/{account.pk}/access/")

    assert answer.content.decode().count("data-reason=") == 200
    assert account.reach(Right.READ_ACCOUNTS) is ALL
    assert len(queries) <= 20
