"""Access as a table: route, method, right, and whether the right is needed for the whole tenant."""

from typing import Any

from roles.rights import Right

FILES = [(name, ending) for name in ("accounts", "accounts_unassigned", "access") for ending in ("csv", "xlsx")]
# The page of an object's history, and its files.
HISTORIES = ("", "_export_csv", "_export_xlsx")
WAYS = ("get", "post")
WHOLE = [("roles", Right.READ_ROLES), ("history", Right.READ_HISTORY)]

# Organizations may be read in part; their groups belong to the tenant.
ORGANIZATION_LISTS = (("organizations", False), ("organization_groups", True))
ORGANIZATION_LINES: list[Any] = [
    *[(name, "get", Right.READ_ORGANIZATIONS, is_whole) for name, is_whole in ORGANIZATION_LISTS],
    *[
        (f"{name}_{page}", method, Right.READ_ORGANIZATIONS, is_whole)
        for name, is_whole in ORGANIZATION_LISTS
        for page in ("columns", "filter", "views", "views_save")
        for method in ("get", "post")
    ],
    *[
        (f"{name}_export_{ending}", "get", Right.READ_ORGANIZATIONS, is_whole)
        for name, is_whole in ORGANIZATION_LISTS
        for ending in ("csv", "xlsx")
    ],
    *[
        (f"organizations_attributes{page}", "get", Right.CHANGE_ORGANIZATIONS, True)
        for page in ("", "_new", "_edit", "_delete")
    ],
    ("organizations_tree", "get", Right.READ_ORGANIZATIONS, False),
    ("organization", "get", Right.READ_ORGANIZATIONS, False),
    ("organization_new", "get", Right.CHANGE_ORGANIZATIONS, True),
    ("organization_edit", "get", Right.CHANGE_ORGANIZATIONS, False),
    ("organization_delete", "get", Right.CHANGE_ORGANIZATIONS, True),
    *[(f"organization_history{file}", "get", Right.READ_HISTORY, False) for file in HISTORIES],
    ("organization_group", "get", Right.READ_ORGANIZATIONS, True),
    ("organization_group_new", "get", Right.CHANGE_ORGANIZATION_GROUPS, True),
    ("organization_group_edit", "get", Right.CHANGE_ORGANIZATION_GROUPS, True),
    ("organization_group_delete", "get", Right.CHANGE_ORGANIZATION_GROUPS, True),
    ("organization_group_manage", "get", Right.CHANGE_ORGANIZATION_GROUPS, True),
    ("organization_group_manage", "post", Right.CHANGE_ORGANIZATION_GROUPS, True),
    *[(f"organization_group_history{file}", "get", Right.READ_HISTORY, True) for file in HISTORIES],
]

