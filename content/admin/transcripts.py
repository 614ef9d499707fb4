"""What was heard, for operators: look, go back to what was first heard, have it heard again."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import F, Func, IntegerField, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from content.admin.looked import LookedAt, operator_of
from content.models import Transcript
from content.services import pipeline, transcript_words
from trenddrop.core.admin import by_text


@admin.register(Transcript)
class TranscriptAdmin(LookedAt):
    """What was heard, and by what. The words themselves stay out of lists: they are the organisation's own."""

    list_display = [
        "asset", "organization", "engine", "language", "words_said", "confidence", "edited_at", "created_at",
    ]  # fmt: skip
    list_filter = [by_text("engine"), by_text("language"), ("edited_at", admin.EmptyFieldListFilter)]
    list_filter_submit = True
    search_fields = ["asset__title", "organization__name", "engine", "note"]
    list_select_related = ["asset", "organization"]
    ordering = ["-created_at"]
    exclude = ["words", "recognised"]
    actions = ["first_heard", "listen"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transcript]:
        """Count the words in the database; an hour of them is large."""
        rows: QuerySet[Transcript] = super().get_queryset(request).defer("words", "recognised")
        return rows.annotate(count=Func(F("words"), function="jsonb_array_length", output_field=IntegerField()))

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """What people corrected is never lost; it goes with its asset."""
        return False

    @admin.display(description=_("words"), ordering="count")
    def words_said(self, row: Transcript) -> int:
        """How many words were said."""
        return int(row.count)  # type: ignore[attr-defined]

    @admin.action(description=_("Back to the words as they were first heard"))
    def first_heard(self, request: HttpRequest, rows: QuerySet[Transcript]) -> None:
        """Undo all corrections, where there are any."""
        self._each(request, rows, lambda row, operator: transcript_words.first_heard(row.asset, by=operator))

    @admin.action(description=_("Have the recording heard again, in place of all words"))
    def listen(self, request: HttpRequest, rows: QuerySet[Transcript]) -> None:
        """Queue the recogniser."""
        self._each(request, rows, lambda row, operator: transcript_words.listen_again(row.asset, by=operator))

    def _each(self, request: HttpRequest, rows: QuerySet[Transcript], run: Callable[[Transcript, User], None]) -> None:
        operator, done = operator_of(request), 0
        for row in rows.filter(asset__deleted_at=None) if operator else ():
            try:
                run(row, operator)  # type: ignore[arg-type]
                done += 1
            except (transcript_words.NothingHeard, pipeline.StillRunning) as error:
                self.message_user(request, f"{row.asset}: {error}", messages.WARNING)
        self.message_user(request, _("%(count)s changed.") % {"count": done})
