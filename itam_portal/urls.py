"""Every address of the portal."""

from django.urls import include, path

from accounts.api import access, assignments, groups, keys, operators
from invitations.api import router as invitations
from itam_portal import health
from itam_portal.api.history import router as history
from itam_portal.api.receipts import router as receipts
from itam_portal.api.site import PREFIX, make_api
from itam_portal.api.views import document, documentation
from organizations.api import accounts as organizations
from organizations.api import groups as organization_groups
from roles.api import router as roles
from users.api import router as users

# In this order they are tried, and documented.
api = make_api(
    *(organizations, users, access, operators, roles, groups, assignments, invitations),
    *(organization_groups, keys, receipts, history),
)

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("api/v1/openapi.json", document, {"api": api}, name="api_document"),
    path("api/docs/", documentation, {"api": api}, name="api_docs"),
    path(PREFIX.removeprefix("/"), api.urls),
    path("", include("accounts.urls")),
    path("", include("roles.urls")),
    path("", include("organizations.urls")),
    path("", include("users.urls")),
    path("", include("invitations.urls")),
    path("", include("itam_portal.lists.urls")),
    path("", include("itam_portal.history.urls")),
]
