"""Compositions, plans from files, named calendars and their entries, for programs."""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from content.services.handwritten import Words
from publishing import sheets
from publishing.api.filters import EntryFilter
from publishing.models import CalendarEntry, ContentCalendar, PlanImport, ScheduledPost
from publishing.serializers.planning import (
    CalendarEntrySerializer,
    CompositionOutcomeSerializer,
    CompositionSerializer,
    NamedCalendarSerializer,
    NewCalendarEntrySerializer,
    NewNamedCalendarSerializer,
    NewPlanSerializer,
    PlanImportSerializer,
    PlannedRowSerializer,
    ProposeSerializer,
)
from publishing.serializers.posts import PostSerializer
from publishing.services import calendars, compose, imports, posts, proposals
from publishing.walltime import UnknownZone
from trenddrop.core.limits import LimitReached
from trenddrop.core.rest.filters import Filters, flag
from trenddrop.core.rest.views import Listed, Read

WORDS = ("text", "title", "hashtags", "call_to_action", "mentions", "alt_text")


class CompositionViewSet(MemberViewSet):
    """Posts composed for several accounts at once."""

    queryset = ScheduledPost.objects.none()
    serializer_class = CompositionSerializer
    shapes: ClassVar = {"create": CompositionOutcomeSerializer(many=True)}
    statuses: ClassVar = {"create": 201}
    doors: ClassVar = {"create": "compose"}
    refusals: ClassVar = {
        compose.CannotCompose: 422,
        posts.AccountNotReady: 409,
        posts.CannotPlan: 422,
        UnknownZone: 422,
        LimitReached: 402,
    }
    action_permissions: ClassVar = {"create": "posts.schedule"}

    def create(self, request: Request) -> Response:
        """Make a piece for each platform and a post for each account; what an account refuses stays a draft."""
        given, now, by = self.given(), timezone.now(), self.member
        drafts = compose.begin(
            Words(**{name: given[name] for name in WORDS}),
            accounts=list({account.pk: account for account in given["accounts"]}.values()),
            when=compose.When(given["local_time"], str(given.get("timezone") or by.user.timezone)),
            by=by,
            now=now,
            key=uuid.uuid4(),
            asset=given["asset"],
            brand=given["brand"],
        )
        act: Callable[[], list[compose.Outcome]] = {
            "plan": lambda: compose.plan(drafts, by=by, now=now),
            "queue": lambda: compose.to_queue(drafts, by=by, now=now),
            "ask": lambda: compose.ask(drafts, by=by, now=now),
        }.get(given["then"], lambda: [compose.Outcome(draft) for draft in drafts])
        return self.shown(act(), status=201)


