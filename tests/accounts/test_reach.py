"""How far a right reaches: compared with a slow and plain computation over every assignment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account, Group, GroupMember, RoleAssignment
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.reach import ALL, NOWHERE, covers
from organizations.models import Organization, OrganizationGroup, OrganizationGroupMember, Tenant
from roles.models import Role
from roles.rights import Builtin, Right
from tests.cast import account_named, add_account, gather, give, join, make_role, organization, role_named

RIGHTS = [Right.READ_ACCOUNTS, Right.DISABLE_ACCOUNTS, Right.READ_ORGANIZATIONS]
on_random_worlds = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

MakeAccount = Callable[..., Account]

# --- random worlds ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """One assignment: to the account or one of its possible groups, of a role, at a place, until some day."""

    subject: str
    role: int
    place: str
    until: str


@dataclass(frozen=True)
class World:
    """Roles, who is in which group, what lies in which organization group, and who holds what."""

    roles: list[tuple[frozenset[Right], frozenset[Right]]]
    member_of: frozenset[str]
    gathered: dict[str, frozenset[str]]
    assignments: list[Given]


PLACES = ("HOME", "emea", "apac", "123456")
SCOPES = ("everywhere", *PLACES, "near", "far")
sets_of_rights = some.frozensets(some.sampled_from(RIGHTS), max_size=3)
worlds = some.builds(
    World,
    roles=some.lists(some.tuples(sets_of_rights, sets_of_rights), min_size=3, max_size=3),
    member_of=some.frozensets(some.sampled_from(["day", "night"])),
    gathered=some.fixed_dictionaries({name: some.frozensets(some.sampled_from(PLACES)) for name in ("near", "far")}),
    assignments=some.lists(
        some.builds(
            Given,
            subject=some.sampled_from(["account", "day", "night"]),
            role=some.integers(0, 2),
            place=some.sampled_from(SCOPES),
            until=some.sampled_from(["ever", "ever", "tomorrow", "next year", "yesterday", "an hour ago"]),
        ),
        max_size=8,
        unique_by=lambda given: (given.subject, given.role, given.place),
    ),
)


def moment(until: str) -> datetime | None:
    """When such an assignment ends."""
    spans = {
        "tomorrow": timedelta(days=1),
        "next year": timedelta(days=365),
        "yesterday": timedelta(days=-1),
        "an hour ago": timedelta(hours=-1),
    }
    return timezone.now() + spans[until] if until in spans else None


def settle(world: World, tenant: Tenant) -> Account:
    """Make this world true, around a new account."""
    account = add_account(tenant, "Tess")
    groups = {name: Group.objects.create(tenant=tenant, name=name) for name in ("day", "night")}
    places: dict[str, Any] = {code: organization(code) for code in PLACES} | {"everywhere": None}
    for name, codes in world.gathered.items():
        places[name] = gather(tenant, name, *[places[code] for code in codes])
    roles = [make_role(tenant, f"Role {at}", allows=a, denies=d) for at, (a, d) in enumerate(world.roles)]
    for name in world.member_of:
        join(groups[name], account)
    for one in world.assignments:
        subject = account if one.subject == "account" else groups[one.subject]
        give(subject, roles[one.role], places[one.place], until=moment(one.until))
    return Account.objects.get(pk=account.pk)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens in here did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- the plain computation --------------------------------------------------------------------------------------


def live_assignments(account: Account) -> list[RoleAssignment]:
    """The account's live assignments, own or through a group, one by one."""
    groups = {link.group_id for link in GroupMember.objects.all() if link.account_id == account.pk}
    found = [a for a in RoleAssignment.objects.all() if a.account_id == account.pk or a.group_id in groups]
    return [a for a in found if a.expires_at is None or a.expires_at > timezone.now()]


def places_of(assignment: RoleAssignment, everything: frozenset[int]) -> frozenset[int]:
    """The organizations in which an assignment counts."""
    if assignment.organization_id:
        return frozenset([assignment.organization_id])
    if assignment.organization_group_id:
        links = OrganizationGroupMember.objects.all()
        return frozenset(link.organization_id for link in links if link.group_id == assignment.organization_group_id)
    return everything


