"""The API of invitations."""

from invitations.api.invitations import router

__all__ = ["router"]
