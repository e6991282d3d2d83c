"""The operations on organizations and their groups: what they write, what they refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account
from itam_portal.history.models import Entry
from itam_portal.refusals import NotAllowed, Refused
from itam_portal.tenancy.actor import System
from organizations.guards import (
    GoesInCircles,
    HomeStays,
    OnlyOneHome,
    OrganizationGroupInUse,
    OrganizationInUse,
    VisibilityIsTheTenants,
    WrongAttributes,
)
from organizations.models import (
    CustomAttribute,
    Organization,
    OrganizationGroup,
    OrganizationGroupMember,
    OrganizationParent,
    Tenant,
)
from organizations.operations import (
    CodeTaken,
    OrganizationChangedMeanwhile,
    OrganizationGroupChangedMeanwhile,
    OrganizationGroupNameTaken,
    create_organization,
    create_organization_group,
    delete_organization,
    delete_organization_group,
    edit_organization,
    edit_organization_group,
    gather_organizations,
)
from roles.rights import Right
from tests.cast import gather, give, make_role, organization, role_named
from users.models import ComputerUser, PendingRole

MakeAccount = Callable[..., Account]
PLAIN = {"type": "CUSTOMER", "visible": True}


def edit(found: Organization, *, by: Any, parents: Any = None, **fields: Any) -> Organization:
    """Save an organization with these fields changed, and below what it stands below unless told otherwise."""
    names = ("name", "code", "type", "description", "visible")
    now = {name: getattr(found, name) for name in names}
    kept = list(Organization.objects.all().above(found.pk)) if parents is None else parents
    return edit_organization(found, by=by, was=found.version, fields={**now, **fields}, parents=kept)


def parents_of(found: Organization) -> set[str]:
    """The codes of what it stands directly below."""
    return set(Organization.objects.all().above(found.pk).values_list("code", flat=True))


def operations_on(found: Any, word: str) -> list[str]:
    """What the history says was done to this object, newest last."""
    entries = Entry.objects.filter(object_type=word, object_id=found.pk).order_by("pk")
    return list(entries.values_list("operation", flat=True))


# --- organizations --------------------------------------------------------------------------------------------------


def test_an_organization_is_made_below_others_and_the_history_says_so(olivia: Account, northwind: Tenant) -> None:
    fields = {**PLAIN, "code": "ACME", "name": "Acme", "country": "DE"}

    made = create_organization(
        northwind, by=olivia, fields=fields, parents=[organization("emea"), organization("apac")], reason="New customer"
    )

    assert parents_of(made) == {"emea", "apac"}
    entry = Entry.objects.get(object_type="organization", object_id=made.pk)
    assert (entry.operation, entry.reason) == ("organizations.create", "New customer")


def test_a_code_is_unique_in_any_case(olivia: Account, northwind: Tenant) -> None:
    with pytest.raises(CodeTaken):
        create_organization(northwind, by=olivia, fields={**PLAIN, "code": "EMEA", "name": "Another"})
    with pytest.raises(CodeTaken):
        edit(organization("apac"), by=olivia, code="Emea")


def test_home_is_neither_given_nor_taken(olivia: Account, northwind: Tenant) -> None:
    with pytest.raises(OnlyOneHome):
        create_organization(northwind, by=olivia, fields={**PLAIN, "code": "x", "name": "X", "type": "HOME"})
    with pytest.raises(OnlyOneHome):
        edit(organization("emea"), by=olivia, type="HOME")
    with pytest.raises(OnlyOneHome):
        edit(organization("HOME"), by=olivia, type="CUSTOMER")


def test_an_organization_moves_between_parents(olivia: Account) -> None:
    found = organization("emea")

    edit(found, by=olivia, parents=[organization("apac"), organization("123456")])

    assert parents_of(found) == {"apac", "123456"}


def test_nothing_stands_above_itself(olivia: Account) -> None:
    home, emea, apac = organization("HOME"), organization("emea"), organization("apac")
    edit(apac, by=olivia, parents=[emea])

    for child, parent in ((emea, emea), (emea, apac), (home, apac)):
        with pytest.raises(GoesInCircles):
            edit(Organization.objects.get(pk=child.pk), by=olivia, parents=[parent])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    moves=some.lists(some.tuples(some.integers(0, 5), some.frozensets(some.integers(0, 5), max_size=3)), max_size=12)
)
def test_whatever_is_moved_where_there_is_never_a_circle(northwind: Tenant, scope: None, moves: Any) -> None:
    by = System("Test", northwind)
    Organization.objects.filter(code__startswith="round").delete()
    OrganizationParent.objects.filter(child__code__startswith="round").delete()
    made = [
        create_organization(northwind, by=by, fields={**PLAIN, "code": f"round-{number}", "name": f"R{number}"})
        for number in range(6)
    ]

    for child, parents in moves:
        try:
            edit(Organization.objects.get(pk=made[child].pk), by=by, parents=[made[one] for one in sorted(parents)])
        except GoesInCircles:
            continue

    keys = {one.pk for one in made}
    above = {
        one.pk: set(OrganizationParent.objects.filter(child=one).values_list("parent_id", flat=True)) for one in made
    }
    while roots := {key for key in above if not above[key] & above.keys()}:
        above = {key: parents for key, parents in above.items() if key not in roots}
    assert above == {}
    OrganizationParent.objects.filter(child__in=keys).delete()
    Organization.objects.filter(pk__in=keys).delete()


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(olivia: Account, adam: Account) -> None:
    found = organization("emea")
    edit(organization("emea"), by=adam, name="Europe")

    with pytest.raises(OrganizationChangedMeanwhile):
        edit(found, by=olivia, name="Old Europe")

    assert organization("emea").name == "Europe"


def test_renaming_an_organization_moves_its_accounts_in_lists(olivia: Account, uma: Account) -> None:
    edit(organization("emea"), by=olivia, name="Zentrale")

    assert Account.objects.get(pk=uma.pk).home_key.startswith("zentrale ")


def test_custom_attributes_are_checked(olivia: Account, northwind: Tenant) -> None:
    CustomAttribute.objects.create(
        tenant=northwind, subject="organization", name="Tier", code="tier", kind="number", mandatory=True
    )

    with pytest.raises(WrongAttributes):
        edit(organization("emea"), by=olivia, attributes={"Tier": "high"})
    with pytest.raises(WrongAttributes):
        edit(organization("emea"), by=olivia)
    edit(organization("emea"), by=olivia, attributes={"Tier": "3"})

    assert organization("emea").attributes == {"Tier": "3"}


def test_who_holds_the_right_for_one_organization_edits_that_one_only(
    make_account: MakeAccount, northwind: Tenant
) -> None:
    emea = organization("emea")
    rights = [Right.READ_ORGANIZATIONS, Right.CHANGE_ORGANIZATIONS]
    tess = make_account("Tess", make_role(northwind, "Keeper", allows=rights), at=emea, home=emea)

    edit(emea, by=tess, name="Europe", parents=[])

    # What stands above unseen stays above it.
    assert parents_of(emea) == {"HOME"}
    for refused in (
        lambda: edit(organization("apac"), by=tess, name="Mine"),
        lambda: create_organization(northwind, by=tess, fields={**PLAIN, "code": "x", "name": "X"}),
        lambda: delete_organization(organization("emea"), by=tess),
    ):
        with pytest.raises(NotAllowed):
            refused()
    with pytest.raises(VisibilityIsTheTenants):
        edit(organization("emea"), by=tess, visible=False)


# --- deleting -------------------------------------------------------------------------------------------------------


def test_deleting_makes_roots_of_those_that_stood_below_it_alone(olivia: Account, northwind: Tenant) -> None:
    top = create_organization(northwind, by=olivia, fields={**PLAIN, "code": "top", "name": "Top"})
    alone, shared = organization("123456"), organization("apac")
    edit(alone, by=olivia, parents=[top])
    edit(shared, by=olivia, parents=[top, organization("HOME")])
    gather(northwind, "Some", top, shared)

    delete_organization(top, by=olivia, reason="Gone")

    assert (parents_of(alone), parents_of(shared)) == (set(), {"HOME"})
    assert not Organization.objects.filter(pk=top.pk).exists()
    assert not OrganizationGroupMember.objects.filter(organization_id=top.pk).exists()
    assert "organizations.delete" in operations_on(top, "organization")


def test_home_and_whatever_is_in_use_stays(olivia: Account, make_account: MakeAccount, northwind: Tenant) -> None:
    free = organization("123456")
    with pytest.raises(HomeStays):
        delete_organization(organization("HOME"), by=olivia)

    uses: list[Callable[[], Any]] = [
        lambda: make_account("Tess", home=free),
        lambda: ComputerUser.objects.create(tenant=northwind, display_name="Pat", home=free),
        lambda: give(olivia, "Viewer", free),
    ]
    for use in uses:
        made = use()
        with pytest.raises(OrganizationInUse):
            delete_organization(free, by=olivia)
        if isinstance(made, Account):
            Account.objects.filter(pk=made.pk).update(home=organization("HOME"))
        else:
            made.delete()

    delete_organization(free, by=olivia)
    assert not Organization.objects.filter(pk=free.pk).exists()


def test_a_pending_role_keeps_an_organization(olivia: Account, northwind: Tenant) -> None:
    free, home = organization("123456"), organization("HOME")
    pat = ComputerUser.objects.create(tenant=northwind, display_name="Pat", home=home)
    PendingRole.objects.create(tenant=northwind, user=pat, role=role_named("USER"), organization=free)

    with pytest.raises(OrganizationInUse):
        delete_organization(free, by=olivia)


# --- groups ---------------------------------------------------------------------------------------------------------


def test_a_group_is_made_filled_renamed_emptied_and_deleted(olivia: Account, northwind: Tenant) -> None:
    emea, apac = organization("emea"), organization("apac")
    made = create_organization_group(northwind, by=olivia, name="Both", description="Two of them")

    first = gather_organizations(made, by=olivia, add=[emea.pk, apac.pk, 0], remove=[])
    second = gather_organizations(made, by=olivia, add=[apac.pk], remove=[emea.pk])
    edit_organization_group(
        made, by=olivia, was={"name": "Both", "description": "Two of them"}, name="One", description=""
    )

    assert (first.added, first.removed, second.added, second.removed) == (2, 0, 0, 1)
    assert list(Organization.objects.all().gathered_in(made)) == [apac]
    delete_organization_group(made, by=olivia)
    assert operations_on(made, "organization_group") == [
        "organization_groups.create",
        "organization_groups.edit",
        "organization_groups.delete",
    ]


def test_names_of_groups_are_unique_and_edits_do_not_cross(olivia: Account, northwind: Tenant) -> None:
    made = create_organization_group(northwind, by=olivia, name="Both")
    with pytest.raises(OrganizationGroupNameTaken):
        create_organization_group(northwind, by=olivia, name="OVERSEAS")
    with pytest.raises(OrganizationGroupChangedMeanwhile):
        edit_organization_group(made, by=olivia, was={"name": "Other", "description": ""}, name="X", description="")


def test_a_group_with_roles_stays(olivia: Account) -> None:
    with pytest.raises(OrganizationGroupInUse):
        delete_organization_group(OrganizationGroup.objects.get(name="Overseas"), by=olivia)


def test_access_follows_the_organizations_of_a_group_at_once(
    olivia: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    emea, apac = organization("emea"), organization("apac")
    group = gather(northwind, "Near", emea)
    tess = make_account("Tess", "Viewer", at=group)

    gather_organizations(group, by=olivia, add=[apac.pk], remove=[emea.pk])

    assert tess.refreshed().reach(Right.READ_ACCOUNTS) == frozenset({apac.pk})


# --- the ceiling ----------------------------------------------------------------------------------------------------


def test_nobody_puts_an_organization_in_where_that_gives_what_they_lack(
    olivia: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    emea, apac = organization("emea"), organization("apac")
    group = gather(northwind, "Near", emea)
    role = make_role(northwind, "Gatherer", allows=[Right.CHANGE_ORGANIZATION_GROUPS, Right.READ_ORGANIZATIONS])
    tess = make_account("Tess", role)
    make_account("Vera", "Viewer", at=group)

    with pytest.raises(Refused, match="rights that you do not hold"):
        gather_organizations(group, by=tess, add=[apac.pk], remove=[])

    assert list(Organization.objects.all().gathered_in(group)) == [emea]


def test_nobody_takes_an_organization_out_where_that_ends_a_deny_beyond_them(
    make_account: MakeAccount, northwind: Tenant
) -> None:
    emea, apac = organization("emea"), organization("apac")
    group = gather(northwind, "Closed", emea, apac)
    allows = [Right.CHANGE_ORGANIZATION_GROUPS, Right.READ_ORGANIZATIONS]
    tess = make_account("Tess", make_role(northwind, "Gatherer", allows=allows))
    held_back = make_account("Vera", make_role(northwind, "Eyes", allows=[Right.READ_ORGANIZATIONS]))
    give(held_back, make_role(northwind, "Blind", denies=[Right.READ_ACCOUNTS]), group)

    with pytest.raises(Refused, match="rights that you do not hold"):
        gather_organizations(group, by=tess, add=[], remove=[apac.pk])
    with pytest.raises(Refused, match="rights that you do not hold"):
        delete_organization_of(apac, by=tess, northwind=northwind)


def delete_organization_of(found: Organization, *, by: Account, northwind: Tenant) -> None:
    """Delete an organization that nobody is at home in, with the right to."""
    give(by, make_role(northwind, "Deleter", allows=[Right.CHANGE_ORGANIZATIONS]))
    Account.objects.filter(home=found).update(home=organization("HOME"))
    ComputerUser.objects.filter(home=found).update(home=organization("HOME"))
    for assignment in found.assignments.all():
        assignment.delete()
    delete_organization(found, by=by.refreshed())


def test_nobody_locks_themself_or_the_last_owner_out_by_a_group(
    olivia: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    emea = organization("emea")
    group = gather(northwind, "Closed")
    give(olivia, make_role(northwind, "Blind", denies=[Right.READ_ACCOUNTS]), group)

    with pytest.raises(Refused):
        gather_organizations(group, by=olivia.refreshed(), add=[emea.pk], remove=[])

    assert not Organization.objects.all().gathered_in(group).exists()
