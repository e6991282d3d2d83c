"""What this floor gives the shared parts when the program starts: bulk actions, letters, housekeeping, places."""

from django.utils import timezone

from invitations.jobs import letters
from invitations.jobs.bulk import COPY, RESEND, REVOKE, SEND
from invitations.models import OfferedRole
from invitations.operations import forget_group, forget_role, purge_invitations
from itam_portal import guards, housekeeping
from itam_portal.tenancy.actor import System


@housekeeping.chore
def purge_old_invitations(by: System) -> int:
    """Remove invitations that nobody accepted, thirty days after their last moment."""
    return purge_invitations(by.tenant, by=by, now=timezone.now())


guards.count_uses(OfferedRole.objects.uses_of)
guards.on_ending("role", lambda role, by: forget_role(role, by=by))
guards.on_ending("group", lambda group, by: forget_group(group, by=by))

__all__ = ["COPY", "RESEND", "REVOKE", "SEND", "letters"]
