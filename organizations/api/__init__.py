"""The API of organizations, which document 3 calls accounts, and of groups of them."""

from organizations.api.accounts import router as accounts
from organizations.api.groups import router as groups

__all__ = ["accounts", "groups"]
