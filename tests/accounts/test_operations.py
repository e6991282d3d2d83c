"""What disabling and enabling change, and what they write down."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.guards import LastOwner
from accounts.models import Account, Ending, Group, HeldRole, Identity, LoginSession, RoleAssignment, Status, Type
from accounts.operations import choose_theme, disable_accounts, enable_accounts, furnish_tenant, lock
from itam_portal.lists.models import Receipt, ReceiptRow, ReceiptState
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Organization, OrganizationType, Tenant
from roles.models import Role
from roles.rights import BUILTIN_RIGHTS, Builtin
from tests.cast import account_named, add_account, give, only, organization, started

commits = pytest.mark.django_db(transaction=True)
MakeAccount = Callable[..., Account]


# --- disabling and enabling ------------------------------------------------------------------------------------------


def test_a_disabled_account_can_be_enabled_again(olivia: Account, victor: Account) -> None:
    disable_accounts(only(victor), by=olivia)
    assert victor.refreshed().status == Status.DISABLED

    enable_accounts(only(victor), by=olivia)
    assert victor.refreshed().status == Status.ENABLED


def test_nothing_else_of_the_account_changes(olivia: Account, victor: Account) -> None:
    before = Account.objects.filter(pk=victor.pk).values().get()

    disable_accounts(only(victor), by=olivia)

    after = Account.objects.filter(pk=victor.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"status", "changed_at", "change_rank"}
    assert RoleAssignment.objects.of(victor).count() == 1


def test_only_the_chosen_accounts_change(olivia: Account, victor: Account) -> None:
    before = set(Account.objects.enabled().values_list("pk", flat=True))

    disable_accounts(only(victor), by=olivia)

    assert set(Account.objects.enabled().values_list("pk", flat=True)) == before - {victor.pk}


def test_the_receipt_says_what_changed_and_what_it_was_before(olivia: Account, victor: Account, adam: Account) -> None:
    dora = account_named("dora")

    receipt = disable_accounts(only(victor, adam, olivia, dora), by=olivia, reason="They left.")

    kept = Receipt.objects.get(pk=receipt.pk)
    assert (kept.account, kept.by_name, kept.operation) == (olivia, "Olivia Northwind", "accounts.disable")
    assert (kept.total, kept.changed, kept.skipped) == (4, 2, 2)
    assert (kept.state, kept.reason) == (ReceiptState.DONE, "They left.")
    assert kept.finished_at is not None
    rows = {row.object_id: (row.outcome, row.before) for row in kept.rows.all()}
    assert rows == {
        victor.pk: ("changed", {"status": "enabled"}),
        adam.pk: ("changed", {"status": "enabled"}),
        olivia.pk: ("your_own_account", None),
        dora.pk: ("no_change", None),
    }


def test_enabling_writes_down_that_it_was_disabled(olivia: Account) -> None:
    receipt = enable_accounts(only(account_named("dora")), by=olivia)

    row = ReceiptRow.objects.get(receipt=receipt)
    assert (receipt.operation, row.outcome, row.before) == ("accounts.enable", "changed", {"status": "disabled"})


def test_what_is_already_so_is_no_error_and_no_change(olivia: Account) -> None:
    dora = account_named("dora")
    entries = dora.events.count()

    receipt = disable_accounts(only(dora), by=olivia)

    assert (receipt.changed, receipt.skipped) == (0, 1)
    assert dora.events.count() == entries


def test_a_single_refusal_leaves_no_receipt(olivia: Account, northwind: Tenant) -> None:
    receipts_before = Receipt.objects.count()

    with pytest.raises(LastOwner):
        disable_accounts(only(olivia), by=System("Test", northwind))

    assert Receipt.objects.count() == receipts_before


def test_one_statement_changes_many(olivia: Account, make_account: MakeAccount) -> None:
    def queries(number: int) -> int:
        accounts = [make_account(f"Tess{number}x{at}", "Viewer") for at in range(number)]
        with CaptureQueriesContext(connection) as captured:
            assert disable_accounts(only(*accounts), by=olivia).changed == number
        return len(captured)

    assert queries(2) == queries(20)


# --- history ---------------------------------------------------------------------------------------------------------


def test_every_changed_row_has_one_entry_that_says_who_why_and_by_what(
    olivia: Account, victor: Account, adam: Account
) -> None:
    receipt = disable_accounts(only(victor, adam, olivia), by=olivia, reason="They left.")

    for account in (victor, adam):
        entry = account.events.get(status=Status.DISABLED)
        assert entry.pgh_label == "update"
        assert entry.tenant_id == olivia.tenant_id
        # Folded words stand beside the words, for the history to be searched by.
        assert {key: value for key, value in entry.pgh_context.items() if not key.endswith("_key")} | {
            "request": ""
        } == {
            "request": "",
            "operation": "accounts.disable",
            "reason": "They left.",
            "by": olivia.pk,
            "by_name": "Olivia Northwind",
            "receipt": receipt.pk,
        }
    assert not olivia.events.filter(status=Status.DISABLED).exists()


def test_the_entries_of_one_operation_share_a_number(olivia: Account, victor: Account, adam: Account) -> None:
    disable_accounts(only(victor), by=olivia)
    disable_accounts(only(adam, account_named("nina")), by=olivia)

    numbers = {
        a.login: a.events.get(status=Status.DISABLED).pgh_context_id for a in (victor, adam, account_named("nina"))
    }
    assert numbers["adam"] == numbers["nina"] != numbers["victor"]


def test_what_the_system_does_carries_its_name(victor: Account, northwind: Tenant) -> None:
    receipt = disable_accounts(only(victor), by=System("Housekeeping", northwind))

    context = victor.events.get(status=Status.DISABLED).pgh_context
    assert context["by_system"] == "Housekeeping"
    assert "by" not in context
    assert (receipt.account, receipt.by_name) == (None, "Housekeeping")


def test_what_a_page_does_carries_the_requests_number(
    adam: Account, victor: Account, client_of: Callable[[Account], Client]
) -> None:
    client_of(adam).post("/accounts/disable/", {"selected": [victor.pk], "confirm": "1", "reason": "Gone"})

    context = victor.events.get(status=Status.DISABLED).pgh_context
    assert len(context["request"]) == 32
    assert (context["by"], context["reason"]) == (adam.pk, "Gone")


def test_what_no_request_does_names_no_request(
    olivia: Account, victor: Account, client_of: Callable[[Account], Client]
) -> None:
    client_of(olivia).get("/accounts/")

    disable_accounts(only(victor), by=olivia)

    assert "request" not in victor.events.get(status=Status.DISABLED).pgh_context


# --- sessions end at once --------------------------------------------------------------------------------------------


def test_disabling_ends_every_open_session_and_keeps_how_long_the_newest_took(olivia: Account, victor: Account) -> None:
    sessions = [started(victor, 7_200), started(victor, 3_600.4)]

    disable_accounts(only(victor), by=olivia)

    for session in sessions:
        session.refresh_from_db()
        assert session.ending == Ending.DISABLED
        assert abs((timezone.now() - session.ended_at).total_seconds()) < 60
    assert 3_600 <= victor.refreshed().last_login_duration < 3_660


def test_sessions_of_skipped_accounts_go_on(oscar: Account, adam: Account, victor: Account) -> None:
    skipped, changed = started(adam, 60), started(victor, 60)

    disable_accounts(only(adam, victor), by=oscar)

    assert LoginSession.objects.open().filter(pk=skipped.pk).exists()
    assert not LoginSession.objects.open().filter(pk=changed.pk).exists()


def test_enabling_brings_no_session_back(olivia: Account, victor: Account) -> None:
    session = started(victor, 60)
    disable_accounts(only(victor), by=olivia)

    enable_accounts(only(victor), by=olivia)

    session.refresh_from_db()
    assert session.ending == Ending.DISABLED


def test_the_next_click_of_a_disabled_account_leads_to_the_sign_in_page(
    olivia: Account, victor: Account, client_of: Callable[[Account], Client]
) -> None:
    browser = client_of(victor)
    assert browser.get("/accounts/").status_code == 200

    disable_accounts(only(victor), by=olivia)

    assert browser.get("/accounts/").headers["Location"].startswith("/sign-in/")


# --- the lock --------------------------------------------------------------------------------------------------------


def test_the_actor_is_read_again_under_the_lock(oscar: Account, northwind: Tenant) -> None:
    assert oscar.may("accounts.disable")
    RoleAssignment.objects.of(oscar).update(role=Role.objects.get(name="Viewer"))

    assert not lock(oscar).may("accounts.disable")
    assert lock(System("Test", northwind)).is_system


# --- founding and the rest -------------------------------------------------------------------------------------------


@commits
def test_a_new_tenant_is_furnished(as_owner: Any) -> None:
    as_owner.execute(
        "INSERT INTO organizations_tenant (name, slug, company_name, company_type, country, time_zone, created_at, "
        "email_notifications, require_mfa, is_demo) VALUES ('Fabrikam', 'fabrikam', '', 'other', '', 'UTC', now(), "
        "true, false, false) RETURNING id"
    )
    with tenant_scope(as_owner.fetchone()[0]) as scope:
        tenant = Tenant.objects.get(pk=scope.tenant_id)

        furnish_tenant(tenant, by=System("Test", tenant))

        roles = {role.builtin: set(role.allows) for role in Role.objects.all()}
        automation = Account.objects.get()
        assert roles == {builtin.value: set(BUILTIN_RIGHTS[builtin]) for builtin in Builtin}
        assert [role.denies for role in Role.objects.all()] == [[]] * 5
        assert Organization.objects.get().type == OrganizationType.HOME
        assert (automation.type, automation.login, automation.identity) == (Type.SERVICE, "automation", None)
        assert list(HeldRole.objects.values_list("role__name", flat=True)) == ["Web Service"]
        assert automation.events.get().pgh_context["operation"] == "tenant.found"


def test_choosing_a_theme_is_written_down_with_the_person(victor: Account) -> None:
    choose_theme(victor.identity, "dark", by=victor)

    entry = Identity.objects.get(pk=victor.identity_id).events.get(theme="dark")
    assert entry.pgh_context["operation"] == "identity.theme"


def test_the_name_of_a_home_goes_along_for_the_order(make_account: MakeAccount) -> None:
    tess = make_account("Tess")
    assert tess.home_key.startswith("northwind ")

    Account.objects.filter(pk=tess.pk).update(home=organization("emea"))

    assert tess.refreshed().home_key == f"emea {organization('emea').pk}"


def test_a_group_without_members_gives_nobody_anything(northwind: Tenant, scope: None) -> None:
    empty = Group.objects.create(tenant=northwind, name="Empty")
    give(empty, "Owner")

    assert set(Account.objects.owning().values_list("login", flat=True)) == {"olivia"}


def test_a_name_that_only_differs_in_its_accents_is_found_beside_it(northwind: Tenant, scope: None) -> None:
    emile = add_account(northwind, "Émile")

    assert emile.name_key == "emile northwind"
    assert emile.login == "émile"
