"""Access keys of service accounts."""

from itam_portal.tenancy.actor import Actor


def revoke_keys(accounts: list[int], *, by: Actor) -> int:
    """Revoke every live access key of these accounts; answers how many. No account has one yet."""
    return 0
