"""Leavers, movers and dormant accounts: what marks an account, what takes the mark away, and the lists of them."""

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import guards
from accounts.models import AccessKey, Account, GroupMember, RoleAssignment
from accounts.operations import (
    add_to_group,
    change_members,
    confirm_rights,
    date_assignment,
    disable_accounts,
    enable_accounts,
    give_roles,
    refresh_stale_roles,
    remove_from_group,
    take_assignment,
    take_roles,
)
from accounts.queries import Scope
from itam_portal.history.models import Entry
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.actor import System
from organizations.models import Tenant
from tests.cast import account_named, add_account, give, make_role, only, organization, role_named
from tests.users.test_pages import add, text_of
from users.models import ComputerUser, UserStatus
from users.operations import delete_user, edit_user, edit_users, link_account, set_status, transfer_users

EVERYWHERE = Scope()


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


@pytest.fixture
def nina(scope: None) -> Account:
    """An account that holds nothing."""
    return account_named("nina")


@pytest.fixture
def person(nina: Account, northwind: Tenant) -> ComputerUser:
    """Nina as a computer user."""
    return add(northwind, "Nina Person", account=nina, job_title="Clerk")


@pytest.fixture
def moved(person: ComputerUser, nina: Account, olivia: Account) -> Account:
    """Nina's account, after she became something else."""
    edit_users(people(person), by=olivia, changes={"job_title": "Boss"})
    return nina.refreshed()


def people(*found: ComputerUser) -> Any:
    return ComputerUser.objects.filter(pk__in=[one.pk for one in found])


def listed(browser: Client, query: str) -> set[str]:
    """The logins of the accounts that a list shows."""
    answer = browser.get(f"/accounts/?per_page=200&{query}")
    assert answer.status_code == 200
    return set(re.findall(r'<td [^>]*data-column="login"[^>]*>([^<]*)</td>', answer.content.decode()))


def quiet(account: Account, *, days: int) -> None:
    """Nobody has used this account for so long, and it is as old."""
    before = timezone.now() - timedelta(days=days)
    Account.objects.filter(pk=account.pk).update(created_at=before, last_login_at=before)


# --- left ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [UserStatus.INACTIVE, UserStatus.RETIRED])
def test_whoever_is_not_active_any_more_has_left(
    browser: Client, person: ComputerUser, nina: Account, olivia: Account, status: UserStatus
) -> None:
    before = listed(browser, "change=left")

    set_status(people(person), by=olivia, to=status)

    assert before == set()
    assert listed(browser, "change=left") == {"nina"}


def test_whoever_comes_back_has_not_left(browser: Client, person: ComputerUser, olivia: Account) -> None:
    set_status(people(person), by=olivia, to=UserStatus.RETIRED)

    set_status(people(person), by=olivia, to=UserStatus.ACTIVE)

    assert listed(browser, "change=left") == set()


def test_a_disabled_account_needs_no_look_until_it_is_enabled_again(
    browser: Client, person: ComputerUser, nina: Account, olivia: Account
) -> None:
    set_status(people(person), by=olivia, to=UserStatus.RETIRED)

    disable_accounts(only(nina), by=olivia)
    disabled = listed(browser, "change=left")
    enable_accounts(only(nina), by=olivia)

    assert disabled == set()
    assert listed(browser, "change=left") == {"nina"}


def test_one_of_two_who_share_an_account_is_enough(
    browser: Client, person: ComputerUser, nina: Account, northwind: Tenant, olivia: Account
) -> None:
    other = add(northwind, "Other Person", account=nina)

    set_status(people(other), by=olivia, to=UserStatus.RETIRED)
    both = listed(browser, "change=left")
    link_account(other, by=olivia, account=None)

    assert both == {"nina"}
    assert listed(browser, "change=left") == set()
    assert nina.refreshed().has_user


def test_an_account_that_somebody_who_left_gets_is_listed(
    browser: Client, northwind: Tenant, nina: Account, olivia: Account
) -> None:
    gone = add(northwind, "Gone Person", status=UserStatus.RETIRED)

    link_account(gone, by=olivia, account=nina)

    assert listed(browser, "change=left") == {"nina"}


def test_without_anybody_there_is_nobody_who_left(person: ComputerUser, nina: Account, olivia: Account) -> None:
    set_status(people(person), by=olivia, to=UserStatus.RETIRED)

    delete_user(people(person).get(), by=olivia)

    assert (nina.refreshed().has_user, nina.refreshed().left_at) == (False, None)


