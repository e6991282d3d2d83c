"""Housekeeping of what programs called."""

from accounts.operations import forget_calls
from itam_portal.housekeeping import chore
from itam_portal.tenancy.actor import System


@chore
def old_calls(by: System) -> int:
    """Take away old calls of the API and answers that were kept for repetition."""
    return forget_calls(by.tenant, by=by)
