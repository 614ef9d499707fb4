"""Requests for approval: asking, deciding, handing over, and what is said about them."""

from typing import Any, ClassVar, cast

from django.db.models import Q, QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from content.services.pieces import NoSuchVersion
from publishing import approving
from publishing.models import ApprovalAsk, ApprovalDecision, ApprovalRequest, ReviewComment, Revision
from publishing.serializers import approvals as kinds
from publishing.services.approvals import asking, commenting, deciding, handing_over, reopening, revising
from trenddrop.core.rest.filters import Filters, flag, instant, key, one_of
from trenddrop.core.rest.views import Listed, Read

PART = {"pagination_class": None, "filterset_class": None}
MOST = 500


class RequestFilter(Filters):
    """Of requests."""

    status = one_of(ApprovalRequest.Status.choices, "Only requests of this status.")
    client = key("client_id", "Only this client's.")
    piece = key("piece_id", "Only of this piece.")
    requested_by = key("requested_by_id", "Only what this person asked.")
    mine = flag("Only what is yours to decide now (true), or is not (false).", field_name="is_mine")
    nobody = flag("Only those with nobody who could decide (true), or with somebody (false).")
    due_before = instant("due_at", "lt", "Only what is to be decided before this time.")

    class Meta:
        model = ApprovalRequest
        fields: list[str] = []


