"""Sign-ins, accounts, groups, assignments and sessions; links that let people in, and keys that let programs in."""

from accounts.models.accounts import (
    FOREVER,
    NEVER,
    NO_DURATION,
    Account,
    Group,
    GroupMember,
    HeldRole,
    RoleAssignment,
    Status,
    Type,
)
from accounts.models.identity import Identity, IdentityLink, Purpose, Theme
from accounts.models.keys import AccessKey
from accounts.models.links import SignInLink
from accounts.models.sessions import Ending, LoginSession

__all__ = [
    "FOREVER",
    "NEVER",
    "NO_DURATION",
    "AccessKey",
    "Account",
    "Ending",
    "Group",
    "GroupMember",
    "HeldRole",
    "Identity",
    "IdentityLink",
    "LoginSession",
    "Purpose",
    "RoleAssignment",
    "SignInLink",
    "Status",
    "Theme",
    "Type",
]
