"""WSGI callable, served by waitress (docs/trien-khai.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuongtrinh.settings")
application = get_wsgi_application()