def plain_reach(account: Account, right: str) -> tuple[frozenset[int], bool]:
    """Where the right is held, and whether that includes organizations that do not exist yet."""
    everything = frozenset(Organization.objects.values_list("pk", flat=True))
    reached: frozenset[int] = frozenset()
    denied: frozenset[int] = frozenset()
    reaches_all = denies_all = False
    for assignment in live_assignments(account):
        role = Role.objects.get(pk=assignment.role_id)
        is_wide = not assignment.organization_id and not assignment.organization_group_id
        if right in role.allows:
            reached |= places_of(assignment, everything)
            reaches_all |= is_wide
        if right in role.denies:
            denied |= places_of(assignment, everything)
            denies_all |= is_wide
    return reached - denied, reaches_all and not denied and not denies_all


@given(world=worlds)
@on_random_worlds
def test_reach_is_what_every_assignment_says(world: World, scope: None, northwind: Tenant) -> None:
    with undone():
        account = settle(world, northwind)
        everything = frozenset(Organization.objects.values_list("pk", flat=True))

        for right in [*RIGHTS, Right.CALL_API]:
            reach = account.reach(right)
            places, is_all = plain_reach(account, right)

            assert (everything if reach is ALL else reach) == places
            assert (reach is ALL) is is_all
            assert account.may(right) is bool(places)
            assert account.may(right, northwind) is is_all
            for code in PLACES:
                assert account.may(right, organization(code)) is (organization(code).pk in places)


@given(world=worlds)
@on_random_worlds
def test_reach_costs_at_most_two_queries_for_all_rights_together(world: World, scope: None, northwind: Tenant) -> None:
    with undone():
        account = settle(world, northwind)

        with CaptureQueriesContext(
            connection,
        ) as queries:
            for right in Right:
                account.reach(right)

        assert len(queries) <= 2


@given(world=worlds)
@on_random_worlds
def test_accounts_are_visible_by_their_home_and_everybody_sees_themself(
    world: World, scope: None, northwind: Tenant
) -> None:
    with undone():
        reader = settle(world, northwind)
        places, _is_all = plain_reach(reader, Right.READ_ACCOUNTS)

        seen = set(Account.objects.visible_to(reader).values_list("pk", flat=True))

        assert seen == {a.pk for a in Account.objects.all() if a.home_id in places or a.pk == reader.pk}


@given(world=worlds)
@on_random_worlds
def test_organizations_are_visible_where_they_are_reached_and_not_hidden(
    world: World, scope: None, northwind: Tenant
) -> None:
    with undone():
        reader = settle(world, northwind)
        Organization.objects.filter(code="apac").update(visible=False)
        places, is_all = plain_reach(reader, Right.READ_ORGANIZATIONS)

        seen = set(Organization.objects.all().visible_to(reader).values_list("code", flat=True))

        assert seen == {o.code for o in Organization.objects.all() if is_all or (o.pk in places and o.code != "apac")}


# --- each rule by its name --------------------------------------------------------------------------------------


def test_a_deny_beats_every_allow_at_its_own_scope_and_nowhere_else(
    make_account: MakeAccount, northwind: Tenant
) -> None:
    tess = make_account("Tess", "Operator")
    give(tess, make_role(northwind, "Not there", denies=[Right.DISABLE_ACCOUNTS]), organization("apac"))

    reach = account_named("tess").reach(Right.DISABLE_ACCOUNTS)

    everything = set(Organization.objects.values_list("pk", flat=True))
    assert reach == everything - {organization("apac").pk}


def test_a_deny_for_the_whole_tenant_leaves_nothing(make_account: MakeAccount, northwind: Tenant) -> None:
    tess = make_account("Tess", "Owner")
    give(tess, make_role(northwind, "Never", denies=[Right.DISABLE_ACCOUNTS]))

    assert account_named("tess").reach(Right.DISABLE_ACCOUNTS) == NOWHERE
    assert account_named("tess").reach(Right.ENABLE_ACCOUNTS) is ALL


def test_a_role_that_denies_what_it_allows_gives_nothing(make_account: MakeAccount, northwind: Tenant) -> None:
    torn = make_role(northwind, "Torn", allows=[Right.READ_USERS], denies=[Right.READ_USERS])
    tess = make_account("Tess", torn, at=organization("emea"))

    assert tess.reach(Right.READ_USERS) == NOWHERE


def test_a_group_gives_its_roles_and_its_denies(olivia: Account, northwind: Tenant) -> None:
    gil, greta = account_named("gil"), account_named("greta")
    emea, apac = organization("emea").pk, organization("apac").pk

    assert gil.reach(Right.DISABLE_ACCOUNTS) == {emea, apac}
    assert greta.reach(Right.DISABLE_ACCOUNTS) == {emea}


