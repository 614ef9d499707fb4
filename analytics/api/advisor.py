"""The advisor, for programs: whoever asks sees their own questions."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from analytics.models import AdvisorConversation, AdvisorQuestion
from analytics.serializers.advisor import (
    AdvisorConversationSerializer,
    AdvisorQuestionSerializer,
    JudgedSerializer,
    NewQuestionSerializer,
)
from analytics.services import advisor as commands
from trenddrop.core.rest.filters import Filters, key, one_of
from trenddrop.core.rest.views import Listed, Read


class AdvisorConversationViewSet(Listed, Read, MemberViewSet):
    """Conversations with the advisor: the caller's own."""

    queryset = AdvisorConversation.objects.all()
    serializer_class = AdvisorConversationSerializer
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "destroy"), "analytics.view")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the caller's own."""
        return super().get_queryset().filter(user=self.member.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the conversations."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove it with its questions and answers."""
        commands.forget(self.get_object(), by=self.member)
        return Response(status=204)


class QuestionFilter(Filters):
    """Of questions."""

    conversation = key("conversation_id", "Only of this conversation.")
    status = one_of(AdvisorQuestion.Status.choices, "Only with this status.")

    class Meta:
        model = AdvisorQuestion
        fields: list[str] = []


class AdvisorQuestionViewSet(Listed, Read, MemberViewSet):
    """Questions to the advisor: the caller's own."""

    queryset = AdvisorQuestion.objects.select_related("conversation")
    serializer_class = AdvisorQuestionSerializer
    filterset_class = QuestionFilter
    bodies: ClassVar = {"create": NewQuestionSerializer, "judge": JudgedSerializer}
    refusals: ClassVar = {commands.CannotAsk: 422}
    doors: ClassVar = {"create": "numbers_advisor_ask"}
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "create", "judge"), "analytics.view")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the caller's own."""
        return super().get_queryset().filter(conversation__user=self.member.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the questions."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one with its answer."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Ask. Without a language model the answer is there at once; else ask for the question until it is."""
        given = self.given()
        talk = given["conversation"]
        if talk is not None and talk.user_id != self.member.user_id:
            raise commands.CannotAsk(_("That conversation is somebody else’s."))
        row = commands.ask(
            given["question"], by=self.member, now=timezone.now(), guided=given["guided"], conversation=talk
        )
        return self.shown(row, status=201)

    @action(detail=True, methods=["post"])
    def judge(self, request: Request, pk: Any) -> Response:
        """Say whether the answer was of use."""
        row = self.get_object()
        commands.judge(row, by=self.member, is_helpful=self.given()["is_helpful"])
        return self.shown(row)
