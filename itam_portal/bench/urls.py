"""The portal's addresses, and beside them the admin that it is compared with."""

from django.urls import path

from itam_portal.bench import admin
from itam_portal.urls import urlpatterns as portal

urlpatterns = [
    path("bench/50/", admin.fifty.urls),
    path("bench/200/", admin.two_hundred.urls),
    *portal,
]
