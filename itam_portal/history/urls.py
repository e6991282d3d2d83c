from django.urls import path

from itam_portal.history import views

urlpatterns = [
    path("history/", views.HistoryList.as_view(), name="history"),
    path("history/columns/", views.HistoryColumns.as_view(), name="history_columns"),
]
