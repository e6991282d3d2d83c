"""What this floor gives the shared parts when the program starts."""

from accounts.jobs import giving, letters, own_letters, roles
from accounts.jobs.bulk import CONFIRM, DISABLE, EDIT, ENABLE, automation_of, editing_with

__all__ = [
    "CONFIRM",
    "DISABLE",
    "EDIT",
    "ENABLE",
    "automation_of",
    "editing_with",
    "giving",
    "letters",
    "own_letters",
    "roles",
]
