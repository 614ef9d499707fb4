"""What is made around a piece's words: variants, covers, its file made fit. Mixed into the pieces' own view."""

from typing import TYPE_CHECKING, Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from content.models import MediaFix, PieceVariant, Thumbnail
from content.pieces.fitting import Choice
from content.serializers.making import (
    AnglesSerializer,
    CoverChoiceSerializer,
    CoverOrderSerializer,
    CoverSerializer,
    FitSerializer,
    MediaFixSerializer,
    VariantSerializer,
    WrittenVariantsSerializer,
)
from content.serializers.pieces import NumberSerializer, PieceSerializer
from content.services import fixes, thumbnails, variants

if TYPE_CHECKING:
    from accounts.rest import MemberViewSet as Base
else:
    Base = object

MAKING_BODIES: dict[str, Any] = {
    "ask_variants": AnglesSerializer,
    "take_variant": NumberSerializer,
    "make_covers": CoverOrderSerializer,
    "choose_cover": CoverChoiceSerializer,
    "make_fit": FitSerializer,
}
MAKING_SHAPES: dict[str, Any] = {
    "variants": VariantSerializer(many=True),
    "ask_variants": WrittenVariantsSerializer,
    "take_variant": PieceSerializer,
    "covers": CoverSerializer(many=True),
    "make_covers": CoverSerializer(many=True),
    "choose_cover": PieceSerializer,
    "fits": MediaFixSerializer(many=True),
    "make_fit": MediaFixSerializer,
    "cancel_fit": MediaFixSerializer,
    "original": PieceSerializer,
}
MAKING_REFUSALS: dict[type[Exception], int] = {
    variants.NoSuchVariant: 404,
    thumbnails.NoPicture: 409,
    thumbnails.CannotWrite: 409,
    thumbnails.NoSuchCover: 404,
    fixes.NothingToFix: 409,
    fixes.AlreadyFixing: 409,
    fixes.NotFixing: 409,
    fixes.NoOwnFile: 409,
}
MAKING_STATUSES: dict[str, int] = {"ask_variants": 201, "make_covers": 201, "make_fit": 202}
MAKING_READS = ("variants", "covers", "fits")
MAKING_WRITES = (
    "ask_variants", "take_variant", "make_covers", "drop_covers", "choose_cover", "make_fit", "cancel_fit",
    "original",
)  # fmt: skip
LATEST = 50


class MakingActions(Base):
    """Variants, covers and the file, below a piece."""

    @action(detail=True, pagination_class=None, filterset_class=None)
    def variants(self, request: Request, pk: Any) -> Response:
        """List its variants; those taken say when."""
        rows = PieceVariant.objects.visible_to(self.member).filter(piece=self.get_object()).order_by("number")
        return self.shown(rows, kind=VariantSerializer, many=True)

    @variants.mapping.post
    def ask_variants(self, request: Request, pk: Any) -> Response:
        """Write it in several ways, side by side; those nobody took go. This may take as long as the model does.

        A way that comes out the same as another, or is not what it is called, is left out; the answer says which.
        """
        given = self.given()
        with tenancy.of_member(self.member):
            piece = self.get_object()
        angles = given.get("angles") or list(variants.USUAL)
        made = variants.ask(piece, by=self.member, angles=angles, note=given.get("note", ""))
        missing, why = variants.left_out(angles, made)
        found = {"variants": made, "left_out": missing, "why": why}
        return self.shown(found, kind=WrittenVariantsSerializer, status=201)

    @action(detail=True, methods=["post"], url_path="variants/take")
    def take_variant(self, request: Request, pk: Any) -> Response:
        """Make a variant its next version; every old one stays."""
        piece, given = self.get_object(), self.given()
        return self.shown(variants.take(piece, given["number"], by=self.member))

    @action(detail=True, pagination_class=None, filterset_class=None)
    def covers(self, request: Request, pk: Any) -> Response:
        """List its covers, the latest first."""
        rows = Thumbnail.objects.visible_to(self.member).filter(piece=self.get_object()).order_by("-created_at", "pk")
        return self.shown(rows[:LATEST], kind=CoverSerializer, many=True)

    @covers.mapping.post
    def make_covers(self, request: Request, pk: Any) -> Response:
        """Draw covers to choose from; the first is chosen where none was."""
        with tenancy.of_member(self.member):
            piece = self.get_object()
            given = self._order(piece)
            words = given.pop("words", "") or thumbnails.suggestion(piece)
        made = thumbnails.make(piece, words=words, by=self.member, **given)
        with tenancy.of_member(self.member):
            return self.shown(made, kind=CoverSerializer, many=True, status=201)

    @covers.mapping.delete
    def drop_covers(self, request: Request, pk: Any) -> Response:
        """Remove every cover but the chosen one. A post planned with one of them goes out with the plain still."""
        thumbnails.drop(self.get_object(), by=self.member)
        return Response(status=204)

    def _order(self, piece: Any) -> dict[str, Any]:
        serializer = CoverOrderSerializer(
            data=self.request.data, context={**self.get_serializer_context(), "piece": piece}
        )
        serializer.is_valid(raise_exception=True)
        return {name: value for name, value in serializer.validated_data.items() if value not in (None, [])}

    @action(detail=True, methods=["put"], url_path="cover")
    def choose_cover(self, request: Request, pk: Any) -> Response:
        """Send this cover along, or the plain still."""
        piece, given = self.get_object(), self.given()
        thumbnails.choose(piece, given["cover"], by=self.member)
        return self.shown(self.get_object())

    @action(detail=True, pagination_class=None, filterset_class=None, url_path="fit")
    def fits(self, request: Request, pk: Any) -> Response:
        """List what was done to its file, the latest first."""
        rows = MediaFix.objects.visible_to(self.member).filter(piece=self.get_object()).order_by("-created_at")
        return self.shown(rows[:LATEST], kind=MediaFixSerializer, many=True)

    @fits.mapping.post
    def make_fit(self, request: Request, pk: Any) -> Response:
        """Make its file fit its platform, in the background."""
        piece, given = self.get_object(), self.given()
        row = fixes.ask(piece, by=self.member, choice=Choice(**given))
        return self.shown(row, kind=MediaFixSerializer, status=202)

    @action(detail=True, methods=["post"], url_path="fit/cancel")
    def cancel_fit(self, request: Request, pk: Any) -> Response:
        """Stop that; the original is kept."""
        return self.shown(fixes.cancel(self.get_object(), by=self.member), kind=MediaFixSerializer)

    @action(detail=True, methods=["post"])
    def original(self, request: Request, pk: Any) -> Response:
        """Send the asset's own file again."""
        fixes.take_original(self.get_object(), by=self.member)
        return self.shown(self.get_object())
