"""What this floor gives the shared parts when the program starts, and its part of the worker's jobs."""

from users.jobs.bulk import ACTIVATE, DEACTIVATE, EDIT, RETIRE, TRANSFER, changing_to
from users.jobs.imports import check_now_or_later, write_now_or_later

__all__ = [
    "ACTIVATE",
    "DEACTIVATE",
    "EDIT",
    "RETIRE",
    "TRANSFER",
    "changing_to",
    "check_now_or_later",
    "write_now_or_later",
]
