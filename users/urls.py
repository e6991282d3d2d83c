from django.urls import path

from itam_portal.lists.export import export_urls
from itam_portal.lists.filter_page import filter_urls
from itam_portal.lists.views_page import views_urls
from organizations.views.attributes import attribute_urls
from users.views import account, importing, lists, overview, user
from users.views.lists import PARENTS

urlpatterns = [
    path("overview/", overview.Overview.as_view(), name="overview"),
    path("users/", lists.UsersList.as_view(), name="users"),
    path("users/columns/", lists.UsersColumns.as_view(), name="users_columns"),
    *filter_urls("users/filter/", lists.UsersList),
    *views_urls("users/views/", lists.UsersList),
    *export_urls("users/", lists.UsersList),
    path("users/retire/", lists.UsersRetire.as_view(), name="users_retire"),
    path("users/edit/", lists.UsersEdit.as_view(), name="users_edit"),
    path("users/transfer/", lists.UsersTransfer.as_view(), name="users_transfer"),
    path("users/deactivate/", lists.UsersDeactivate.as_view(), name="users_deactivate"),
    path("users/activate/", lists.UsersActivate.as_view(), name="users_activate"),
    *attribute_urls("users", "user", PARENTS),
    path("users/import/", importing.UsersImports.as_view(), name="users_imports"),
    path("users/import/<int:pk>/", importing.UsersImport.as_view(), name="users_import"),
    path("users/import/<int:pk>/wrong.csv", importing.UsersImportWrong.as_view(), name="users_import_wrong"),
    path("users/blocked/", user.UsersBlocked.as_view(), name="users_blocked"),
    path("users/new/", user.UserNew.as_view(), name="user_new"),
    path("users/<int:pk>/", user.UserDetail.as_view(), name="user"),
    path("users/<int:pk>/edit/", user.UserEdit.as_view(), name="user_edit"),
    path("users/<int:pk>/delete/", user.UserDelete.as_view(), name="user_delete"),
    path("users/<int:pk>/account/", user.UserLink.as_view(), name="user_link"),
    path("users/<int:pk>/account/new/", account.UserAccountNew.as_view(), name="user_account_new"),
    path("users/<int:pk>/roles/new/", account.UserGiveRole.as_view(), name="user_give_role"),
    path("users/<int:pk>/roles/<int:key>/take/", account.UserTakeRole.as_view(), name="user_take_role"),
    path("users/<int:pk>/history/", user.UserHistory.as_view(), name="user_history"),
    *export_urls("users/<int:pk>/history/", user.UserHistory),
]
