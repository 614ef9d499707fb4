"""What a program needs to post by hand, or to remind somebody of it."""

from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from rest_framework import serializers

from accounts.models import Membership
from accounts.rest_fields import VisibleField
from publishing.delivery import addresses
from publishing.delivery.addresses import Place


class HandedFileSerializer(serializers.Serializer[Any]):
    """One file as it is sent."""

    name = serializers.CharField(help_text="A name to save it under.")
    mime = serializers.CharField(help_text="Its type.")
    alt = serializers.CharField(allow_blank=True, help_text="Its description for people who do not see it.")
    duration = serializers.FloatField(allow_null=True, help_text="In seconds, of a video.")
    size = serializers.IntegerField(help_text="In bytes; 0 when it is not known.")
    url = serializers.SerializerMethodField(help_text="Where it can be fetched without a key, for twelve hours.")

    def get_url(self, file: Any) -> str:
        """Sign an address."""
        found = addresses.address(Place(file.stored, file.mime), storage=default_storage)
        return found if found.startswith("http") else f"{settings.SITE_URL}{found}"


class HandedSerializer(serializers.Serializer[Any]):
    """All of a post, ready to be posted by a person."""

    parts = serializers.ListField(
        child=serializers.CharField(allow_blank=True), help_text="The words; several for a thread."
    )
    title = serializers.CharField(allow_blank=True, help_text="Its title, where the platform has one.")
    options = serializers.ListField(child=serializers.CharField(), help_text="What to choose there, in words.")
    files = HandedFileSerializer(many=True, help_text="In their order.")
    cover = HandedFileSerializer(allow_null=True, help_text="The picture for the video.")
    opens = serializers.CharField(allow_blank=True, help_text="The account's page.")


class GiveSerializer(serializers.Serializer[Any]):
    """Who posts it instead."""

    member = VisibleField(queryset=Membership.objects.all(), help_text="The member; they must be able to plan posts.")
