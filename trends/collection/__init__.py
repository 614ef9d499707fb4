"""Collecting: fetch, store, rate, fit, keep the partitions. No request, no Celery."""
