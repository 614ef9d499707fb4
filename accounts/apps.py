"""App configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from accounts.tenancy import grant_app_role


class AccountsConfig(AppConfig):
    """People, organisations, brands."""

    name = "accounts"
    verbose_name = "People, organisations, brands"

    def ready(self) -> None:
        """Give the app's role its rights after every migration; hear what sign-in announces."""
        post_migrate.connect(grant_app_role, dispatch_uid="grant_app_role")
        import_module("accounts.receivers")
