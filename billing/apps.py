"""App configuration."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Plans, money, credits, usage."""

    name = "billing"
    verbose_name = "Plans, money, credits, usage"
