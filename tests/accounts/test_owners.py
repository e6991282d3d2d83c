"""The guards around owners: one stays able to work, and only owners touch owners."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.guards import LastOwner, OnlyOwners
from accounts.models import Account, Group, Identity, Status, Type
from accounts.operations import disable_accounts, enable_accounts
from itam_portal.tenancy.actor import System
from organizations.models import Tenant
from roles.models import Role
from roles.rights import Builtin, Right
from tests.cast import account_named, add_account, give, join, make_role, only, organization, outcomes

MakeAccount = Callable[..., Account]


def test_the_last_owner_stays_enabled(olivia: Account, northwind: Tenant) -> None:
    with pytest.raises(LastOwner):
        disable_accounts(only(olivia), by=System("Test", northwind))

    assert olivia.refreshed().is_enabled


def test_a_second_owner_may_disable_the_first(olivia: Account, make_account: MakeAccount) -> None:
    tess = make_account("Tess", "Owner")

    disable_accounts(only(olivia), by=tess)

    assert not olivia.refreshed().is_enabled


def test_not_even_the_system_disables_all_owners_at_once(
    olivia: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    tess, nina = make_account("Tess", "Owner"), account_named("nina")

    receipt = disable_accounts(only(olivia, tess, nina), by=System("Test", northwind))

    assert outcomes(receipt) == {"olivia": "last_owner", "tess": "last_owner", "nina": "changed"}


def expiring(tess: Account, northwind: Tenant) -> None:
    give(tess, "Owner", until=timezone.now() + timedelta(days=1))


def diminished(tess: Account, northwind: Tenant) -> None:
    give(tess, "Owner")
    give(tess, make_role(northwind, "But not this", denies=[Right.READ_BILLING]))


def diminished_in_one_place(tess: Account, northwind: Tenant) -> None:
    give(tess, "Owner")
    give(tess, make_role(northwind, "But not there", denies=[Right.READ_USERS]), organization("apac"))


def of_one_place(tess: Account, northwind: Tenant) -> None:
    give(tess, "Owner", organization("emea"))


def disabled(tess: Account, northwind: Tenant) -> None:
    give(tess, "Owner")
    Account.objects.filter(pk=tess.pk).update(status=Status.DISABLED)


def without_sign_in(tess: Account, northwind: Tenant) -> None:
    give(tess, "Owner")
    Account.objects.filter(pk=tess.pk).update(identity=None)


def ended_for_good(tess: Account, northwind: Tenant) -> None:
    give(tess, "Owner")
    Identity.objects.filter(pk=tess.identity_id).update(is_active=False)


def a_machine(tess: Account, northwind: Tenant) -> None:
    give(tess, "Owner")
    Account.objects.filter(pk=tess.pk).update(identity=None, type=Type.SERVICE)


NOT_ENOUGH = [
    expiring,
    diminished,
    diminished_in_one_place,
    of_one_place,
    disabled,
    without_sign_in,
    ended_for_good,
    a_machine,
]


@pytest.mark.parametrize("make_second", NOT_ENOUGH)
def test_this_second_owner_would_not_be_enough(
    make_second: Callable[[Account, Tenant], None], olivia: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    make_second(make_account("Tess"), northwind)

    with pytest.raises(LastOwner):
        disable_accounts(only(olivia), by=System("Test", northwind))


def test_an_owner_through_a_group_is_enough(olivia: Account, make_account: MakeAccount, northwind: Tenant) -> None:
    board = Group.objects.create(tenant=northwind, name="Board")
    give(board, "Owner")
    join(board, make_account("Tess"))

    assert disable_accounts(only(olivia), by=System("Test", northwind)).changed == 1


def test_an_owner_on_notice_cannot_remove_the_one_who_stays(olivia: Account, make_account: MakeAccount) -> None:
    tess = make_account("Tess")
    give(tess, "Owner", until=timezone.now() + timedelta(days=1))

    with pytest.raises(LastOwner):
        disable_accounts(only(olivia), by=tess)


def test_only_owners_disable_owners(adam: Account, make_account: MakeAccount) -> None:
    tess = make_account("Tess", "Owner")

    with pytest.raises(OnlyOwners):
        disable_accounts(only(tess), by=adam)


def test_only_owners_enable_owners(adam: Account, olivia: Account, make_account: MakeAccount) -> None:
    tess = make_account("Tess", "Owner", status=Status.DISABLED)

    with pytest.raises(OnlyOwners):
        enable_accounts(only(tess), by=adam)
    assert enable_accounts(only(tess), by=olivia).changed == 1


def test_an_owner_through_a_group_is_an_owner(adam: Account, make_account: MakeAccount, northwind: Tenant) -> None:
    board, tess = Group.objects.create(tenant=northwind, name="Board"), make_account("Tess")
    give(board, "Owner")
    join(board, tess)

    with pytest.raises(OnlyOwners):
        disable_accounts(only(tess), by=adam)


def test_the_builtin_owner_role_is_what_makes_an_owner(olivia: Account, northwind: Tenant) -> None:
    copied = make_role(northwind, "Like an owner", allows=list(Right))
    tess = add_account(northwind, "Tess", copied)

    assert Role.objects.builtin(Builtin.OWNER).get().name == "Owner"
    assert set(Account.objects.owning().values_list("login", flat=True)) == {"olivia"}
    assert tess.reach(Right.CHANGE_OWNERS) == olivia.reach(Right.CHANGE_OWNERS)
