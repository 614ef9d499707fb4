"""Suggested hashtags of a piece, for programs."""

from typing import Any

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from content.pieces import tagging
from content.serializers.tagging import TagSuggestionSerializer
from trends import own


class SuggestsTags(MemberViewSet):
    """Pieces that are asked which hashtags would fit."""

    @action(detail=True, url_path="tag-suggestions", pagination_class=None, filterset_class=None)
    def tag_suggestions(self, request: Request, pk: Any) -> Response:
        """List hashtags that fit, the likeliest first, each with what speaks for it. Nothing is changed."""
        piece = self.get_object()
        found, _is_learned = tagging.of_piece(piece, own.hashtags_of(self.member, now=timezone.now()))
        return self.shown(found, kind=TagSuggestionSerializer, many=True)
