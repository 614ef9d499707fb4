"""Ideas, scripts, voices and voice-overs, for operators."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from content.admin.looked import DeletedFilter, LookedAt, operator_of
from content.models import Prompt, Script, ScriptVersion, VoiceClone, VoiceOver
from content.services import voices
from trenddrop.core.admin import by_text


@admin.register(Prompt)
class PromptAdmin(LookedAt):
    """Ideas."""

    list_display = ["__str__", "source", "organization", "created_by", "created_at"]
    list_filter = ["source", DeletedFilter]
    search_fields = ["text", "url", "hashtag", "organization__name"]
    list_select_related = ["organization", "created_by"]
    ordering = ["-created_at"]


class ScriptVersionInline(TabularInline):  # type: ignore[misc]
    """What a script said before."""

    model = ScriptVersion
    extra = 0
    can_delete = False
    fields = ["number", "title", "note", "made_by", "model", "tokens", "author", "created_at"]
    readonly_fields = fields

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Versions are written by the product."""
        return False


@admin.register(Script)
class ScriptAdmin(LookedAt):
    """Scripts with their versions."""

    list_display = ["title", "organization", "tone", "status", "version", "made_by", "is_fallback", "created_at"]
    list_filter = ["status", "generated_by", "is_fallback"]
    search_fields = ["title", "prompt__text", "organization__name"]
    list_select_related = ["organization"]
    inlines = [ScriptVersionInline]
    ordering = ["-created_at"]


@admin.register(VoiceClone)
class VoiceAdmin(LookedAt):
    """Voices. An operator who learns that a person never agreed takes the consent back for them."""

    list_display = ["name", "organization", "provider", "is_clone", "person", "consented_at", "revoked_at", "problem"]
    list_filter = ["is_clone", by_text("provider")]
    list_filter_submit = True
    search_fields = ["name", "person", "organization__name"]
    list_select_related = ["organization"]
    ordering = ["-created_at"]
    actions = ["take_back"]

    @admin.action(description=_("Take the consent back: stop every use of these voices"))
    def take_back(self, request: HttpRequest, queryset: QuerySet[VoiceClone]) -> None:
        """Revoke, one after the other."""
        done, operator = 0, operator_of(request)
        if operator is None:
            return
        for voice in queryset:
            try:
                voices.revoke(voice, by=operator)
                done += 1
            except voices.NotRevocable as error:
                self.message_user(request, f"{voice.name}: {error}", messages.WARNING)
        self.message_user(request, _("%(n)s voices never speak again.") % {"n": done})

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """A voice that spoke leaves its proof of consent."""
        return False


@admin.register(VoiceOver)
class VoiceOverAdmin(LookedAt):
    """Voice-overs."""

    list_display = ["script", "organization", "voice", "status", "duration", "characters", "made_by", "created_at"]
    list_filter = ["status"]
    search_fields = ["script__title", "organization__name"]
    list_select_related = ["script", "organization", "voice"]
    ordering = ["-created_at"]
