from django.urls import path

from itam_portal.lists import receipt_list, views
from itam_portal.lists.views_page import views_urls

urlpatterns = [
    path("receipts/", receipt_list.ReceiptsList.as_view(), name="receipts"),
    path("receipts/columns/", receipt_list.ReceiptsColumns.as_view(), name="receipts_columns"),
    *views_urls("receipts/views/", receipt_list.ReceiptsList),
    path("receipts/<int:pk>/", views.ReceiptPage.as_view(), name="receipt"),
]
