"""Brands, how they sound, and to whom they speak."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries, tenancy, voice
from accounts.api.filters import AudienceFilter, BrandFilter, SampleFilter
from accounts.models import AudienceProfile, BrandProfile, BrandVoiceSample
from accounts.rest import MemberViewSet
from accounts.serializers.brands import BrandSerializer
from accounts.serializers.voice import AudienceSerializer, CheckTextSerializer, SampleSerializer, VerdictSerializer
from accounts.services import audiences, brands, clients
from accounts.services import voice as samples
from trenddrop.core.rest.problems import Refused
from trenddrop.core.rest.views import Listed, Read, apply
from trenddrop.core.voice import CannotSay


class BrandViewSet(Listed, Read, MemberViewSet):
    """Brands."""

    queryset = BrandProfile.objects.all()
    serializer_class = BrandSerializer
    filterset_class = BrandFilter
    bodies: ClassVar = {"voice_check": CheckTextSerializer}
    shapes: ClassVar = {"voice_check": VerdictSerializer}
    orderings = ("name", "-name", "created_at", "-created_at")
    refusals: ClassVar = {brands.CannotDelete: 409, CannotSay: 409}
    unscoped = frozenset({"voice_check"})
    action_permissions: ClassVar = {
        "list": "brand.view",
        "retrieve": "brand.view",
        "create": "brand.edit",
        "partial_update": "brand.edit",
        "destroy": "brand.edit",
        "voice_check": "brand.view",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Return the brands that work goes on for."""
        return queries.brands_of(self.member).order_by()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the brands."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one brand."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Add a brand."""
        return self.shown(brands.create(BrandProfile(**self.given()), by=self.member), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a brand's profile, for whatever is made from now on. To another client its work goes along."""
        row = self.get_object()
        given = self.given(row, partial=True)
        if "client" in given:
            clients.give_brand(row, client=given.pop("client"), by=self.member)
        return self.shown(brands.change(row, fields=list(apply(row, given)), by=self.member))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Delete a brand with its samples and audiences; what was made for it stays."""
        brands.delete(self.get_object(), by=self.member)
        return Response(status=204)

    @action(detail=True, methods=["post"], url_path="voice-check")
    def voice_check(self, request: Request, pk: Any) -> Response:
        """Say how much a text sounds like the brand, and why."""
        given = self.given()
        with tenancy.of_member(self.member):
            brand = self.get_object()
        found = voice.check(given["text"], brand_id=brand.pk, organization_id=brand.organization_id)
        return self.shown(found)


class SampleViewSet(Listed, Read, MemberViewSet):
    """Texts that sound like a brand."""

    queryset = BrandVoiceSample.objects.defer("embedding").select_related("brand")
    serializer_class = SampleSerializer
    filterset_class = SampleFilter
    action_permissions: ClassVar = {
        "list": "brand.view",
        "retrieve": "brand.view",
        "create": "brand.edit",
        "destroy": "brand.edit",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the samples, the latest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one sample."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Add a sample; the same text is kept once."""
        given = self.given()
        added = samples.add(given["brand"], [samples.Found(given["text"])], by=self.member)
        if not added.samples:
            raise Refused(422 if added.short else 409, "not_added", added.told)
        return self.shown(added.samples[0], status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Forget a sample."""
        samples.remove(self.get_object(), by=self.member)
        return Response(status=204)


class AudienceViewSet(Listed, Read, MemberViewSet):
    """Audiences."""

    queryset = AudienceProfile.objects.select_related("brand")
    serializer_class = AudienceSerializer
    filterset_class = AudienceFilter
    orderings = ("name", "-name", "created_at", "-created_at")
    refusals: ClassVar = {audiences.TooMany: 409}
    action_permissions: ClassVar = {
        "list": "brand.view",
        "retrieve": "brand.view",
        "create": "brand.edit",
        "partial_update": "brand.edit",
        "destroy": "brand.edit",
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the audiences."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one audience."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Add an audience."""
        given = self.given()
        row = AudienceProfile(organization_id=self.member.organization_id, **given)
        return self.shown(audiences.save(row, fields=list(given), by=self.member), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change an audience."""
        row = self.get_object()
        changes = apply(row, self.given(row, partial=True))
        return self.shown(audiences.save(row, fields=list(changes), by=self.member))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Forget an audience."""
        audiences.delete(self.get_object(), by=self.member)
        return Response(status=204)
