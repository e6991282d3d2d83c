from django.apps import AppConfig


class RolesConfig(AppConfig):
    name = "roles"

    def ready(self) -> None:
        """Put this floor's objects and operations into the history's words."""
        from roles import jobs  # noqa: F401
