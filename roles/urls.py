from django.urls import path

from itam_portal.lists.export import export_urls
from itam_portal.lists.filter_page import filter_urls
from itam_portal.lists.views_page import views_urls
from roles.views import editing, lists, role

urlpatterns = [
    path("roles/", lists.RolesList.as_view(), name="roles"),
    *filter_urls("roles/filter/", lists.RolesList),
    *views_urls("roles/views/", lists.RolesList),
    *export_urls("roles/", lists.RolesList),
    path("roles/columns/", lists.RolesColumns.as_view(), name="roles_columns"),
    path("roles/new/", editing.RoleNew.as_view(), name="role_new"),
    path("roles/compare/", role.RolesCompare.as_view(), name="roles_compare"),
    path("roles/<int:pk>/", role.RoleDetail.as_view(), name="role"),
    path("roles/<int:pk>/history/", role.RoleHistory.as_view(), name="role_history"),
    *export_urls("roles/<int:pk>/history/", role.RoleHistory),
    path("roles/<int:pk>/edit/", editing.RoleEdit.as_view(), name="role_edit"),
    path("roles/<int:pk>/copy/", editing.RoleCopy.as_view(), name="role_copy"),
    path("roles/<int:pk>/delete/", editing.RoleDelete.as_view(), name="role_delete"),
]
