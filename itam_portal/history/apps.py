from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "itam_portal.history"
    label = "history"
