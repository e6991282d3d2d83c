"""Access to the API as a table: method, path, right, whether it is needed for the whole tenant, what else, a body."""

from typing import Any

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
# Open to whoever may call: they show one's own, and others' only with the right to see the history.
OWN: list[tuple[str, str]] = [("GET", "/receipts"), ("GET", "/receipts/{id}")]
TABLE: list[Line] = [*ORGANIZATIONS, *USERS, *OPERATORS]
