"""The database itself writes down every insert, update and delete of whatever grants, denies or describes access."""

from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts.models import AccessKey, Account, Group, GroupMember, Identity, IdentityLink, RoleAssignment, SignInLink
from invitations.models import Invitation, InvitationPurge, OfferedGroup, OfferedRole
from itam_portal.history.context import context
from itam_portal.tenancy import walls
from itam_portal.tenancy.actor import System
from organizations.models import (
    BillingProfile,
    CustomAttribute,
    Organization,
    OrganizationGroup,
    OrganizationGroupMember,
    OrganizationParent,
    Tenant,
)
from roles.models import Role
from tests.cast import account_named, give, join, make_role, organization
from users.models import BlockedUsername, ComputerUser, PendingRole

TRACKED = {
    AccessKey,
    Account,
    BillingProfile,
    BlockedUsername,
    ComputerUser,
    CustomAttribute,
    Group,
    GroupMember,
    Identity,
    IdentityLink,
    Invitation,
    InvitationPurge,
    OfferedGroup,
    OfferedRole,
    Organization,
    OrganizationGroup,
    OrganizationGroupMember,
    OrganizationParent,
    PendingRole,
    Role,
    RoleAssignment,
    SignInLink,
    Tenant,
}
# What belongs to a person, and to no tenant.
GLOBAL = {Identity, IdentityLink}
# What belongs to a tenant and has no history, each with its reason.
UNTRACKED = {
    "accounts_apicall": "a record itself, of calls",
    "accounts_keptanswer": "a passing copy of an answer",
    "users_importline": "a passing draft",
    "users_userimport": "a record itself, of files",
    "accounts_heldrole": "derived from assignments, which have one",
    "accounts_loginsession": "a record itself, of sign-ins",
    "lists_defaultview": "grants nobody anything",
    "lists_export": "a record itself, of files",
    "lists_listpreference": "grants nobody anything",
    "lists_pinnedview": "grants nobody anything",
    "lists_receipt": "a record itself, of bulk actions",
    "lists_receiptrow": "a record itself, of bulk actions",
    "lists_savedview": "grants nobody anything",
    "history_entry": "is the history",
    "mail_mail": "a record itself, of what was sent",
    "lists_selection": "a passing draft",
}
SECRETS = ("password", "secret", "token", "key_hash", "last_login", "last_login_at", "access_until", "role_key")


def history_models() -> dict[type[models.Model], Any]:
    found = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    return {model.pgh_tracked_model: model for model in found}


each_tracked = pytest.mark.parametrize("model", sorted(TRACKED, key=lambda model: model.__name__))


def test_everything_that_decides_access_has_a_history() -> None:
    assert set(history_models()) == TRACKED


def test_whatever_has_none_says_why() -> None:
    tables = {model._meta.db_table for model in walls.tenant_models() if not hasattr(model, "pgh_tracked_model")}

    assert tables == {model._meta.db_table for model in TRACKED - GLOBAL} | set(UNTRACKED)


@each_tracked
def test_every_row_has_an_entry_of_its_beginning(model: Any, as_owner: psycopg.Cursor) -> None:
    table, history = model._meta.db_table, history_models()[model]._meta.db_table
    found = as_owner.execute(
        f"SELECT (SELECT count(*) FROM {table}), count(DISTINCT pgh_obj_id) FROM {history} WHERE pgh_label = 'insert'"  # type: ignore[arg-type]
    ).fetchone()

    assert found is not None
    assert found[0] == found[1] > 0


