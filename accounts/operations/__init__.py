"""The only writers of accounts, their sessions and what they hold."""

from accounts.operations.access import refresh_access, refresh_stale_roles
from accounts.operations.assignments import (
    AlreadyGiven,
    date_assignment,
    give_group_role,
    give_roles,
    take_assignment,
    take_roles,
)
from accounts.operations.editing import ChangedMeanwhile, NoSuchOrganization, edit_account, edit_accounts
from accounts.operations.fields import Problem, WrongFields
from accounts.operations.founding import found_roles, found_tenant, furnish_tenant
from accounts.operations.groups import (
    GroupChangedMeanwhile,
    GroupNameTaken,
    MembersChanged,
    add_to_group,
    change_members,
    copy_group,
    create_group,
    delete_group,
    edit_group,
    remove_from_group,
)
from accounts.operations.keys import revoke_keys
from accounts.operations.locking import lock
from accounts.operations.sessions import begin_session, choose_theme, end_expired_sessions, end_session
from accounts.operations.status import disable_accounts, enable_accounts
from accounts.operations.types import change_type

__all__ = [
    "AlreadyGiven",
    "ChangedMeanwhile",
    "GroupChangedMeanwhile",
    "GroupNameTaken",
    "MembersChanged",
    "NoSuchOrganization",
    "Problem",
    "WrongFields",
    "add_to_group",
    "begin_session",
    "change_members",
    "change_type",
    "choose_theme",
    "copy_group",
    "create_group",
    "date_assignment",
    "delete_group",
    "disable_accounts",
    "edit_account",
    "edit_accounts",
    "edit_group",
    "enable_accounts",
    "end_expired_sessions",
    "end_session",
    "found_roles",
    "found_tenant",
    "furnish_tenant",
    "give_group_role",
    "give_roles",
    "lock",
    "refresh_access",
    "refresh_stale_roles",
    "remove_from_group",
    "revoke_keys",
    "take_assignment",
    "take_roles",
]
