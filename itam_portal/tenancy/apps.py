from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "itam_portal.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        """Raise both database walls anew after every migration."""
        from itam_portal.tenancy import checks, walls  # noqa: F401  (registers the deploy check)

        post_migrate.connect(walls.after_migrate, sender=self)