def _written(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


CHANGES: dict[Any, dict[str, Any]] = {
    AccessKey: {"name": "Changed"},
    SignInLink: {"email": "changed@links.example"},
    IdentityLink: {"email": "changed@links.example"},
    Account: {"job_title": "Changed"},
    BillingProfile: {"company": "Changed"},
    ComputerUser: {"location": "Changed"},
    CustomAttribute: {"name": "Changed"},
    Group: {"description": "Changed"},
    Identity: {"name": "Changed"},
    Invitation: {"expires_at": "2099-01-02T00:00:00+00:00"},
    Organization: {"region": "Changed"},
    OrganizationGroup: {"description": "Changed"},
    Role: {"description": "Changed"},
    RoleAssignment: {"expires_on": "2099-01-01", "expires_at": "2099-01-02T00:00Z"},
    Tenant: {"company_name": "Changed"},
}


@pytest.mark.parametrize("model", sorted(CHANGES, key=lambda model: model.__name__))
def test_one_update_of_many_rows_leaves_one_entry_for_each(model: Any, scope: None) -> None:
    history = history_models()[model].objects.filter(pgh_label="update")
    before = history.count()

    changed = model.objects.update(**CHANGES[model])

    assert changed > 0
    assert history.count() == before + changed
    newest = history.order_by("-pgh_id")[:changed]
    name, wanted = next(iter(CHANGES[model].items()))
    assert {_written(getattr(entry, name)) for entry in newest} == {wanted}


@each_tracked
def test_what_may_be_deleted_leaves_an_entry_of_its_end(model: Any, northwind: Tenant, scope: None) -> None:
    if "DELETE" not in getattr(model, "grants", ""):
        assert model in (
            *(AccessKey, Account, BillingProfile, Identity, IdentityLink),
            *(InvitationPurge, SignInLink, Tenant),
        )
        return
    row = makers(northwind)[model]()
    number = row.pk
    row.delete()

    entries = history_models()[model].objects.filter(pgh_obj_id=number).order_by("pgh_id")
    assert [entry.pgh_label for entry in entries] == ["insert", "delete"]
    assert {entry.tenant_id for entry in entries} == {northwind.pk}


def make_group(tenant: Tenant) -> Group:
    """A group that nobody is in."""
    return Group.objects.create(tenant=tenant, name="New")


def makers(tenant: Tenant) -> dict[Any, Any]:
    """How to make one row of each kind that may be deleted again."""
    own = {"tenant": tenant}
    emea, apac = organization("emea"), organization("apac")
    group, nina = Group.objects.get(name="Help desk"), account_named("nina")
    places = OrganizationGroup.objects.get(name="Overseas")
    elsewhere, offer = organization("123456"), Invitation.objects.get(status="accepted")
    return {
        CustomAttribute: lambda: CustomAttribute.objects.create(
            **own, subject="user", name="New", code="new", kind="text"
        ),
        PendingRole: lambda: PendingRole.objects.create(
            **own, user=ComputerUser.objects.order_by("pk")[0], role=Role.objects.order_by("-pk")[0]
        ),
        BlockedUsername: lambda: BlockedUsername.objects.create(**own, pattern="new%"),
        ComputerUser: lambda: ComputerUser.objects.create(**own, display_name="Somebody", home=emea),
        Group: lambda: make_group(tenant),
        GroupMember: lambda: GroupMember.objects.create(**own, group=group, account=nina),
        Invitation: lambda: Invitation.objects.create(
            **own,
            invited_by=nina,
            email="new@new.example",
            home=emea,
            sent_at=timezone.now(),
            expires_at=timezone.now(),
        ),
        OfferedGroup: lambda: OfferedGroup.objects.create(**own, invitation=offer, group=make_group(tenant)),
        OfferedRole: lambda: OfferedRole.objects.create(**own, invitation=offer, role=make_role(tenant, "New")),
        Organization: lambda: Organization.objects.create(**own, code="new", name="New"),
        OrganizationGroup: lambda: OrganizationGroup.objects.create(**own, name="New"),
        OrganizationGroupMember: lambda: OrganizationGroupMember.objects.create(
            **own, group=places, organization=elsewhere
        ),
        OrganizationParent: lambda: OrganizationParent.objects.create(**own, child=emea, parent=apac),
        Role: lambda: make_role(tenant, "New"),
        RoleAssignment: lambda: give(nina, "Viewer", emea),
    }


def test_no_entry_holds_a_secret_or_what_is_only_derived() -> None:
    columns = {
        (history._meta.db_table, field.column)
        for history in history_models().values()
        for field in history._meta.concrete_fields
    }

    assert [(table, column) for table, column in sorted(columns) if column in SECRETS or column.endswith("_key")] == []


def test_what_is_not_tracked_leaves_no_entry(victor: Account) -> None:
    before = victor.events.count()

    Account.objects.filter(pk=victor.pk).update(last_login_duration=7, role_key="x")
    Account.objects.filter(pk=victor.pk).update(job_title=victor.job_title)

    assert victor.events.count() == before


def test_an_entry_carries_the_context_and_only_inside_it(victor: Account, northwind: Tenant) -> None:
    def rename(title: str) -> Any:
        Account.objects.filter(pk=victor.pk).update(job_title=title)
        return victor.events.get(job_title=title)

    with context("accounts.edit", by=victor, reason="Because", key="abc"):
        inside = rename("Inside")
    outside = rename("Outside")
    with context("accounts.edit", by=System("Command", northwind)):
        by_system = rename("By the system")

    assert inside.pgh_context["operation"] == "accounts.edit"
    assert (inside.pgh_context["by"], inside.pgh_context["reason"], inside.pgh_context["key"]) == (
        victor.pk,
        "Because",
        "abc",
    )
    assert outside.pgh_context is None
    assert by_system.pgh_context["by_system"] == "Command"
    assert "reason" not in by_system.pgh_context


def test_joining_a_group_is_an_entry_of_its_own(northwind: Tenant, scope: None) -> None:
    nina, group = account_named("nina"), Group.objects.get(name="Help desk")

    join(group, nina)

    entry = history_models()[GroupMember].objects.get(account_id=nina.pk)
    assert (entry.pgh_label, entry.group_id, entry.tenant_id) == ("insert", group.pk, northwind.pk)


def test_a_person_has_one_history_for_all_tenants(olivia: Account, mallory: Account) -> None:
    columns = {field.column for field in history_models()[Identity]._meta.concrete_fields}

    assert "tenant_id" not in columns
    assert history_models()[Identity]._meta.db_table in walls.GLOBAL_TABLES
