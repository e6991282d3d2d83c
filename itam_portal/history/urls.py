from django.urls import path

from itam_portal.history import views
from itam_portal.lists.export import export_urls
from itam_portal.lists.filter_page import filter_urls
from itam_portal.lists.views_page import views_urls

urlpatterns = [
    path("history/", views.HistoryList.as_view(), name="history"),
    path("history/columns/", views.HistoryColumns.as_view(), name="history_columns"),
    *filter_urls("history/filter/", views.HistoryList),
    *views_urls("history/views/", views.HistoryList),
    *export_urls("history/", views.HistoryList),
]
