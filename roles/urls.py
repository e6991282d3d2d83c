from django.urls import path

from itam_portal.lists.export import export_urls
from itam_portal.lists.filter_page import filter_urls
from itam_portal.lists.views_page import views_urls
from roles import views

urlpatterns = [
    path("roles/", views.RolesList.as_view(), name="roles"),
    *filter_urls("roles/filter/", views.RolesList),
    *views_urls("roles/views/", views.RolesList),
    *export_urls("roles/", views.RolesList),
]