def test_all_who_left_are_disabled_together(browser: Client, person: ComputerUser, nina: Account) -> None:
    set_status(people(person), by=account_named("olivia"), to=UserStatus.RETIRED)

    asked = browser.post("/accounts/disable/?change=left", {"everything": "1"})
    browser.post("/accounts/disable/", {"selection": asked.context["selection"].pk, "confirm": "1"})

    assert not nina.refreshed().is_enabled
    assert Account.objects.enabled().count() > 5


# --- moved --------------------------------------------------------------------------------------------------------


def test_each_new_place_or_task_marks_the_account(
    person: ComputerUser, nina: Account, northwind: Tenant, olivia: Account
) -> None:
    boss = add(northwind, "Boss")
    for change in ({"job_title": "Boss"}, {"corporate_unit": "North"}, {"manager_id": boss.pk}):
        Account.objects.filter(pk=nina.pk).update(moved_at=None)

        edit_users(people(person), by=olivia, changes=change)

        assert nina.refreshed().moved_at is not None, change


def test_every_door_marks_it(person: ComputerUser, nina: Account, olivia: Account) -> None:
    def edit() -> None:
        fresh = people(person).select_related("home").get()
        fields = {"display_name": fresh.display_name, "home": fresh.home, "corporate_unit": "South"}
        edit_user(fresh, by=olivia, version=fresh.version, fields=fields)

    doors = [
        edit,
        lambda: transfer_users(people(person), by=olivia, to=organization("emea").pk),
        lambda: people(person).update(job_title="Written past every operation"),
    ]
    for door in doors:
        Account.objects.filter(pk=nina.pk).update(moved_at=None)

        door()

        assert nina.refreshed().moved_at is not None


def test_another_telephone_is_no_move(person: ComputerUser, nina: Account, olivia: Account) -> None:
    edit_users(people(person), by=olivia, changes={"location": "Bonn", "job_title": "Clerk"})

    assert nina.refreshed().moved_at is None


def test_confirming_takes_the_mark_away_and_is_on_record(browser: Client, moved: Account, olivia: Account) -> None:
    before = listed(browser, "change=moved")

    receipt = confirm_rights(only(moved), by=olivia, reason="Asked the new manager")

    assert before == {"nina"}
    assert (receipt.changed, listed(browser, "change=moved")) == (1, set())
    entry = Entry.objects.get(operation="accounts.confirm", object_type="account", object_id=moved.pk)
    assert (entry.reason, list(entry.changes)) == ("Asked the new manager", ["moved_at"])


def test_changing_the_rights_takes_the_mark_away(moved: Account, olivia: Account, northwind: Tenant) -> None:
    viewer, group = role_named("Viewer"), GroupMember.objects.first().group  # type: ignore[union-attr]
    given = {"by": olivia, "role": viewer, "scope": EVERYWHERE}

    def own() -> RoleAssignment:
        return RoleAssignment.objects.get(account=moved)

    doors = [
        lambda: give_roles(only(moved), **given),
        lambda: date_assignment(own(), by=olivia, expires_on=timezone.now().date() + timedelta(days=9)),
        lambda: take_assignment(own(), by=olivia),
        lambda: give_roles(only(moved), **given),
        lambda: take_roles(only(moved), **given),
        lambda: add_to_group(only(moved), by=olivia, group=group),
        lambda: remove_from_group(only(moved), by=olivia, group=group),
        lambda: change_members(group, by=olivia, add=[moved.pk], remove=[]),
        lambda: change_members(group, by=olivia, add=[], remove=[moved.pk]),
    ]
    for number, door in enumerate(doors):
        Account.objects.filter(pk=moved.pk).update(moved_at=timezone.now())

        door()

        assert moved.refreshed().moved_at is None, number


def test_a_role_that_ends_by_itself_takes_no_mark_away(moved: Account, northwind: Tenant) -> None:
    give(moved, "Viewer", until=timezone.now() - timedelta(days=1))
    Account.objects.filter(pk=moved.pk).update(role_key="viewer")

    refresh_stale_roles(by=System("Test", northwind))

    assert moved.refreshed().moved_at is not None


def test_nobody_confirms_their_own_rights(northwind: Tenant, olivia: Account, adam: Account) -> None:
    add(northwind, "Adam Person", account=adam)
    ComputerUser.objects.filter(account=adam).update(job_title="Chief")

    with pytest.raises(guards.YourOwnAccount):
        confirm_rights(only(adam), by=adam)

    assert adam.refreshed().moved_at is not None


