"""The ceiling on organization groups, and the rules of hierarchies, under two requests at the same moment."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Account
from accounts.operations import give_roles
from accounts.queries import Scope
from itam_portal.lists.models import Receipt
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Organization, OrganizationGroup, OrganizationParent, Tenant
from organizations.operations import edit_organization, gather_organizations
from roles.rights import Right
from tests.accounts.test_guards_at_once import Race
from tests.cast import gather, make_role, only, organization, role_named

pytestmark = pytest.mark.django_db(transaction=True)
MakeAccount = Callable[..., Account]


class Done:
    """What an operation without a receipt answers in a race."""

    changed = 1


def done(operate: Callable[[], Any]) -> Callable[[], Any]:
    """The operation, answering like one that changed something."""

    def run() -> Receipt | Done:
        operate()
        return Done()

    return run


def test_a_group_that_gets_a_role_at_the_same_moment_is_not_filled_beyond_the_ceiling(
    olivia: Account, make_account: MakeAccount, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    allows = [Right.CHANGE_ORGANIZATION_GROUPS, Right.READ_ORGANIZATIONS]
    with tenant_scope(northwind.pk):
        gatherer = make_role(northwind, "Gatherer", allows=allows)
        group = gather(northwind, "Near", organization("emea"))
        apac, viewer = organization("apac"), role_named("Viewer")
    tess, vera = make_account("Tess", gatherer), make_account("Vera")
    race = Race(northwind, 2)

    at_once(
        race.runner(
            lambda: give_roles(only(vera), by=olivia, role=viewer, scope=Scope(organization_group_id=group.pk))
        ),
        race.runner(done(lambda: gather_organizations(group, by=tess, add=[apac.pk], remove=[]))),
    )

    # Either the organization was put in first, when that gave nobody anything, or the role came first and it was not.
    with tenant_scope(northwind.pk):
        inside = set(Organization.objects.all().gathered_in(group).values_list("code", flat=True))
    assert (inside == {"emea"}) is ("ExceedsGiver" in race.results)
    assert sorted(race.results)[-1] == "changed 1"


def test_two_who_fill_the_same_group_at_once_put_each_organization_in_once(
    olivia: Account, adam: Account, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    with tenant_scope(northwind.pk):
        group, keys = gather(northwind, "Near"), [organization("emea").pk, organization("apac").pk]
    race = Race(northwind, 2)

    at_once(
        *[
            race.runner(done(lambda by=by: gather_organizations(group, by=by, add=keys, remove=[])))
            for by in (olivia, adam)
        ]
    )

    assert race.results == ["changed 1", "changed 1"]
    with tenant_scope(northwind.pk):
        assert OrganizationGroup.objects.get(pk=group.pk).members.count() == 2


def test_two_moves_at_once_do_not_close_a_circle(
    olivia: Account, adam: Account, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    race = Race(northwind, 2)
    with tenant_scope(northwind.pk):
        emea, apac = organization("emea"), organization("apac")

    def below(child: Organization, parent: Organization, by: Account) -> Callable[[], Any]:
        fields = {name: getattr(child, name) for name in ("name", "code", "type", "description", "visible")}
        return done(lambda: edit_organization(child, by=by, was=child.version, fields=fields, parents=[parent]))

    at_once(race.runner(below(emea, apac, olivia)), race.runner(below(apac, emea, adam)))

    assert sorted(race.results) == ["GoesInCircles", "changed 1"]
    with tenant_scope(northwind.pk):
        pairs = set(OrganizationParent.objects.values_list("child__code", "parent__code"))
    assert not {("emea", "apac"), ("apac", "emea")} <= pairs
