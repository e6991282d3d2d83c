"""The portal's own settings, plus the Django admin to compare with. Used by `make bench` alone."""

from itam_portal.settings import *  # noqa: F403
from itam_portal.settings import DATABASES, INSTALLED_APPS

# Plain and without its own search for admin modules: no migration of it is ever run.
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin.apps.SimpleAdminConfig"]
ROOT_URLCONF = "itam_portal.bench.urls"
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING_CONFIG = None

# One connection, which stays: its backend's CPU time is what is measured. Without workers beside it, all of a
# query's CPU is its own.
for _alias in DATABASES.values():
    _alias["CONN_MAX_AGE"] = None
    _alias["OPTIONS"] = {"options": "-c max_parallel_workers_per_gather=0"}
