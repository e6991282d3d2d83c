"""The API of roles."""

from roles.api.roles import router

__all__ = ["router"]
