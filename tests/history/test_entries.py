"""Every row that begins, changes or ends leaves exactly one entry, which says from what to what."""

import json
from typing import Any

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account, Group, GroupMember, RoleAssignment, Status
from accounts.operations import disable_accounts
from itam_portal.history.kinds import LINKS, known_kinds
from itam_portal.history.models import Entry
from organizations.models import Organization, OrganizationParent, Tenant
from roles.models import Role
from tests.cast import account_named, give, join, make_role, organization
from tests.history.test_tracking import CHANGES, GLOBAL, TRACKED, makers
from users.models import ComputerUser

MODELS = sorted(TRACKED - GLOBAL, key=lambda model: model.__name__)
each_model = pytest.mark.parametrize("model", MODELS)
WORDS = {kind.model: kind.word for kind in known_kinds().values()}


def _as_written(value: Any) -> str:
    """A day or a moment as the database writes it."""
    return value.isoformat()


def entries(model: Any) -> Any:
    return Entry.objects.filter(object_type=WORDS[model]).order_by("pk")


def test_every_tracked_model_of_a_tenant_is_a_kind_of_object() -> None:
    assert set(WORDS) == set(MODELS)


def test_every_kind_is_watched_by_both_triggers(as_owner: Any) -> None:
    found = as_owner.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname ~ 'write_history'")
    triggers: dict[str, int] = {}
    for table, _name in found.fetchall():
        triggers[table] = triggers.get(table, 0) + 1

    assert triggers == {model._meta.db_table: 2 for model in MODELS}


