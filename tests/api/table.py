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
TABLE: list[Line] = [*ORGANIZATIONS]
