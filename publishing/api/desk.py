"""The quality desk for programs."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from publishing.models import QARequest
from publishing.screens import desk as screen
from publishing.serializers import desk as kinds
from publishing.services import desk
from trenddrop.core.rest.filters import Filters, flag, instant, key, one_of
from trenddrop.core.rest.views import Listed, Read


class LookFilter(Filters):
    """Of looks."""

    status = one_of(QARequest.Status.choices, "Only looks of this status.")
    kind = one_of(QARequest.Kind.choices, "Only by such people.")
    priority = one_of(QARequest.Priority.choices, "Only of this urgency.")
    client = key("client_id", "Only this client's.")
    piece = key("piece_id", "Only at this piece.")
    assignee = key("assignee_id", "Only what this person has.")
    free = flag("Only what nobody has (true), or somebody has (false).", field_name="assignee", lookup_expr="isnull")
    due_before = instant("due_at", "lt", "Only what is due before this time.")

    class Meta:
        model = QARequest
        fields: list[str] = []


class LookViewSet(Listed, Read, MemberViewSet):
    """Looks of the quality desk."""

    queryset = QARequest.objects.filter(piece__deleted_at=None)
    serializer_class = kinds.DeskLookSerializer
    filterset_class = LookFilter
    orderings = ("-created_at", "created_at", "due_at", "-due_at")
    bodies: ClassVar = {
        "create": kinds.NewDeskLookSerializer,
        "assign": kinds.AssignLookSerializer,
        "ask": kinds.AskBackSerializer,
        "answer": kinds.AnswerDeskSerializer,
        "finish": kinds.FinishLookSerializer,
        "hurry": kinds.HurryLookSerializer,
    }
    shapes: ClassVar = {"month": kinds.DeskMonthSerializer()}
    statuses: ClassVar = {"take_next": (200, 204)}
    refusals: ClassVar = {
        desk.HasMovedOn: 409,
        desk.AlreadyAsked: 409,
        desk.OnlyTheHouse: 403,
        desk.DeskRefused: 422,
    }
    action_permissions: ClassVar = {
        "retrieve": "content.view",
        **dict.fromkeys(("list", "take", "take_next", "assign", "ask", "finish", "hurry", "month"), "desk.work"),
        **dict.fromkeys(("create", "answer", "cancel"), "approvals.request"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the looks."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one look."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Put a piece on the desk."""
        given = self.given()
        piece = given.pop("piece")
        return self.shown(desk.request_look(piece, **given, by=self.member, now=timezone.now()), status=201)

    @action(detail=False, methods=["post"], url_path="next", pagination_class=None, filterset_class=None)
    def take_next(self, request: Request) -> Response:
        """Take what is most urgent of all that is free or yours; 204 when nothing is."""
        row = desk.take_next(by=self.member, now=timezone.now())
        return self.shown(row) if row else Response(status=204)

    @action(detail=False, pagination_class=None, filterset_class=None)
    def month(self, request: Request) -> Response:
        """Tell how the last thirty days went."""
        return self.shown(screen.month(self.member, now=timezone.now()), kind=kinds.DeskMonthSerializer)

    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: Any) -> Response:
        """Take it in hand."""
        return self.shown(desk.take(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: Any) -> Response:
        """Give it to somebody, or back to the desk."""
        row, to = self.get_object(), self.given()["to"]
        return self.shown(desk.assign(row, to=to, by=self.member))

    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: Any) -> Response:
        """Ask back whoever wanted the look; the clock stands."""
        row, question = self.get_object(), self.given()["question"]
        return self.shown(desk.ask(row, question=question, by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: Any) -> Response:
        """Answer; the clock goes on."""
        row, words = self.get_object(), self.given()["words"]
        return self.shown(desk.answer(row, words=words, by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: Any) -> Response:
        """Say how good it is, and why."""
        row, given = self.get_object(), self.given()
        return self.shown(desk.finish(row, **given, by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"], url_path="urgency")
    def hurry(self, request: Request, pk: Any) -> Response:
        """Make it more or less urgent."""
        row, priority = self.get_object(), self.given()["priority"]
        return self.shown(desk.hurry(row, priority=priority, by=self.member))

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any) -> Response:
        """Say that nobody needs to look any more."""
        return self.shown(desk.cancel(self.get_object(), by=self.member))
