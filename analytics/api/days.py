"""Accounts whose days are counted, their days, who the people are, and files of days, for programs."""

from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from analytics.models import AudienceSnapshot, DailyMetrics, MetricImport, TrackedAccount
from analytics.serializers.days import (
    COUNTED_PLATFORMS,
    AudienceSnapshotSerializer,
    DailyMetricsSerializer,
    EnteredDaySerializer,
    LookedDaySerializer,
    MetricImportSerializer,
    NewMetricImportSerializer,
    NewTrackedAccountSerializer,
    TakenBackSerializer,
    TrackedAccountChangeSerializer,
    TrackedAccountSerializer,
)
from analytics.services import day_entry, metric_imports, tracking
from publishing.platforms.base import Rejected, TryLater
from trenddrop.core.csvs import CannotRead
from trenddrop.core.rest.filters import Filters, flag, key, one_of
from trenddrop.core.rest.views import Listed, Read

SEE, EDIT = "analytics.view", "analytics.edit"


class TrackedAccountFilter(Filters):
    """Of accounts."""

    platform = one_of(COUNTED_PLATFORMS, "Only accounts there.")
    way = one_of(TrackedAccount.Way.choices, "Only those counted this way.")
    client = key("client_id", "Only accounts of this client.")
    brand = key("brand_id", "Only accounts of this brand.")
    is_active = flag("Only those that are asked (true), or paused (false).")

    class Meta:
        model = TrackedAccount
        fields: list[str] = []


