"""Own hashtags for programs."""

from typing import ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from trends import own
from trends.models import OwnHashtag
from trends.serializers.own import OwnHashtagSerializer


class OwnHashtagViewSet(MemberViewSet):
    """Hashtags of the organisation's own posts."""

    queryset = OwnHashtag.objects.none()
    serializer_class = OwnHashtagSerializer
    pagination_class = None
    action_permissions: ClassVar = {"list": "trends.view"}

    def list(self, request: Request) -> Response:
        """List the hashtags of the last 90 days, the most used first: how they grow, and what they brought."""
        return self.shown(own.hashtags_of(self.member, now=timezone.now()), many=True)
