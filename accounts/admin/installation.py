"""What operators set for the whole installation, and what operators did."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from accounts.forms.installation import SystemSettingForm
from accounts.installation import KNOWN
from accounts.models import SystemSetting
from accounts.services import installation
from trenddrop.core.admin import ReadOnlyAdmin


@admin.register(SystemSetting)
class SystemSettingAdmin(ModelAdmin):  # type: ignore[misc]
    """Settings that hold at once, everywhere; removing one goes back to its default."""

    form = SystemSettingForm
    list_display = ["key", "value", "default", "meaning", "is_public", "updated_at"]
    search_fields = ["key", "description"]
    readonly_fields = ["meaning", "default", "is_public", "updated_at"]
    fields = ["key", "value", "meaning", "default", "is_public", "updated_at"]

    @admin.display(description=gettext_lazy("Meaning"))
    def meaning(self, row: SystemSetting) -> str:
        """What it does, in the reader's language."""
        return str(KNOWN[row.key].description) if row.key in KNOWN else row.description

    @admin.display(description=gettext_lazy("Default"))
    def default(self, row: SystemSetting) -> str:
        """What holds without it."""
        return repr(KNOWN[row.key].default) if row.key in KNOWN else "-"

    def get_readonly_fields(self, _request: HttpRequest, obj: SystemSetting | None = None) -> list[str]:
        """The key stays what it is."""
        return ["key", *self.readonly_fields] if obj else self.readonly_fields

    def save_model(self, _request: HttpRequest, obj: SystemSetting, _form: Any, _change: bool) -> None:
        """Set it, and let every process know."""
        saved = installation.change(obj.key, obj.value)
        obj.pk, obj.is_public, obj.description = saved.pk, saved.is_public, saved.description

    def delete_model(self, _request: HttpRequest, obj: SystemSetting) -> None:
        """Go back to the default."""
        installation.reset(obj)

    def delete_queryset(self, _request: HttpRequest, queryset: QuerySet[SystemSetting]) -> None:
        """Go back to the defaults."""
        for row in queryset:
            installation.reset(row)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Write down from what to what."""
        del request, formsets
        now = form.cleaned_data.get("value")
        if add:
            return _("set to %(now)r") % {"now": now}
        return _("from %(before)r to %(now)r") % {"before": form.initial.get("value"), "now": now}


@admin.register(LogEntry)
class OperatorLogAdmin(ReadOnlyAdmin):
    """What operators did here."""

    list_display = ["action_time", "user", "content_type", "object_repr", "action_flag", "change_message"]
    list_filter = ["action_flag", "content_type"]
    search_fields = ["object_repr", "change_message", "user__email"]
    list_select_related = ["user", "content_type"]
    ordering = ["-action_time"]
