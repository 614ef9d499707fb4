"""Pieces: read, edited, written again, taken back."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from content.api.filters import PieceFilter
from content.models import GeneratedContent, PieceVersion
from content.serializers.pieces import (
    NumberSerializer,
    PieceSerializer,
    RewrittenSerializer,
    VersionSerializer,
    WishSerializer,
)
from content.services import pieces
from trenddrop.core.rest.views import Listed, Read


class PieceViewSet(Listed, Read, MemberViewSet):
    """Pieces."""

    queryset = GeneratedContent.objects.filter(deleted_at=None, asset__deleted_at=None)
    serializer_class = PieceSerializer
    filterset_class = PieceFilter
    bodies: ClassVar = {"restore": NumberSerializer, "rewrite": WishSerializer}
    shapes: ClassVar = {"versions": VersionSerializer(many=True), "rewrite": RewrittenSerializer}
    unscoped = frozenset({"rewrite"})
    doors: ClassVar = {"rewrite": "piece_rewrite"}
    refusals: ClassVar = {pieces.NoSuchVersion: 404}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "versions"), "content.view"),
        **dict.fromkeys(("partial_update", "restore", "rewrite"), "content.edit"),
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
