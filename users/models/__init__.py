"""People who use computers, what waits for them, and files of them."""

from users.models.imports import ImportLine, ImportState, LineOutcome, UserImport
from users.models.people import FLAGS, MOVES_BY, BlockedUsername, ComputerUser, PendingRole, UserStatus, label_of

__all__ = [
    "FLAGS",
    "MOVES_BY",
    "BlockedUsername",
    "ComputerUser",
    "ImportLine",
    "ImportState",
    "LineOutcome",
    "PendingRole",
    "UserImport",
    "UserStatus",
    "label_of",
]
