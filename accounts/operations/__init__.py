"""The only writers of accounts, their sessions and what they hold."""

from accounts.operations.access import refresh_access, refresh_stale_roles
from accounts.operations.assignments import (
    AlreadyGiven,
    EndChangedMeanwhile,
    date_assignment,
    give_group_role,
    give_roles,
    take_assignment,
    take_roles,
)
from accounts.operations.confirming import confirm_rights
from accounts.operations.creating import Offer, admit, create_account, create_service_account
from accounts.operations.editing import ChangedMeanwhile, NoSuchOrganization, edit_account, edit_accounts
from accounts.operations.ending import StillNeeded, end_sign_in
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
from accounts.operations.keys import (
    EnoughKeys,
    KeyEnded,
    OnlyServicesHaveKeys,
    OwnersTouchKeys,
    WrongExpiry,
    create_key,
    judge_revoking,
    revoke_access_keys,
    revoke_key,
    revoke_keys,
    rotate_key,
)
from accounts.operations.links import (
    AlreadyHere,
    LinkEnded,
    NoAddress,
    NobodyToLetIn,
    accept_link,
    create_identity,
    renew_token,
    send_link,
)
from accounts.operations.locking import lock
from accounts.operations.sessions import begin_session, choose_theme, end_expired_sessions, end_session
from accounts.operations.status import disable_accounts, enable_accounts
from accounts.operations.types import change_type

__all__ = [
    "AlreadyGiven",
    "AlreadyHere",
    "ChangedMeanwhile",
    "EndChangedMeanwhile",
    "EnoughKeys",
    "GroupChangedMeanwhile",
    "GroupNameTaken",
    "KeyEnded",
    "LinkEnded",
    "MembersChanged",
    "NoAddress",
    "NoSuchOrganization",
    "NobodyToLetIn",
    "Offer",
    "OnlyServicesHaveKeys",
    "OwnersTouchKeys",
    "Problem",
    "StillNeeded",
    "WrongExpiry",
    "WrongFields",
    "accept_link",
    "add_to_group",
    "admit",
    "begin_session",
    "change_members",
    "change_type",
    "choose_theme",
    "confirm_rights",
    "copy_group",
    "create_account",
    "create_group",
    "create_identity",
    "create_key",
    "create_service_account",
    "date_assignment",
    "delete_group",
    "disable_accounts",
    "edit_account",
    "edit_accounts",
    "edit_group",
    "enable_accounts",
    "end_expired_sessions",
    "end_session",
    "end_sign_in",
    "found_roles",
    "found_tenant",
    "furnish_tenant",
    "give_group_role",
    "give_roles",
    "judge_revoking",
    "lock",
    "refresh_access",
    "refresh_stale_roles",
    "remove_from_group",
    "renew_token",
    "revoke_access_keys",
    "revoke_key",
    "revoke_keys",
    "rotate_key",
    "send_link",
    "take_assignment",
    "take_roles",
]
