"""The only writers of accounts, their sessions and what they hold."""

from accounts.operations.access import refresh_access, refresh_stale_roles
from accounts.operations.founding import found_roles, found_tenant, furnish_tenant
from accounts.operations.locking import lock
from accounts.operations.sessions import begin_session, choose_theme, end_expired_sessions, end_session
from accounts.operations.status import disable_accounts, enable_accounts

__all__ = [
    "begin_session",
    "choose_theme",
    "disable_accounts",
    "enable_accounts",
    "end_expired_sessions",
    "end_session",
    "found_roles",
    "found_tenant",
    "furnish_tenant",
    "lock",
    "refresh_access",
    "refresh_stale_roles",
]