class RequestViewSet(Listed, Read, MemberViewSet):
    """Requests for approval."""

    queryset = ApprovalRequest.objects.filter(piece__deleted_at=None)
    serializer_class = kinds.RequestSerializer
    filterset_class = RequestFilter
    orderings = ("-created_at", "created_at")
    bodies: ClassVar = {
        "create": kinds.NewRequestSerializer,
        "approve": kinds.AgreeSerializer,
        **dict.fromkeys(("changes", "reject"), kinds.RefuseSerializer),
        "hand_over": kinds.ToSerializer,
        "choose": kinds.ChooseDecidersSerializer,
        "skip": kinds.WhySerializer,
        "ask_again": kinds.NoteSerializer,
        "comment": kinds.NewCommentSerializer,
    }
    shapes: ClassVar = {
        "restore": kinds.RestoredSerializer,
        "steps": kinds.ApprovalStepSerializer(many=True),
        "decisions": kinds.DecisionSerializer(many=True),
        "comments": kinds.CommentSerializer(many=True),
        "comment": kinds.CommentSerializer,
    }
    statuses: ClassVar = {"comment": 201}
    refusals: ClassVar = {
        asking.AlreadyAsked: 409,
        asking.NotOpen: 409,
        asking.CannotAsk: 422,
        deciding.NotAsked: 403,
        deciding.WordsNeeded: 422,
        deciding.CannotDecide: 409,
        handing_over.NotWaiting: 409,
        handing_over.NotYours: 403,
        handing_over.CannotHandOver: 422,
        reopening.NothingApproved: 409,
        NoSuchVersion: 409,
        commenting.CannotComment: 422,
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "steps", "decisions", "comments", "comment"), "approvals.view"),
        **dict.fromkeys(("create", "withdraw", "ask_again", "remind", "restore"), "approvals.request"),
        **dict.fromkeys(("approve", "changes", "reject", "hand_over"), "approvals.decide"),
        **dict.fromkeys(("choose", "skip"), "approvals.manage"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return the member's requests, each with whether it is theirs to decide."""
        mine = approving.is_asked(self.member)
        is_mine = Q(mine) & Q(status=ApprovalRequest.Status.PENDING)
        return cast(QuerySet[Any], super().get_queryset().annotate(is_mine=is_mine))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the requests, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one request."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Ask for the approval of a piece; posts planned of it wait."""
        given = self.given()
        row = asking.ask(
            given["piece"],
            by=self.member,
            now=timezone.now(),
            workflow=given.get("workflow"),
            note=given.get("note") or "",
        )
        return self._shown(row, status=201)

    def _shown(self, row: ApprovalRequest, *, status: int = 200) -> Response:
        return self.shown(self.get_queryset().get(pk=row.pk), status=status)

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: Any) -> Response:
        """Agree to the piece as you saw it; the last agreement lets its posts go."""
        row, given = self.get_object(), self.given()
        words = given.get("words") or ""
        return self._shown(
            deciding.approve(row, by=self.member, seen=given["seen_as"], now=timezone.now(), words=words)
        )

    @action(detail=True, methods=["post"])
    def changes(self, request: Request, pk: Any) -> Response:
        """Ask for changes."""
        row, given = self.get_object(), self.given()
        said = {"seen": given["seen_as"], "words": given["words"]}
        return self._shown(deciding.ask_for_changes(row, by=self.member, now=timezone.now(), **said))

    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: Any) -> Response:
        """Refuse the piece; posts that waited for it become drafts."""
        row, given = self.get_object(), self.given()
        said = {"seen": given["seen_as"], "words": given["words"]}
        return self._shown(deciding.reject(row, by=self.member, now=timezone.now(), **said))

    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: Any) -> Response:
        """Have somebody else decide in your place."""
        row, to = self.get_object(), self.given()["to"]
        return self._shown(handing_over.hand_over(row, to=to, by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def choose(self, request: Request, pk: Any) -> Response:
        """Say who decides the open stage from now on."""
        row, to = self.get_object(), self.given()["to"]
        return self._shown(handing_over.choose(row, to=to, by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def skip(self, request: Request, pk: Any) -> Response:
        """Pass the open stage by, with a reason that stays known."""
        row, why = self.get_object(), self.given()["why"]
        return self._shown(handing_over.skip(row, why=why, by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any) -> Response:
        """Take the question back; posts that waited become drafts."""
        return self._shown(asking.withdraw(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"], url_path="ask-again")
    def ask_again(self, request: Request, pk: Any) -> Response:
        """Say that the changes are made: a new round begins."""
        row, note = self.get_object(), self.given().get("note") or ""
        return self._shown(asking.ask_again(row, by=self.member, now=timezone.now(), note=note))

    @action(detail=True, methods=["post"])
    def remind(self, request: Request, pk: Any) -> Response:
        """Tell those who have not decided once more; at most once an hour."""
        row = self.get_object()
        asking.remind(row, by=self.member, now=timezone.now())
        return self._shown(row)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Take the words back that were approved last."""
        done = reopening.restore(self.get_object(), by=self.member, now=timezone.now())
        row = self.get_queryset().get(pk=done.request.pk)
        return self.shown({"is_whole": done.is_whole, "request": row})

    @action(detail=True, **PART)
    def steps(self, request: Request, pk: Any) -> Response:
        """List its stages as they stand, with who is asked and what was decided."""
        return self.shown(approving.tracker(self.get_object()))

    @action(detail=True, **PART)
    def decisions(self, request: Request, pk: Any) -> Response:
        """List everything that was decided, the first one first, of every round."""
        rows = ApprovalDecision.objects.visible_to(self.member).filter(request=self.get_object())
        return self.shown(rows.order_by("created_at")[:MOST])

    @action(detail=True, **PART)
    def comments(self, request: Request, pk: Any) -> Response:
        """List what was said, the first one first."""
        rows = ReviewComment.objects.visible_to(self.member).filter(request=self.get_object(), deleted_at=None)
        return self.shown(rows.order_by("created_at")[:MOST])

    @comments.mapping.post
    def comment(self, request: Request, pk: Any) -> Response:
        """Say something: on the whole, on a moment, on words, or on a spot."""
        row = self.get_object()
        serializer = kinds.NewCommentSerializer(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        said = commenting.comment(
            row,
            by=self.member,
            body=given["body"],
            anchor=serializer.anchor(),
            parent=given.get("parent"),
            is_internal=given["is_internal"],
        )
        return self.shown(said, status=201)


class AskFilter(Filters):
    """Of questions."""

    status = one_of(ApprovalAsk.Status.choices, "Only questions of this status.")
    request = key("request_id", "Only of this request.")
    member = key("member_id", "Only to this member.")
    due_before = instant("due_at", "lt", "Only what is to be decided before this time.")

    class Meta:
        model = ApprovalAsk
        fields: list[str] = []


class AskViewSet(Listed, Read, MemberViewSet):
    """Questions: who is asked at which stage."""

    queryset = ApprovalAsk.objects.filter(request__piece__deleted_at=None)
    serializer_class = kinds.AskSerializer
    filterset_class = AskFilter
    action_permissions: ClassVar = {**dict.fromkeys(("list", "retrieve"), "approvals.view")}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List who is asked, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one question."""
        return super().retrieve(request, *args, **kwargs)


class CommentFilter(Filters):
    """Of remarks."""

    request = key("request_id", "Only on this request.")
    open = flag("Only those not settled yet (true), or settled.", field_name="resolved_at", lookup_expr="isnull")

    class Meta:
        model = ReviewComment
        fields: list[str] = []


class CommentViewSet(Listed, Read, MemberViewSet):
    """Remarks on what is to be approved."""

    queryset = ReviewComment.objects.filter(deleted_at=None)
    serializer_class = kinds.CommentSerializer
    filterset_class = CommentFilter
    refusals: ClassVar = {commenting.NotYours: 403}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "destroy"), "approvals.view"),
        **dict.fromkeys(("resolve", "open_again"), "approvals.request"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the remarks, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one remark."""
        return super().retrieve(request, *args, **kwargs)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Take your own remark back, with the answers to it."""
        commenting.remove(self.get_object(), by=self.member, now=timezone.now())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: Any) -> Response:
        """Say that it is settled."""
        return self.shown(commenting.resolve(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"], url_path="open-again")
    def open_again(self, request: Request, pk: Any) -> Response:
        """Say that it is not settled after all."""
        return self.shown(commenting.open_again(self.get_object(), by=self.member))


class RevisionFilter(Filters):
    """Of changes that were asked for."""

    request = key("request_id", "Only of this request.")
    status = one_of(Revision.Status.choices, "Only changes of this status.")
    assigned_to = key("assigned_to_id", "Only what this person is to change.")

    class Meta:
        model = Revision
        fields: list[str] = []


class RevisionViewSet(Listed, Read, MemberViewSet):
    """Changes that were asked for."""

    queryset = Revision.objects.filter(request__piece__deleted_at=None)
    serializer_class = kinds.RevisionSerializer
    filterset_class = RevisionFilter
    bodies: ClassVar = {"assign": kinds.AssignSerializer}
    refusals: ClassVar = {revising.NotToDo: 409, revising.CannotRevise: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "approvals.view"),
        **dict.fromkeys(("assign", "start"), "approvals.request"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the changes that were asked for, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show what was asked to be changed."""
        return super().retrieve(request, *args, **kwargs)

    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: Any) -> Response:
        """Have somebody make the changes."""
        row, given = self.get_object(), self.given()
        return self.shown(revising.assign(row, to=given["to"], by=self.member, due_at=given.get("due_at")))

    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: Any) -> Response:
        """Say that you are at it."""
        return self.shown(revising.start(self.get_object(), by=self.member))
