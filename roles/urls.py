from django.urls import path

from itam_portal.lists.export import export_urls
from itam_portal.lists.views_page import views_urls
from roles import views

urlpatterns = [
    path("roles/", views.RolesList.as_view(), name="roles"),
    *views_urls("roles/views/", views.RolesList),
    *export_urls("roles/", views.RolesList),
]
