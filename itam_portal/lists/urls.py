from django.urls import path

from itam_portal.lists import receipt_list, views

urlpatterns = [
    path("receipts/", receipt_list.ReceiptsList.as_view(), name="receipts"),
    path("receipts/columns/", receipt_list.ReceiptsColumns.as_view(), name="receipts_columns"),
    path("receipts/<int:pk>/", views.ReceiptPage.as_view(), name="receipt"),
]
