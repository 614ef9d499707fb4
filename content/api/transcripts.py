"""Transcripts: read, corrected word by word, marked, taken back."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from content.api.filters import TranscriptFilter
from content.models import ContentAsset, Transcript
from content.serializers.transcripts import (
    EditSerializer,
    LanguageSerializer,
    ListenSerializer,
    MarkSerializer,
    NameSerializer,
    PlaceSerializer,
    PlacesSerializer,
    ReplaceSerializer,
    ShortTranscriptSerializer,
    TranscriptSerializer,
)
from content.services import pipeline, transcript_words, transcripts
from trenddrop.core.rest.views import Listed, Read

COMMANDS = (
    "edit",
    "replace",
    "rename",
    "mark",
    "unmark",
    "mark_again",
    "drop_fillers",
    "speak",
    "first_heard",
    "listen",
    "read",
)


class TranscriptViewSet(Listed, Read, MemberViewSet):
    """Transcripts. All commands need `content.edit`; what follows from the words is made anew by `read`."""

    queryset = Transcript.objects.filter(asset__deleted_at=None).exclude(words=[])
    serializer_class = TranscriptSerializer
    filterset_class = TranscriptFilter
    bodies: ClassVar = {
        "list": ShortTranscriptSerializer,
        "edit": EditSerializer,
        "replace": ReplaceSerializer,
        "rename": NameSerializer,
        "mark": MarkSerializer,
        "unmark": MarkSerializer,
        "speak": LanguageSerializer,
        "listen": ListenSerializer,
    }
    shapes: ClassVar = {
        "list": ShortTranscriptSerializer,
        "edit": PlaceSerializer,
        "replace": PlacesSerializer,
        "mark_again": PlacesSerializer,
        "drop_fillers": PlacesSerializer,
    }
    statuses: ClassVar = dict.fromkeys(("listen", "read"), 202)
    refusals: ClassVar = {
        pipeline.StillRunning: 409,
        transcripts.NoTranscript: 409,
        transcripts.NoWords: 422,
        transcript_words.Changed: 409,
        transcript_words.NotFound: 404,
        transcript_words.NothingHeard: 409,
        transcript_words.BadMark: 422,
    }
    doors: ClassVar = {"listen": "transcript_language", "read": "transcript_read"}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "content.view"),
        **dict.fromkeys(COMMANDS, "content.edit"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Leave what is large where it is."""
        large = ("words", "text", "recognised", "turns", "marks") if self.action == "list" else ("recognised",)
        return super().get_queryset().defer(*large)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the transcripts without their words, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one transcript with its words, turns and marks."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def edit(self, request: Request, pk: Any) -> Response:
        """Say some words otherwise; 409 when they no longer stand as told. Words that stay keep their seconds."""
        asset = self._asset()
        return self.shown(transcript_words.edit(asset, **self.given(), by=self.member))

    @action(detail=True, methods=["post"])
    def replace(self, request: Request, pk: Any) -> Response:
        """Say something otherwise wherever it is said; 404 when it is said nowhere."""
        asset = self._asset()
        return self.shown({"count": transcript_words.replace_all(asset, **self.given(), by=self.member)})

    @action(detail=True, methods=["post"], url_path="speakers")
    def rename(self, request: Request, pk: Any) -> Response:
        """Call a speaker differently wherever they speak."""
        asset = self._asset()
        transcript_words.name_speaker(asset, **self.given(), by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"])
    def mark(self, request: Request, pk: Any) -> Response:
        """Mark a silence or a filler by hand; 422 where a filler has no word, or a silence has one."""
        asset, given = self._asset(), self.given()
        transcript_words.mark(asset, (given["kind"], given["start"], given["end"]), by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"])
    def unmark(self, request: Request, pk: Any) -> Response:
        """Say that a silence or a filler is none."""
        asset, given = self._asset(), self.given()
        transcript_words.unmark(asset, (given["kind"], given["start"], given["end"]), by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"], url_path="mark-again")
    def mark_again(self, request: Request, pk: Any) -> Response:
        """Look for fillers anew, also for those that were said to be none."""
        return self.shown({"count": transcript_words.mark_again(self._asset(), by=self.member)})

    @action(detail=True, methods=["post"], url_path="drop-fillers")
    def drop_fillers(self, request: Request, pk: Any) -> Response:
        """Take the words marked as fillers out of the text."""
        return self.shown({"count": transcript_words.drop_fillers(self._asset(), by=self.member)})

    @action(detail=True, methods=["post"], url_path="language")
    def speak(self, request: Request, pk: Any) -> Response:
        """Say which language is spoken."""
        asset = self._asset()
        transcript_words.set_language(asset, self.given()["language"], by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"], url_path="first-heard")
    def first_heard(self, request: Request, pk: Any) -> Response:
        """Go back to the words as the recogniser heard them."""
        transcript_words.first_heard(self._asset(), by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"])
    def listen(self, request: Request, pk: Any) -> Response:
        """Have the recording heard anew in place of all words."""
        asset = self._asset()
        transcript_words.listen_again(asset, language=self.given().get("language"), by=self.member)
        return self.shown(self.get_object(), status=202)

    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: Any) -> Response:
        """Make what follows from the words anew: summary, trends, pieces that nobody edited."""
        transcript_words.read_anew(self._asset(), by=self.member)
        return self.shown(self.get_object(), status=202)

    def _asset(self) -> ContentAsset:
        found: ContentAsset = self.get_object().asset
        return found
