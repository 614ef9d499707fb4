"""Organisations one works in."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries
from accounts.models import Organization
from accounts.rest import MemberViewSet
from accounts.serializers.organizations import (
    LogoFileSerializer,
    NewOrganizationSerializer,
    OrganizationSerializer,
    SettingsSerializer,
)
from accounts.services import organizations
from accounts.services.memberships import Refused
from trenddrop.core import pictures
from trenddrop.core.rest.problems import MEDIA_TYPE, ProblemSerializer
from trenddrop.core.rest.views import Listed, apply

PART: dict[str, Any] = {"detail": False, "url_path": "current/logo", "pagination_class": None}
FILE = ["…", "…"]  # as the log tells of a file


class OrganizationViewSet(Listed, MemberViewSet):
    """Organisations."""

    queryset = Organization.objects.all()
    serializer_class = OrganizationSerializer
    bodies: ClassVar = {
        "create": NewOrganizationSerializer,
        "current_update": SettingsSerializer,
        "give_logo": LogoFileSerializer,
    }
    refusals: ClassVar = {Refused: 409, organizations.SlugTaken: 409, pictures.Unreadable: 422}
    doors: ClassVar = {"create": "organization_new"}
    files = frozenset({"logo"})
    orderings = ("name", "-name", "created_at", "-created_at")
    action_permissions: ClassVar = {
        "list": "account.own",
        "create": "account.own",
        "current": "account.own",
        "logo": "account.own",
        **dict.fromkeys(("current_update", "give_logo", "drop_logo"), "organization.manage"),
    }
    open_to_every_key = frozenset({"current", "logo"})

    def get_queryset(self) -> QuerySet[Any]:
        """Return the organisations of the person; of a key, the one it opens."""
        if self.key:
            return Organization.objects.filter(pk=self.member.organization_id)
        return queries.organizations_of(self.member.user).order_by()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the organisations one works in."""
        return super().list(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Create a further organisation, with oneself as its owner. No key does: a key opens one organisation only."""
        if self.key:
            raise PermissionDenied(_("A key opens one organisation. Sign in to create another."))
        made = organizations.create(**self.given(), owner=self.member.user)
        return self.shown(made.organization, status=201)

    @extend_schema(operation_id="organizations_current_retrieve")
    @action(detail=False, pagination_class=None)
    def current(self, request: Request) -> Response:
        """Show the organisation that the session has chosen, or the key's."""
        return self.shown(self.member.organization)

    @extend_schema(operation_id="organizations_current_update")
    @current.mapping.patch
    def current_update(self, request: Request) -> Response:
        """Change the current organisation's settings."""
        row = Organization.objects.get(pk=self.member.organization_id)
        organizations.change(row, changes=apply(row, self.given(row, partial=True)), by=self.member)
        return self.shown(row)

    @extend_schema(responses={(200, "image/webp"): OpenApiTypes.BINARY, (404, MEDIA_TYPE): ProblemSerializer})
    @action(**PART, parser_classes=[MultiPartParser])
    def logo(self, request: Request) -> HttpResponseBase:
        """Fetch the current organisation's logo; 404 without one."""
        return pictures.answer(self.member.organization.logo)

    @extend_schema(operation_id="organizations_current_logo_update")
    @logo.mapping.put
    def give_logo(self, request: Request) -> Response:
        """Give the current organisation a logo."""
        row = Organization.objects.get(pk=self.member.organization_id)
        row.logo = pictures.clean(self.given()["logo"], side=organizations.LOGO_SIDE, name="logo")
        organizations.change(row, changes={"logo": FILE}, by=self.member)
        return self.shown(row)

    @extend_schema(operation_id="organizations_current_logo_destroy")
    @logo.mapping.delete
    def drop_logo(self, request: Request) -> Response:
        """Take the current organisation's logo away."""
        row = Organization.objects.get(pk=self.member.organization_id)
        if row.logo:
            row.logo = ""
            organizations.change(row, changes={"logo": FILE}, by=self.member)
        return Response(status=204)
