from django.urls import path

from roles import views

urlpatterns = [path("roles/", views.RolesList.as_view(), name="roles")]
