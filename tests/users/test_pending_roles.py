"""Roles that wait for a contact's account, and accounts made for people."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.guards import ExceedsGiver
from accounts.models import Account, RoleAssignment
from accounts.queries import Scope
from itam_portal import guards
from itam_portal.refusals import NotAllowed
from organizations.models import Tenant
from roles.models import Role
from roles.operations import RoleInUse, delete_role
from roles.rights import Right
from tests.cast import account_named, make_role, role_named
from tests.users.test_pages import add, text_of
from users.models import ComputerUser, PendingRole
from users.operations import (
    AlreadyPending,
    HasAnAccount,
    give_pending_role,
    link_account,
    link_contact,
    take_pending_role,
)


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


@pytest.fixture
def carl(scope: None, northwind: Tenant) -> ComputerUser:
    """A contact: a person without an account."""
    return add(northwind, "Carl Contact", email="carl@northwind.example", job_title="Buyer")


def wait(carl: ComputerUser, role: Role, **more: Any) -> PendingRole:
    return give_pending_role(carl, by=account_named("olivia"), role=role, scope=Scope(), **more)


def held(account: Account) -> list[str]:
    return sorted(RoleAssignment.objects.filter(account=account).values_list("role__name", flat=True))


def test_a_pending_role_becomes_an_assignment_with_the_account(carl: ComputerUser, olivia: Account) -> None:
    nina = account_named("nina")
    wait(carl, role_named("Viewer"), expires_on=timezone.now().date() + timedelta(days=9))

    link_account(carl, by=olivia, account=nina)

    assert "Viewer" in held(nina)
    assert RoleAssignment.objects.get(account=nina, role__name="Viewer").expires_on is not None
    assert not PendingRole.objects.filter(user=carl).exists()


def test_what_expired_while_it_waited_gives_nothing(carl: ComputerUser, olivia: Account) -> None:
    nina = account_named("nina")
    over = timezone.now().date() - timedelta(days=2)
    PendingRole.objects.create(tenant=carl.tenant, user=carl, role=role_named("Viewer"), expires_on=over)

    link_account(carl, by=olivia, account=nina)

    assert "Viewer" not in held(nina)


def test_nobody_gives_by_a_contact_what_they_do_not_hold(
    carl: ComputerUser, northwind: Tenant, make_account: Any
) -> None:
    rights = {Right.GIVE_ROLES, Right.EDIT_USERS, Right.READ_USERS}
    helper = make_account("Helper", make_role(northwind, "Helper", allows=rights))
    nina, strong = account_named("nina"), role_named("Viewer")

    with pytest.raises(ExceedsGiver):
        give_pending_role(carl, by=helper, role=strong, scope=Scope())
    wait(carl, strong)
    with pytest.raises(ExceedsGiver):
        link_account(carl, by=helper, account=nina)

    assert ComputerUser.objects.get(pk=carl.pk).account_id is None
    assert held(nina) == held(account_named("nina"))
    assert "Viewer" not in held(nina)


def test_a_role_waits_once_and_only_for_a_contact(carl: ComputerUser, olivia: Account) -> None:
    pending = wait(carl, role_named("Viewer"))

    with pytest.raises(AlreadyPending):
        wait(carl, role_named("Viewer"))
    take_pending_role(pending, by=olivia)
    link_account(carl, by=olivia, account=account_named("nina"))
    with pytest.raises(HasAnAccount):
        wait(carl, role_named("Viewer"))


def test_a_role_that_waits_for_somebody_is_in_use(carl: ComputerUser, olivia: Account, northwind: Tenant) -> None:
    role = make_role(northwind, "Waited for", allows={Right.READ_USERS})
    wait(carl, role)

    with pytest.raises(RoleInUse):
        delete_role(role, by=olivia)


def test_uma_gives_nothing_beyond_her_organization(carl: ComputerUser, uma: Account) -> None:
    with pytest.raises(NotAllowed):
        give_pending_role(carl, by=uma, role=role_named("Viewer"), scope=Scope())


def test_the_one_contact_of_an_address_is_linked_when_somebody_gets_an_account(
    carl: ComputerUser, olivia: Account, northwind: Tenant
) -> None:
    nina = account_named("nina")
    ComputerUser.objects.filter(pk=carl.pk).update(email=nina.email.upper())
    wait(carl, role_named("Viewer"))

    guards.linked(nina, by=olivia)

    assert ComputerUser.objects.get(pk=carl.pk).account_id == nina.pk
    assert "Viewer" in held(nina)


def test_two_contacts_of_one_address_are_not_guessed_between(
    carl: ComputerUser, olivia: Account, northwind: Tenant
) -> None:
    nina = account_named("nina")
    ComputerUser.objects.filter(pk=carl.pk).update(email=nina.email)
    add(northwind, "Carla Contact", email=nina.email)

    link_contact(nina, by=olivia)

    assert not ComputerUser.objects.filter(account=nina).exists()


def test_an_account_is_made_for_a_person_on_their_page(browser: Client, carl: ComputerUser) -> None:
    wait(carl, role_named("Viewer"))
    page = browser.get(f"/users/{carl.pk}/")
    form = browser.get(f"/users/{carl.pk}/account/new/")
    values = {"name": "Carl Contact", "email": "carl@northwind.example", "home": "HOME"}

    made = browser.post(f"/users/{carl.pk}/account/new/", values)
    again = browser.post(f"/users/{carl.pk}/account/new/", {**values, "email": "other@northwind.example"})

    assert "Pending roles" in text_of(page)
    assert 'value="carl@northwind.example"' in form.content.decode()
    assert made.status_code == 302
    account = Account.objects.get(email="carl@northwind.example")
    assert ComputerUser.objects.get(pk=carl.pk).account_id == account.pk
    assert held(account) == ["Viewer"]
    assert again.status_code == 422
    assert "This user has an account." in text_of(again)


def test_a_pending_role_is_given_and_taken_on_the_pages(browser: Client, carl: ComputerUser) -> None:
    viewer = role_named("Viewer")

    given = browser.post(f"/users/{carl.pk}/roles/new/", {"role": viewer.pk, "scope": ""})
    pending = PendingRole.objects.get(user=carl)
    question = browser.get(f"/users/{carl.pk}/roles/{pending.pk}/take/")
    taken = browser.post(f"/users/{carl.pk}/roles/{pending.pk}/take/")

    assert given.status_code == taken.status_code == 302
    assert "Take Viewer from Carl Contact?" in text_of(question)
    assert not PendingRole.objects.filter(user=carl).exists()


def test_whoever_is_made_an_account_elsewhere_gets_what_waited(browser: Client, carl: ComputerUser) -> None:
    wait(carl, role_named("Viewer"))
    values = {"name": "Carl Contact", "email": "CARL@northwind.example", "home": "HOME"}

    made = browser.post("/accounts/new/", values)

    assert made.status_code == 302
    account = Account.objects.get(email__iexact="carl@northwind.example")
    assert ComputerUser.objects.get(pk=carl.pk).account_id == account.pk
    assert held(account) == ["Viewer"]


def test_what_the_maker_may_not_give_goes_on_waiting(
    carl: ComputerUser, northwind: Tenant, make_account: Any, client_of: Any
) -> None:
    wait(carl, role_named("Viewer"))
    rights = {Right.CREATE_ACCOUNTS, Right.READ_ACCOUNTS, Right.READ_ORGANIZATIONS}
    helper = make_account("Helper", make_role(northwind, "Helper", allows=rights))
    values = {"name": "Carl Contact", "email": "carl@northwind.example", "home": "HOME"}

    made = client_of(helper).post("/accounts/new/", values)

    assert made.status_code == 302
    assert held(Account.objects.get(email="carl@northwind.example")) == []
    assert PendingRole.objects.filter(user=carl).count() == 1
    assert ComputerUser.objects.get(pk=carl.pk).account_id is None
