"""Assets: made of links and texts, described, processed, put aside."""

import uuid
from dataclasses import asdict
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from content import queries, serving
from content.api.filters import AssetFilter
from content.intake import fetching, sameness
from content.models import ContentAsset, TrendMatch
from content.serializers.assets import (
    AssetSerializer,
    ChangedSerializer,
    MatchSerializer,
    NewAssetSerializer,
    RenamedTagSerializer,
    TagSerializer,
    TagsSerializer,
    WholeAssetSerializer,
)
from content.serializers.transcripts import SubtitlesSerializer, TranscriptSerializer, WordsSerializer
from content.serializers.understanding import AnalysisSerializer, AskedClipsSerializer, ClipSerializer
from content.services import assets, collections, pipeline, tags, transcripts
from content.tags import distinct
from content.transcripts import spoken
from content.transcripts.clips import clips_of
from trenddrop.core.rest.problems import reject
from trenddrop.core.rest.views import Listed, Read, apply
from trenddrop.core.speech import subtitles

LARGE = ("text", "search", "waveform", "media_info")
WRITTEN = {"vtt": subtitles.to_vtt, "srt": subtitles.to_srt, "txt": subtitles.to_txt}
PART = {"pagination_class": None, "filterset_class": None}


class AssetViewSet(Listed, Read, MemberViewSet):
    """Assets."""

    queryset = ContentAsset.objects.filter(deleted_at=None)
    serializer_class = AssetSerializer
    filterset_class = AssetFilter
    bodies: ClassVar = {
        "create": NewAssetSerializer,
        "tag": TagsSerializer,
        "rename_tag": RenamedTagSerializer,
        "correct": WordsSerializer,
        "bring_subtitles": SubtitlesSerializer,
    }
    shapes: ClassVar = {
        "retrieve": WholeAssetSerializer,
        "analysis": AnalysisSerializer,
        "transcript": TranscriptSerializer,
        "subtitles": SubtitlesSerializer,
        "clips": ClipSerializer(many=True),
        "matches": MatchSerializer(many=True),
        "duplicates": AssetSerializer(many=True),
        "tags": TagSerializer(many=True),
        "tag": ChangedSerializer,
        "rename_tag": ChangedSerializer,
    }
    statuses: ClassVar = dict.fromkeys(("retry", "cancel", "match", "correct", "bring_subtitles"), 202)
    orderings = ("-created_at", "created_at", "title", "-title")
    unscoped = frozenset({"create", "file", "thumbnail"})
    files = frozenset({"file", "thumbnail"})
    refusals: ClassVar = {
        fetching.LinkFailed: 422,
        collections.OtherClient: 422,
        assets.TakenDown: 409,
        pipeline.NotRunning: 409,
        pipeline.NothingToRetry: 409,
        pipeline.StillRunning: 409,
        transcripts.NoWords: 422,
        subtitles.BadSubtitles: 422,
        transcripts.OtherRecording: 409,
    }
    doors: ClassVar = {
        "create": "asset_new",
        "retry": "asset_retry",
        "match": "asset_match",
        "correct": "asset_text",
        "bring_subtitles": "asset_subtitles",
        "clips": "asset_moments",
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "analysis", "transcript", "subtitles", "matches"), "content.view"),
        **dict.fromkeys(("duplicates", "tags", "clips", "file", "thumbnail"), "content.view"),
        **dict.fromkeys(("tag", "rename_tag"), "content.edit"),
        **dict.fromkeys(("create", "partial_update", "retry", "cancel", "match"), "content.edit"),
        **dict.fromkeys(("correct", "bring_subtitles"), "content.edit"),
        **dict.fromkeys(("destroy", "restore"), "content.delete"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Leave what is large where it is, but for one asset."""
        rows = super().get_queryset()
        return rows.prefetch_related("steps") if self.action == "retrieve" else rows.defer(*LARGE)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the assets, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, pk: Any) -> Response:
        """Show one asset with its words and the steps of its processing."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """Make an asset of a link or a text. The page behind a link is read before this answers."""
        with tenancy.of_member(self.member):
            given = self.given()
        read = fetching.read_own_video if given.get("mine") else fetching.read_link
        found = read(given["link"]) if "link" in given else None
        shared = {"title": given.get("title", ""), "brand": given.get("brand"), "key": uuid.uuid4(), "by": self.member}
        with tenancy.of_member(self.member):
            if found:
                return self.shown(assets.create_from_link(found, **shared), status=201)
            return self.shown(assets.create_from_text(text=given["text"], **shared), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change title, description, tags, brand or folder."""
        row = self.get_object()
        changes = apply(row, self.given(row, partial=True))
        if changes:
            assets.describe(row, changed=list(changes), by=self.member)
        return self.shown(row)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Put an asset aside; it can be restored for a while."""
        if not assets.delete([uuid.UUID(str(pk))], by=self.member):
            raise NotFound
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Bring a deleted asset back."""
        if not assets.restore([uuid.UUID(str(pk))], by=self.member):
            raise NotFound
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: Any) -> Response:
        """Go on with what failed or was stopped."""
        row = self.get_object()
        pipeline.retry(row, by=self.member)
        return self.shown(self.get_object(), status=202)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any) -> Response:
        """Stop its processing; what is done stays."""
        row = self.get_object()
        pipeline.cancel(row, by=self.member)
        return self.shown(self.get_object(), status=202)

    @action(detail=True, methods=["post"])
    def match(self, request: Request, pk: Any) -> Response:
        """Compare it with the topics of now; pieces that people edited stay as they are."""
        row = self.get_object()
        pipeline.again(row, "match", by=self.member)
        return self.shown(self.get_object(), status=202)

    @action(detail=True, **PART)
    def matches(self, request: Request, pk: Any) -> Response:
        """List the topics that fit it, the best first."""
        rows = TrendMatch.objects.visible_to(self.member).filter(asset=self.get_object()).select_related("topic")
        return self.shown(rows.defer("topic__embedding").order_by("-score", "pk"), kind=MatchSerializer, many=True)

    @action(detail=True, **PART)
    def duplicates(self, request: Request, pk: Any) -> Response:
        """List the others with the same bytes or the same words, the first made first."""
        twins = sameness.twins(self.get_object(), queries.assets_of(self.member))
        return self.shown(twins.defer(*LARGE), kind=AssetSerializer, many=True)

    @action(detail=False, **PART)
    def tags(self, request: Request) -> Response:
        """List the tags in use with the number of their assets, the most used first."""
        return self.shown(queries.tags_of(self.member), kind=TagSerializer, many=True)

    @action(detail=False, methods=["post"])
    def tag(self, request: Request) -> Response:
        """Give some assets tags, or take tags from them."""
        given = self.given()
        changed = tags.take(given["assets"], given.get("take", []), by=self.member)
        changed += tags.give(given["assets"], given.get("give", []), by=self.member)
        return self.shown({"changed": sorted({row.pk for row in changed})})

    @action(detail=False, methods=["post"], url_path="rename-tag")
    def rename_tag(self, request: Request) -> Response:
        """Write a tag another way on every asset that has it."""
        given = self.given()
        changed = tags.rename(given["tag"], next(iter(distinct([given["to"]])), ""), by=self.member)
        return self.shown({"changed": [row.pk for row in changed]})

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(detail=True, **PART)
    def file(self, request: Request, pk: Any) -> HttpResponseBase:
        """Fetch the file it came as, whole or by ranges, under its own type; 404 where it came without one."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        return serving.serve(cast(HttpRequest, request), serving.original_of(row))

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @action(detail=True, **PART)
    def thumbnail(self, request: Request, pk: Any) -> HttpResponseBase:
        """Fetch its still; 404 without one."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        return serving.serve(cast(HttpRequest, request), serving.thumbnail_of(row))

    @action(detail=True, **PART)
    def analysis(self, request: Request, pk: Any) -> Response:
        """Show what was understood of it; 404 until it was read."""
        return self.shown(self._part("analysis"))

    @action(detail=True, **PART)
    def transcript(self, request: Request, pk: Any) -> Response:
        """Show what is said in it; 404 where nothing is."""
        return self.shown(self._part("transcript"))

    @extend_schema(parameters=[AskedClipsSerializer])
    @action(detail=True, **PART)
    def clips(self, request: Request, pk: Any) -> Response:
        """Find the clips that answer a wish, or without one those worth showing; 404 where nothing is said."""
        asked = AskedClipsSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        found = clips_of(
            self._part("transcript"),
            wish=wanted["wish"],
            count=wanted["count"],
            seconds=(wanted["shortest"], wanted["longest"]),
        )
        return self.shown([asdict(clip) for clip in found])

    @transcript.mapping.put
    def correct(self, request: Request, pk: Any) -> Response:
        """Put corrected words in place of all; what follows from them is made anew."""
        row, given = self.get_object(), self.given()
        transcripts.correct(row, given["text"], by=self.member)
        return self.shown(self.get_object(), status=202)

    @extend_schema(
        parameters=[OpenApiParameter("as", str, enum=["vtt", "srt", "txt"], description="How to write them.")]
    )
    @action(detail=True, **PART)
    def subtitles(self, request: Request, pk: Any) -> Response:
        """Show what is said as subtitles."""
        wanted = request.query_params.get("as", "vtt")
        if wanted not in WRITTEN:
            raise reject("as", "vtt, srt or txt", "invalid_choice")
        text = WRITTEN[wanted](*spoken.parts_of(self._part("transcript")))
        return self.shown({"format": wanted, "text": text})

    @extend_schema(operation_id="assets_subtitles_update")
    @subtitles.mapping.put
    def bring_subtitles(self, request: Request, pk: Any) -> Response:
        """Take WebVTT, SRT or plain text in place of the recognised words; 409 if they seem another recording's."""
        row, given = self.get_object(), self.given()
        name = "words.txt" if given.get("format") == "txt" else ""
        transcripts.bring_subtitles(row, given["text"].encode(), name=name, anyway=given["anyway"], by=self.member)
        return self.shown(self.get_object(), status=202)

    def _part(self, name: str) -> Any:
        asset = get_object_or_404(
            queries.assets_of(self.member).select_related(name).defer(*LARGE), pk=self.kwargs["pk"]
        )
        found = getattr(asset, name, None)
        if found is None:
            raise NotFound
        return found
