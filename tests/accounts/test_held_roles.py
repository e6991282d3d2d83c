"""What lists show of roles, compared with a plain computation over every assignment."""

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import pytest
from django.utils import timezone
from hypothesis import given

from accounts.models import FOREVER, NEVER, Account, GroupMember, HeldRole, RoleAssignment
from accounts.operations import refresh_access, refresh_stale_roles
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from roles.models import Role
from tests.accounts.test_reach import World, on_random_worlds, settle, undone, worlds
from tests.cast import account_named, give, make_role
from tests.tenancy.test_isolation import drop_policies

MakeAccount = Callable[..., Account]


def plain_held(account: Account) -> dict[int, datetime]:
    """Each role and until when, from every assignment, one by one."""
    groups = {link.group_id for link in GroupMember.objects.filter(account=account)}
    found: dict[int, datetime] = {}
    for one in RoleAssignment.objects.all():
        if one.account_id == account.pk or one.group_id in groups:
            found[one.role_id] = max(found.get(one.role_id, NEVER), one.expires_at or FOREVER)
    return found


def assert_fresh(account: Account) -> None:
    """The stored columns say what the assignments say."""
    held, now = plain_held(account), timezone.now()
    live = [Role.objects.get(pk=role).name_key for role, until in held.items() if until > now]
    stored = account.refreshed()

    assert dict(HeldRole.objects.filter(account=account).values_list("role", "until")) == held
    assert stored.access_until == max(held.values(), default=NEVER)
    assert stored.role_key == min(live, default="")
    assert stored.is_assigned is bool(live)


@given(world=worlds)
@on_random_worlds
def test_the_stored_columns_say_what_the_assignments_say(world: World, scope: None, northwind: Tenant) -> None:
    with undone():
        account = settle(world, northwind)
        assert_fresh(account)

        RoleAssignment.objects.filter(pk__in=list(RoleAssignment.objects.values_list("pk", flat=True))[::2]).delete()
        GroupMember.objects.filter(account=account, group__name="day").delete()
        Account.objects.filter(pk=account.pk).update(role_key="stale", access_until=FOREVER)
        refresh_access([account.pk, account.pk], by=System("Test", northwind))

        assert_fresh(account)


def test_refreshing_touches_only_the_accounts_it_is_given(scope: None, northwind: Tenant, contoso: Tenant) -> None:
    Account.objects.update(role_key="stale")
    victor = account_named("victor")

    refresh_access([victor.pk], by=System("Test", northwind))

    assert set(Account.objects.exclude(role_key="stale").values_list("login", flat=True)) == {"victor"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_walls")
def test_refreshing_reaches_no_other_tenant_even_without_policies(
    mallory: Account, northwind: Tenant, contoso: Tenant, as_owner: psycopg.Cursor
) -> None:
    with tenant_scope(contoso.pk):
        Account.objects.filter(pk=mallory.pk).update(role_key="stale")
    drop_policies(as_owner)

    with tenant_scope(northwind.pk):
        refresh_access([mallory.pk], by=System("Test", northwind))

    with tenant_scope(contoso.pk):
        assert mallory.refreshed().role_key == "stale"


def test_refreshing_what_is_fresh_writes_nothing_into_the_history(victor: Account, northwind: Tenant) -> None:
    entries = victor.events.count()

    refresh_access([victor.pk], by=System("Test", northwind))

    assert victor.events.count() == entries


def test_a_role_that_expired_by_itself_no_longer_decides_the_order(
    make_account: MakeAccount, northwind: Tenant
) -> None:
    tess = make_account("Tess", "Viewer")
    early = give(tess, make_role(northwind, "Aardvark"), until=timezone.now() + timedelta(days=1))
    assert tess.refreshed().role_key == "aardvark"
    past = timezone.now() - timedelta(days=1)
    RoleAssignment.objects.filter(pk=early.pk).update(expires_at=past)
    HeldRole.objects.filter(account=tess, role=early.role).update(until=past)

    assert refresh_stale_roles(by=System("Test", northwind)) == 1

    assert tess.refreshed().role_key == "viewer"
    assert refresh_stale_roles(by=System("Test", northwind)) == 0
