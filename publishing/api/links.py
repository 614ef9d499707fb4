"""Links for people without an account, for programs."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from publishing.models import ReviewLink
from publishing.serializers.links import NewReviewLinkSerializer, ReviewLinkSerializer
from publishing.services import links
from trenddrop.core.rest.filters import Filters, flag, instant, key
from trenddrop.core.rest.views import Listed, Read


class LinkFilter(Filters):
    """Of links."""

    client = key("client_id", "Only to this client's work.")
    request = key("request_id", "Only to this request.")
    revoked = flag(
        "Only those taken back (true), or not (false).", field_name="revoked_at", lookup_expr="isnull", exclude=True
    )
    expires_after = instant("expires_at", "gt", "Only those that end after this time.")

    class Meta:
        model = ReviewLink
        fields: list[str] = []


class LinkViewSet(Listed, Read, MemberViewSet):
    """Review links."""

    queryset = ReviewLink.objects.all()
    serializer_class = ReviewLinkSerializer
    filterset_class = LinkFilter
    bodies: ClassVar = {"create": NewReviewLinkSerializer}
    doors: ClassVar = {"create": "link_new", "mail": "link_mail"}
    refusals: ClassVar = {links.NotYours: 404, links.TooSoon: 429, links.NotOpen: 409, links.LinkRefused: 422}
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "create", "mail", "revoke"), "approvals.manage")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the links."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one link."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Make a link to a client's work or to one piece, and mail it."""
        return self.shown(links.make(by=self.member, now=timezone.now(), **self.given()), status=201)

    @action(detail=True, methods=["post"])
    def mail(self, request: Request, pk: Any) -> Response:
        """Mail it again, with what waits now; at most once a minute."""
        return self.shown(links.mail(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: Any) -> Response:
        """Take it back: it opens nothing any more, in no browser."""
        return self.shown(links.revoke(self.get_object(), by=self.member, now=timezone.now()))

    def remembered(self, data: Any) -> Any:
        """A repeat does not tell the address again."""
        return {**data, "url": ""} if isinstance(data, dict) else data