@each_model
def test_every_row_of_the_cast_has_one_entry_of_its_beginning(model: Any, northwind: Tenant, scope: None) -> None:
    rows = model._base_manager.filter(**({"pk": northwind.pk} if model is Tenant else {"tenant": northwind}))
    begun = entries(model).filter(action="insert")

    assert sorted(begun.values_list("object_id", flat=True)) == sorted(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("model", sorted(set(CHANGES) - GLOBAL, key=lambda model: model.__name__))
def test_one_update_of_many_rows_leaves_one_entry_each_with_the_old_and_the_new(model: Any, scope: None) -> None:
    name, new = next(iter(CHANGES[model].items()))
    held = {
        pk: json.loads(json.dumps(value, default=_as_written)) for pk, value in model.objects.values_list("pk", name)
    }
    known = set(Entry.objects.values_list("pk", flat=True))

    changed = model.objects.update(**CHANGES[model])

    left = Entry.objects.exclude(pk__in=known)
    assert changed == len(held) == left.count() > 0
    assert {one.object_id: one.changes[name] for one in left} == {pk: [old, new] for pk, old in held.items()}
    assert {(one.action, one.object_type) for one in left} == {("update", WORDS[model])}
    assert all(f" {name} " in one.fields for one in left)


@each_model
def test_a_row_that_begins_and_ends_leaves_two_entries(model: Any, northwind: Tenant, scope: None) -> None:
    if "DELETE" not in getattr(model, "grants", ""):
        return
    row = makers(northwind)[model]()
    number = row.pk
    row.delete()

    begun, ended = entries(model).filter(object_id=number)
    assert (begun.action, ended.action, begun.tenant_id) == ("insert", "delete", northwind.pk)
    assert begun.changes
    assert {name: pair[::-1] for name, pair in begun.changes.items()} == ended.changes
    assert all(old is None and new is not None for old, new in begun.changes.values())


ANY_TEXT = some.text(some.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=ANY_TEXT, name=ANY_TEXT, shared=some.booleans())
def test_any_change_is_told_as_it_was_and_no_change_is_not_told(
    victor: Account, title: str, name: str, shared: bool
) -> None:
    now = Account.objects.get(pk=victor.pk)
    wanted = {"job_title": title, "name": name, "shared": shared}
    different = {field: [getattr(now, field), value] for field, value in wanted.items() if getattr(now, field) != value}
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first()

    Account.objects.filter(pk=victor.pk).update(**wanted)

    left = [one.changes for one in Entry.objects.filter(pk__gt=last)]
    assert left == ([different] if different else [])


def test_what_is_derived_or_stamped_leaves_no_entry(victor: Account) -> None:
    before = Entry.objects.count()

    Account.objects.filter(pk=victor.pk).update(last_login_duration=7, role_key="x", job_title=victor.job_title)
    Account.objects.get(pk=victor.pk).save()
    Role.objects.get(name="USER").save()

    assert Entry.objects.count() == before


def test_no_entry_mentions_a_secret_or_what_is_only_derived() -> None:
    fields = {(kind.word, name) for kind in known_kinds().values() for name in kind.fields}

    suspicious = ("password", "secret", "token", "last_login_at", "access_until", "changed_at", "created_at")
    assert [pair for pair in fields if pair[1] in suspicious or pair[1].endswith(("_key", "_hash"))] == []


def test_whatever_is_called_a_secret_is_never_written_whoever_forgets_to_exclude_it() -> None:
    kind = known_kinds()["account"]
    fields = {one.name: one for one in Account._meta.concrete_fields}
    for name in ("password", "token_hash", "key_hash", "secret"):
        field = type(fields["name"])(name=name)
        field.name = name

        assert not kind._is_written(field)


def test_an_entry_points_at_whatever_the_object_points_at(scope: None) -> None:
    nina, emea, group = account_named("nina"), organization("emea"), Group.objects.get(name="Help desk")

    given_role = give(nina, "Viewer", emea)
    join(group, nina)

    about = Entry.objects.get(object_type="assignment", object_id=given_role.pk)
    role = Role.objects.get(name="Viewer")
    assert (about.account_id, about.role_id, about.organization_id, about.group_id) == (nina.pk, role.pk, emea.pk, None)
    member = Entry.objects.get(object_type="member", account_id=nina.pk)
    assert (member.group_id, member.user_id) == (group.pk, None)


def test_an_object_points_at_itself(scope: None) -> None:
    models = {word: apps.get_model(label) for word, label in LINKS.items()}
    for word, model in models.items():
        newest = entries(model).last()

        assert getattr(newest, f"{word}_id") == newest.object_id


def test_an_entry_is_called_as_its_object_was(northwind: Tenant, scope: None) -> None:
    role = make_role(northwind, "Émile's role")
    user = ComputerUser.objects.create(tenant=northwind, display_name="Somebody", home=organization("emea"))

    entry = entries(Role).get(object_id=role.pk)
    assert (entry.object_name, entry.object_name_key) == ("Émile's role", "emile's role")
    assert entries(ComputerUser).get(object_id=user.pk).object_name == "Somebody"
    assert entries(RoleAssignment).last().object_name == ""
    assert entries(OrganizationParent).last().object_name == ""


def test_a_bulk_action_leaves_one_entry_for_each_row_under_one_receipt(adam: Account) -> None:
    chosen = Account.objects.filter(login__in=["nina", "victor", "emil"])

    receipt = disable_accounts(chosen, by=adam, reason="Ünder review")

    left = Entry.objects.filter(receipt_id=receipt.pk)
    assert {one.object_name for one in left} == {"Nina Northwind", "Victor Northwind", "Emil Northwind"}
    assert {json.dumps(one.changes) for one in left} == {json.dumps({"status": [Status.ENABLED, Status.DISABLED]})}
    assert {(one.operation, one.actor_id, one.reason_key) for one in left} == {
        ("accounts.disable", adam.pk, "under review")
    }


def test_deleting_a_group_tells_of_its_members_too(northwind: Tenant, scope: None) -> None:
    group = Group.objects.create(tenant=northwind, name="Passing")
    join(group, account_named("nina"))
    member = GroupMember.objects.get(group=group)

    group.delete()

    assert entries(GroupMember).filter(object_id=member.pk, action="delete").exists()
    assert entries(Group).get(action="delete").object_name == "Passing"


def test_an_organization_that_moves_below_another_is_told(northwind: Tenant, scope: None) -> None:
    emea, apac = organization("emea"), organization("apac")

    link = OrganizationParent.objects.create(tenant=northwind, child=emea, parent=apac)

    entry = entries(OrganizationParent).get(object_id=link.pk)
    assert entry.changes == {"child": [None, emea.pk], "parent": [None, apac.pk]}
    assert entry.organization_id == emea.pk


def test_attributes_are_told_as_they_are(scope: None) -> None:
    emea = Organization.objects.filter(code="emea")

    emea.update(attributes={"cost": [1, "zwei"], "deep": {"no": None}})

    assert entries(Organization).last().changes == {"attributes": [{}, {"cost": [1, "zwei"], "deep": {"no": None}}]}
