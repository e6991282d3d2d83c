from django.urls import path

from accounts.views import administration, detail, lists, sign_in
from itam_portal.lists.views import ReceiptPage
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
    *views_urls("accounts/views/", lists.AccountsList),
    *views_urls("accounts/unassigned/views/", lists.AccountsUnassigned),
    path("accounts/enable/", lists.AccountsEnable.as_view(), name="accounts_enable"),
    path("accounts/disable/", lists.AccountsDisable.as_view(), name="accounts_disable"),
    path("accounts/<int:pk>/", detail.AccountDetail.as_view(), name="account"),
    path("receipts/<int:pk>/", ReceiptPage.as_view(), name="receipt"),
    path("administration/", administration.Administration.as_view(), name="administration"),
    path("administration/users/", lists.AdministrationUsers.as_view(), name="administration_users"),
]
