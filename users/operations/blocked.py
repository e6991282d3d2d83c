"""Changing the block list of usernames."""

from django.db import transaction

from accounts.operations import lock
from itam_portal.history.context import context
from itam_portal.refusals import require
from itam_portal.tenancy.actor import Actor
from organizations.models import Tenant
from roles.rights import Right
from users.models import BlockedUsername


@transaction.atomic
def block_usernames(tenant: Tenant, *, by: Actor, patterns: list[str], reason: str = "") -> None:
    """Let exactly these patterns be the tenant's block list."""
    by = lock(by)
    require(by, Right.EDIT_USERS, by.tenant)
    wanted = {pattern.lower(): pattern for pattern in patterns}
    known = {blocked.pattern.lower(): blocked for blocked in BlockedUsername.objects.filter(tenant=tenant)}
    with context("users.block", by=by, reason=reason):
        gone = [blocked.pk for key, blocked in known.items() if key not in wanted]
        BlockedUsername.objects.filter(tenant=tenant, pk__in=gone).delete()
        added = [BlockedUsername(tenant=tenant, pattern=text) for key, text in wanted.items() if key not in known]
        BlockedUsername.objects.bulk_create(added)
