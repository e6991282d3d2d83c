from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "itam_portal.lists"
    label = "lists"
