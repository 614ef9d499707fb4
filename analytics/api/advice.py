"""Next posts, what is believed of an account's choices, and whether advice helped, for programs."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from analytics.models import BackTest, Suggestion, SuggestionArm
from analytics.serializers.advice import (
    BackTestSerializer,
    NewSuggestionSerializer,
    SuggestionArmSerializer,
    SuggestionSerializer,
)
from analytics.services import advising
from publishing.services.posts import CannotPlan
from trenddrop.core.rest.filters import Filters, flag, key, one_of, words
from trenddrop.core.rest.views import Listed, Read


class SuggestionFilter(Filters):
    """Of next posts."""

    connection = key("connection_id", "Only for this account.")
    insight = key("insight_id", "Only from this finding.")
    client = key("client_id", "Only of this client.")
    status = one_of(Suggestion.Status.choices, "Only where it stands so.")

    class Meta:
        model = Suggestion
        fields: list[str] = []


class SuggestionViewSet(Listed, Read, MemberViewSet):
    """Next posts that are advised."""

    queryset = Suggestion.objects.select_related("connection")
    serializer_class = SuggestionSerializer
    filterset_class = SuggestionFilter
    bodies: ClassVar = {"create": NewSuggestionSerializer}
    statuses: ClassVar = {"do": 201}
    refusals: ClassVar = {advising.CannotDo: 409, CannotPlan: 409}
    unscoped = frozenset({"do"})
    doors: ClassVar = {"do": "advice_do", "create": "advice_ask"}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "analytics.view"),
        **dict.fromkeys(("create", "dismiss"), "analytics.edit"),
        "do": "posts.schedule",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the next posts, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one, with why, how sure, and from how many posts."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Ask what to post next on an account."""
        account = self.given()["connection"]
        return self.shown(advising.ask(account, by=self.member, now=timezone.now()), status=201)

    @action(detail=True, methods=["post"])
    def do(self, request: Request, pk: Any) -> Response:
        """Draft a piece as advised, with a place in the calendar; nothing goes out by itself."""
        with tenancy.of_member(self.member):
            row = self.get_object()
        done = advising.do_this(row, by=self.member, now=timezone.now())
        with tenancy.of_member(self.member):
            return self.shown(done, status=201)

    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: Any) -> Response:
        """Put it aside; what was done stays."""
        return self.shown(advising.dismiss(self.get_object(), by=self.member, now=timezone.now()))


class SuggestionArmFilter(Filters):
    """Of beliefs."""

    connection = key("connection_id", "Only of this account.")
    dimension = words("Only of this choice.", field_name="dimension")
    is_claim = flag("Only what stands against everything that was asked (true), or the rest (false).")

    class Meta:
        model = SuggestionArm
        fields: list[str] = []


class SuggestionArmViewSet(Listed, Read, MemberViewSet):
    """What is believed of what an account can choose."""

    queryset = SuggestionArm.objects.all()
    serializer_class = SuggestionArmSerializer
    filterset_class = SuggestionArmFilter
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve"), "analytics.view")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what is believed."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)


class BackTestFilter(Filters):
    """Of back-tests."""

    connection = key("connection_id", "Only of this account.")
    client = key("client_id", "Only of this client.")
    verdict = one_of(BackTest.Verdict.choices, "Only with this verdict.")

    class Meta:
        model = BackTest
        fields: list[str] = []


class BackTestViewSet(Listed, Read, MemberViewSet):
    """Whether advice was better than the account's own habit, week by week."""

    queryset = BackTest.objects.all()
    serializer_class = BackTestSerializer
    filterset_class = BackTestFilter
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve"), "analytics.view")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the weekly answers."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)
