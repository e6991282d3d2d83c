"""The API of organizations, which document 3 calls accounts."""

from organizations.api.accounts import router

__all__ = ["router"]
