"""An organisation's own hashtags."""

from rest_framework import serializers


class EffectSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What posts with a hashtag brought, by their account's median without it."""

    n = serializers.IntegerField(help_text="How many posts with it are old enough to compare.")
    ratio = serializers.FloatField(allow_null=True, help_text="Their median; 1 is as usual. Null with too few posts.")
    low = serializers.FloatField(allow_null=True, help_text="Where the median lies nine times of ten: from …")
    high = serializers.FloatField(allow_null=True, help_text="… to.")
    verdict = serializers.ChoiceField(
        choices=["helped", "hurt", "unclear", "few"],
        help_text="`helped` or `hurt` when the whole range is on one side of 1; `few` with too few posts.",
    )


class OwnHashtagSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A hashtag of the organisation's own posts."""

    tag = serializers.CharField(help_text="As it was written last, without #.")
    normalized = serializers.CharField(help_text="The form under which its spellings meet.")
    platforms = serializers.ListField(child=serializers.CharField(), help_text="Where it was used.")
    uses_24h = serializers.IntegerField(help_text="Posts with it in the last 24 hours.")
    uses_before = serializers.IntegerField(help_text="Posts with it in the 24 hours before.")
    uses_30d = serializers.IntegerField(help_text="Posts with it in 30 days.")
    growth = serializers.FloatField(allow_null=True, help_text="0.5 is half more than the day before; null if too few.")
    is_rising = serializers.BooleanField(help_text="Whether it is used clearly more than the day before.")
    engagement = serializers.FloatField(help_text="Likes, comments, shares and saves of its posts of 30 days.")
    effect = EffectSerializer()
