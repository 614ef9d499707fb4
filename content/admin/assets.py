"""Assets and their steps, for operators: look, reprocess, delete, restore."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from accounts import audit
from content.admin.looked import DeletedFilter, LookedAt, operator_of
from content.models import ContentAsset, PipelineStep
from content.services import pipeline
from trenddrop.core.admin import Kept, by_days, by_text


class StepInline(TabularInline):  # type: ignore[misc]
    """An asset's pipeline."""

    model = PipelineStep
    extra = 0
    can_delete = False
    fields = ["position", "name", "status", "progress", "attempts", "note", "error", "started_at", "finished_at"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Steps are made by the pipeline."""
        return False


@admin.register(ContentAsset)
class ContentAssetAdmin(ModelAdmin):  # type: ignore[misc]
    """The moderation queue: what was brought, by whom, and how far it is."""

    list_display = [
        "title",
        "kind",
        "status",
        "organization",
        "created_by",
        "size",
        "duration",
        "created_at",
        "deleted_at",
        "taken_down_at",
    ]
    list_filter = ["kind", "status", DeletedFilter, "is_example", by_text("language"), by_days("created_at")]
    list_filter_submit = True
    search_fields = ["title", "original_name", "organization__name", "created_by__email", "source_url"]
    list_select_related = ["organization", "created_by"]
    ordering = ["-created_at"]
    inlines = [StepInline]
    fields = [
        "title", "description", "tags", "kind", "status", "error", "organization", "client", "brand", "created_by",
        "collection", "script", "voice", "original_name", "mime_type", "size", "duration", "content_hash", "words_hash",
        "source_url", "language", "media_info", "text", "created_at",
        "deleted_at", "taken_down_at",
    ]  # fmt: skip
    readonly_fields = [name for name in fields if name not in {"title", "description", "tags"}]
    actions = ["delete_softly", "restore", "reprocess"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Assets come through the library."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Deleting is an action that can be undone."""
        return False

    @admin.action(description=_("Take down: hidden from its organisation, brought back by operators only"))
    def delete_softly(self, request: HttpRequest, assets: QuerySet[ContentAsset]) -> None:
        """Hide assets."""
        now = timezone.now()
        changes = {"deleted_at": Coalesce("deleted_at", now), "taken_down_at": now}
        self._set(request, assets.filter(taken_down_at=None), "asset.deleted", **changes)

    @admin.action(description=_("Restore"))
    def restore(self, request: HttpRequest, assets: QuerySet[ContentAsset]) -> None:
        """Bring hidden assets back."""
        self._set(request, assets.exclude(deleted_at=None), "asset.restored", deleted_at=None, taken_down_at=None)

    def _set(self, request: HttpRequest, assets: QuerySet[ContentAsset], action: str, **changes: Any) -> None:
        rows = list(assets)
        ContentAsset.objects.filter(pk__in=[row.pk for row in rows]).update(**changes)
        for row in rows:
            audit.record(action, row, organization_id=row.organization_id, by=operator_of(request), moderation=True)
        self.message_user(request, _("%(count)s changed.") % {"count": len(rows)})

    @admin.action(description=_("Process again from the beginning"))
    def reprocess(self, request: HttpRequest, assets: QuerySet[ContentAsset]) -> None:
        """Start the pipeline anew for what is not deleted."""
        started = 0
        for row in assets.filter(deleted_at=None):
            try:
                pipeline.again(row, "probe", by=operator_of(request))
            except pipeline.StillRunning as error:
                self.message_user(request, f"{row}: {error}", messages.WARNING)
            else:
                started += 1
        self.message_user(request, _("%(count)s started.") % {"count": started}, messages.SUCCESS)


@admin.register(PipelineStep)
class PipelineStepAdmin(Kept, LookedAt):
    """Every step of every asset: what runs, what failed."""

    list_display = ["asset", "name", "status", "progress", "attempts", "started_at", "finished_at", "lease_until"]
    list_filter = ["status", by_text("name")]
    list_filter_submit = True
    search_fields = ["asset__title", "asset__organization__name", "error"]
    list_select_related = ["asset"]
    ordering = ["-created_at"]
