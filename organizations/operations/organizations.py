"""The only writers of organizations and of their places in hierarchies."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itam_portal import guards
from itam_portal.history.context import context
from itam_portal.refusals import Refused, refusing, require
from itam_portal.tenancy.actor import Actor
from organizations.guards import (
    OrganizationInUse,
    require_deletable,
    require_no_circle,
    require_type,
    require_visibility,
    sound_attributes,
)
from organizations.models import (
    Organization,
    OrganizationGroup,
    OrganizationGroupMember,
    OrganizationParent,
    Tenant,
)
from roles.rights import Right


class CodeTaken(Refused):
    """An organization's code is unique in its tenant, in any case."""

    code = "organization_code_taken"
    message = _("Another organization has this code.")


class OrganizationChangedMeanwhile(Refused):
    """Somebody else saved the organization after the form was drawn."""

    code = "organization_changed_meanwhile"
    message = _("Somebody else changed this organization while you edited it. Nothing was saved yet.")


_ONE_CODE = {"organization_code_once_a_tenant": CodeTaken}


@transaction.atomic
def create_organization(
    tenant: Tenant, *, by: Actor, fields: dict[str, Any], parents: Iterable[Organization] = (), reason: str = ""
) -> Organization:
    """Make an organization below these. Raises CodeTaken, OnlyOneHome, WrongAttributes."""
    by = guards.lock(by)
    require(by, Right.CHANGE_ORGANIZATIONS, by.tenant)
    require_type(fields.get("type", ""))
    attributes = sound_attributes(tenant, "organization", fields.get("attributes", {}))
    with context("organizations.create", by=by, reason=reason), refusing(_ONE_CODE):
        made = Organization.objects.create(tenant=tenant, **{**fields, "attributes": attributes})
        _place(made, below=[parent.pk for parent in parents])
    return made


@transaction.atomic
def edit_organization(
    organization: Organization,
    *,
    by: Actor,
    was: str,
    fields: dict[str, Any],
    parents: Iterable[Organization],
    reason: str = "",
) -> Organization:
    """Change an organization, and below which of those that the actor sees it stands.

    `was` is its `version` when it was read. Raises OrganizationChangedMeanwhile, CodeTaken, GoesInCircles,
    OnlyOneHome, VisibilityIsTheTenants, WrongAttributes.
    """
    by = guards.lock(by)
    found = Organization.objects.get(pk=organization.pk, tenant_id=by.tenant.pk)
    require(by, Right.CHANGE_ORGANIZATIONS, found)
    if found.version != was:
        raise OrganizationChangedMeanwhile
    wanted = list(parents)
    require_type(fields["type"], was=found.type)
    require_visibility(fields["visible"], was=found.visible, by=by)
    require_no_circle(found, wanted)
    attributes = sound_attributes(by.tenant, "organization", fields.get("attributes", {}))
    with context("organizations.edit", by=by, reason=reason), refusing(_ONE_CODE):
        _save(found, {**fields, "attributes": attributes})
        _move(found, wanted, by=by)
    return found


def _save(found: Organization, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(found, name, value)
    found.changed_at = timezone.now()
    found.save(update_fields=[*fields, "changed_at"])


def _move(found: Organization, wanted: list[Organization], *, by: Actor) -> None:
    """Put it below these; what stands above it unseen stays above it."""
    now = {parent.pk for parent in Organization.objects.all().above(found.pk).seen_by(by)}
    then = {parent.pk for parent in wanted}
    links = OrganizationParent.objects.filter(tenant_id=found.tenant_id, child=found)
    links.filter(parent__in=now - then).delete()
    held = set(links.values_list("parent_id", flat=True))
    _place(found, below=sorted(then - held))


def _place(child: Organization, *, below: Iterable[int]) -> None:
    links = [OrganizationParent(tenant_id=child.tenant_id, child=child, parent_id=key) for key in below]
    OrganizationParent.objects.bulk_create(links)


@transaction.atomic
def delete_organization(organization: Organization, *, by: Actor, reason: str = "") -> None:
    """Delete an organization that nothing hangs on; those that stood below it alone become roots.

    Raises HomeStays, OrganizationInUse, and whatever keeps the actor from taking it out of its groups.
    """
    by = guards.lock(by)
    require(by, Right.CHANGE_ORGANIZATIONS, by.tenant)
    found = Organization.objects.get(pk=organization.pk, tenant_id=by.tenant.pk)
    require_deletable(found)
    for group in OrganizationGroup.objects.all().of(found):
        guards.check("organization_group.take", group, [found.pk], by)
    with context("organizations.delete", by=by, reason=reason), guards.around("organization_group.change", by):
        for links in (OrganizationParent.objects.filter(child=found), OrganizationParent.objects.filter(parent=found)):
            links.filter(tenant_id=by.tenant.pk).delete()
        OrganizationGroupMember.objects.filter(tenant_id=by.tenant.pk, organization=found).delete()
        guards.ending("organization", found, by)
        try:
            found.delete()
        except ProtectedError as error:
            raise OrganizationInUse from error
