"""Samples of a brand's voice from pages and documents."""

from typing import Any

from rest_framework import serializers

from accounts.models import BrandProfile
from accounts.rest_fields import VisibleField
from accounts.serializers.voice import AddedSamplesSerializer


class SamplesOfPagesSerializer(serializers.Serializer[Any]):
    """Whose pages are read."""

    brand = VisibleField(
        queryset=BrandProfile.objects.all(), help_text="The brand; its profile names the pages (`sample_urls`)."
    )


class SamplesOfDocumentSerializer(serializers.Serializer[Any]):
    """A document that sounds like a brand."""

    brand = VisibleField(queryset=BrandProfile.objects.all(), help_text="The brand that sounds so.")
    document = serializers.FileField(
        help_text="A Word (.docx) or PDF file of at most 10 MB, divided at lines of --- or two empty lines."
    )


class ReadPagesSerializer(AddedSamplesSerializer):
    """What became of pages."""

    refused = serializers.ListField(
        child=serializers.CharField(), help_text="Which pages could not be read, and why; empty: all could."
    )
