"""Sign-ins, accounts, groups, assignments and sessions; links that let people in, and keys that let programs in."""

from accounts.models.accounts import (
    FOREVER,
    NEVER,
    NO_DURATION,
    Account,
    Status,
    Type,
)
from accounts.models.calls import ApiCall, KeptAnswer
from accounts.models.holding import Group, GroupMember, HeldRole, RoleAssignment
from accounts.models.identity import Identity, IdentityLink, Purpose, Theme
from accounts.models.keys import AccessKey, KeyState, state_of
from accounts.models.links import SignInLink
from accounts.models.sessions import Ending, LoginSession

__all__ = [
    "FOREVER",
    "NEVER",
    "NO_DURATION",
    "AccessKey",
    "Account",
    "ApiCall",
    "Ending",
    "Group",
    "GroupMember",
    "HeldRole",
    "Identity",
    "IdentityLink",
    "KeptAnswer",
    "KeyState",
    "LoginSession",
    "Purpose",
    "RoleAssignment",
    "SignInLink",
    "Status",
    "Theme",
    "Type",
    "state_of",
]
