"""The only writers of computer users."""

from users.guards import ManagesThemself
from users.operations.blocked import block_usernames
from users.operations.many import FLAGS, TOGETHER, NoSuchTarget, edit_users, set_status, transfer_users
from users.operations.people import (
    NoName,
    UserChangedMeanwhile,
    UsernameTaken,
    create_user,
    delete_user,
    edit_user,
    link_account,
)

__all__ = [
    "FLAGS",
    "TOGETHER",
    "ManagesThemself",
    "NoName",
    "NoSuchTarget",
    "UserChangedMeanwhile",
    "UsernameTaken",
    "block_usernames",
    "create_user",
    "delete_user",
    "edit_user",
    "edit_users",
    "link_account",
    "set_status",
    "transfer_users",
]
