"""The entry of web servers: everything is loaded before the first request."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from trenddrop.core import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 (views and what they import)
memory.settle()