def test_confirming_needs_the_right_to_give_roles(moved: Account, oscar: Account) -> None:
    with pytest.raises(NotAllowed):
        confirm_rights(only(moved), by=oscar)


def test_whoever_may_do_less_confirms_nobody_who_may_do_more(northwind: Tenant, olivia: Account, adam: Account) -> None:
    add(northwind, "Olivia Person", account=olivia)
    ComputerUser.objects.filter(account=olivia).update(job_title="Founder")

    with pytest.raises(guards.OnlyOwners):
        confirm_rights(only(olivia), by=adam)


def test_in_bulk_those_who_did_not_move_are_skipped(browser: Client, moved: Account, adam: Account) -> None:
    asked = browser.post("/accounts/confirm/", {"selected": [moved.pk, adam.pk]})
    done = browser.post("/accounts/confirm/", {"selection": asked.context["selection"].pk, "confirm": "1"}, follow=True)

    assert "Confirm the rights of 1 account?" in text_of(asked)
    assert "Rights of 1 account confirmed." in text_of(done)
    assert moved.refreshed().moved_at is None


def test_the_account_says_what_changed(browser: Client, moved: Account) -> None:
    page = text_of(browser.get(f"/accounts/{moved.pk}/"))

    assert "Nina Person · Job title: Clerk → Boss" in page
    assert "Confirm rights" in page


def test_the_account_says_who_left(browser: Client, person: ComputerUser, nina: Account, olivia: Account) -> None:
    set_status(people(person), by=olivia, to=UserStatus.RETIRED)

    page = text_of(browser.get(f"/accounts/{nina.pk}/"))

    assert "Nina Person is no longer active as a user (Retired), and this account is still enabled." in page


def test_who_may_not_read_users_learns_nothing_about_them(
    moved: Account, northwind: Tenant, make_account: Any, client_of: Any
) -> None:
    reader = make_account("Rita", make_role(northwind, "Only accounts", allows=["accounts.read"]))

    page = text_of(client_of(reader).get(f"/accounts/{moved.pk}/"))

    assert "Moved" in page
    assert "Boss" not in page
    assert "Nina Person" not in page
    assert "Confirm rights" not in page


# --- dormant ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_dormant"), [(89, False), (91, True)])
def test_an_account_is_dormant_after_ninety_days(
    browser: Client, nina: Account, days: int, *, is_dormant: bool
) -> None:
    quiet(nina, days=days)

    assert ("nina" in listed(browser, "change=dormant")) == is_dormant


def test_a_new_account_is_not_dormant(browser: Client, northwind: Tenant) -> None:
    add_account(northwind, "Newt")

    assert listed(browser, "change=dormant") == set()


def test_a_service_whose_key_is_used_is_not_dormant(browser: Client, northwind: Tenant) -> None:
    key = AccessKey.objects.select_related("account").latest("pk")
    quiet(key.account, days=400)
    before = listed(browser, "change=dormant")

    AccessKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now() - timedelta(days=2))

    assert before == {key.account.login}
    assert listed(browser, "change=dormant") == set()


def test_signing_in_wakes_an_account(browser: Client, nina: Account) -> None:
    quiet(nina, days=400)

    Account.objects.filter(pk=nina.pk).update(last_login_at=timezone.now())

    assert listed(browser, "change=dormant") == set()


# --- the list -----------------------------------------------------------------------------------------------------


def test_the_column_the_file_and_the_advanced_filter_know_changes(browser: Client, moved: Account) -> None:
    quiet(moved, days=100)
    page = browser.get("/accounts/?change=moved&change=left&columns=name,change,has_user")
    file = browser.get("/accounts/export.csv?change=moved&columns=login,change,has_user").getvalue().decode("utf-8-sig")
    tree = listed(browser, "filter=all(change:moved;left,has_user:yes,none(change:left))")

    assert re.findall(r'data-change="(\w+)"', page.content.decode()) == ["moved", "dormant"]
    assert list(csv.reader(io.StringIO(file)))[1][1:] == ["nina", "Moved, Dormant", "Yes"]
    assert tree == {"nina"}


def test_what_is_no_change_is_an_error_without_rows(browser: Client) -> None:
    answer = browser.get("/accounts/?change=promoted")

    assert answer.status_code == 400
    assert "none of: left, moved, dormant" in answer.content.decode()
    assert "data-id" not in answer.content.decode()


def test_another_tenant_is_not_marked(moved: Account, mallory: Account) -> None:
    assert isinstance(moved.moved_at, datetime)
    assert Account.objects.filter(pk=mallory.pk).count() == 0
