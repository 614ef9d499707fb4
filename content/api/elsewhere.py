"""Finishing a piece elsewhere, for programs: its kit, the file that comes back, which is sent. Mixed into pieces."""

from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from content.intake import receiving
from content.pipeline import kitting
from content.serializers.elsewhere import BroughtSerializer, TakeChoiceSerializer
from content.serializers.repurposing import PieceFileSerializer
from content.services import elsewhere, uploads
from trenddrop.core import zipping
from trenddrop.core.media import MediaError
from trenddrop.core.sniff import UnsupportedFile

if TYPE_CHECKING:
    from accounts.rest import MemberViewSet as Base
else:
    Base = object

ELSEWHERE_BODIES: dict[str, Any] = {"bring": BroughtSerializer, "send_take": TakeChoiceSerializer}
ELSEWHERE_SHAPES: dict[str, Any] = {"bring": PieceFileSerializer, "send_take": PieceFileSerializer}
ELSEWHERE_REFUSALS: dict[type[Exception], int] = {
    elsewhere.NotFinished: 422,
    elsewhere.NoSuchPicture: 404,
    elsewhere.NoSuchTake: 404,
    elsewhere.AlreadySent: 409,
    MediaError: 422,
    UnsupportedFile: 415,
    uploads.EmptyFile: 422,
    uploads.TooLarge: 413,
    receiving.DiskFull: 507,
}
ELSEWHERE_STATUSES: dict[str, int] = {"bring": 201}
ELSEWHERE_DOORS: dict[str, str] = {"bring": "piece_bring", "kit": "piece_kit"}
ELSEWHERE_READS = ("kit",)
ELSEWHERE_WRITES = ("bring", "send_take")
ORIGINAL = OpenApiParameter("original", bool, description="Whether the recording goes along; not unless told.")


class ElsewhereActions(Base):
    """The kit and the files, below a piece."""

    @action(detail=True, methods=["post"], url_path="takes/bring", parser_classes=[MultiPartParser])
    def bring(self, request: Request, pk: Any) -> Response:
        """Bring a file that was finished elsewhere: it is its next take, and sent from now on."""
        with tenancy.of_member(self.member):
            piece = self.get_object()
        given = self.given()
        file = given["file"]
        brought = elsewhere.Brought(file, file.name or "", given["tool"], given["slide"], given["alt_text"])
        row = elsewhere.bring(piece, brought, by=self.member)
        with tenancy.of_member(self.member):
            return self.shown(row, kind=PieceFileSerializer, status=201)

    @action(detail=True, methods=["post"], url_path="takes/send")
    def send_take(self, request: Request, pk: Any) -> Response:
        """Send another of its files."""
        piece, given = self.get_object(), self.given()
        return self.shown(elsewhere.choose(piece, given["take"], by=self.member), kind=PieceFileSerializer)

    @extend_schema(parameters=[ORIGINAL], responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True, pagination_class=None, filterset_class=None)
    def kit(self, request: Request, pk: Any) -> StreamingHttpResponse:
        """Download what it takes to finish it elsewhere, as a zip that is packed while it is sent."""
        wanted = request.query_params.get("original", "") in {"1", "true"}
        found = list(kitting.entries(kitting.packing_of(self.get_object()), with_original=wanted))
        return StreamingHttpResponse(zipping.streamed(found), content_type="application/zip")
