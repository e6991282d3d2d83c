"""What this floor gives the shared parts when the program starts: bulk actions, letters, housekeeping, places."""

from django.utils import timezone

from invitations.jobs import ending, letters
from invitations.jobs.bulk import COPY, RESEND, REVOKE, SEND
from invitations.operations import purge_invitations
from itam_portal import housekeeping
from itam_portal.tenancy.actor import System


@housekeeping.chore
def purge_old_invitations(by: System) -> int:
    """Remove invitations that nobody accepted, thirty days after their last moment."""
    return purge_invitations(by.tenant, by=by, now=timezone.now())


__all__ = ["COPY", "RESEND", "REVOKE", "SEND", "ending", "letters"]