# Route, method, right, and whether the right is needed for the whole tenant.
TABLE = [
    ("accounts", "get", Right.READ_ACCOUNTS, False),
    ("accounts_unassigned", "get", Right.READ_ACCOUNTS, False),
    ("accounts_columns", "get", Right.READ_ACCOUNTS, False),
    ("accounts_columns", "post", Right.READ_ACCOUNTS, False),
    ("accounts_unassigned_columns", "get", Right.READ_ACCOUNTS, False),
    ("accounts_unassigned_columns", "post", Right.READ_ACCOUNTS, False),
    *[
        (f"{name}{page}", method, Right.READ_ACCOUNTS, False)
        for name in ("accounts_views", "accounts_unassigned_views")
        for page in ("", "_save")
        for method in ("get", "post")
    ],
    *[(f"roles_views{page}", method, Right.READ_ROLES, True) for page in ("", "_save") for method in ("get", "post")],
    *[(f"{name}_export_{ending}", "get", Right.READ_ACCOUNTS, False) for name, ending in FILES],
    *[(f"{name}_export_{ending}", "get", right, True) for name, right in WHOLE for ending in ("csv", "xlsx")],
    ("account", "get", Right.READ_ACCOUNTS, False),
    ("account_access", "get", Right.READ_ACCOUNTS, False),
    ("account_sessions", "get", Right.READ_ACCOUNTS, False),
    *[("account_sessions_end", method, Right.END_SESSIONS, False) for method in ("get", "post")],
    ("account_factor_reset", "get", Right.CREATE_ACCOUNTS, False),
    ("account_edit", "get", Right.EDIT_ACCOUNTS, False),
    ("account_type", "get", Right.EDIT_ACCOUNTS, False),
    ("accounts_edit", "post", Right.EDIT_ACCOUNTS, False),
    *[(f"account_history{file}", "get", Right.READ_HISTORY, False) for file in HISTORIES],
    ("accounts_enable", "post", Right.ENABLE_ACCOUNTS, False),
    ("accounts_disable", "post", Right.DISABLE_ACCOUNTS, False),
    ("accounts_confirm", "post", Right.GIVE_ROLES, False),
    ("overview", "get", Right.READ_ACCOUNTS, False),
    ("users", "get", Right.READ_USERS, False),
    ("users_columns", "get", Right.READ_USERS, False),
    *[(f"users_views{page}", way, Right.READ_USERS, False) for page in ("", "_save") for way in ("get", "post")],
    *[(f"users_export_{ending}", "get", Right.READ_USERS, False) for ending in ("csv", "xlsx")],
    ("users_retire", "post", Right.EDIT_USERS, False),
    *[(f"users_{what}", "post", Right.EDIT_USERS, False) for what in ("activate", "deactivate", "edit", "transfer")],
    *[(f"users_attributes{page}", "get", Right.EDIT_USERS, True) for page in ("", "_new", "_edit", "_delete")],
    ("users_blocked", "get", Right.EDIT_USERS, True),
    ("user_new", "get", Right.CREATE_USERS, False),
    ("users_imports", "get", Right.CREATE_USERS, False),
    ("users_import", "get", Right.CREATE_USERS, False),
    ("users_import_wrong", "get", Right.CREATE_USERS, False),
    ("user", "get", Right.READ_USERS, False),
    ("user_edit", "get", Right.EDIT_USERS, False),
    ("user_delete", "get", Right.DELETE_USERS, False),
    ("user_link", "get", Right.EDIT_USERS, False),
    ("user_account_new", "get", Right.CREATE_ACCOUNTS, False),
    ("user_give_role", "get", Right.GIVE_ROLES, False),
    ("user_take_role", "get", Right.GIVE_ROLES, False),
    *[(f"user_history{file}", "get", Right.READ_HISTORY, False) for file in HISTORIES],
    ("invitations", "get", Right.READ_INVITATIONS, False),
    ("invitations_columns", "get", Right.READ_INVITATIONS, False),
    *[
        (f"invitations_{page}", way, Right.READ_INVITATIONS, False)
        for page in ("views", "views_save", "filter")
        for way in ("get", "post")
    ],
    *[(f"invitations_export_{ending}", "get", Right.READ_INVITATIONS, False) for ending in ("csv", "xlsx")],
    ("invitation", "get", Right.READ_INVITATIONS, False),
    *[(f"invitation_history{file}", "get", Right.READ_HISTORY, False) for file in HISTORIES],
    ("invitation_new", "get", Right.INVITE, False),
    ("invitations_many", "get", Right.INVITE, False),
    ("invitations_resend", "post", Right.INVITE, False),
    ("invitations_copy_link", "post", Right.INVITE, False),
    ("invitations_revoke", "post", Right.INVITE, False),
    ("administration", "get", Right.READ_ACCOUNTS, False),
    ("administration_users", "get", Right.READ_ACCOUNTS, False),
    ("account_new", "get", Right.CREATE_ACCOUNTS, False),
    ("service_account_new", "get", Right.CREATE_ACCOUNTS, False),
    ("account_link", "get", Right.CREATE_ACCOUNTS, False),
    ("account_key_new", "get", Right.CHANGE_ACCESS_KEYS, True),
    ("account_key_revoke", "get", Right.CHANGE_ACCESS_KEYS, True),
    ("accounts_give_role", "post", Right.GIVE_ROLES, False),
    ("accounts_take_role", "post", Right.GIVE_ROLES, False),
    ("accounts_add_to_group", "post", Right.CHANGE_MEMBERS, True),
    ("accounts_remove_from_group", "post", Right.CHANGE_MEMBERS, True),
    ("account_give_role", "get", Right.GIVE_ROLES, False),
    ("assignment_edit", "get", Right.GIVE_ROLES, False),
    ("assignment_take", "get", Right.GIVE_ROLES, False),
    ("access", "get", Right.READ_ACCOUNTS, False),
    ("access_columns", "get", Right.READ_ACCOUNTS, False),
    *[(f"access_views{page}", way, Right.READ_ACCOUNTS, False) for page in ("", "_save") for way in ("get", "post")],
    ("roles", "get", Right.READ_ROLES, True),
    ("roles_columns", "get", Right.READ_ROLES, True),
    ("roles_compare", "get", Right.READ_ROLES, True),
    ("role", "get", Right.READ_ROLES, True),
    *[(f"role_history{file}", "get", Right.READ_HISTORY, True) for file in HISTORIES],
    ("role_new", "get", Right.CHANGE_ROLES, True),
    ("role_copy", "get", Right.CHANGE_ROLES, True),
    ("role_edit", "get", Right.CHANGE_ROLES, True),
    ("role_delete", "get", Right.CHANGE_ROLES, True),
    *ORGANIZATION_LINES,
    ("groups", "get", Right.READ_GROUPS, True),
    ("group", "get", Right.READ_GROUPS, True),
    ("group_roles", "get", Right.READ_GROUPS, True),
    ("group_users", "get", Right.READ_GROUPS, True),
    *[(f"group_history{file}", "get", Right.READ_HISTORY, True) for file in HISTORIES],
    ("group_new", "get", Right.CHANGE_GROUPS, True),
    ("group_edit", "get", Right.CHANGE_GROUPS, True),
    ("group_copy", "get", Right.CHANGE_GROUPS, True),
    ("group_delete", "get", Right.CHANGE_GROUPS, True),
    ("group_manage", "get", Right.CHANGE_MEMBERS, True),
    ("group_manage", "post", Right.CHANGE_MEMBERS, True),
    ("group_saved", "get", Right.CHANGE_MEMBERS, True),
    ("group_give_role", "get", Right.GIVE_ROLES, True),
    ("tenant", "get", Right.READ_TENANT, True),
    ("tenant_edit", "get", Right.CHANGE_TENANT, True),
    ("tenant_edit", "post", Right.CHANGE_TENANT, True),
    *[(f"tenant_history{file}", "get", Right.READ_HISTORY, True) for file in HISTORIES],
    ("tenant_billing", "get", Right.READ_BILLING, True),
    ("access_keys", "get", Right.READ_ACCESS_KEYS, True),
    ("access_keys_columns", "get", Right.READ_ACCESS_KEYS, True),
    ("access_keys_columns", "post", Right.READ_ACCESS_KEYS, True),
    *[(f"access_keys_views{page}", way, Right.READ_ACCESS_KEYS, True) for page in ("", "_save") for way in WAYS],
    *[("access_keys_filter", way, Right.READ_ACCESS_KEYS, True) for way in WAYS],
    *[(f"access_keys_export_{ending}", "get", Right.READ_ACCESS_KEYS, True) for ending in ("csv", "xlsx")],
    ("access_key", "get", Right.READ_ACCESS_KEYS, True),
    *[(f"access_key_history{file}", "get", Right.READ_HISTORY, True) for file in HISTORIES],
    ("access_key_new", "get", Right.CHANGE_ACCESS_KEYS, True),
    ("access_key_rotate", "get", Right.CHANGE_ACCESS_KEYS, True),
    ("access_keys_revoke", "post", Right.CHANGE_ACCESS_KEYS, True),
    ("history", "get", Right.READ_HISTORY, True),
    ("history_columns", "get", Right.READ_HISTORY, False),
    ("history_columns", "post", Right.READ_HISTORY, False),
    *[
        (f"{name}_filter", method, right, is_whole)
        for name, right, is_whole in (
            ("accounts", Right.READ_ACCOUNTS, False),
            ("accounts_unassigned", Right.READ_ACCOUNTS, False),
            ("access", Right.READ_ACCOUNTS, False),
            ("users", Right.READ_USERS, False),
            ("roles", Right.READ_ROLES, True),
            ("history", Right.READ_HISTORY, True),
        )
        for method in ("get", "post")
    ],
    *[
        (f"history_views{page}", method, Right.READ_HISTORY, True)
        for page in ("", "_save")
        for method in ("get", "post")
    ],
]
# Pages that no right opens without the role Owner.
OWNERS_ONLY = {"tenant_billing"} | {line[0] for line in TABLE if line[0].startswith(("access_key", "account_key"))}
# Pages that do not exist for those who may not open them, and those that do not without the right to see the tenant.
HIDDEN = {"tenant", "tenant_billing"}
TENANT_PAGES = ["tenant_edit", *[f"tenant_history{file}" for file in HISTORIES]]
# What a page needs beside its right: its object must be seen.
GROUP_PAGES = [line[0] for line in TABLE if line[0].startswith("group_") and line[0] != "group_new"]
USER_PAGES = (
    *[f"users_{what}" for what in ("retire", "activate", "deactivate", "edit", "transfer")],
    *("user_edit", "user_delete", "user_link", "user_account_new", "user_give_role", "user_take_role"),
    *[f"user_history{file}" for file in HISTORIES],
)
ORGANIZATION_PAGES = [
    *[f"organization_{page}" for page in ("edit", "delete")],
    *[f"organization_group_{page}" for page in ("edit", "delete", "manage")],
    *[f"{name}_history{file}" for name in ("organization", "organization_group") for file in HISTORIES],
]
INVITATION_PAGES = (
    *[f"invitations_{what}" for what in ("resend", "copy_link", "revoke")],
    *[f"invitation_history{file}" for file in HISTORIES],
)
ALSO = {
    **{key: {Right.READ_INVITATIONS} for key in INVITATION_PAGES},
    **{key: {Right.READ_ORGANIZATIONS} for key in ORGANIZATION_PAGES},
    **{f"account_history{file}": {Right.READ_ACCOUNTS} for file in HISTORIES},
    **{key: {Right.READ_TENANT} for key in TENANT_PAGES},
    **{key: {Right.READ_ROLES} for key in ("role_copy", "role_edit", "role_delete")},
    **{f"role_history{file}": {Right.READ_ROLES} for file in HISTORIES},
    **{key: {Right.READ_GROUPS} for key in GROUP_PAGES},
    **{key: {Right.READ_USERS} for key in USER_PAGES},
}
# What a form of this route holds, where a row is not enough.
FORMS = {
    name: {"do": "no_default", "name": "Mine", "query": ""}
    for name, *_rest in TABLE
    if name.endswith(("_views", "_views_save"))
}
FORMS["access_views_save"] = {**FORMS["access_views_save"], "query": "holds=accounts.read"}
FORMS |= {
    name: {"node": "0.group.0", "mode-0": "all", "do": "apply"} for name, *_rest in TABLE if name.endswith("_filter")
}
FORMS["access_filter"] = {**FORMS["access_filter"], "query": "holds=accounts.read"}
FORMS["tenant_edit"] = {"again": "1"}
