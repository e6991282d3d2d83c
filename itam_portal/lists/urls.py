from django.urls import path

from itam_portal.lists import export_list, receipt_list, views
from itam_portal.lists.export import export_urls
from itam_portal.lists.filter_page import filter_urls
from itam_portal.lists.views_page import views_urls

urlpatterns = [
    path("receipts/", receipt_list.ReceiptsList.as_view(), name="receipts"),
    path("receipts/columns/", receipt_list.ReceiptsColumns.as_view(), name="receipts_columns"),
    *filter_urls("receipts/filter/", receipt_list.ReceiptsList),
    *views_urls("receipts/views/", receipt_list.ReceiptsList),
    *export_urls("receipts/", receipt_list.ReceiptsList),
    path("exports/", export_list.ExportsList.as_view(), name="exports"),
    path("exports/columns/", export_list.ExportsColumns.as_view(), name="exports_columns"),
    *filter_urls("exports/filter/", export_list.ExportsList),
    *views_urls("exports/views/", export_list.ExportsList),
    *export_urls("exports/", export_list.ExportsList),
    path("receipts/<int:pk>/", views.ReceiptPage.as_view(), name="receipt"),
]
