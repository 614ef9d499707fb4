"""How the overview, platforms, clips and streams, and a client's numbers look through the API."""

from typing import Any

from rest_framework import serializers

Plain = serializers.Serializer[Any]


class SpanSerializer(Plain):
    """Days, both ends in."""

    first = serializers.DateField(help_text="The first day.")
    last = serializers.DateField(help_text="The last day.")
    days = serializers.IntegerField(help_text="How many.")


class HeadlineSerializer(Plain):
    """A figure beside its own past."""

    key = serializers.CharField(help_text="Which figure.")
    name = serializers.CharField(help_text="What it is called.")
    value = serializers.FloatField(allow_null=True, help_text="In these days; null when nobody told it.")
    before = serializers.FloatField(allow_null=True, help_text="In as many days before.")
    note = serializers.CharField(help_text="Why it is null, or who does not tell it.")
    means = serializers.CharField(help_text="What it is made of.")
    is_practice = serializers.BooleanField(help_text="Whether a program made it up (practice network).")


class OverviewDaySerializer(Plain):
    """What posts won on one day; null is what nobody told."""

    date = serializers.DateField(help_text="The day, in the organisation's zone.")
    views = serializers.IntegerField(allow_null=True, help_text="Views.")
    reach = serializers.IntegerField(allow_null=True, help_text="Reach.")
    engagement = serializers.IntegerField(allow_null=True, help_text="Likes, comments, shares and saves.")
    clicks = serializers.IntegerField(allow_null=True, help_text="Clicks on links.")
    posts = serializers.IntegerField(allow_null=True, help_text="Posts that went live.")


class ApartSerializer(Plain):
    """A platform, account, client or brand by itself."""

    key = serializers.CharField(help_text="Its key; empty is what belongs to none.")
    name = serializers.CharField(help_text="Its name.")
    platform = serializers.CharField(help_text="The platform, of platforms and accounts.")
    views = serializers.IntegerField(source="now.won.views", allow_null=True, help_text="Views in these days.")
    views_before = serializers.IntegerField(source="before.won.views", allow_null=True, help_text="In those before.")
    reach = serializers.IntegerField(source="now.won.reach", allow_null=True, help_text="Reach.")
    engagement = serializers.IntegerField(source="now.won.engagement", allow_null=True, help_text="Engagement.")
    followers = serializers.FloatField(source="followers.now", allow_null=True, help_text="Followers at the end.")
    followers_gained = serializers.FloatField(source="gained.now", allow_null=True, help_text="By how many they grew.")
    streams = serializers.FloatField(source="plays.now", allow_null=True, help_text="Streams, of music accounts.")
    posts = serializers.IntegerField(source="now.published", help_text="Posts that went live.")


class BestPostSerializer(Plain):
    """A post and what it won within the days."""

    post = serializers.UUIDField(source="post_id", help_text="The post.")
    title = serializers.CharField(help_text="What it is called.")
    platform = serializers.CharField(help_text="Where.")
    account = serializers.CharField(help_text="By which account.")
    published_at = serializers.DateTimeField(allow_null=True, help_text="When it went live.")
    views = serializers.IntegerField(allow_null=True, help_text="Views won in these days.")
    reach = serializers.IntegerField(allow_null=True, help_text="Reach.")
    engagement = serializers.IntegerField(allow_null=True, help_text="Engagement.")
    saves = serializers.IntegerField(allow_null=True, help_text="Saves.")


class OverviewSerializer(Plain):
    """What the days brought, against as many days before. Real and made-up numbers are never added."""

    span = SpanSerializer(help_text="Which days.")
    is_practice = serializers.BooleanField(help_text="Whether these are made-up numbers.")
    has_both = serializers.BooleanField(help_text="Whether there are also numbers of the other sort.")
    as_of = serializers.DateTimeField(allow_null=True, help_text="Until when what came in is in the sums.")
    days_counted = serializers.IntegerField(help_text="How many of the days have any number of posts.")
    headlines = HeadlineSerializer(many=True, help_text="The figures.")
    days = OverviewDaySerializer(many=True, help_text="Day by day; a day nobody counted is left out.")
    platforms = ApartSerializer(many=True, help_text="By platform.")
    accounts = ApartSerializer(many=True, help_text="By account.")
    clients = ApartSerializer(many=True, help_text="By client.")
    brands = ApartSerializer(many=True, help_text="By brand.")
    best = BestPostSerializer(many=True, help_text="The posts that won most.")


class CountedAccountSerializer(Plain):
    """An account of the platform and its last day."""

    account = serializers.UUIDField(source="account.pk", help_text="The account.")
    name = serializers.CharField(source="account.name", help_text="Its name.")
    followers = serializers.IntegerField(
        source="moved.followers", allow_null=True, default=None, help_text="Followers."
    )
    change_24h = serializers.IntegerField(
        source="moved.change_24h", allow_null=True, default=None, help_text="In 24 hours, from our own history."
    )
    change_7d = serializers.IntegerField(
        source="moved.change_7d", allow_null=True, default=None, help_text="In 7 days."
    )
    change_30d = serializers.IntegerField(
        source="moved.change_30d", allow_null=True, default=None, help_text="In 30 days."
    )
    days = serializers.IntegerField(help_text="How many of the days are counted.")
    missing = serializers.ListField(child=serializers.DateField(), help_text="The days that nobody counted.")


