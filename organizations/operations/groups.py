"""The only writers of organization groups. What this gives to whom is asked of the floors above."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from itam_portal import guards
from itam_portal.history.context import context
from itam_portal.refusals import Refused, refusing, require
from itam_portal.tenancy.actor import Actor
from organizations.guards import require_group_deletable
from organizations.models import Organization, OrganizationGroup, OrganizationGroupMember, Tenant
from roles.rights import Right


class OrganizationGroupNameTaken(Refused):
    """A group's name is unique in its tenant, in any case."""

    code = "organization_group_name_taken"
    message = _("Another organization group has this name.")


class OrganizationGroupChangedMeanwhile(Refused):
    """Somebody else changed the group after the form was drawn."""

    code = "organization_group_changed_meanwhile"
    message = _("Somebody else changed this group while you edited it. Nothing was saved yet.")


@dataclass(frozen=True)
class Gathered:
    """How many organizations were put into a group, and how many taken out."""

    added: int
    removed: int


_ONE_NAME = {"organization_group_name_once": OrganizationGroupNameTaken}


@transaction.atomic
def create_organization_group(
    tenant: Tenant, *, by: Actor, name: str, description: str = "", reason: str = ""
) -> OrganizationGroup:
    """Make an empty group. Raises OrganizationGroupNameTaken."""
    by = guards.lock(by)
    require(by, Right.CHANGE_ORGANIZATION_GROUPS, by.tenant)
    with context("organization_groups.create", by=by, reason=reason), refusing(_ONE_NAME):
        return OrganizationGroup.objects.create(tenant=tenant, name=name, description=description)


@transaction.atomic
def edit_organization_group(
    group: OrganizationGroup, *, by: Actor, was: dict[str, str], name: str, description: str, reason: str = ""
) -> OrganizationGroup:
    """Rename or describe a group that was so when the form was drawn.

    Raises OrganizationGroupChangedMeanwhile, OrganizationGroupNameTaken.
    """
    by = guards.lock(by)
    require(by, Right.CHANGE_ORGANIZATION_GROUPS, by.tenant)
    found = OrganizationGroup.objects.get(pk=group.pk, tenant_id=by.tenant.pk)
    if was != {"name": found.name, "description": found.description}:
        raise OrganizationGroupChangedMeanwhile
    with context("organization_groups.edit", by=by, reason=reason), refusing(_ONE_NAME):
        found.name, found.description = name, description
        found.save(update_fields=["name", "description"])
    return found


@transaction.atomic
def delete_organization_group(group: OrganizationGroup, *, by: Actor, reason: str = "") -> None:
    """Delete a group that no role is given for; its organizations stay. Raises OrganizationGroupInUse."""
    by = guards.lock(by)
    require(by, Right.CHANGE_ORGANIZATION_GROUPS, by.tenant)
    found = OrganizationGroup.objects.get(pk=group.pk, tenant_id=by.tenant.pk)
    require_group_deletable(found)
    with context("organization_groups.delete", by=by, reason=reason):
        OrganizationGroupMember.objects.filter(tenant_id=by.tenant.pk, group=found).delete()
        guards.ending("organization_group", found, by)
        found.delete()


@transaction.atomic
def gather_organizations(
    group: OrganizationGroup, *, by: Actor, add: Iterable[int], remove: Iterable[int], reason: str = ""
) -> Gathered:
    """Put these organizations into a group and take those out: whoever has a role for the group has it there at once.

    Raises the refusal of giving, or of no longer denying, what the actor does not hold there.
    """
    by = guards.lock(by)
    require(by, Right.CHANGE_ORGANIZATION_GROUPS, by.tenant)
    known = Organization.objects.filter(tenant_id=by.tenant.pk)
    inside = set(known.gathered_in(group.pk).values_list("pk", flat=True))
    put = sorted(set(known.numbered_among(add).values_list("pk", flat=True)) - inside)
    taken = sorted(set(remove) & inside)
    for event, keys in (("organization_group.put", put), ("organization_group.take", taken)):
        if keys:
            guards.check(event, group, keys, by)
    with context("organization_groups.gather", by=by, reason=reason), guards.around("organization_group.change", by):
        links = OrganizationGroupMember.objects.filter(tenant_id=by.tenant.pk, group=group)
        links.filter(organization__in=taken).delete()
        rows = [OrganizationGroupMember(tenant_id=by.tenant.pk, group=group, organization_id=key) for key in put]
        OrganizationGroupMember.objects.bulk_create(rows, batch_size=5_000)
    return Gathered(len(put), len(taken))
