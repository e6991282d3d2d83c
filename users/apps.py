from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "users"

    def ready(self) -> None:
        """Put this floor's objects and operations into the history's words."""
        from users import jobs  # noqa: F401
