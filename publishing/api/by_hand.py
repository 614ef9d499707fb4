"""Posts a person sends: everything it takes, taking one over, and “not today”."""

from typing import Any

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from publishing.screens.by_hand import handed
from publishing.serializers.by_hand import HandedSerializer
from publishing.services import assisting


class ByHand(MemberViewSet):
    """What people do by hand."""

    @action(detail=True, url_path="by-hand", pagination_class=None, filterset_class=None)
    def by_hand(self, request: Request, pk: Any) -> Response:
        """Show what a person needs to post it: words, files, options in words."""
        return self.shown(handed(self.get_object()), kind=HandedSerializer)

    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: Any) -> Response:
        """Post it oneself: what is planned, failed or missed is no longer sent from here; not approved, it waits."""
        return self.shown(assisting.take(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"], url_path="not-today")
    def not_today(self, request: Request, pk: Any) -> Response:
        """Be asked again tomorrow at the same hour."""
        return self.shown(assisting.not_today(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def link(self, request: Request, pk: Any) -> Response:
        """Add or correct the link of a live post that was posted by hand; not of one that its platform told."""
        post, given = self.get_object(), self.given()
        return self.shown(assisting.set_link(post, url=given["url"], by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def give(self, request: Request, pk: Any) -> Response:
        """Let another member post it by hand; they are told."""
        return self.shown(assisting.give(self.get_object(), to=self.given()["member"], by=self.member))
