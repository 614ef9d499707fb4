"""The shell as Django sees it: its commands, and the admin site of operators."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest


class ShellConfig(AppConfig):
    """Commands that span apps (demo workspace, key rotation)."""

    name = "trenddrop"
    label = "shell"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Write down how periodic tasks end; read moments quickly."""
        import_module("trenddrop.task_log")
        import_module("trenddrop.core.moments")


class TrendDropAdmin(AdminConfig):
    """The admin, run in the operator's scope."""

    default_site = "trenddrop.admin_site.OperatorSite"


def environment_badge(_request: HttpRequest) -> list[str] | None:
    """Name the environment in the admin's header, unless it is production."""
    return None if settings.PRODUCTION else ["Development", "info"]
