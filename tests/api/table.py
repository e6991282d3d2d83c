"""Access to the API as a table: method, path, right, whether it is needed for the whole tenant, what else, a body."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from roles.rights import Right

# Method, path (a name in braces is filled by test_access.py), right, everywhere, other rights needed, body.
Line = tuple[str, str, str, bool, tuple[str, ...], Any]

NEW_ACCOUNT = {"accountId": "NEW-1", "name": "New"}
ORGANIZATIONS: list[Line] = [
    ("GET", "/accounts", Right.READ_ORGANIZATIONS, False, (), None),
    ("POST", "/accounts", Right.CHANGE_ORGANIZATIONS, True, (Right.READ_ORGANIZATIONS,), NEW_ACCOUNT),
    ("GET", "/accounts/{organization}", Right.READ_ORGANIZATIONS, False, (), None),
    ("PATCH", "/accounts/{organization}", Right.CHANGE_ORGANIZATIONS, False, (Right.READ_ORGANIZATIONS,), {}),
    ("DELETE", "/accounts/{empty}", Right.CHANGE_ORGANIZATIONS, True, (Right.READ_ORGANIZATIONS,), None),
]
NEW_USER = {
    "firstName": "New",
    "lastName": "Comer",
    "emailAddress": "new@northwind.example",
    "accountRoles": [{"accountName": "emea", "roles": ["Nothing"]}],
}
# A role is named, so it has to be given.
GIVING = (Right.READ_ORGANIZATIONS, Right.READ_USERS, Right.GIVE_ROLES)
USERS: list[Line] = [
    ("GET", "/users", Right.READ_USERS, False, (), None),
    ("POST", "/users", Right.CREATE_USERS, False, GIVING, NEW_USER),
    ("GET", "/users/{person}", Right.READ_USERS, False, (), None),
    ("PATCH", "/users/{person}", Right.EDIT_USERS, False, (Right.READ_USERS,), {"jobTitle": "Buyer"}),
    ("DELETE", "/users/{person}", Right.DELETE_USERS, False, (Right.READ_USERS,), None),
]
SEEN = (Right.READ_ACCOUNTS,)
OPERATORS: list[Line] = [
    ("GET", "/operators", Right.READ_ACCOUNTS, False, (), None),
    ("GET", "/operators/{operator}", Right.READ_ACCOUNTS, False, (), None),
    ("POST", "/operators/{operator}/enable", Right.ENABLE_ACCOUNTS, False, SEEN, None),
    ("POST", "/operators/{operator}/disable", Right.DISABLE_ACCOUNTS, False, SEEN, None),
    ("POST", "/operators/enable", Right.ENABLE_ACCOUNTS, False, SEEN, {"everything": True}),
    ("POST", "/operators/disable", Right.DISABLE_ACCOUNTS, False, SEEN, {"everything": True}),
]
NEW_ASSIGNMENT = {"operator": "opal", "role": "Nothing", "accountId": "emea"}
OF_GROUPS = (Right.READ_GROUPS,)
HOLDINGS: list[Line] = [
    ("GET", "/operators/{operator}/access", Right.READ_ACCOUNTS, False, (), None),
    ("GET", "/assignments?operator={operator}", Right.READ_ACCOUNTS, False, (), None),
    ("POST", "/assignments", Right.GIVE_ROLES, False, (*SEEN, Right.READ_ORGANIZATIONS), NEW_ASSIGNMENT),
    ("GET", "/assignments/{assignment}", Right.READ_ACCOUNTS, False, (), None),
    ("PATCH", "/assignments/{assignment}", Right.GIVE_ROLES, False, SEEN, {"expiryDate": None}),
    ("DELETE", "/assignments/{assignment}", Right.GIVE_ROLES, False, SEEN, None),
    ("GET", "/rights", Right.READ_ROLES, True, (), None),
    ("GET", "/roles", Right.READ_ROLES, True, (), None),
    ("POST", "/roles", Right.CHANGE_ROLES, True, (Right.READ_ROLES,), {"name": "New"}),
    ("GET", "/roles/{role}", Right.READ_ROLES, True, (), None),
    ("PATCH", "/roles/{role}", Right.CHANGE_ROLES, True, (Right.READ_ROLES,), {"description": "Changed"}),
    ("DELETE", "/roles/{role}", Right.CHANGE_ROLES, True, (Right.READ_ROLES,), None),
    ("GET", "/groups", Right.READ_GROUPS, True, (), None),
    ("POST", "/groups", Right.CHANGE_GROUPS, True, OF_GROUPS, {"name": "New"}),
    ("GET", "/groups/{group}", Right.READ_GROUPS, True, (), None),
    ("PATCH", "/groups/{group}", Right.CHANGE_GROUPS, True, OF_GROUPS, {"description": "Changed"}),
    ("DELETE", "/groups/{emptygroup}", Right.CHANGE_GROUPS, True, OF_GROUPS, None),
    ("GET", "/groups/{group}/members", Right.READ_GROUPS, True, (), None),
    ("POST", "/groups/{group}/members", Right.CHANGE_MEMBERS, True, (*OF_GROUPS, *SEEN), {"operators": ["opal"]}),
    ("PUT", "/groups/{group}/members", Right.CHANGE_MEMBERS, True, (*OF_GROUPS, *SEEN), {"operators": ["opal"]}),
    ("DELETE", "/groups/{group}/members/opal", Right.CHANGE_MEMBERS, True, (*OF_GROUPS, *SEEN), None),
]
NEW_OPERATOR = {"name": "New", "email": "new@made.example", "accountId": "emea"}
OFFER = {"email": "invited@made.example", "roles": [{"role": "Nothing", "accountId": "emea"}]}
MANY = {"invitees": [{"email": "invited@made.example"}], "roles": OFFER["roles"]}
INVITING = (Right.GIVE_ROLES, Right.READ_ORGANIZATIONS, Right.READ_INVITATIONS)
INVITED = (Right.READ_INVITATIONS, Right.GIVE_ROLES)
MAKING: list[Line] = [
    ("POST", "/operators", Right.CREATE_ACCOUNTS, False, (Right.READ_ORGANIZATIONS,), NEW_OPERATOR),
    ("PATCH", "/operators/{operator}", Right.EDIT_ACCOUNTS, False, SEEN, {"jobTitle": "Buyer"}),
    ("POST", "/operators/{operator}/type", Right.EDIT_ACCOUNTS, False, SEEN, {"type": "service"}),
    ("POST", "/operators/{operator}/end-sessions", Right.END_SESSIONS, False, SEEN, None),
    ("GET", "/invitations", Right.READ_INVITATIONS, False, (), None),
    ("POST", "/invitations", Right.INVITE, False, INVITING, OFFER),
    ("POST", "/invitations/many", Right.INVITE, False, INVITING, MANY),
    ("GET", "/invitations/{invitation}", Right.READ_INVITATIONS, False, (), None),
    ("POST", "/invitations/{invitation}/resend", Right.INVITE, False, INVITED, None),
    ("POST", "/invitations/{invitation}/revoke", Right.INVITE, False, INVITED, None),
    ("POST", "/invitations/{invitation}/link", Right.INVITE, False, INVITED, None),
    ("GET", "/history", Right.READ_HISTORY, True, (), None),
]
CHANGING = (Right.READ_ORGANIZATIONS,)
GATHERED = {"accounts": ["emea"]}
TOGETHER = "/organization-groups"
GATHERING: list[Line] = [
    ("GET", TOGETHER, Right.READ_ORGANIZATIONS, True, (), None),
    ("POST", TOGETHER, Right.CHANGE_ORGANIZATION_GROUPS, True, CHANGING, {"name": "New"}),
    ("GET", f"{TOGETHER}/{{gathering}}", Right.READ_ORGANIZATIONS, True, (), None),
    ("PATCH", f"{TOGETHER}/{{gathering}}", Right.CHANGE_ORGANIZATION_GROUPS, True, CHANGING, {"description": "x"}),
    ("DELETE", f"{TOGETHER}/{{gathering}}", Right.CHANGE_ORGANIZATION_GROUPS, True, CHANGING, None),
    ("GET", f"{TOGETHER}/{{gathering}}/accounts", Right.READ_ORGANIZATIONS, True, (), None),
    ("POST", f"{TOGETHER}/{{gathering}}/accounts", Right.CHANGE_ORGANIZATION_GROUPS, True, CHANGING, GATHERED),
    ("PUT", f"{TOGETHER}/{{gathering}}/accounts", Right.CHANGE_ORGANIZATION_GROUPS, True, CHANGING, GATHERED),
    ("DELETE", f"{TOGETHER}/{{gathering}}/accounts/emea", Right.CHANGE_ORGANIZATION_GROUPS, True, CHANGING, None),
]
TOMORROW = (timezone.now() + timedelta(days=2)).date().isoformat()
NEW_KEY = {"operator": "robot", "name": "New", "expiryDate": TOMORROW}
# Beside the right, the role Owner is needed.
KEYS: list[Line] = [
    ("GET", "/access-keys", Right.READ_ACCESS_KEYS, True, (), None),
    ("POST", "/access-keys", Right.CHANGE_ACCESS_KEYS, True, (), NEW_KEY),
    ("GET", "/access-keys/{key}", Right.READ_ACCESS_KEYS, True, (), None),
    ("POST", "/access-keys/{key}/rotate", Right.CHANGE_ACCESS_KEYS, True, (), {"expiryDate": TOMORROW}),
    ("POST", "/access-keys/{key}/revoke", Right.CHANGE_ACCESS_KEYS, True, (), None),
]
# Open to whoever may call: they show one's own, and others' only with the right to see the history.
OWN: list[tuple[str, str]] = [("GET", "/receipts"), ("GET", "/receipts/{id}")]
TABLE: list[Line] = [*ORGANIZATIONS, *USERS, *OPERATORS, *HOLDINGS, *MAKING, *GATHERING, *KEYS]
