from django.urls import path

from accounts.views import administration, detail, editing, history, lists, sign_in, together
from itam_portal.lists.export import export_urls
from itam_portal.lists.filter_page import filter_urls
from itam_portal.lists.views_page import views_urls

urlpatterns = [
    path("", administration.Home.as_view(), name="home"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("switch/", sign_in.SwitchTenant.as_view(), name="switch_tenant"),
    path("theme/", sign_in.SetTheme.as_view(), name="theme"),
    path("accounts/", lists.AccountsList.as_view(), name="accounts"),
    path("accounts/unassigned/", lists.AccountsUnassigned.as_view(), name="accounts_unassigned"),
    path("accounts/columns/", lists.AccountsColumns.as_view(), name="accounts_columns"),
    path("accounts/unassigned/columns/", lists.UnassignedColumns.as_view(), name="accounts_unassigned_columns"),
    *filter_urls("accounts/filter/", lists.AccountsList),
    *views_urls("accounts/views/", lists.AccountsList),
    *filter_urls("accounts/unassigned/filter/", lists.AccountsUnassigned),
    *views_urls("accounts/unassigned/views/", lists.AccountsUnassigned),
    *export_urls("accounts/", lists.AccountsList),
    *export_urls("accounts/unassigned/", lists.AccountsUnassigned),
    path("accounts/enable/", lists.AccountsEnable.as_view(), name="accounts_enable"),
    path("accounts/disable/", lists.AccountsDisable.as_view(), name="accounts_disable"),
    path("accounts/edit/", together.AccountsEdit.as_view(), name="accounts_edit"),
    path("accounts/<int:pk>/", detail.AccountDetail.as_view(), name="account"),
    path("accounts/<int:pk>/access/", detail.AccountAccess.as_view(), name="account_access"),
    path("accounts/<int:pk>/sessions/", detail.AccountSessions.as_view(), name="account_sessions"),
    path("accounts/<int:pk>/edit/", editing.AccountEdit.as_view(), name="account_edit"),
    path("accounts/<int:pk>/type/", editing.AccountType.as_view(), name="account_type"),
    path("accounts/<int:pk>/history/", history.AccountHistory.as_view(), name="account_history"),
    path("administration/", administration.Administration.as_view(), name="administration"),
    path("administration/users/", lists.AdministrationUsers.as_view(), name="administration_users"),
]
