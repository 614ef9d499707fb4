"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Plans, money, credits, usage."""

    name = "billing"
    verbose_name = "Plans, money, credits, usage"

    def ready(self) -> None:
        """Hear what the app below announces."""
        import_module("billing.receivers")
