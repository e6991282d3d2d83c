"""The API of operator and service accounts, and of what they hold."""

# The paths of one account are added to those of all, in this order.
from accounts.api import making
from accounts.api.access import router as access
from accounts.api.assignments import router as assignments
from accounts.api.groups import router as groups
from accounts.api.keys import router as keys
from accounts.api.operators import router as operators

__all__ = ["access", "assignments", "groups", "keys", "making", "operators"]
