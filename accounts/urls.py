from django.urls import path

from accounts import views
from itam_portal.lists.views import ReceiptPage

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("switch/", views.SwitchTenant.as_view(), name="switch_tenant"),
    path("theme/", views.SetTheme.as_view(), name="theme"),
    path("accounts/", views.AccountsList.as_view(), name="accounts"),
    path("accounts/unassigned/", views.AccountsUnassigned.as_view(), name="accounts_unassigned"),
    path("accounts/columns/", views.AccountsColumns.as_view(), name="accounts_columns"),
    path("accounts/enable/", views.AccountsEnable.as_view(), name="accounts_enable"),
    path("accounts/disable/", views.AccountsDisable.as_view(), name="accounts_disable"),
    path("accounts/<int:pk>/", views.AccountDetail.as_view(), name="account"),
    path("receipts/<int:pk>/", ReceiptPage.as_view(), name="receipt"),
    path("administration/", views.Administration.as_view(), name="administration"),
    path("administration/users/", views.AdministrationUsers.as_view(), name="administration_users"),
]
