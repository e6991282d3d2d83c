"""Disabling and enabling accounts: preview, reasons, confirmation, toast, receipt."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lists import bulk_button, column, expect_query, expect_total, rows, tick
from tests.browser.visitors import Visitors


def _crew(page: Page, title: str, more: str = "") -> None:
    page.goto(f"/accounts/?job_title={title.replace(' ', '+')}&sort=name{more}")


def _preview(page: Page, action: str) -> Locator:
    bulk_button(page, action).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_be_focused()
    return dialog


def _confirm(page: Page, button: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=button).click()


def _statuses(page: Page) -> list[str]:
    return column(page, "status")


def test_accounts_are_disabled_and_enabled_again(olivia: Page) -> None:
    _crew(olivia, "Bulk dialog", "&per_page=25")
    tick(olivia, 0, 1, 2)

    dialog = _preview(olivia, "Disable")
    expect(dialog).to_contain_text("Disable 3 accounts?")
    expect(dialog).to_contain_text("Bulk dialog 01, Bulk dialog 02, Bulk dialog 03")
    expect(dialog).to_contain_text("signed out at once")
    _confirm(olivia, "Disable 3 accounts")

    expect(olivia.locator("#messages")).to_contain_text("3 accounts disabled.")
    assert _statuses(olivia) == ["Disabled"] * 3 + ["Enabled"] * 2
    expect_query(olivia, "job_title=Bulk+dialog", "sort=name", "per_page=25")
    expect(olivia.locator("[data-pick]:checked")).to_have_count(0)
    tick(olivia, 0, 1, 2)
    _preview(olivia, "Enable")
    _confirm(olivia, "Enable 3 accounts")
    expect(olivia.locator("#messages")).to_contain_text("3 accounts enabled.")
    assert _statuses(olivia) == ["Enabled"] * 5


def test_cancelling_the_preview_changes_nothing_and_gives_the_focus_back(olivia: Page) -> None:
    _crew(olivia, "Bulk range")
    tick(olivia, 3)

    dialog = _preview(olivia, "Disable")
    dialog.get_by_role("link", name="Cancel").click()

    expect(dialog).to_have_count(0)
    expect(bulk_button(olivia, "Disable")).to_be_focused()
    assert _statuses(olivia) == ["Enabled"] * 12
    olivia.reload()
    assert _statuses(olivia) == ["Enabled"] * 12


def test_the_preview_says_who_is_skipped_and_why_and_the_receipt_repeats_it(olivia: Page) -> None:
    _crew(olivia, "Bulk skips")
    tick(olivia, 0, 1, 2, 3)

    dialog = _preview(olivia, "Disable")
    expect(dialog).to_contain_text("Disable 3 accounts?")
    expect(dialog).to_contain_text("1 is skipped")
    expect(dialog).to_contain_text("This account already is as you want it. Bulk skips 04")
    dialog.get_by_label("Reason").fill("The project is over")
    _confirm(olivia, "Disable 3 accounts")
    toast = olivia.locator("#messages .toast")
    expect(toast).to_contain_text("3 accounts disabled. 1 skipped: This account already is as you want it.")
    toast.get_by_role("link", name="Receipt").click()

    expect(olivia.get_by_role("heading", level=1)).to_have_text("Disable accounts")
    for field, number in (("total", "4"), ("changed", "3"), ("skipped", "1")):
        expect(olivia.locator(f"[data-field={field}]")).to_have_text(number)
    main = olivia.get_by_role("main")
    expect(main).to_contain_text("By Olivia Nordahl")
    expect(main).to_contain_text("The project is over")
    expect(main.get_by_role("link", name="Bulk skips 04")).to_be_visible()
    main.get_by_role("link", name="Bulk skips 02").click()
    expect(olivia.locator("[data-field=status]")).to_have_text("Disabled")


def test_everything_that_matches_is_changed_beyond_the_page(olivia: Page) -> None:
    _crew(olivia, "Bulk everything", "&per_page=25")
    olivia.get_by_label("Select the whole page").check()
    olivia.get_by_role("button", name="Select all 60").click()

    dialog = _preview(olivia, "Disable")
    expect(dialog).to_contain_text("and 55 more")
    _confirm(olivia, "Disable 60 accounts")
    expect(olivia.locator("#messages")).to_contain_text("60 accounts disabled.")

    olivia.goto("/accounts/?job_title=Bulk+everything&status=disabled")
    expect_total(olivia, 60)


def test_rows_that_came_after_the_preview_are_reported_and_left_alone(olivia: Page, visitors: Visitors) -> None:
    _crew(olivia, "Bulk drift", "&per_page=25&status=enabled")
    olivia.get_by_label("Select the whole page").check()
    olivia.get_by_role("button", name="Select all 29").click()
    _preview(olivia, "Disable")

    adam = visitors.person("adam@northwind.example")
    _crew(adam, "Bulk drift", "&status=disabled")
    tick(adam, 0)
    _preview(adam, "Enable")
    _confirm(adam, "Enable 1 account")
    expect(adam.locator("#messages")).to_contain_text("1 account enabled.")
    _confirm(olivia, "Disable 29 accounts")

    expect(olivia.locator("#messages")).to_contain_text("29 accounts disabled.")
    expect(olivia.locator("#messages")).to_contain_text("1 more row matches now and was not included.")
    expect_total(olivia, 1)


def test_nobody_disables_their_own_account(olivia: Page) -> None:
    olivia.goto("/accounts/?login=olivia")
    tick(olivia, 0)

    dialog = _preview(olivia, "Disable")

    expect(dialog).to_contain_text("Nothing would change.")
    expect(dialog).to_contain_text("This is your own account. Ask somebody else to do this.")
    expect(dialog.locator("[name=confirm]")).to_have_count(0)


def test_an_operator_skips_who_holds_more(visitors: Visitors) -> None:
    rita = visitors.person("rita@northwind.example")
    rita.goto("/accounts/?login__in=olivia,adam,bulk-operator-01&sort=login")
    tick(rita, 0, 1, 2)

    dialog = _preview(rita, "Disable")

    expect(dialog).to_contain_text("Disable 1 account?")
    expect(dialog).to_contain_text("2 are skipped")
    expect(dialog).to_contain_text("Only an owner")
    expect(dialog).to_contain_text("This account holds a right that you do not hold.")


def test_an_operator_of_one_organization_sees_and_changes_only_its_accounts(uma: Page) -> None:
    uma.goto("/accounts/?columns=name,status,organization&per_page=200")

    assert set(column(uma, "organization")) == {column(uma, "organization")[0]}
    expect(rows(uma).filter(has_text="Olivia Nordahl")).to_have_count(0)


@pytest.mark.provokes(403)
def test_a_refused_action_says_so_and_leaves_the_page_as_it_is(visitors: Visitors) -> None:
    """Rita loses her role while her list is open."""
    role = "(SELECT id FROM roles_role WHERE tenant_id = a.tenant_id AND name = '{}')"
    change = (
        "UPDATE accounts_roleassignment a SET role_id = {} FROM accounts_account o "
        "WHERE o.id = a.account_id AND o.login = 'rita'"
    )
    rita = visitors.person("rita@northwind.example")
    _crew(rita, "Bulk refused")
    tick(rita, 0)
    visitors.portal.change(change.format(role.format("Viewer")))
    try:
        bulk_button(rita, "Disable").click()

        toast = rita.locator("#messages").get_by_role("alert")
        expect(toast).to_have_text("You do not hold the right to do this.")
        assert _statuses(rita) == ["Enabled", "Enabled"]
        expect(rita.get_by_role("dialog")).to_have_count(0)
        toast.get_by_role("button", name="Dismiss notification").click()
        expect(toast).to_have_count(0)
    finally:
        visitors.portal.change(change.format(role.format("Operator")))


def test_an_account_is_disabled_and_enabled_from_its_own_page(olivia: Page) -> None:
    _crew(olivia, "Bulk single")
    rows(olivia).first.get_by_role("link").click()

    olivia.get_by_role("button", name="Disable").click()
    _confirm(olivia, "Disable 1 account")
    expect(olivia.locator("[data-field=status]")).to_have_text("Disabled")
    expect(olivia).to_have_url(re.compile(r"/accounts/\d+/$"))
    olivia.get_by_role("button", name="Enable").click()
    _confirm(olivia, "Enable 1 account")

    expect(olivia.locator("[data-field=status]")).to_have_text("Enabled")


def test_nobody_is_offered_to_disable_themself(olivia: Page) -> None:
    olivia.goto("/accounts/?login=olivia")
    rows(olivia).first.get_by_role("link").click()

    expect(olivia.get_by_role("main")).to_contain_text("This is your own account.")
    expect(olivia.get_by_role("main").get_by_role("button", name="Disable")).to_have_count(0)


@pytest.mark.provokes("offline")
def test_no_answer_from_the_server_is_said_and_the_list_stays(olivia: Page) -> None:
    _crew(olivia, "Bulk range")
    olivia.context.set_offline(True)

    olivia.locator("#head-login").click()

    expect(olivia.locator("#messages").get_by_role("alert")).to_contain_text("No answer from the server.")
    expect(rows(olivia)).to_have_count(12)
    olivia.context.set_offline(False)


def test_more_rows_than_a_request_changes_are_left_to_the_worker_and_the_receipt_follows_it(mallory: Page) -> None:
    mallory.goto("/accounts/?job_title=Many&per_page=25")
    mallory.get_by_label("Select the whole page").check()
    mallory.get_by_role("button", name="Select everything that matches").click()
    dialog = _preview(mallory, "Disable")
    expect(dialog).to_contain_text("So many rows are changed in the background.")
    _confirm(mallory, "Disable 10,400 accounts")

    expect(mallory).to_have_url(re.compile(r"/receipts/\d+/$"))
    expect(mallory.get_by_role("status")).to_contain_text("of 10,400 rows are done")
    expect(mallory.get_by_role("status")).to_have_text("10,400 accounts disabled.", timeout=60_000)

    expect(mallory.locator("[data-field=changed]")).to_have_text("10,400")
