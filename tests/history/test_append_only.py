"""History is added to and never changed: not by the serving role, not through the ORM, not by the owner."""

from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from accounts.models import Account
from itam_portal.history.models import Entry
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant

EVENTS = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
HISTORIES = [*EVENTS, Entry]
each_history = pytest.mark.parametrize("event", HISTORIES, ids=[model._meta.db_table for model in HISTORIES])
CHANGES = ["UPDATE {table} SET {key} = {key}", "DELETE FROM {table}"]
each_change = pytest.mark.parametrize("change", CHANGES, ids=["update", "delete"])


def statement(change: str, event: Any) -> str:
    return change.format(table=event._meta.db_table, key=event._meta.pk.column)


@each_history
@each_change
def test_the_serving_role_changes_no_entry(change: str, event: type[models.Model], scope: None) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement(change, event))

    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


@each_history
@each_change
def test_not_even_the_owner_changes_an_entry(change: str, event: type[models.Model], as_owner: psycopg.Cursor) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="Cannot update or delete rows"):
        as_owner.execute(statement(change, event))  # type: ignore[arg-type]


def test_nobody_empties_the_history(scope: None, as_owner: psycopg.Cursor) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE history_entry")
    with pytest.raises(psycopg.errors.RaiseException, match="Cannot truncate rows"):
        as_owner.execute("TRUNCATE history_entry")

    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


@pytest.mark.django_db(transaction=True)
def test_not_even_the_superuser_changes_an_entry(own_database: Any) -> None:
    for change in (*CHANGES, "TRUNCATE {table}"):
        with own_database.connect() as server, pytest.raises(psycopg.errors.RaiseException, match="Cannot"):
            server.execute(statement(change, Entry))


def test_no_setting_silences_a_trigger(scope: None, as_owner: psycopg.Cursor) -> None:
    names = [name for (name,) in as_owner.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal").fetchall()]
    known = Entry.objects.count()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])
        changed = Account.objects.update(job_title="Unseen")

    assert Entry.objects.count() == known + changed > known


@each_history
def test_the_orm_changes_no_entry(event: Any, scope: None) -> None:
    entry = event.objects.first()
    assert entry is not None

    forged = {event._meta.pk.name: 0}
    for change in (entry.save, entry.delete, event.objects.all().delete, lambda: event.objects.update(**forged)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_serving_role_deletes_no_account(olivia: Account) -> None:
    for change in (olivia.delete, Account.objects.all().delete, Account.objects.filter(pk=olivia.pk)._raw_delete):
        arguments = ["default"] if change.__name__ == "_raw_delete" else []
        with pytest.raises((DatabaseError, models.ProtectedError)), transaction.atomic():
            change(*arguments)

    assert Account.objects.filter(pk=olivia.pk).exists()


def test_not_even_the_owner_deletes_an_account(as_owner: psycopg.Cursor) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="Cannot delete rows"):
        as_owner.execute("DELETE FROM accounts_account WHERE login = 'nina'")


@pytest.mark.django_db(transaction=True)
def test_no_entry_shows_in_another_tenant(northwind: Tenant, contoso: Tenant, olivia: Account) -> None:
    with tenant_scope(contoso.pk):
        assert not olivia.events.exists()
        assert not Entry.objects.filter(object_type="account", object_id=olivia.pk).exists()
        assert set(Entry.objects.values_list("tenant_id", flat=True)) == {contoso.pk}
    with tenant_scope(northwind.pk):
        assert olivia.events.exists()
        assert Entry.objects.filter(object_type="account", object_id=olivia.pk).exists()


def test_an_operation_leaves_nothing_in_pghistorys_own_table(as_owner: psycopg.Cursor) -> None:
    as_owner.execute("SELECT count(*) FROM pghistory_context")

    assert as_owner.fetchone() == (0,)
