from django.urls import path

from itam_portal.lists.export import export_urls
from itam_portal.lists.filter_page import filter_urls
from itam_portal.lists.views_page import views_urls
from organizations.views import gathering, groups, lists, organization, tenant, tree
from organizations.views.attributes import attribute_urls

GROUP = "organization-groups/<int:pk>/"

urlpatterns = [
    path("organizations/", lists.OrganizationsList.as_view(), name="organizations"),
    path("organizations/columns/", lists.OrganizationsColumns.as_view(), name="organizations_columns"),
    *filter_urls("organizations/filter/", lists.OrganizationsList),
    *views_urls("organizations/views/", lists.OrganizationsList),
    *export_urls("organizations/", lists.OrganizationsList),
    *attribute_urls("organizations", "organization", lists.PARENTS),
    path("organizations/tree/", tree.OrganizationsTree.as_view(), name="organizations_tree"),
    path("organizations/new/", organization.OrganizationNew.as_view(), name="organization_new"),
    path("organizations/<int:pk>/", organization.OrganizationDetail.as_view(), name="organization"),
    path("organizations/<int:pk>/edit/", organization.OrganizationEdit.as_view(), name="organization_edit"),
    path("organizations/<int:pk>/delete/", organization.OrganizationDelete.as_view(), name="organization_delete"),
    path("organizations/<int:pk>/history/", organization.OrganizationHistory.as_view(), name="organization_history"),
    *export_urls("organizations/<int:pk>/history/", organization.OrganizationHistory),
    path("organization-groups/", lists.OrganizationGroupsList.as_view(), name="organization_groups"),
    path("organization-groups/columns/", lists.OrganizationGroupsColumns.as_view(), name="organization_groups_columns"),
    *filter_urls("organization-groups/filter/", lists.OrganizationGroupsList),
    *views_urls("organization-groups/views/", lists.OrganizationGroupsList),
    *export_urls("organization-groups/", lists.OrganizationGroupsList),
    path("organization-groups/new/", groups.OrganizationGroupNew.as_view(), name="organization_group_new"),
    path(GROUP, groups.OrganizationGroupDetail.as_view(), name="organization_group"),
    path(f"{GROUP}edit/", groups.OrganizationGroupEdit.as_view(), name="organization_group_edit"),
    path(f"{GROUP}delete/", groups.OrganizationGroupDelete.as_view(), name="organization_group_delete"),
    path(f"{GROUP}manage/", gathering.OrganizationGroupManage.as_view(), name="organization_group_manage"),
    path(f"{GROUP}history/", groups.OrganizationGroupHistory.as_view(), name="organization_group_history"),
    *export_urls(f"{GROUP}history/", groups.OrganizationGroupHistory),
    path("tenant/", tenant.TenantProfile.as_view(), name="tenant"),
    path("tenant/edit/", tenant.TenantEdit.as_view(), name="tenant_edit"),
    path("tenant/history/", tenant.TenantHistory.as_view(), name="tenant_history"),
    *export_urls("tenant/history/", tenant.TenantHistory),
    path("tenant/billing/", tenant.TenantBilling.as_view(), name="tenant_billing"),
]