class TrackedAccountViewSet(Listed, Read, MemberViewSet):
    """Accounts whose days are counted."""

    queryset = TrackedAccount.objects.select_related("connection")
    serializer_class = TrackedAccountSerializer
    filterset_class = TrackedAccountFilter
    bodies: ClassVar = {
        "create": NewTrackedAccountSerializer,
        "partial_update": TrackedAccountChangeSerializer,
        "enter_day": EnteredDaySerializer,
    }
    shapes: ClassVar = {"enter_day": DailyMetricsSerializer}
    statuses: ClassVar = {"backfill": 202}
    doors: ClassVar = {"create": "numbers_account_new", "backfill": "numbers_account_backfill"}
    refusals: ClassVar = {
        tracking.CountedAlready: 409,
        tracking.StillConnected: 409,
        tracking.CannotCount: 422,
        day_entry.CannotEnter: 422,
        Rejected: 422,
        TryLater: 503,
    }
    unscoped = frozenset({"create"})
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), SEE),
        **dict.fromkeys(
            ("create", "partial_update", "destroy", "pause", "resume", "backfill", "enter_day"), EDIT
        ),
    }  # fmt: skip

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the accounts."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Count a public account by its address, or keep the days of one by hand."""
        member, now = self.member, timezone.now()
        with tenancy.of_member(member):
            given = self.given()
        whose = tracking.Whose(given["client"], given["brand"])
        found = tracking.look_up(given["platform"], given["address"]) if given["address"] else None
        with tenancy.of_member(member):
            if found is not None:
                row = tracking.add_found(given["platform"], found, by=member, now=now, whose=whose)
            else:
                name, url = given["name"], given["url"]
                row = tracking.add_by_hand(given["platform"], name, by=member, url=url, whose=whose)
            return self.shown(row, status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change its name, its brand, and what is watched."""
        row = self.get_object()
        return self.shown(tracking.change(row, self.given(partial=True), by=self.member))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Forget it with its days; one that is connected is paused instead."""
        tracking.remove(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: Any) -> Response:
        """Stop asking; what was counted stays."""
        return self.shown(tracking.pause(self.get_object(), by=self.member))

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: Any) -> Response:
        """Ask again, from now on."""
        return self.shown(tracking.resume(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def backfill(self, request: Request, pk: Any) -> Response:
        """Ask for its past days again, as far back as its platform tells."""
        return self.shown(tracking.backfill(self.get_object(), by=self.member, now=timezone.now()), status=202)

    @action(detail=True, methods=["post"], url_path="enter-day")
    def enter_day(self, request: Request, pk: Any) -> Response:
        """Enter a day by hand, or mend one."""
        row, given = self.get_object(), self.given()
        day = day_entry.enter(row, given["date"], given["figures"], by=self.member, now=timezone.now())
        return self.shown(day)


class DailyMetricsFilter(Filters):
    """Of days."""

    account = key("account_id", "Only days of this account.")
    client = key("client_id", "Only days of this client's accounts.")
    platform = one_of(COUNTED_PLATFORMS, "Only days there.")
    origin = one_of(DailyMetrics.Origin.choices, "Only days that came so.")
    since = django_filters.DateFilter("date", "gte", help_text="From this day on.")
    until = django_filters.DateFilter("date", "lte", help_text="To this day, which is in.")

    class Meta:
        model = DailyMetrics
        fields: list[str] = []


class DailyMetricsViewSet(Listed, Read, MemberViewSet):
    """Accounts' days."""

    queryset = DailyMetrics.objects.all()
    serializer_class = DailyMetricsSerializer
    filterset_class = DailyMetricsFilter
    orderings = ("-date", "date")
    refusals: ClassVar = {day_entry.CannotEnter: 409}
    action_permissions: ClassVar = {"list": SEE, "retrieve": SEE, "destroy": EDIT}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List days; one that is not there is a gap."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Take a day out that people brought; those of the platform stay."""
        day_entry.remove_day(self.get_object(), by=self.member, now=timezone.now())
        return Response(status=204)


class AudienceSnapshotFilter(Filters):
    """Of snapshots."""

    account = key("account_id", "Only those of this account.")
    kind = one_of(AudienceSnapshot.Kind.choices, "Only those parted so.")
    since = django_filters.DateFilter("date", "gte", help_text="From this day on.")

    class Meta:
        model = AudienceSnapshot
        fields: list[str] = []


class AudienceSnapshotViewSet(Listed, Read, MemberViewSet):
    """Who followers, viewers and listeners are, week by week."""

    queryset = AudienceSnapshot.objects.all()
    serializer_class = AudienceSnapshotSerializer
    filterset_class = AudienceSnapshotFilter
    orderings = ("-date", "date")
    action_permissions: ClassVar = {"list": SEE, "retrieve": SEE}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List snapshots."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)


class MetricImportFilter(Filters):
    """Of files."""

    account = key("account_id", "Only files of this account.")
    status = one_of(MetricImport.Status.choices, "Only files that stand so.")

    class Meta:
        model = MetricImport
        fields: list[str] = []


class MetricImportViewSet(Listed, Read, MemberViewSet):
    """Files of days."""

    queryset = MetricImport.objects.select_related("account")
    serializer_class = MetricImportSerializer
    filterset_class = MetricImportFilter
    bodies: ClassVar = {"create": NewMetricImportSerializer}
    shapes: ClassVar = {"look": LookedDaySerializer(many=True), "take_back": TakenBackSerializer}
    doors: ClassVar = {"create": "numbers_import_new"}
    refusals: ClassVar = {CannotRead: 422, metric_imports.CannotImport: 409}
    action_permissions: ClassVar = dict.fromkeys(
        ("list", "retrieve", "create", "look", "take_in", "take_back", "destroy"), EDIT
    )

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the files, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one: what it is, and what could not be read."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Bring a file; no day is touched before it is taken in."""
        given, now = self.given(), timezone.now()
        data = given["content"].encode()
        return self.shown(
            metric_imports.bring(given["account"], data, name=given["name"], by=self.member, now=now), status=201
        )

    @action(detail=True, pagination_class=None, filterset_class=None)
    def look(self, request: Request, pk: Any) -> Response:
        """Show what each day of it would change."""
        found = metric_imports.preview(self.get_object())
        return self.shown(found.looks, kind=LookedDaySerializer, many=True)

    @action(detail=True, methods=["post"], url_path="take-in")
    def take_in(self, request: Request, pk: Any) -> Response:
        """Write its days, all or none."""
        return self.shown(metric_imports.take_in(self.get_object(), by=self.member, now=timezone.now()))

    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: Any) -> Response:
        """Put its days back as they were."""
        return self.shown(metric_imports.take_back(self.get_object(), by=self.member, now=timezone.now()))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Put a file aside that is not taken in."""
        metric_imports.put_aside(self.get_object(), by=self.member)
        return Response(status=204)
