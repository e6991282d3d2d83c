"""The only writers of computer users."""

from users.guards import ManagesThemself
from users.operations.account import (
    AlreadyPending,
    HasAnAccount,
    create_account_for,
    give_pending_role,
    link_account,
    link_contact,
    take_pending_role,
)
from users.operations.blocked import block_usernames
from users.operations.imports import confirm_import, drop_import, map_columns, reading_of, upload_file
from users.operations.many import TOGETHER, NoSuchTarget, edit_users, set_status, transfer_users
from users.operations.people import (
    NoName,
    UserChangedMeanwhile,
    UsernameTaken,
    create_user,
    delete_user,
    edit_user,
)
from users.operations.roles import hold_roles

__all__ = [
    "TOGETHER",
    "AlreadyPending",
    "HasAnAccount",
    "ManagesThemself",
    "NoName",
    "NoSuchTarget",
    "UserChangedMeanwhile",
    "UsernameTaken",
    "block_usernames",
    "confirm_import",
    "create_account_for",
    "create_user",
    "delete_user",
    "drop_import",
    "edit_user",
    "edit_users",
    "give_pending_role",
    "hold_roles",
    "link_account",
    "link_contact",
    "map_columns",
    "reading_of",
    "set_status",
    "take_pending_role",
    "transfer_users",
    "upload_file",
]