def test_an_expired_assignment_counts_for_nothing_without_any_job(scope: None) -> None:
    lars = account_named("lars")

    assert RoleAssignment.objects.of(lars).count() == 1
    assert lars.reach(Right.READ_ACCOUNTS) == NOWHERE
    assert not lars.is_assigned


def test_a_scope_does_not_pass_along_parents(uma: Account, northwind: Tenant) -> None:
    home = Organization.objects.get(type="HOME")
    tess = add_account(northwind, "Tess", "Viewer", at=home)

    assert home.child_links.count() > 0
    assert tess.reach(Right.READ_ACCOUNTS) == {home.pk}


def test_a_new_organization_is_within_all_and_within_no_list(olivia: Account, uma: Account, northwind: Tenant) -> None:
    new = Organization.objects.create(tenant=northwind, code="new", name="New")

    assert olivia.may(Right.DISABLE_ACCOUNTS, new)
    assert not uma.may(Right.DISABLE_ACCOUNTS, new)


def test_what_belongs_to_the_tenant_needs_the_right_everywhere(uma: Account, oscar: Account, northwind: Tenant) -> None:
    assert oscar.may(Right.READ_ROLES, northwind)
    assert uma.may(Right.READ_ROLES)
    assert not uma.may(Right.READ_ROLES, northwind)
    assert set(Role.objects.all().visible_to(oscar)) == set(Role.objects.all())


def test_another_tenants_assignments_give_nothing_here(olivia: Account, mallory: Account, northwind: Tenant) -> None:
    assert mallory.reach(Right.READ_ACCOUNTS) == NOWHERE
    assert not Account.objects.visible_to(mallory).exists()


def test_the_system_holds_every_right(northwind: Tenant) -> None:
    system = System("Test", northwind)

    assert all(system.may(right, northwind) and system.reach(right) is ALL for right in Right)


@pytest.mark.parametrize(
    ("held", "wanted", "is_covered"),
    [
        (ALL, ALL, True),
        (ALL, frozenset([1]), True),
        (frozenset([1, 2]), frozenset([1]), True),
        (frozenset([1]), frozenset([1, 2]), False),
        (frozenset([1]), ALL, False),
        (NOWHERE, NOWHERE, True),
        (NOWHERE, ALL, False),
    ],
)
def test_a_reach_covers_what_lies_within_it(held: Any, wanted: Any, is_covered: bool) -> None:
    assert covers(held, wanted) is is_covered


# --- the built-in roles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("builtin", list(Builtin))
def test_every_tenant_has_the_builtin_roles(builtin: Builtin, scope: None) -> None:
    assert role_named(str(builtin.label)).builtin == builtin


def test_an_operator_may_not_do_what_gives_rights(oscar: Account) -> None:
    for right in (Right.CREATE_ACCOUNTS, Right.INVITE, Right.GIVE_ROLES, Right.CHANGE_ROLES, Right.CHANGE_MEMBERS):
        assert not oscar.may(right)
    assert oscar.may(Right.DISABLE_ACCOUNTS)
    assert oscar.may(Right.ENABLE_ACCOUNTS)


def test_an_administrator_may_not_touch_what_is_the_owners(adam: Account, olivia: Account) -> None:
    for right in (Right.CHANGE_OWNERS, Right.READ_BILLING, Right.CHANGE_BILLING, Right.CHANGE_ACCESS_KEYS):
        assert not adam.may(right)
        assert olivia.may(right)


def test_a_viewer_changes_nothing(victor: Account) -> None:
    assert [right for right in Right if victor.may(right) and not right.only_reads] == []
    assert not victor.may(Right.READ_BILLING)
    assert not victor.may(Right.READ_ACCESS_KEYS)


def test_an_owner_may_do_everything_everywhere(olivia: Account) -> None:
    assert all(olivia.reach(right) is ALL for right in Right)


def test_organization_groups_follow_their_members(make_account: MakeAccount, northwind: Tenant) -> None:
    overseas = OrganizationGroup.objects.get(name="Overseas")
    make_account("Tess", "Viewer", at=overseas)

    OrganizationGroupMember.objects.filter(organization=organization("apac")).delete()

    assert account_named("tess").reach(Right.READ_ACCOUNTS) == {organization("emea").pk}
