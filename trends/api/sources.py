"""The sources of trends for programs."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from trends import feeds, queries
from trends.models import TrendSource
from trends.serializers import SourceSerializer


class SourceViewSet(MemberViewSet):
    """Sources of topics."""

    queryset = TrendSource.objects.none()
    serializer_class = SourceSerializer
    pagination_class = None
    action_permissions: ClassVar = {"list": "trends.view", "retrieve": "trends.view"}

    def list(self, request: Request) -> Response:
        """List the feeds that are asked, and how they are."""
        shown = {row.pk for row in queries.sources()}
        return self.shown([row for row in _told() if row.pk in shown], many=True)

    def retrieve(self, request: Request, pk: Any) -> Response:
        """Show one feed, and how it is; also one that is switched off."""
        found = next((row for row in _told() if str(row.pk) == str(pk)), None)
        if found is None:
            raise Http404
        return self.shown(found)


def _told() -> list[TrendSource]:
    """Return all feeds, each with its health; feeds of a kind share a quota, so they are read together."""
    found = feeds.feeds(TrendSource.objects.order_by("kind", "name"), now=timezone.now())
    for feed in found:
        feed.row.feed = feed
    return sorted((feed.row for feed in found), key=lambda row: (row.kind, row.name))
