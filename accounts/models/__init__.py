"""Sign-ins, accounts, groups, assignments and sessions; links that let people in, and keys that let programs in."""

from accounts.models.accounts import (
    FOREVER,
    NEVER,
    NO_DURATION,
    Account,
    Ending,
    LoginSession,
    Status,
    Type,
)
from accounts.models.holding import Group, GroupMember, HeldRole, RoleAssignment
from accounts.models.identity import Identity, Theme
from accounts.models.keys import AccessKey, KeyState, state_of
from accounts.models.links import SignInLink

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
    "KeyState",
    "LoginSession",
    "RoleAssignment",
    "SignInLink",
    "Status",
    "Theme",
    "Type",
    "state_of",
]
