"""Collecting: fetch what is due, store it, rate topics, fit them to brands, keep the partitions. No request, no Celery."""
