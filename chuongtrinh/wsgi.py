"""WSGI callable, served by waitress or gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuongtrinh.settings")
application = get_wsgi_application()
