from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        """Put this floor's objects and operations into the history's words."""
        from organizations import jobs  # noqa: F401
