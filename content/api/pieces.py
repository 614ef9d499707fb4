"""Pieces: read, edited, written again, taken back."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from content.api.elsewhere import (
    ELSEWHERE_BODIES,
    ELSEWHERE_DOORS,
    ELSEWHERE_READS,
    ELSEWHERE_REFUSALS,
    ELSEWHERE_SHAPES,
    ELSEWHERE_STATUSES,
    ELSEWHERE_WRITES,
    ElsewhereActions,
)
from content.api.filters import PieceFilter
from content.api.making import (
    MAKING_BODIES,
    MAKING_READS,
    MAKING_REFUSALS,
    MAKING_SHAPES,
    MAKING_STATUSES,
    MAKING_WRITES,
    MakingActions,
)
from content.api.tagging import SuggestsTags
from content.models import GeneratedContent, PieceVersion
from content.pieces.comparing import changes
from content.pieces.preflight import Fix, preflight
from content.pipeline.foretelling import foretell
from content.serializers.feedback import PredictionSerializer
from content.serializers.making import ClickSerializer, DifferenceSerializer, FindingSerializer
from content.serializers.pieces import (
    NumberSerializer,
    PieceSerializer,
    RewrittenSerializer,
    VersionSerializer,
    WishSerializer,
)
from content.serializers.tagging import TagSuggestionSerializer
from content.services import pieces
from trenddrop.core.rest.problems import reject
from trenddrop.core.rest.views import Listed, Read

BEFORE = OpenApiParameter("from", int, description="The earlier version's number.")
AFTER = OpenApiParameter("to", int, description="The later version's number.")


class PieceViewSet(SuggestsTags, MakingActions, ElsewhereActions, Listed, Read, MemberViewSet):
    """Pieces."""

    queryset = GeneratedContent.objects.filter(deleted_at=None, asset__deleted_at=None)
    serializer_class = PieceSerializer
    filterset_class = PieceFilter
    files = frozenset({"kit"})
    bodies: ClassVar = {"restore": NumberSerializer, "rewrite": WishSerializer, "mend": ClickSerializer} | (
        MAKING_BODIES | ELSEWHERE_BODIES
    )
    shapes: ClassVar = {
        "versions": VersionSerializer(many=True),
        "tag_suggestions": TagSuggestionSerializer(many=True),
        "rewrite": RewrittenSerializer,
        "prediction": PredictionSerializer,
        "preflight": FindingSerializer(many=True),
        "differences": DifferenceSerializer(many=True),
    } | (MAKING_SHAPES | ELSEWHERE_SHAPES)
    unscoped = frozenset({"rewrite", "ask_variants", "make_covers", "bring"})
    statuses: ClassVar = MAKING_STATUSES | ELSEWHERE_STATUSES
    doors: ClassVar = {
        "rewrite": "piece_rewrite",
        "ask_variants": "piece_variants",
        "make_covers": "piece_covers",
        "make_fit": "piece_fix",
    } | ELSEWHERE_DOORS
    refusals: ClassVar = {pieces.NoSuchVersion: 404} | MAKING_REFUSALS | ELSEWHERE_REFUSALS
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "versions", "prediction"), "content.view"),
        **dict.fromkeys(
            ("preflight", "differences", "tag_suggestions", *MAKING_READS, *ELSEWHERE_READS), "content.view"
        ),
        **dict.fromkeys(("partial_update", "restore", "rewrite", "mend"), "content.edit"),
        **dict.fromkeys((*MAKING_WRITES, *ELSEWHERE_WRITES), "content.edit"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Read the asset along where it is needed."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.select_related("asset")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the pieces, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one piece."""
        return super().retrieve(request, *args, **kwargs)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a piece; changed words become a new version, and every old one stays."""
        piece = self.get_object()
        given = self.given(piece, partial=True)
        base = given.pop("base", None)
        return self.shown(pieces.edit(piece, by=self.member, base=base, **given).piece)

    @action(detail=True, pagination_class=None, filterset_class=None)
    def versions(self, request: Request, pk: Any) -> Response:
        """List everything it ever said, the latest first."""
        rows = PieceVersion.objects.visible_to(self.member).filter(piece=self.get_object()).select_related("author")
        return self.shown(rows.order_by("-number"), kind=VersionSerializer, many=True)

    @action(detail=True, pagination_class=None, filterset_class=None)
    def prediction(self, request: Request, pk: Any) -> Response:
        """Show how it is expected to do, with what made each score."""
        piece = self.get_object()
        if not piece.prediction:
            foretell(piece)
        return self.shown(piece.prediction, kind=PredictionSerializer)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Take an earlier version back, as a new one."""
        piece, given = self.get_object(), self.given()
        return self.shown(pieces.restore(piece, given["number"], by=self.member))

    @action(detail=True, methods=["post"])
    def rewrite(self, request: Request, pk: Any) -> Response:
        """Write it again, with a wish or without one. This may take as long as the model does."""
        given = self.given()
        with tenancy.of_member(self.member):
            piece = self.get_object()
        draft = pieces.rewrite(piece, note=given.get("note", ""), by=self.member)
        with tenancy.of_member(self.member):
            return self.shown({"piece": self.get_object(), "not_understood": list(draft.wishes_not_understood)})

    @action(detail=True, pagination_class=None, filterset_class=None)
    def preflight(self, request: Request, pk: Any) -> Response:
        """List what its platform would refuse, or take and show badly, and the clicks that help."""
        return self.shown(preflight(self.get_object()), many=True)

    @action(detail=True, methods=["post"])
    def mend(self, request: Request, pk: Any) -> Response:
        """Make its words fit with one of the clicks that preflight names; a new version, every old one stays."""
        piece, given = self.get_object(), self.given()
        saved, _did = pieces.fix(piece, Fix(given["fix"]), by=self.member)
        return self.shown(saved.piece)

    @extend_schema(parameters=[BEFORE, AFTER])
    @action(detail=True, pagination_class=None, filterset_class=None)
    def differences(self, request: Request, pk: Any) -> Response:
        """List what differs in words between two versions, by field; the last two unless told."""
        rows = PieceVersion.objects.visible_to(self.member).filter(piece=self.get_object()).select_related("piece")
        rows = rows.order_by("-number")
        latest = [row.number for row in rows[:2]]
        after = self._version(rows, "to", latest[0] if latest else 0)
        before = self._version(rows, "from", latest[-1] if latest else 0)
        return self.shown(changes(before, after) if before and after else [], many=True)

    def _version(self, rows: QuerySet[PieceVersion], name: str, usual: int) -> PieceVersion | None:
        given = self.request.query_params.get(name, "")
        number = int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else usual
        if given and str(number) != given.lstrip("0"):
            raise reject(name, _("Give the number of a version."))
        found = rows.filter(number=number).first()
        if found is None and given:
            raise pieces.NoSuchVersion
        return found