class ValueOnDaySerializer(Plain):
    """A figure on a day."""

    date = serializers.DateField(help_text="The day, the platform's own.")
    value = serializers.FloatField(help_text="The figure.")


class ItemsOfAccountSerializer(Plain):
    """A list of an account's last day: top posts, tracks, cities, playlists."""

    field = serializers.CharField(help_text="Which list of the platform's document.")
    account = serializers.UUIDField(help_text="Whose.")
    items = serializers.ListField(child=serializers.JSONField(), help_text="As the platform told it.")


class PlatformNumbersSerializer(Plain):
    """A platform's own figures over the days."""

    platform = serializers.CharField(help_text="Which.")
    span = SpanSerializer(source="wish.span", help_text="Which days.")
    is_practice = serializers.BooleanField(help_text="Whether these are made-up numbers.")
    accounts = CountedAccountSerializer(many=True, help_text="Its accounts.")
    figures = HeadlineSerializer(many=True, help_text="Every figure of its document; null with the reason.")
    metric = serializers.CharField(allow_null=True, help_text="Which figure `days` hold.")
    days = ValueOnDaySerializer(many=True, help_text="Day by day; a gap is a day left out.")
    lists = ItemsOfAccountSerializer(many=True, help_text="Its lists.")


class ClipLiftSerializer(Plain):
    """What the days from a clip on brought. Without enough days all of it is null, and `words` say what is wanting."""

    post = serializers.UUIDField(help_text="The clip.")
    title = serializers.CharField(help_text="What it is called.")
    platform = serializers.CharField(help_text="Where.")
    published_at = serializers.DateTimeField(help_text="When it went live.")
    verdict = serializers.ChoiceField(
        ["more", "less", "usual", "thin"],
        help_text="Whether it was more than chance alone explains; thin: too few days.",
    )
    seen = serializers.FloatField(allow_null=True, help_text="What was counted.")
    expected = serializers.FloatField(allow_null=True, help_text="What the eight weeks before promised.")
    excess = serializers.FloatField(allow_null=True, help_text="The difference.")
    low = serializers.FloatField(allow_null=True, help_text="From here …")
    high = serializers.FloatField(allow_null=True, help_text="… to here lie nine of ten such differences.")
    days = serializers.IntegerField(allow_null=True, help_text="Days that were counted.")
    words = serializers.CharField(help_text="The same in words.")
    notes = serializers.ListField(child=serializers.CharField(), help_text="What else may be the cause.")


class LiftDaySerializer(Plain):
    """A day of an artist: what was counted, and what was to be expected of it."""

    date = serializers.DateField(help_text="The day.")
    value = serializers.FloatField(allow_null=True, help_text="What was counted; null is a gap.")
    expected = serializers.FloatField(allow_null=True, help_text="The median of such weekdays before the clip.")
    low = serializers.FloatField(allow_null=True, help_text="From here …")
    high = serializers.FloatField(allow_null=True, help_text="… to here lie nine of ten such days.")


class MusicLiftSerializer(Plain):
    """Social and music in one view."""

    account = serializers.UUIDField(help_text="The artist's account.")
    field = serializers.CharField(help_text="What stands for streams: streams, plays, listeners or followers.")
    is_growth = serializers.BooleanField(help_text="Whether days hold by how much it grew.")
    window = serializers.IntegerField(help_text="How many days from a clip on are looked at.")
    clips = ClipLiftSerializer(many=True, help_text="The clips, the latest first.")
    days = LiftDaySerializer(many=True, help_text="Day by day.")
    limits = serializers.ListField(child=serializers.CharField(), help_text="What this cannot say.")


class ReportedPostSerializer(Plain):
    """A post that went live for a client, with its numbers as they stand."""

    post = serializers.UUIDField(source="post_id", help_text="The post.")
    title = serializers.CharField(help_text="What it is called.")
    platform = serializers.CharField(help_text="Where.")
    account = serializers.CharField(help_text="By which account.")
    published_at = serializers.DateTimeField(help_text="When it went live.")
    views = serializers.IntegerField(allow_null=True, help_text="Views.")
    likes = serializers.IntegerField(allow_null=True, help_text="Likes.")
    comments = serializers.IntegerField(allow_null=True, help_text="Comments.")
    shares = serializers.IntegerField(allow_null=True, help_text="Shares.")
    saves = serializers.IntegerField(allow_null=True, help_text="Saves.")


class ReportedAudienceSerializer(Plain):
    """Who an account's people are, parted one way."""

    account = serializers.UUIDField(source="account.pk", help_text="Whose.")
    kind = serializers.CharField(help_text="By country, city, age or gender.")
    of = serializers.CharField(help_text="Followers, viewers or listeners.")
    date = serializers.DateField(help_text="When it was told.")
    counted = serializers.IntegerField(allow_null=True, help_text="How many people it speaks of.")
    shares = serializers.DictField(child=serializers.FloatField(), help_text="Parts, 0 to 1.")


class ClientNumbersSerializer(Plain):
    """One client's numbers, as its page shows them."""

    client = serializers.UUIDField(help_text="The client.")
    name = serializers.CharField(help_text="Its name.")
    overview = OverviewSerializer(help_text="The figures.")
    published = ReportedPostSerializer(many=True, help_text="What went live, the latest first; at most 200.")
    published_in_all = serializers.IntegerField(help_text="How many did.")
    audiences = ReportedAudienceSerializer(many=True, help_text="Who the people are.")
