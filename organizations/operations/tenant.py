"""The only writers of a tenant's profile and of whom its invoices go to."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from itam_portal import guards
from itam_portal.history.context import context
from itam_portal.refusals import NotAllowed, Refused, require
from itam_portal.tenancy.actor import Actor
from organizations.models import BillingProfile, Tenant
from roles.rights import Right


class TenantChangedMeanwhile(Refused):
    """Somebody else saved the profile after the form was drawn."""

    code = "tenant_changed_meanwhile"
    message = _("Somebody else changed this while you edited it. Nothing was saved yet.")


class OwnersKeepBilling(NotAllowed):
    """Only owners touch billing."""

    code = "owners_keep_billing"
    message = _("Only an owner of the tenant may change whom its invoices go to.")


@transaction.atomic
def edit_tenant(tenant: Tenant, *, by: Actor, was: str, fields: dict[str, Any], reason: str = "") -> Tenant:
    """Change a tenant's profile; another time zone moves the ends of what ends with a day.

    `was` is the profile's `version` when it was read. Raises TenantChangedMeanwhile, and what keeps ends from moving.
    """
    by = guards.lock(by)
    require(by, Right.CHANGE_TENANT, by.tenant)
    found = Tenant.objects.get(pk=tenant.pk)
    if found.version != was:
        raise TenantChangedMeanwhile
    moves = fields["time_zone"] != found.time_zone
    if moves:
        guards.check("tenant.time_zone", found, fields["time_zone"], by)
    with context("tenant.edit", by=by, reason=reason), guards.around("tenant.edit", by):
        for name in Tenant.profile:
            setattr(found, name, fields[name])
        found.save(update_fields=Tenant.profile)
        if moves:
            guards.follow("tenant.time_zone", found, by)
    return found


@transaction.atomic
def edit_billing(tenant: Tenant, *, by: Actor, was: str, fields: dict[str, str], reason: str = "") -> BillingProfile:
    """Change whom a tenant's invoices go to. Raises OwnersKeepBilling, TenantChangedMeanwhile."""
    by = guards.lock(by)
    require(by, Right.CHANGE_BILLING, by.tenant)
    if not by.is_system and not by.holdings.is_owner:
        raise OwnersKeepBilling
    found = BillingProfile.objects.filter(tenant=tenant).first() or BillingProfile(tenant=tenant)
    if found.version != was:
        raise TenantChangedMeanwhile
    for name in BillingProfile.held:
        setattr(found, name, fields[name])
    with context("billing.edit", by=by, reason=reason):
        found.save()
    return found
