"""The tenant's profile and billing: who reads, who changes, what another time zone moves."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.guards import ExceedsGiver, YourOwnAccount
from accounts.models import Account, Group, RoleAssignment
from accounts.operations import date_assignment, give_roles
from accounts.queries import Scope, end_in
from itam_portal.history.models import Entry
from itam_portal.refusals import NotAllowed
from organizations.models import BillingProfile, Tenant
from organizations.operations import OwnersKeepBilling, TenantChangedMeanwhile, edit_billing, edit_tenant
from roles.rights import Right
from tests.accounts.making import text_of
from tests.cast import account_named, give, join, make_role, only, organization, role_named


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


def profile_of(tenant: Tenant, **changes: Any) -> dict[str, Any]:
    """The profile as it is, with these changes."""
    return {**{name: getattr(tenant, name) for name in Tenant.profile}, **changes}


def form_of(tenant: Tenant, **changes: Any) -> dict[str, Any]:
    """The form of the profile as a browser sends it."""
    values = {**profile_of(tenant), "version": tenant.version, **changes}
    return {name: "on" if value is True else value for name, value in values.items() if value is not False}


def change(tenant: Tenant, by: Account, **changes: Any) -> Tenant:
    return edit_tenant(tenant, by=by, was=tenant.version, fields=profile_of(tenant, **changes))


# --- the profile ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("login", "reads", "edits"), [("adam", 200, 403), ("victor", 200, 403), ("uma", 404, 404)])
def test_administrators_and_viewers_read_it_and_scoped_accounts_do_not_know_it(
    scope: None, client_of: Any, login: str, reads: int, edits: int
) -> None:
    browser = client_of(account_named(login))

    assert browser.get("/tenant/").status_code == reads
    assert browser.get("/tenant/edit/").status_code == edits
    assert ("/tenant/" in browser.get("/accounts/").content.decode()) == (reads == 200)
    assert "/tenant/edit/" not in browser.get("/tenant/").content.decode()


def test_an_owner_changes_it_and_it_stands_in_the_history(browser: Client, northwind: Tenant) -> None:
    form = form_of(northwind, company_name="Northwind  Traders ", country="de", require_mfa=True, reason="Audit")

    answer = browser.post("/tenant/edit/", {**form, "email_notifications": ""})

    assert answer.headers["Location"] == "/tenant/"
    found = Tenant.objects.get()
    assert (found.country, found.require_mfa, found.email_notifications) == ("DE", True, False)
    # Who set it would be led to a second factor first.
    Tenant.objects.update(require_mfa=False)
    assert "Northwind Traders" in text_of(browser.get("/tenant/"))
    entry = Entry.objects.filter(operation="tenant.edit").get()
    assert (entry.reason, entry.changes["company_name"]) == ("Audit", ["Northwind Ltd", "Northwind Traders"])
    assert "Northwind Traders" in text_of(browser.get("/tenant/history/"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"country": "Germany"}, "A country is a code of two letters"),
        ({"time_zone": "Mars/Base"}, "Mars/Base is not one of the available choices"),
        ({"company_type": "none"}, "none is not one of the available choices"),
        ({"company_name": "N\0"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said(browser: Client, northwind: Tenant, wrong: dict[str, str], said: str) -> None:
    answer = browser.post("/tenant/edit/", form_of(northwind, **wrong))

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert Tenant.objects.get().version == northwind.version


def test_the_second_editor_sees_both_values_and_chooses(browser: Client, northwind: Tenant) -> None:
    mine = form_of(northwind, company_name="Mine")
    browser.post("/tenant/edit/", form_of(northwind, company_name="Theirs"))

    told = browser.post("/tenant/edit/", mine)

    assert told.status_code == 409
    assert "Company name: saved by somebody else as “Theirs”, here “Mine”" in text_of(told)
    version = re.search(r'name="version" value="(\w+)"', told.content.decode())
    assert version
    browser.post("/tenant/edit/", {**mine, "version": version[1]})
    assert Tenant.objects.get().company_name == "Mine"


def test_only_the_right_changes_it_whatever_the_door(scope: None, northwind: Tenant, adam: Account) -> None:
    with pytest.raises(NotAllowed):
        change(northwind, adam, company_name="Adam's")
    with pytest.raises(TenantChangedMeanwhile):
        edit_tenant(northwind, by=account_named("olivia"), was="long ago", fields=profile_of(northwind))


# --- the time zone ----------------------------------------------------------------------------------------------

TOKYO, HONOLULU, HAVANA = "Asia/Tokyo", "Pacific/Honolulu", "America/Havana"


def given_until(account: Account, day: date, role: str = "Viewer", at: Any = None) -> RoleAssignment:
    scope = Scope(organization_id=at.pk) if at else Scope()
    give_roles(only(account), by=account_named("olivia"), role=role_named(role), scope=scope, expires_on=day)
    return RoleAssignment.objects.get(account=account, role__name=role, organization=at)


def test_another_zone_moves_the_ends_and_all_that_is_derived_from_them(scope: None, northwind: Tenant) -> None:
    day, nina, gil = date(2040, 7, 1), account_named("nina"), account_named("gil")
    own = given_until(nina, day)
    board = Group.objects.create(tenant=northwind, name="Board")
    join(board, gil)
    give(board, "Viewer", until=end_in(day, "UTC"))
    RoleAssignment.objects.filter(group=board).update(expires_on=day)
    held = gil.held_roles.get(role=role_named("Viewer"))

    change(northwind, account_named("olivia"), time_zone=TOKYO)

    wanted = datetime(2040, 7, 2, tzinfo=ZoneInfo(TOKYO))
    assert RoleAssignment.objects.get(pk=own.pk).expires_at == wanted
    assert account_named("nina").access_until == wanted
    held.refresh_from_db()
    assert held.until == wanted
    entry = Entry.objects.get(object_type="assignment", object_id=own.pk, action="update")
    assert (entry.operation, entry.fields.split()) == ("tenant.edit", ["expires_at"])


def test_a_midnight_that_comes_twice_is_the_same_one_however_an_end_is_set(scope: None, northwind: Tenant) -> None:
    day, nina = date(2039, 11, 5), account_named("nina")
    moved = given_until(nina, day)

    tenant = change(northwind, account_named("olivia"), time_zone=HAVANA)

    assert RoleAssignment.objects.get(pk=moved.pk).expires_at == end_in(day, HAVANA)
    date_assignment(moved, by=account_named("olivia"), expires_on=day)
    assert RoleAssignment.objects.get(pk=moved.pk).expires_at == end_in(day, tenant.time_zone)


def test_the_page_says_what_moves_and_saves_only_when_confirmed(browser: Client, northwind: Tenant) -> None:
    given_until(account_named("nina"), date(2040, 7, 1))
    form = form_of(northwind, time_zone=HONOLULU)

    asked = browser.post("/tenant/edit/", form)

    page = text_of(asked)
    assert (
        "2 assignments with an end date end with the end of that day in the new zone. That is later than now." in page
    )
    assert Tenant.objects.get().time_zone == "UTC"
    back = browser.post("/tenant/edit/", {**form, "again": "1"})
    assert f'<option value="{HONOLULU}" selected' in back.content.decode()
    browser.post("/tenant/edit/", {**form, "confirm": "1"})
    assert Tenant.objects.get().time_zone == HONOLULU


def test_where_nothing_ends_with_a_day_nothing_is_asked(browser: Client, northwind: Tenant) -> None:
    RoleAssignment.objects.filter(expires_on__isnull=False).delete()

    assert browser.post("/tenant/edit/", form_of(northwind, time_zone=TOKYO)).status_code == 302


def test_nobody_loses_their_own_rights_by_a_zone(scope: None, northwind: Tenant, make_account: Any) -> None:
    tess = make_account("Tess", make_role(northwind, "Profile", allows=[Right.CHANGE_TENANT, Right.READ_TENANT]))
    now = timezone.now()
    # A day that is over in the first zone of all, and not in the last.
    day = now.date() if now.hour >= 10 else now.date() - timedelta(days=1)
    Tenant.objects.update(time_zone="Etc/GMT+12")
    mine = give(tess, "Viewer", until=end_in(day, "Etc/GMT+12"))
    RoleAssignment.objects.filter(pk=mine.pk).update(expires_on=day)

    with pytest.raises(YourOwnAccount):
        change(Tenant.objects.get(), tess, time_zone="Etc/GMT-14")


def test_who_holds_less_gives_nobody_longer(scope: None, northwind: Tenant, make_account: Any) -> None:
    tess = make_account("Tess", make_role(northwind, "Profile", allows=[Right.CHANGE_TENANT, Right.READ_TENANT]))
    given_until(account_named("nina"), timezone.now().date() + timedelta(days=30), "Operator", organization("emea"))

    with pytest.raises(ExceedsGiver):
        change(northwind, tess, time_zone=HONOLULU)

    assert Tenant.objects.get().time_zone == "UTC"
    change(northwind, tess, company_name="Still may")
    change(northwind.__class__.objects.get(), account_named("olivia"), time_zone=HONOLULU)


# --- billing ----------------------------------------------------------------------------------------------------

BILLING = {"company": "Northwind AG", "address": "Street 1", "tax_id": "DE2", "email": "a@b.example"}
INVOICES = {**BILLING, "purchase_order": "PO 7"}


def test_an_owner_keeps_billing_and_its_history(browser: Client) -> None:
    version = BillingProfile.objects.get().version

    assert browser.post("/tenant/billing/", {**INVOICES, "version": version}).status_code == 302

    found = BillingProfile.objects.get()
    assert (found.company, found.purchase_order) == ("Northwind AG", "PO 7")
    assert "Northwind AG" in browser.get("/tenant/billing/").content.decode()
    assert "Northwind AG" in text_of(browser.get("/history/?object=billing_profile"))
    told = browser.post("/tenant/billing/", {**INVOICES, "company": "Other", "version": version})
    assert told.status_code == 409
    assert "Company: saved by somebody else as “Northwind AG”, here “Other”" in text_of(told)
    wrong = browser.post("/tenant/billing/", {**INVOICES, "email": "nobody"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("login", ["adam", "oscar", "victor", "uma"])
def test_to_everybody_else_billing_does_not_exist(browser: Client, client_of: Any, login: str) -> None:
    browser.post("/tenant/billing/", {**INVOICES, "version": BillingProfile.objects.get().version})
    other = client_of(account_named(login))

    assert other.get("/tenant/billing/").status_code == 404
    assert other.post("/tenant/billing/", INVOICES).status_code == 404
    assert "billing" not in other.get("/accounts/").content.decode()
    assert "Northwind AG" not in other.get("/history/?object=billing_profile").content.decode()
    assert "Northwind AG" not in other.get("/history/?count=exact").content.decode()


def test_a_right_alone_makes_nobody_an_owner_of_billing(scope: None, northwind: Tenant, make_account: Any) -> None:
    tess = make_account("Tess", make_role(northwind, "Bills", allows=[Right.READ_BILLING, Right.CHANGE_BILLING]))

    with pytest.raises(OwnersKeepBilling):
        edit_billing(northwind, by=tess, was=BillingProfile.objects.get().version, fields=INVOICES)
