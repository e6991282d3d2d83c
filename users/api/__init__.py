"""The API of people who use computers."""

from users.api.users import router

__all__ = ["router"]
