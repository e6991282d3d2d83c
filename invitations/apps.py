from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "invitations"

    def ready(self) -> None:
        """Register the door, the bulk actions, the letters and the housekeeping of this floor."""
        from invitations import doors, jobs  # noqa: F401
