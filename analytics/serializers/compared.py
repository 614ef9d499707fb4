"""How what works, and who the people are, look through the API."""

from typing import Any

from rest_framework import serializers


class IntervalSerializer(serializers.Serializer[Any]):
    """A ratio, and the range that holds it 19 times of 20."""

    value = serializers.FloatField(help_text="The ratio: 1 is as usual.")
    low = serializers.FloatField(allow_null=True, help_text="From.")
    high = serializers.FloatField(allow_null=True, help_text="To.")


class ComparedGroupSerializer(serializers.Serializer[Any]):
    """Posts with something in common."""

    key = serializers.CharField(help_text="What they have in common.")
    posts = serializers.IntegerField(help_text="How many.")
    usual = IntervalSerializer(allow_null=True, help_text="Their median against their account's usual.")
    lift = IntervalSerializer(allow_null=True, help_text="Against all other posts; null: too few to say.")


class ComparedTagSerializer(ComparedGroupSerializer):
    """A hashtag, without its sign."""

    now = serializers.IntegerField(help_text="Posts in the last 28 days.")
    before = serializers.IntegerField(help_text="Posts in the 28 days before.")
    direction = serializers.CharField(allow_blank=True, help_text="`rising`, `falling`, or empty: not clear.")
    result_now = serializers.FloatField(allow_null=True, help_text="Their median in the last 28 days.")
    result_before = serializers.FloatField(allow_null=True, help_text="Their median in the 28 days before.")


class HourCellSerializer(serializers.Serializer[Any]):
    """An hour of the week."""

    weekday = serializers.IntegerField(help_text="0 is Monday.")
    hour = serializers.IntegerField(help_text="The hour it begins with.")
    score = serializers.IntegerField(allow_null=True, help_text="0 to 100, 50 is as usual; null: nothing is known.")
    times = serializers.FloatField(allow_null=True, help_text="How many times the usual, drawn towards it.")
    posts = serializers.IntegerField(help_text="Posts of that very hour.")


class WeekOfHoursSerializer(serializers.Serializer[Any]):
    """The hours of the week."""

    zones = serializers.ListField(child=serializers.CharField(), help_text="On which clocks.")
    posts = serializers.IntegerField(help_text="How many posts they rest on.")
    cells = HourCellSerializer(many=True, help_text="Every hour, from Monday midnight on.")


class ComparedKindSerializer(serializers.Serializer[Any]):
    """One way to part posts."""

    key = serializers.CharField(help_text="`kind`, `format`, `length`, `caption` or `platform`.")
    groups = serializers.SerializerMethodField(help_text="The groups.")

    def get_groups(self, kind: Any) -> list[dict[str, Any]]:
        """Return them."""
        return [dict(ComparedGroupSerializer(group).data) for _name, group in kind.groups]


class ComparedPostSerializer(serializers.Serializer[Any]):
    """A post and how it did."""

    post = serializers.UUIDField(source="post_id", help_text="The post.")
    title = serializers.CharField(help_text="Its beginning.")
    platform = serializers.CharField(help_text="Where.")
    published_at = serializers.DateTimeField(help_text="When.")
    metric = serializers.CharField(help_text="What is counted: `views` or `engagement`.")
    value = serializers.IntegerField(allow_null=True, help_text="At 48 hours.")
    ratio = serializers.FloatField(help_text="Against its account's usual.")


class ComparedTopSerializer(serializers.Serializer[Any]):
    """The best posts of a category."""

    category = serializers.CharField(allow_blank=True, help_text="The category; empty: without one.")
    posts = serializers.IntegerField(help_text="How many posts it has.")
    results = ComparedPostSerializer(many=True, help_text="The best ten.")


class WhatWorksSerializer(serializers.Serializer[Any]):
    """What goes with better results."""

    first = serializers.DateField(source="asked.span.first", help_text="The first day.")
    last = serializers.DateField(source="asked.span.last", help_text="The last day.")
    posts = serializers.IntegerField(help_text="Settled posts of these days.")
    compared = serializers.IntegerField(help_text="Those that could be held against their account's usual.")
    fewest = serializers.IntegerField(help_text="Below so many posts nothing is said of a group.")
    is_made_up = serializers.BooleanField(help_text="Whether these are numbers of the practice network.")
    hours = WeekOfHoursSerializer(allow_null=True, help_text="The hours of the week; null: too few posts.")
    hashtags = ComparedTagSerializer(many=True, source="tags", help_text="Hashtags.")
    kinds = ComparedKindSerializer(many=True, help_text="Kinds, formats, lengths, platforms.")
    tops = ComparedTopSerializer(many=True, help_text="The best posts by category.")


class AudiencePartSerializer(serializers.Serializer[Any]):
    """A country, a city, an age, a gender."""

    key = serializers.CharField(help_text="ISO country, city, age or gender.")
    share = serializers.FloatField(help_text="0 to 1.")
    people = serializers.IntegerField(allow_null=True, help_text="How many that is; of those who reacted: reactions.")
    change = serializers.FloatField(allow_null=True, help_text="Against the snapshot before, in parts of one.")


class UntoldSerializer(serializers.Serializer[Any]):
    """An account of which it is not told."""

    account = serializers.UUIDField(source="account.pk", help_text="The tracked account.")
    why = serializers.CharField(help_text="Why not.")


class AudienceKindSerializer(serializers.Serializer[Any]):
    """Who the people are by one kind."""

    kind = serializers.CharField(help_text="`country`, `city`, `age` or `gender`.")
    parts = AudiencePartSerializer(many=True, source="make.parts", help_text="The parts, the largest first.")
    told = serializers.FloatField(source="make.told", help_text="Of what share the platforms tell it.")
    counted = serializers.IntegerField(source="make.counted", allow_null=True, help_text="How many people in all.")
    date = serializers.DateField(source="make.date", allow_null=True, help_text="As of.")
    before = serializers.DateField(source="make.before", allow_null=True, help_text="The snapshot held against.")
    untold = UntoldSerializer(many=True, source="make.untold", help_text="Accounts that do not tell it.")
    reacted = AudiencePartSerializer(
        many=True, source="engaged.parts", default=(), help_text="Who reacted in these days, where it is known."
    )


class NumbersAudienceSerializer(serializers.Serializer[Any]):
    """Who the people are."""

    first = serializers.DateField(source="asked.span.first", help_text="The first day.")
    last = serializers.DateField(source="asked.span.last", help_text="The last day.")
    is_made_up = serializers.BooleanField(help_text="Whether these are numbers of the practice network.")
    kinds = AudienceKindSerializer(many=True, source="sections", help_text="By country, city, age and gender.")
