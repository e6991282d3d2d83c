from django.urls import path

from itam_portal.lists.export import export_urls
from itam_portal.lists.filter_page import filter_urls
from itam_portal.lists.views_page import views_urls
from users.views import lists, user

urlpatterns = [
    path("users/", lists.UsersList.as_view(), name="users"),
    path("users/columns/", lists.UsersColumns.as_view(), name="users_columns"),
    *filter_urls("users/filter/", lists.UsersList),
    *views_urls("users/views/", lists.UsersList),
    *export_urls("users/", lists.UsersList),
    path("users/retire/", lists.UsersRetire.as_view(), name="users_retire"),
    path("users/activate/", lists.UsersActivate.as_view(), name="users_activate"),
    path("users/blocked/", user.UsersBlocked.as_view(), name="users_blocked"),
    path("users/new/", user.UserNew.as_view(), name="user_new"),
    path("users/<int:pk>/", user.UserDetail.as_view(), name="user"),
    path("users/<int:pk>/edit/", user.UserEdit.as_view(), name="user_edit"),
    path("users/<int:pk>/delete/", user.UserDelete.as_view(), name="user_delete"),
    path("users/<int:pk>/account/", user.UserLink.as_view(), name="user_link"),
    path("users/<int:pk>/history/", user.UserHistory.as_view(), name="user_history"),
]
