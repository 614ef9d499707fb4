"""What `make run` and `make test` stand on: installation, embedded services, supervision.

Knows nothing of Django's apps; it starts `manage.py` as anybody else would.
"""
