"""Settings of the installation that anybody may read."""

from typing import Any

from rest_framework import serializers


class SettingSerializer(serializers.Serializer[Any]):
    """A setting."""

    key = serializers.CharField(help_text="Its name.")
    value = serializers.JSONField(help_text="Its value.")
    description = serializers.CharField(help_text="What it means.")
