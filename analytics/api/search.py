"""Search numbers of sites and pieces, for programs."""

import base64
import binascii
from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.rest import MemberViewSet
from analytics import search_files
from analytics.models import SearchDay, SearchProperty, SeoMetrics
from analytics.serializers.search import (
    NewSearchPropertySerializer,
    SearchDaySerializer,
    SearchFileSerializer,
    SearchImportedSerializer,
    SearchPropertySerializer,
    SeoMetricsSerializer,
    SeoNoteSerializer,
)
from analytics.services import search as commands
from analytics.services import search_sign_in
from trenddrop.core.rest.filters import Filters, key, words
from trenddrop.core.rest.problems import reject
from trenddrop.core.rest.views import Listed, Read


class SearchPropertyViewSet(Listed, Read, MemberViewSet):
    """Sites whose search numbers are known."""

    queryset = SearchProperty.objects.all()
    serializer_class = SearchPropertySerializer
    bodies: ClassVar = {"create": NewSearchPropertySerializer, "bring": SearchFileSerializer}
    shapes: ClassVar = {"bring": SearchImportedSerializer}
    doors: ClassVar = {"bring": "numbers_search_import"}
    unscoped = frozenset({"destroy"})
    refusals: ClassVar = {commands.CannotSearch: 422, search_files.CannotRead: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "analytics.view"),
        **dict.fromkeys(("create", "destroy", "bring"), "analytics.edit"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the sites."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Add a site. Search Console is connected by its person, on the page."""
        return self.shown(commands.add_site(self.given()["url"], by=self.member), status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove a site with its search numbers, and give its sign-in back."""
        with tenancy.of_member(self.member):
            site = self.get_object()
        search_sign_in.give_back(site)
        with tenancy.of_member(self.member):
            commands.remove_site(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"], url_path="import")
    def bring(self, request: Request, pk: Any) -> Response:
        """Take an export of Search Console in."""
        given = self.given()
        try:
            data = base64.b64decode(given.pop("file"), validate=True)
        except (binascii.Error, ValueError):
            raise reject("file", _("This is not Base64.")) from None
        read, kept = commands.bring(self.get_object(), data, by=self.member, now=timezone.now(), **given)
        return self.shown({"kept": kept, "passed_over": read.passed_over})


class SearchDayFilter(Filters):
    """Of days."""

    property = key("property_id", "Only of this site.")
    since = django_filters.DateFilter("date", "gte", help_text="Only from this day on.")
    until = django_filters.DateFilter("date", "lte", help_text="Only up to this day.")
    page = words("Only of this page; `whole` names the site as a whole.", method="of_page")
    query = words("Only of this keyword; `any` names all together.", method="of_query")

    class Meta:
        model = SearchDay
        fields: list[str] = []

    def of_page(self, rows: Any, _name: str, value: str) -> Any:
        """Narrow by the page."""
        return rows.filter(page="" if value == "whole" else value)

    def of_query(self, rows: Any, _name: str, value: str) -> Any:
        """Narrow by the keyword."""
        return rows.filter(query="" if value == "any" else value)


class SearchDayViewSet(Listed, Read, MemberViewSet):
    """How sites were found, day by day."""

    queryset = SearchDay.objects.all()
    serializer_class = SearchDaySerializer
    filterset_class = SearchDayFilter
    orderings = ("-date", "date")
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve"), "analytics.view")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the days, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)


class SeoFilter(Filters):
    """Of pieces."""

    piece = key("piece_id", "Only of this piece.")
    property = key("property_id", "Only those on this site.")

    class Meta:
        model = SeoMetrics
        fields: list[str] = []


class SeoMetricsViewSet(Listed, Read, MemberViewSet):
    """How pieces are found in search."""

    queryset = SeoMetrics.objects.filter(piece__deleted_at=None)
    serializer_class = SeoMetricsSerializer
    filterset_class = SeoFilter
    bodies: ClassVar = {"create": SeoNoteSerializer}
    refusals: ClassVar = {commands.CannotSearch: 422}
    action_permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), "analytics.view"),
        "create": "analytics.edit",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the pieces whose search numbers are known."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Note what a piece is to be found for and how it is found; what is left out stays."""
        given = self.given()
        piece = given.pop("piece")
        return self.shown(commands.note_piece(piece, by=self.member, now=timezone.now(), **given), status=201)
