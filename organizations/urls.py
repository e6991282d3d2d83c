from django.urls import path

from itam_portal.lists.export import export_urls
from organizations.views import tenant

urlpatterns = [
    path("tenant/", tenant.TenantProfile.as_view(), name="tenant"),
    path("tenant/edit/", tenant.TenantEdit.as_view(), name="tenant_edit"),
    path("tenant/history/", tenant.TenantHistory.as_view(), name="tenant_history"),
    *export_urls("tenant/history/", tenant.TenantHistory),
    path("tenant/billing/", tenant.TenantBilling.as_view(), name="tenant_billing"),
]
