"""The guards under concurrent requests: two at the same moment, each in its own transaction."""

import threading
from collections.abc import Callable

import pytest

from accounts.models import Account, Status
from accounts.operations import disable_accounts
from itam_portal.lists.models import Receipt
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.cast import only

commits = pytest.mark.django_db(transaction=True)
MakeAccount = Callable[..., Account]


class Race:
    """Several operations at the same moment, each in its own transaction; what each came to."""

    def __init__(self, tenant: Tenant, number: int) -> None:
        self.tenant, self.start = tenant, threading.Barrier(number)
        self.results: list[str] = []

    def runner(self, operate: Callable[[], Receipt]) -> Callable[[], None]:
        def run() -> None:
            with tenant_scope(self.tenant.pk):
                self.start.wait(10)
                try:
                    self.results.append(f"changed {operate().changed}")
                except Refused as refusal:
                    self.results.append(type(refusal).__name__)

        return run


def enabled_owners(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.pk):
        owners = Account.objects.enabled().owning().order_by("login")
        return list(owners.values_list("login", flat=True))


@commits
def test_two_owners_who_disable_each_other_at_once_leave_one(
    olivia: Account, make_account: MakeAccount, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    tess = make_account("Tess", "Owner")
    race = Race(northwind, 2)

    at_once(
        race.runner(lambda: disable_accounts(only(olivia), by=tess)),
        race.runner(lambda: disable_accounts(only(tess), by=olivia)),
    )

    assert sorted(race.results) == ["NotAllowed", "changed 1"]
    assert len(enabled_owners(northwind)) == 1


@commits
def test_two_commands_that_disable_different_owners_at_once_leave_one(
    olivia: Account, make_account: MakeAccount, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    tess = make_account("Tess", "Owner")
    race = Race(northwind, 2)

    at_once(
        race.runner(lambda: disable_accounts(only(olivia), by=System("One", northwind))),
        race.runner(lambda: disable_accounts(only(tess), by=System("Other", northwind))),
    )

    assert sorted(race.results) == ["LastOwner", "changed 1"]
    assert len(enabled_owners(northwind)) == 1


@commits
def test_an_actor_who_is_disabled_at_the_same_moment_acts_before_it_or_not_at_all(
    adam: Account, oscar: Account, victor: Account, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    race = Race(northwind, 2)

    at_once(
        race.runner(lambda: disable_accounts(only(oscar), by=adam)),
        race.runner(lambda: disable_accounts(only(victor), by=oscar)),
    )

    with tenant_scope(northwind.pk):
        assert not oscar.refreshed().is_enabled
        assert victor.refreshed().is_enabled is ("NotAllowed" in race.results)


@commits
def test_two_people_who_disable_the_same_account_at_once_change_it_once(
    olivia: Account, adam: Account, victor: Account, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    race = Race(northwind, 2)

    at_once(*[race.runner(lambda by=by: disable_accounts(only(victor), by=by)) for by in (olivia, adam)])

    with tenant_scope(northwind.pk):
        assert sorted(race.results) == ["changed 0", "changed 1"]
        assert victor.events.filter(status=Status.DISABLED).count() == 1
