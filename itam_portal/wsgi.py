"""The portal for a WSGI server: gunicorn itam_portal.wsgi:application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itam_portal.settings")
application = get_wsgi_application()
