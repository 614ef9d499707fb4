"""Samples of a brand's voice from pages and documents, for programs."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.models import BrandVoiceSample
from accounts.rest import MemberViewSet
from accounts.serializers.voice import AddedSamplesSerializer
from accounts.services import voice
from content.intake import documents
from content.serializers.voice_samples import (
    ReadPagesSerializer,
    SamplesOfDocumentSerializer,
    SamplesOfPagesSerializer,
)
from content.services import voice_samples
from trenddrop.core.rest.problems import Refused


class SamplesOfPagesViewSet(MemberViewSet):
    """Samples from pages."""

    queryset = BrandVoiceSample.objects.none()
    serializer_class = SamplesOfPagesSerializer
    shapes: ClassVar = {"create": ReadPagesSerializer}
    doors: ClassVar = {"create": "voice_from_pages"}
    unscoped = frozenset({"create"})
    action_permissions: ClassVar = {"create": "brand.edit"}

    def create(self, request: Request) -> Response:
        """Read the pages that a brand's profile names, and keep their texts as samples."""
        with tenancy.of_member(self.member):
            brand = self.given()["brand"]
        if not brand.sample_urls:
            words = _("The profile names no pages. Add some under “Pages that sound like the brand”.")
            raise Refused(409, "no_pages", words)
        found, refused = voice_samples.read_pages(brand.sample_urls)
        with tenancy.of_member(self.member):
            added = voice.add(brand, found, by=self.member)
            known = {name: getattr(added, name) for name in ("samples", "known", "short", "no_room", "told")}
            return self.shown({**known, "refused": refused}, status=201)


class SamplesOfDocumentViewSet(MemberViewSet):
    """Samples from documents."""

    queryset = BrandVoiceSample.objects.none()
    serializer_class = SamplesOfDocumentSerializer
    parser_classes: Any = (MultiPartParser,)
    shapes: ClassVar = {"create": AddedSamplesSerializer}
    doors: ClassVar = {"create": "voice_from_document"}
    refusals: ClassVar = {documents.UnreadableDocument: 422}
    action_permissions: ClassVar = {"create": "brand.edit"}

    def create(self, request: Request) -> Response:
        """Keep the texts of a Word or PDF file as samples."""
        given = self.given()
        found = voice_samples.read_document(given["document"])
        return self.shown(voice.add(given["brand"], found, by=self.member), status=201)
