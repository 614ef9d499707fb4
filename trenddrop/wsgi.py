"""The entry of web servers: everything is loaded before the first request."""

import os

from django.core.wsgi import get_wsgi_application

from trenddrop.core import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
application = get_wsgi_application()
loading.load_all()
