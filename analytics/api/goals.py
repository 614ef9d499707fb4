"""Goals, for programs."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from analytics.models import Goal
from analytics.serializers.goals import (
    ChangedGoalSerializer,
    GivenUpSerializer,
    GoalSerializer,
    NewGoalSerializer,
)
from analytics.services import goals as commands
from trenddrop.core.rest.filters import Filters, key, one_of
from trenddrop.core.rest.views import Listed, Read


class GoalFilter(Filters):
    """Of goals."""

    status = one_of(Goal.Status.choices, "Only open, reached, missed or given up ones.")
    client = key("client_id", "Only of this client.")
    account = key("account_id", "Only of this account.")

    class Meta:
        model = Goal
        fields: list[str] = []


class GoalViewSet(Listed, Read, MemberViewSet):
    """What is to be reached, and where it is heading."""

    queryset = Goal.objects.prefetch_related("milestones")
    serializer_class = GoalSerializer
    filterset_class = GoalFilter
    bodies: ClassVar = {
        "create": NewGoalSerializer,
        "partial_update": ChangedGoalSerializer,
        "give_up": GivenUpSerializer,
    }
    refusals: ClassVar = {commands.CannotSet: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "analytics.view"),
        **dict.fromkeys(("create", "partial_update", "destroy", "give_up", "take_up"), "analytics.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the goals."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Set a goal; it is measured at once. One that is reached already is refused."""
        goal = commands.set_goal(by=self.member, now=timezone.now(), **self.given())
        return self.shown(goal, status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change an open goal."""
        goal = commands.change_goal(self.get_object(), by=self.member, now=timezone.now(), **self.given())
        return self.shown(goal)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove a goal and its milestones."""
        commands.remove(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"], url_path="give-up")
    def give_up(self, request: Request, pk: Any) -> Response:
        """Give an open goal up."""
        return self.shown(commands.give_up(self.get_object(), by=self.member, now=timezone.now(), **self.given()))

    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request: Request, pk: Any) -> Response:
        """Take a goal up again that was given up."""
        return self.shown(commands.take_up(self.get_object(), by=self.member, now=timezone.now()))
