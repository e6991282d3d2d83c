"""Every address of the portal."""

from django.urls import include, path

from itam_portal import health

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("", include("accounts.urls")),
    path("", include("roles.urls")),
    path("", include("organizations.urls")),
    path("", include("users.urls")),
    path("", include("invitations.urls")),
    path("", include("itam_portal.lists.urls")),
    path("", include("itam_portal.history.urls")),
]
