"""The API of operator and service accounts, and of what they hold."""

from accounts.api.operators import router as operators

__all__ = ["operators"]
