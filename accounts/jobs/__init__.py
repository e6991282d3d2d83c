"""What this floor gives the shared parts when the program starts."""

from accounts.jobs import calls, giving, letters, notices, organizations, own_letters, roles
from accounts.jobs.bulk import CONFIRM, DISABLE, EDIT, ENABLE, automation_of, editing_with
from accounts.jobs.keys import REVOKE

__all__ = [
    "CONFIRM",
    "DISABLE",
    "EDIT",
    "ENABLE",
    "REVOKE",
    "automation_of",
    "calls",
    "editing_with",
    "giving",
    "letters",
    "notices",
    "organizations",
    "own_letters",
    "roles",
]