class PlanImportViewSet(Listed, Read, MemberViewSet):
    """Plans brought as files."""

    queryset = PlanImport.objects.all()
    serializer_class = PlanImportSerializer
    bodies: ClassVar = {"create": NewPlanSerializer}
    shapes: ClassVar = {"look": PlannedRowSerializer(many=True)}
    statuses: ClassVar = {"let_in": 202}
    doors: ClassVar = {"create": "plan_import_new"}
    refusals: ClassVar = {sheets.CannotRead: 422, imports.CannotBring: 409, UnknownZone: 422}
    action_permissions: ClassVar = dict.fromkeys(
        ("list", "retrieve", "create", "look", "let_in", "destroy"), "posts.schedule"
    )

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the files, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one: how far it is, and which rows came back."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Bring a plan as CSV; nothing is planned before it is let in."""
        given = self.given()
        row = imports.bring(
            given["content"].encode(),
            name=given["name"],
            zone=str(given.get("timezone") or self.member.user.timezone),
            by=self.member,
            as_drafts=given["as_drafts"],
            client=given["client"],
        )
        return self.shown(row, status=201)

    @action(detail=True, pagination_class=None, filterset_class=None)
    def look(self, request: Request, pk: Any) -> Response:
        """Show what its first rows would become, and why others would come back."""
        row = self.get_object()
        found = imports.look(row, imports.sheet_of(row), by=self.member, now=timezone.now())
        return self.shown(found, kind=PlannedRowSerializer, many=True)

    @action(detail=True, methods=["post"], url_path="let-in")
    def let_in(self, request: Request, pk: Any) -> Response:
        """Have its rows planned by a worker."""
        return self.shown(imports.let_in(self.get_object(), by=self.member), status=202)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Put it aside before it is let in, or stop it: what was planned stays."""
        imports.drop(self.get_object(), by=self.member)
        return Response(status=204)


class CalendarPlanFilter(Filters):
    """Of named calendars."""

    deleted = flag(
        "Only those that were put aside (true); without it, or false, only those that stand.",
        field_name="deleted_at",
        lookup_expr="isnull",
        exclude=True,
    )

    class Meta:
        model = ContentCalendar
        fields: list[str] = []


class CalendarPlanViewSet(Listed, Read, MemberViewSet):
    """Named calendars."""

    queryset = ContentCalendar.objects.all()
    serializer_class = NamedCalendarSerializer
    filterset_class = CalendarPlanFilter
    bodies: ClassVar = {"create": NewNamedCalendarSerializer, "propose": ProposeSerializer}
    statuses: ClassVar = {"propose": 201}
    doors: ClassVar = {"propose": "plan_propose"}
    orderings = ("-starts_on", "starts_on", "-created_at", "created_at")
    refusals: ClassVar = {calendars.CannotKeep: 422, UnknownZone: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "posts.view"),
        **dict.fromkeys(("create", "propose", "partial_update", "destroy", "restore"), "posts.schedule"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return what stands, but where it is asked for what does not."""
        rows = super().get_queryset()
        if self.action == "list" and self.request.query_params.get("deleted"):
            return rows
        return rows.filter(deleted_at__isnull=self.action != "restore")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the calendars, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one; its entries are listed by `calendar-entries?calendar=`."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Make an empty calendar."""
        return self.shown(calendars.create(by=self.member, **self.given()), status=201)

    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def propose(self, request: Request) -> Response:
        """Have a calendar proposed from what there is, each entry with its reason."""
        given = self.given()
        zone = str(given.get("timezone") or self.member.user.timezone)
        wish = proposals.Wish(given["starts_on"], given["ends_on"], given["accounts"], given["a_week"], zone)
        row = proposals.make(wish, name=given["name"], by=self.member, now=timezone.now(), brand=given["brand"])
        return self.shown(row, status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change its name, description or days."""
        row = self.get_object()
        return self.shown(calendars.change(row, by=self.member, **self.given(row, partial=True)))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Put it aside with its entries; posts that came of it stay. It can be restored."""
        calendars.delete(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Bring one that was put aside back, with its entries."""
        row = self.get_object()
        if not calendars.restore(row, by=self.member):
            raise NotFound
        row.refresh_from_db()
        return self.shown(row)


class EntryViewSet(Listed, Read, MemberViewSet):
    """Entries of named calendars."""

    queryset = CalendarEntry.objects.filter(calendar__deleted_at=None).select_related("calendar", "connection")
    serializer_class = CalendarEntrySerializer
    filterset_class = EntryFilter
    bodies: ClassVar = {"create": NewCalendarEntrySerializer}
    shapes: ClassVar = {"make": PostSerializer}
    statuses: ClassVar = {"make": 201}
    orderings = ("date", "-date", "created_at", "-created_at")
    refusals: ClassVar = {
        calendars.HasPost: 409,
        calendars.CannotKeep: 422,
        posts.AccountNotReady: 409,
        posts.AlreadyPlanned: 409,
        posts.CannotPlan: 422,
        UnknownZone: 422,
        LimitReached: 402,
    }
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "posts.view"),
        **dict.fromkeys(("create", "partial_update", "destroy", "make"), "posts.schedule"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List entries, the first day first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one entry."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Add something to a day of a calendar."""
        given = {"timezone": self.member.user.timezone} | self.given()
        calendar = given.pop("calendar")
        return self.shown(calendars.add(calendar, by=self.member, fields=given), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change an entry; one that is a post keeps its time and place."""
        row = self.get_object()
        return self.shown(calendars.change_entry(row, by=self.member, fields=self.given(row, partial=True)))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Take it out of its calendar; a post that came of it stays."""
        calendars.remove(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def make(self, request: Request, pk: Any) -> Response:
        """Begin its post: a piece, and a draft at its time."""
        return self.shown(calendars.make(self.get_object(), by=self.member, now=timezone.now()), status=201)
