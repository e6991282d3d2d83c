from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Register the doors, the bulk actions and the housekeeping of this floor."""
        from accounts import doors, jobs  # noqa: F401
