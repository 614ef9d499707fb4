"""Ideas for programs."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from trenddrop.core.rest.filters import Filters, key, one_of
from trenddrop.core.rest.views import Listed, Read
from trends.models import TrendOpportunity
from trends.serializers.opportunities import AskedSerializer, AskSerializer, OpportunitySerializer
from trends.services import opportunities


class OpportunityFilter(Filters):
    """Of ideas."""

    brand = key("brand_id", "Only ideas for this brand.")
    topic = key("topic_id", "Only ideas for this topic.")
    status = one_of(TrendOpportunity.Status.choices, "Only ideas that stand so.")

    class Meta:
        model = TrendOpportunity
        fields: list[str] = []


class OpportunityViewSet(Listed, Read, MemberViewSet):
    """Ideas for topics."""

    queryset = TrendOpportunity.objects.all()
    serializer_class = OpportunitySerializer
    filterset_class = OpportunityFilter
    bodies: ClassVar = {"create": AskSerializer}
    shapes: ClassVar = {"create": AskedSerializer}
    statuses: ClassVar = {"create": (201, 202)}
    doors: ClassVar = {"create": "opportunity_ask"}
    refusals: ClassVar = {opportunities.NoIdeas: 422, opportunities.AlreadyAsked: 409}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "trends.view"),
        **dict.fromkeys(("create", "dismiss", "use"), "trends.manage"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List ideas, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one idea."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Have ideas written for a topic and a brand; a model takes up to a minute and a credit."""
        given = self.given()
        topic, brand = given["topic"], given["brand"]
        asked = opportunities.generate(topic, brand, by=self.member, now=timezone.now())
        ideas = self.get_queryset().filter(topic=topic, brand=brand).order_by("platform")
        return self.shown({"status": "waiting" if asked else "done", "ideas": ideas}, status=202 if asked else 201)

    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: Any) -> Response:
        """Put an idea aside."""
        return self.shown(opportunities.dismiss(self.get_object(), by=self.member))

    @action(detail=True, methods=["post"])
    def use(self, request: Request, pk: Any) -> Response:
        """Note that an idea was used."""
        return self.shown(opportunities.use(self.get_object(), by=self.member))
