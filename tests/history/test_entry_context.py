"""Who, why and through what: for pages, jobs, commands and keys."""

import io
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import doors
from accounts.models import Account, Status
from itam_portal.history import context as contexts
from itam_portal.history.context import context, name_page, one_request, through
from itam_portal.history.models import Entry
from itam_portal.lists import jobs, receipts
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.cast import account_named

commits = pytest.mark.django_db(transaction=True)


def rename(account: Account, title: str) -> Entry:
    Account.objects.filter(pk=account.pk).update(job_title=title)
    return Entry.objects.latest("pk")


def test_a_page_tells_who_why_and_its_address(adam: Account, client_of: Callable[[Account], Client]) -> None:
    nina = account_named("nina")

    form = {"selected": [nina.pk], "confirm": "1", "reason": "Left the company"}
    answer = client_of(adam).post("/accounts/disable/?status=enabled", form)

    entry = Entry.objects.get(object_type="account", object_id=nina.pk, action="update")
    assert answer.status_code == 302
    assert (entry.actor_id, entry.actor_name, entry.actor_key) == (adam.pk, "Adam Northwind", "adam northwind")
    assert (entry.operation, entry.reason) == ("accounts.disable", "Left the company")
    assert (entry.via, entry.via_name) == ("page", "/accounts/disable/")
    assert len(entry.request) == 32
    assert entry.receipt_id


def test_two_requests_are_told_apart(adam: Account, client_of: Callable[[Account], Client]) -> None:
    browser = client_of(adam)
    for login in ("nina", "victor"):
        browser.post("/accounts/disable/", {"selected": [account_named(login).pk], "confirm": "1"})

    assert len(set(Entry.objects.filter(operation="accounts.disable").values_list("request", flat=True))) == 2


@commits
def test_the_worker_acts_for_the_person_through_a_job(
    adam: Account, northwind: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "BATCH", 3)
    with tenant_scope(northwind.pk):
        rows = Account.objects.filter(status=Status.ENABLED, type="operator").exclude(login__in=["adam", "olivia"])
        selection = receipts.freeze(rows, operation="accounts.disable", by=adam)
        facts: dict[str, Any] = {"reason": "All", "selection": selection, "total": selection.total}
        receipt = receipts.open_receipt(operation="accounts.disable", by=adam, **facts)
        jobs.do_later(receipt)

    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)

    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        left = Entry.objects.filter(receipt_id=receipt.pk)
        assert left.count() == receipt.changed > 3
        assert set(left.values_list("actor_id", "reason", "via", "via_name")) == {
            (adam.pk, "All", "job", "accounts.disable")
        }


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_command_tells_its_name(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("believable-lantern-42\n"))
    options = ["--slug=acme", "--name=Acme", "--owner-email=ada@acme.example", "--owner-name=Ada Ames"]

    call_command("tenant", "create", *options, stdout=io.StringIO())

    with tenant_scope(doors.tenant_of_slug.read("acme")[0]["tenant_id"]):
        owner = Entry.objects.get(object_type="account", object_name="Ada Ames")
        assert (owner.actor_id, owner.actor_name, owner.operation) == (None, "Command", "tenant.found")
        assert (owner.via, owner.via_name) == ("command", "tenant create")


def test_any_other_command_is_known_by_its_line(
    victor: Account, northwind: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/srv/portal/manage.py", "end_sign_in", "ada@acme.example"])

    with context("accounts.edit", by=System("Command", northwind)):
        entry = rename(victor, "By a command")

    assert (entry.via, entry.via_name) == ("command", "end_sign_in")


def test_an_access_key_is_told_instead_of_the_page(victor: Account) -> None:
    with through("key", "Reporting"), one_request():
        name_page("api/v1/users/<int:pk>", {"pk": 7})
        with context("accounts.edit", by=victor):
            entry = rename(victor, "By a key")

    assert (entry.via, entry.via_name) == ("key", "Reporting")


def test_an_address_is_told_with_its_numbers_and_without_its_secrets() -> None:
    with one_request():
        name_page("invitations/<int:pk>/accept/<str:token>/", {"pk": 7, "token": "do-not-tell"})

        assert contexts._way.get() == ("page", "/invitations/7/accept/<str:token>/")
    assert contexts._way.get() == ("", "")


def test_outside_of_an_operation_nobody_is_named(victor: Account) -> None:
    with context("accounts.edit", by=victor, reason="Because"):
        inside = rename(victor, "Inside")
    outside = rename(victor, "Outside")

    assert (inside.actor_name, inside.reason) == ("Victor Northwind", "Because")
    assert (outside.actor_id, outside.actor_name, outside.operation, outside.reason) == (None, "", "", "")
    assert (outside.via, outside.receipt_id, outside.request) == ("", None, "")
