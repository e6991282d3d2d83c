"""Mail to the people concerned: in each state, one for each account and change, stopped by the tenant's switch."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from django_tasks_db.models import DBTaskResult

from accounts.models import Account, Group, RoleAssignment, Status
from accounts.operations import (
    add_to_group,
    change_members,
    create_account,
    date_assignment,
    delete_group,
    disable_accounts,
    enable_accounts,
    give_group_role,
    give_roles,
    remove_from_group,
    send_link,
    take_assignment,
    take_roles,
)
from accounts.operations.links import MAIL
from accounts.operations.notices import Notice
from accounts.queries import Scope, end_in
from itam_portal.housekeeping import keep_house
from itam_portal.mail.jobs import send_some
from itam_portal.mail.models import Mail, MailState
from organizations.models import Tenant
from roles.operations import edit_role
from roles.rights import Right
from tests.accounts.making import fields_of
from tests.cast import account_named, add_account, give, join, only, organization, role_named

DAY = timedelta(days=1)
FAR = timezone.now().date() + 100 * DAY
pytestmark = pytest.mark.usefixtures("scope")


def told(login: str = "nina") -> list[str]:
    """The kinds of notices to this account, in their order."""
    notices = Mail.objects.filter(kind__in=Notice.values, address=f"{login}@northwind.example")
    return list(notices.order_by("pk").values_list("kind", flat=True))


def sent() -> Any:
    """The last message, after the worker sent all that waits."""
    for job in DBTaskResult.objects.filter(task_path__endswith="send_some", status="READY"):
        send_some.call(**job.args_kwargs["kwargs"])
    return outbox.outbox[-1] if outbox.outbox else None


def viewer(login: str, *, until: Any = None, at: Any = None) -> None:
    scope = Scope(organization_id=at.pk) if at else Scope()
    given = {"role": role_named("Viewer"), "scope": scope, "expires_on": until}
    give_roles(only(account_named(login)), by=account_named("olivia"), **given)


def quiet() -> None:
    Tenant.objects.update(email_notifications=False)


# --- roles ------------------------------------------------------------------------------------------------------


def test_a_role_that_is_given_is_told_with_its_place_and_its_end() -> None:
    viewer("nina", until=FAR, at=organization("emea"))

    message = sent()

    assert told() == [Notice.GIVEN]
    assert message.to == ["nina@northwind.example"]
    assert message.subject == "New access in Northwind"
    line = f"role Viewer, for EMEA, until the end of {date_format(FAR, 'DATE_FORMAT')}"
    html = message.alternatives[0][0]
    for text in (message.body, html):
        assert "Hello Nina Northwind," in text
        assert line in text
        assert "This was done by Olivia Northwind." in text
        assert "http://127.0.0.1:8000/" in text
    assert "<img" not in html


def test_an_end_that_changes_and_a_role_that_is_taken_are_told() -> None:
    viewer("nina", until=FAR)
    viewer("nina")
    held = RoleAssignment.objects.get(account=account_named("nina"))
    date_assignment(held, by=account_named("olivia"), expires_on=FAR)
    date_assignment(held, by=account_named("olivia"), expires_on=FAR)

    assert told() == [Notice.GIVEN, Notice.CHANGED, Notice.CHANGED]
    take_assignment(held, by=account_named("olivia"))
    assert told()[-1] == Notice.TAKEN
    message = sent()
    assert message.subject == "Access in Northwind was taken away"
    assert "role Viewer, for the whole tenant" in message.body
    viewer("nina")
    olivia = account_named("olivia")
    take_roles(only(account_named("nina")), by=olivia, role=role_named("Viewer"), scope=Scope())
    assert told()[-2:] == [Notice.GIVEN, Notice.TAKEN]


def test_what_a_group_gives_is_told_to_its_members(northwind: Tenant) -> None:
    olivia, nina = account_named("olivia"), account_named("nina")
    group = Group.objects.create(tenant=northwind, name="Board")

    add_to_group(only(nina), by=olivia, group=group)
    assert told() == []
    give_group_role(group, by=olivia, role=role_named("Viewer"), scope=Scope())
    remove_from_group(only(nina), by=olivia, group=group)
    change_members(group, by=olivia, add=[nina.pk], remove=())
    delete_group(group, by=olivia)

    assert told() == [Notice.GIVEN, Notice.TAKEN, Notice.GIVEN, Notice.TAKEN]


def test_a_role_that_allows_something_else_is_told_to_whoever_holds_it() -> None:
    role, olivia = role_named("USER"), account_named("olivia")
    give(account_named("nina"), role)
    rights = {"allows": [Right.READ_ACCOUNTS], "denies": []}

    edit_role(role, by=olivia, was=role.version, description="Only other words", **rights)
    assert told() == []
    role.refresh_from_db()
    edit_role(role, by=olivia, was=role.version, description="", allows=[Right.READ_USERS], denies=[])

    assert told() == [Notice.EDITED]
    assert "- role USER\n" in sent().body


# --- status -----------------------------------------------------------------------------------------------------


def test_an_account_that_is_disabled_and_enabled_is_told() -> None:
    nina, olivia = only(account_named("nina")), account_named("olivia")

    disable_accounts(nina, by=olivia, reason="Left")
    assert "Nobody can sign in with it" in sent().body
    enable_accounts(nina, by=olivia)

    assert told() == [Notice.DISABLED, Notice.ENABLED]
    message = sent()
    assert message.subject == "Your account in Northwind was enabled"
    assert "Left" not in message.body


# --- who is told ------------------------------------------------------------------------------------------------


def test_the_switch_stops_notices_and_nothing_else(northwind: Tenant) -> None:
    quiet()
    viewer("nina")
    disable_accounts(only(account_named("nina")), by=account_named("olivia"))
    newt = create_account(northwind, by=account_named("olivia"), fields=fields_of("newt"))
    send_link(newt, by=account_named("olivia"))

    assert told() == []
    assert Mail.objects.filter(kind=MAIL, address="newt@new.example").count() == 2


def test_what_still_waits_when_the_switch_is_turned_is_dropped() -> None:
    viewer("nina")
    quiet()

    assert sent() is None
    assert Mail.objects.get(kind=Notice.GIVEN).state == MailState.DROPPED


def test_who_has_not_accepted_yet_is_told_nothing_but_the_link(northwind: Tenant) -> None:
    newt = create_account(northwind, by=account_named("olivia"), fields=fields_of("newt"))
    give_roles(only(newt), by=account_named("olivia"), role=role_named("Viewer"), scope=Scope())

    assert set(Mail.objects.filter(address="newt@new.example").values_list("kind", flat=True)) == {MAIL}


def test_services_and_disabled_accounts_are_told_no_roles() -> None:
    viewer("robot")
    viewer("dora", at=organization("emea"))

    assert not Mail.objects.filter(kind__in=Notice.values).exists()


def test_an_account_without_an_address_is_told_at_the_one_that_signs_in() -> None:
    Account.objects.filter(login="nina").update(email="")

    viewer("nina")

    assert told() == [Notice.GIVEN]


def test_what_is_refused_is_told_nobody() -> None:
    olivia = account_named("olivia")
    viewer("nina")
    everybody = only(olivia, account_named("nina"), account_named("adam"))

    receipt = disable_accounts(everybody, by=olivia)

    assert receipt.changed == 2
    assert told("olivia") == []
    assert told()[-1] == told("adam")[-1] == Notice.DISABLED


def test_thousands_are_told_in_one_statement_and_a_few_jobs(northwind: Tenant) -> None:
    for number in range(12):
        add_account(northwind, f"Many{number}")
    many = Account.objects.filter(login__startswith="many")
    jobs = DBTaskResult.objects.count()

    with CaptureQueriesContext(connection) as asked:
        disable_accounts(many, by=account_named("olivia"))

    inserts = [query for query in asked.captured_queries if "INSERT INTO mail_mail" in query["sql"]]
    assert len(inserts) == 1
    assert Mail.objects.filter(kind=Notice.DISABLED).count() == 12
    assert DBTaskResult.objects.count() == jobs + 1
    assert many.filter(status=Status.DISABLED).count() == 12


# --- ends in seven days -----------------------------------------------------------------------------------------


def ending(login: str, days: int) -> RoleAssignment:
    """A role that ends with the day so many days from now."""
    day = timezone.now().date() + days * DAY
    given = give(account_named(login), "Viewer", until=end_in(day, "UTC"))
    RoleAssignment.objects.filter(pk=given.pk).update(expires_on=day)
    return RoleAssignment.objects.get(pk=given.pk)


def test_a_role_that_ends_within_seven_days_is_told_once(northwind: Tenant) -> None:
    ending("nina", 6)
    ending("gil", 8)

    keep_house()
    keep_house()

    assert (told(), told("gil")) == ([Notice.ENDS], [])
    message = sent()
    assert message.subject == "Your access in Northwind ends soon"
    assert "role Viewer, for the whole tenant, until the end of" in message.body


def test_another_end_is_told_again_and_the_old_mail_is_dropped() -> None:
    held = ending("nina", 6)
    keep_house()
    date_assignment(held, by=account_named("olivia"), expires_on=held.expires_on - 2 * DAY)

    keep_house()

    assert told() == [Notice.ENDS, Notice.CHANGED, Notice.ENDS]
    sent()
    states = Mail.objects.filter(kind=Notice.ENDS).order_by("pk").values_list("state", flat=True)
    assert list(states) == [MailState.DROPPED, MailState.SENT]


def test_what_a_group_gives_ends_for_each_member_who_is_still_in_it(northwind: Tenant) -> None:
    group = Group.objects.create(tenant=northwind, name="Board")
    join(group, account_named("nina"), account_named("adam"))
    day = timezone.now().date() + 3 * DAY
    give(group, "Viewer", until=end_in(day, "UTC"))
    RoleAssignment.objects.filter(group=group).update(expires_on=day)

    keep_house()
    change_members(group, by=account_named("olivia"), add=(), remove=[account_named("adam").pk])

    assert told() == [Notice.ENDS]
    assert told("adam") == [Notice.ENDS, Notice.TAKEN]
    sent()
    assert Mail.objects.get(kind=Notice.ENDS, address="adam@northwind.example").state == MailState.DROPPED


def test_the_switch_keeps_ends_quiet_too() -> None:
    ending("nina", 6)
    quiet()

    keep_house()

    assert told() == []
