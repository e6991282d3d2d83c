from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "itam_portal.mail"
    label = "mail"

    def ready(self) -> None:
        """Let the worker and housekeeping know what sends mail."""
        from itam_portal.mail import jobs  # noqa: F401
