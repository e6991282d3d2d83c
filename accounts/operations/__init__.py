"""The only writers of accounts, their sessions and what they hold."""

from accounts.operations.access import refresh_access, refresh_stale_roles
from accounts.operations.editing import ChangedMeanwhile, NoSuchOrganization, edit_account, edit_accounts
from accounts.operations.fields import Problem, WrongFields
from accounts.operations.founding import found_roles, found_tenant, furnish_tenant
from accounts.operations.keys import revoke_keys
from accounts.operations.locking import lock
from accounts.operations.sessions import begin_session, choose_theme, end_expired_sessions, end_session
from accounts.operations.status import disable_accounts, enable_accounts
from accounts.operations.types import change_type

__all__ = [
    "ChangedMeanwhile",
    "NoSuchOrganization",
    "Problem",
    "WrongFields",
    "begin_session",
    "change_type",
    "choose_theme",
    "disable_accounts",
    "edit_account",
    "edit_accounts",
    "enable_accounts",
    "end_expired_sessions",
    "end_session",
    "found_roles",
    "found_tenant",
    "furnish_tenant",
    "lock",
    "refresh_access",
    "refresh_stale_roles",
    "revoke_keys",
]
