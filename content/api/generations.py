"""What was asked of models, and what it cost."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from content.models import Generation
from content.screens import spending
from content.serializers.generations import GenerationSerializer, SpentSerializer
from trenddrop.core.rest.filters import Filters, flag, instant, key, one_of
from trenddrop.core.rest.views import Listed, Read


class GenerationFilter(Filters):
    """Of askings."""

    purpose = one_of(Generation.Purpose.choices, "Only askings for this.")
    of = key("of", "Only askings for this piece or script.")
    is_fallback = flag("Only those where the built-in writer stepped in (true) or did not (false).")
    since = instant("created_at", "gte", "Only askings from this time on.")
    until = instant("created_at", "lt", "Only askings before this time.")

    class Meta:
        model = Generation
        fields: list[str] = []


class GenerationViewSet(Listed, Read, MemberViewSet):
    """Askings of models."""

    queryset = Generation.objects.all()
    serializer_class = GenerationSerializer
    filterset_class = GenerationFilter
    shapes: ClassVar = {"spent": SpentSerializer}
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "spent"), "content.view")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what was asked, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one asking."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=False, pagination_class=None, filterset_class=None)
    def spent(self, request: Request) -> Response:
        """Sum up the last 30 days by purpose and model."""
        return self.shown(spending.spent(self.get_queryset(), now=timezone.now()), kind=SpentSerializer)
