"""Clients of an agency."""

from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import ClientFilter
from accounts.models import ClientAccount
from accounts.rest import MemberViewSet
from accounts.serializers.brands import BrandSerializer
from accounts.serializers.clients import ClientSerializer, GivenBrandSerializer, TakenBrandSerializer
from accounts.serializers.organizations import LogoFileSerializer
from accounts.services import clients
from trenddrop.core import pictures
from trenddrop.core.rest.views import Listed, Read, apply

PART: dict[str, Any] = {"detail": True, "pagination_class": None, "filterset_class": None}


class ClientViewSet(Listed, Read, MemberViewSet):
    """Clients."""

    queryset = ClientAccount.objects.all()
    serializer_class = ClientSerializer
    filterset_class = ClientFilter
    orderings = ("name", "-name", "created_at", "-created_at")
    files = frozenset({"logo"})
    bodies: ClassVar = {
        "give_logo": LogoFileSerializer,
        "give_brand": GivenBrandSerializer,
        "take_brand": TakenBrandSerializer,
    }
    shapes: ClassVar = dict.fromkeys(("give_brand", "take_brand"), BrandSerializer)
    refusals: ClassVar = {clients.ClientRefused: 409, pictures.Unreadable: 422}
    action_permissions: ClassVar = {
        "list": "clients.view",
        "retrieve": "clients.view",
        "create": "clients.manage",
        "partial_update": "clients.manage",
        "destroy": "clients.manage",
        "restore": "clients.manage",
        "logo": "content.view",  # for its own people too
        **dict.fromkeys(("give_logo", "drop_logo", "give_brand", "take_brand"), "clients.manage"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the clients."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one client."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Add a client."""
        return self.shown(clients.add(ClientAccount(**self.given()), by=self.member), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a client's profile."""
        row = self.get_object()
        changes = apply(row, self.given(row, partial=True))
        return self.shown(clients.change(row, changed=list(changes), by=self.member))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Archive a client: its members are shut out, nothing more is sent, and nothing is lost."""
        clients.archive(self.get_object(), by=self.member, now=timezone.now())
        return Response(status=204)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Take the work up again."""
        row = self.get_object()
        clients.restore(row, by=self.member, now=timezone.now())
        return self.shown(row)

    @extend_schema(responses={(200, "image/webp"): OpenApiTypes.BINARY})
    @action(**PART, parser_classes=[MultiPartParser])
    def logo(self, request: Request, pk: Any) -> HttpResponseBase:
        """Fetch the client's logo; 404 without one."""
        return pictures.answer(self.get_object().logo)

    @extend_schema(operation_id="clients_logo_update")
    @logo.mapping.put
    def give_logo(self, request: Request, pk: Any) -> Response:
        """Give the client a logo."""
        row = self.get_object()
        row.logo = pictures.clean(self.given()["logo"], side=clients.LOGO_SIDE, name="logo")
        return self.shown(clients.change(row, changed=["logo"], by=self.member))

    @extend_schema(operation_id="clients_logo_destroy")
    @logo.mapping.delete
    def drop_logo(self, request: Request, pk: Any) -> Response:
        """Take the client's logo away."""
        row = self.get_object()
        if row.logo:
            row.logo = ""
            clients.change(row, changed=["logo"], by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"], url_path="give-brand")
    def give_brand(self, request: Request, pk: Any) -> Response:
        """Give the client one of our brands, with everything that was made for it, or a new one."""
        row, given = self.get_object(), self.given()
        if "name" in given:
            return self.shown(clients.add_brand(given["name"], client=row, by=self.member))
        clients.give_brand(given["brand"], client=row, by=self.member)
        return self.shown(given["brand"])

    @action(detail=True, methods=["post"], url_path="take-brand")
    def take_brand(self, request: Request, pk: Any) -> Response:
        """Make one of the client's brands our own again, with everything that was made for it."""
        brand = get_object_or_404(self.get_object().brands, pk=self.given()["brand"].pk)
        clients.give_brand(brand, client=None, by=self.member)
        return self.shown(brand)
