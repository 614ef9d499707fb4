"""Exports and imports."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from accounts.models import DataRequest
from accounts.services import rights
from trenddrop.core.rest.serializers import Described


class DataRequestSerializer(Described[DataRequest]):
    """An export or an import of the organisation, made in the background."""

    link = serializers.SerializerMethodField(help_text="Where the archive is, for a day; null while there is none.")
    words = {
        "kind": "What is done.",
        "status": "How far it is.",
        "progress": "0 to 100.",
        "error": "Why it failed, and what to do.",
        "finished_at": "When it was done.",
        "file_expires_at": "When the archive is thrown away.",
    }

    class Meta:
        model = DataRequest
        fields = [
            "id", "kind", "status", "progress", "error", "link", "file_expires_at", "finished_at", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_link(self, row: DataRequest) -> str | None:
        """Sign the way to the archive; it opens in a browser that is signed in."""
        if row.kind != DataRequest.Kind.EXPORT or not row.file:
            return None
        address = f"{reverse('organization_data_file', args=[row.pk])}?key={rights.key_of(row)}"
        link: str = self.context["request"].build_absolute_uri(address)
        return link


class ArchiveSerializer(serializers.Serializer[Any]):
    """An archive to bring."""

    archive = serializers.FileField(help_text="A zip that an export made.")
