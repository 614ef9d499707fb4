"""What the admin's pages of publishing share."""

from django.http import HttpRequest
from unfold.admin import ModelAdmin


class LookedAt(ModelAdmin):  # type: ignore[misc]
    """Rows that are looked at; only their actions change them."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Posts come from people, attempts from workers."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """What was sent stays known."""
        return False
