"""Plans, jobs and files of pieces for programs."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from content import serving
from content.models import PieceFile, RepurposingJob, RepurposingKind, RepurposingStrategy
from content.serializers.repurposing import (
    AnewSerializer,
    ChosenLinesSerializer,
    JobSerializer,
    NewJobSerializer,
    NewStrategySerializer,
    PieceFileSerializer,
    PrioritySerializer,
    StrategySerializer,
)
from content.services import repurposing
from trenddrop.core.rest.filters import Filters, flag, key, one_of
from trenddrop.core.rest.views import Listed, Read

PART: dict[str, Any] = {"detail": True, "pagination_class": None, "filterset_class": None}
REFUSALS: dict[type[Exception], int] = {
    repurposing.NothingToMake: 422,
    repurposing.WrongSettings: 422,
    repurposing.BrandOfAnother: 422,
    repurposing.TooManyJobs: 429,
    repurposing.NotUnderWay: 409,
    repurposing.NotEnded: 409,
    repurposing.NotOfAJob: 409,
}


class StrategyFilter(Filters):
    """Of plans."""

    asset = key("asset_id", "Only plans for this asset.")

    class Meta:
        model = RepurposingStrategy
        fields: list[str] = []


class StrategyViewSet(Listed, Read, MemberViewSet):
    """Plans."""

    queryset = RepurposingStrategy.objects.filter(asset__deleted_at=None)
    serializer_class = StrategySerializer
    filterset_class = StrategyFilter
    bodies: ClassVar = {"create": NewStrategySerializer, "make": ChosenLinesSerializer}
    shapes: ClassVar = {"make": JobSerializer(many=True)}
    statuses: ClassVar = {"make": 202}
    doors: ClassVar = {"create": "make_more_plan", "make": "plan_make"}
    refusals: ClassVar = REFUSALS
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "content.view"),
        **dict.fromkeys(("create", "make"), "content.edit"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Read the asset along where jobs are made of it."""
        rows = super().get_queryset()
        return rows.select_related("asset") if self.action == "make" else rows

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the plans, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one plan."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Have a plan made of what to make of an asset, with reasons. Nothing is made yet."""
        given = self.given()
        row = repurposing.plan(given["asset"], by=self.member, now=timezone.now(), brand=given.get("brand"))
        return self.shown(row, status=201)

    @action(detail=True, methods=["post"])
    def make(self, request: Request, pk: Any) -> Response:
        """Queue the jobs of a plan: all of its lines, or those named."""
        given = self.given()
        keys = given.get("keys")
        jobs = repurposing.make(self.get_object(), by=self.member, keys=None if keys is None else set(keys))
        return self.shown(jobs, many=True, status=202)


class JobFilter(Filters):
    """Of jobs."""

    asset = key("asset_id", "Only jobs on this asset.")
    kind = one_of(RepurposingKind.choices, "Only jobs of this kind.")
    status = one_of(RepurposingJob.Status.choices, "Only jobs of this status.")

    class Meta:
        model = RepurposingJob
        fields: list[str] = []


class JobViewSet(Listed, Read, MemberViewSet):
    """Jobs."""

    queryset = RepurposingJob.objects.filter(asset__deleted_at=None).prefetch_related("pieces")
    serializer_class = JobSerializer
    filterset_class = JobFilter
    bodies: ClassVar = {"create": NewJobSerializer, "prioritise": PrioritySerializer, "anew": AnewSerializer}
    statuses: ClassVar = {"create": 202, "retry": 202, "anew": 202}
    doors: ClassVar = {"create": "make_more_ask", "retry": "repurposing_retry", "anew": "piece_anew"}
    refusals: ClassVar = REFUSALS
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "content.view"),
        **dict.fromkeys(("create", "cancel", "retry", "prioritise", "anew"), "content.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the jobs, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one job: ask again while it runs."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Queue a job."""
        given = self.given()
        asset, kind = given.pop("asset"), given.pop("kind")
        return self.shown(repurposing.ask(asset, kind=kind, by=self.member, **given), status=202)

    @action(detail=False, methods=["post"])
    def anew(self, request: Request) -> Response:
        """Make a clip's file anew with other settings; its words and every earlier file stay."""
        given = self.given()
        return self.shown(repurposing.anew(given["piece"], by=self.member, changes=given.get("config", {})), status=202)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any) -> Response:
        """Stop a job; what is finished is kept."""
        repurposing.cancel(self.get_object(), by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: Any) -> Response:
        """Go on with a job that failed or was stopped."""
        repurposing.retry(self.get_object(), by=self.member)
        return self.shown(self.get_object(), status=202)

    @action(detail=True, methods=["post"])
    def prioritise(self, request: Request, pk: Any) -> Response:
        """Let a waiting job be done sooner or later than others."""
        given = self.given()
        repurposing.prioritise(self.get_object(), priority=given["priority"], by=self.member)
        return self.shown(self.get_object())


class PieceFileFilter(Filters):
    """Of files."""

    piece = key("piece_id", "Only files of this piece.")
    job = key("job_id", "Only files of this job.")
    is_current = flag("Only what goes along when the piece is sent, or only the others.", field_name="is_current")

    class Meta:
        model = PieceFile
        fields: list[str] = []


class PieceFileViewSet(Listed, Read, MemberViewSet):
    """Files of pieces."""

    queryset = PieceFile.objects.filter(piece__deleted_at=None, piece__asset__deleted_at=None).select_related("piece")
    serializer_class = PieceFileSerializer
    filterset_class = PieceFileFilter
    unscoped = frozenset({"file", "poster"})
    files = frozenset({"file", "poster"})
    action_permissions: ClassVar = {**dict.fromkeys(("list", "retrieve", "file", "poster"), "content.view")}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the files, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one file: its facts, how it was made, and what the product found looking at it."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(**PART)
    def file(self, request: Request, pk: Any) -> HttpResponseBase:
        """Fetch the file itself, whole or by ranges, under its own type."""
        return serving.serve(cast(HttpRequest, request), serving.take_of(self._take()))

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @action(**PART)
    def poster(self, request: Request, pk: Any) -> HttpResponseBase:
        """Fetch its still; 404 without one."""
        return serving.serve(cast(HttpRequest, request), serving.poster_of(self._take()))

    def _take(self) -> PieceFile:
        with tenancy.of_member(self.member):
            found: PieceFile = self.get_object()
        return found
