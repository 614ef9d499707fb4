"""How links, websites, conversions and who earned them look through the API."""

from typing import Any

from rest_framework import serializers

from accounts.models import ClientAccount
from accounts.rest_fields import VisibleField
from analytics.attribution import MODELS
from analytics.models import Conversion, ConversionSite, LinkDay, ShortLink, Touch
from analytics.services import links
from content.models import GeneratedContent
from publishing.models import ScheduledPost
from trenddrop.core.rest.serializers import Described

MODEL_CHOICES = [(each, each) for each in MODELS]


class MarksSerializer(serializers.Serializer[Any]):
    """What a link adds to its target's query."""

    source = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, max_length=120, help_text="utm_source."
    )
    medium = serializers.CharField(required=False, allow_blank=True, max_length=120, help_text="utm_medium.")
    campaign = serializers.CharField(required=False, allow_blank=True, max_length=120, help_text="utm_campaign.")
    term = serializers.CharField(required=False, allow_blank=True, max_length=120, help_text="utm_term.")
    content = serializers.CharField(required=False, allow_blank=True, max_length=120, help_text="utm_content.")


class ShortLinkSerializer(Described[ShortLink]):
    """A link that counts who follows it, without a cookie and without keeping an address."""

    address = serializers.SerializerMethodField(help_text="What to give to people.")
    utm = serializers.DictField(child=serializers.CharField(), read_only=True, help_text="Its marks.")
    words = {
        "client": "The client it is for.",
        "piece": "The piece it was made for.",
        "post": "The post it was made for; who comes by it is credited to the post.",
        "code": "Its ending.",
        "url": "Where it leads.",
        "title": "Its name.",
        "is_active": "Whether it leads anywhere.",
        "expires_at": "Until when; null is no end.",
        "clicks": "How often it was followed, previews and crawlers not counted.",
        "last_clicked_at": "When it was followed last.",
    }

    class Meta:
        model = ShortLink
        fields = [
            "id", "client", "piece", "post", "code", "address", "url", "utm", "title", "is_active", "expires_at",
            "clicks", "last_clicked_at", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_address(self, link: ShortLink) -> str:
        """Return it whole."""
        return links.address(link)


class NewShortLinkSerializer(serializers.Serializer[Any]):
    """Where it leads, and for what: a post, a piece, a client, or none of them."""

    url = serializers.CharField(max_length=2000, help_text="Where it leads: http or https.")
    code = serializers.CharField(required=False, default="", allow_blank=True, max_length=40, help_text="Its ending.")
    title = serializers.CharField(required=False, default="", allow_blank=True, max_length=200, help_text="Its name.")
    utm = MarksSerializer(required=False, help_text="Its marks; those of a post or piece are filled in.")
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None, help_text="Until when.")
    post = VisibleField(
        queryset=ScheduledPost.objects.select_related("connection", "piece__asset"), required=False, help_text="A post."
    )
    piece = VisibleField(
        queryset=GeneratedContent.objects.filter(deleted_at=None).select_related("asset"), required=False,
        help_text="A piece.",
    )  # fmt: skip
    client = VisibleField(queryset=ClientAccount.objects.filter(deleted_at=None), required=False, help_text="A client.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return one of the three, or none."""
        of = [attrs.pop(name) for name in ("post", "piece", "client") if name in attrs]
        if len(of) > 1:
            raise serializers.ValidationError("Name a post, a piece or a client, not several.")
        return {**attrs, "of": of[0] if of else None}


class ChangedShortLinkSerializer(serializers.Serializer[Any]):
    """What to change of a link."""

    url = serializers.CharField(max_length=2000, help_text="Where it leads.")
    title = serializers.CharField(allow_blank=True, max_length=200, help_text="Its name.")
    utm = MarksSerializer(help_text="Its marks.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Until when.")
    is_active = serializers.BooleanField(help_text="Whether it leads anywhere.")


class LinkDaySerializer(Described[LinkDay]):
    """Clicks of a day."""

    words = {
        "date": "The day, in the organisation's zone.",
        "country": "Two letters; empty is not given.",
        "referrer": "The host they came from; empty is not given.",
        "device": "phone, tablet or desktop.",
        "clicks": "How often.",
        "bots": "Previews and crawlers, which are not in clicks.",
    }

    class Meta:
        model = LinkDay
        fields = ["date", "country", "referrer", "device", "clicks", "bots"]
        read_only_fields = fields


class ConversionSiteSerializer(Described[ConversionSite]):
    """A website that tells of sign-ups and sales. Its secrets are never shown again."""

    domains = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="Where its pages stand.")
    words = {
        "client": "The client whose it is.",
        "brand": "The brand.",
        "name": "Its name.",
        "public_key": "Stands in its pages; opens nothing.",
        "needs_consent": "Whether visitors are told apart only after they agreed.",
        "window_days": "How long before a conversion a touch counts.",
        "half_life_days": "With decay, after how many days a touch counts half.",
        "attribution": "The model that is shown first.",
        "currency": "What is meant where no currency is told.",
        "is_active": "Whether it is heard.",
        "last_seen_at": "When it was heard last.",
    }

    class Meta:
        model = ConversionSite
        fields = [
            "id", "client", "brand", "name", "public_key", "domains", "needs_consent", "window_days", "half_life_days",
            "attribution", "currency", "is_active", "last_seen_at", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class MadeConversionSiteSerializer(serializers.Serializer[Any]):
    """A website with its new secret."""

    site = ConversionSiteSerializer(help_text="The website.")
    secret = serializers.CharField(allow_null=True, help_text="Signs what its server sends; shown this once.")


class NewConversionSiteSerializer(serializers.Serializer[Any]):
    """What a website is."""

    name = serializers.CharField(max_length=120, help_text="Its name.")
    domains = serializers.ListField(
        child=serializers.CharField(max_length=260), min_length=1, max_length=20, help_text="Where its pages stand."
    )
    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, help_text="The client whose it is."
    )
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False, help_text="The usual currency.")
    needs_consent = serializers.BooleanField(required=False, help_text="Whether visitors must agree; true when unsaid.")
    window_days = serializers.IntegerField(
        required=False, min_value=1, max_value=365, help_text="How long a touch counts."
    )
    half_life_days = serializers.FloatField(required=False, min_value=0.1, max_value=365, help_text="For decay.")
    attribution = serializers.ChoiceField(MODEL_CHOICES, required=False, help_text="The model that is shown first.")


class ChangedConversionSiteSerializer(NewConversionSiteSerializer):
    """What to change of a website."""

    client = None  # type: ignore[assignment]
    is_active = serializers.BooleanField(required=False, help_text="Whether it is heard.")


class TypedNameSerializer(serializers.Serializer[Any]):
    """A name once more, as a second thought."""

    name = serializers.CharField(max_length=120, help_text="The website's name, as it stands.")


class ConversionFileSerializer(serializers.Serializer[Any]):
    """A file of conversions."""

    file = serializers.FileField(help_text="A CSV of at most 5 MB; its first line names the columns.")


class BroughtConversionsSerializer(serializers.Serializer[Any]):
    """What became of a file."""

    new = serializers.IntegerField(help_text="How many were not known before, and are being added.")


class WebhookSecretSerializer(serializers.Serializer[Any]):
    """The secret a shop showed for its webhook."""

    shop = serializers.ChoiceField([("stripe", "stripe"), ("shopify", "shopify")], help_text="Which shop.")
    secret = serializers.CharField(
        allow_blank=True, max_length=500, write_only=True, help_text="The secret; empty stops believing it."
    )


class TouchpointSerializer(serializers.Serializer[Any]):
    """A touch of a journey."""

    at = serializers.DateTimeField(help_text="When.")
    kind = serializers.CharField(help_text="click, visit or engaged.")
    channel = serializers.CharField(help_text="The platform, or utm_source.")
    campaign = serializers.CharField(help_text="The campaign.")
    post = serializers.CharField(help_text="The post, or empty.")
    link = serializers.CharField(help_text="The counted link, or empty.")


class CreditSerializer(serializers.Serializer[Any]):
    """A share of a conversion; those of a model add up to one."""

    model = serializers.ChoiceField(MODEL_CHOICES, help_text="By which model.")
    post = serializers.UUIDField(source="post_id", allow_null=True, help_text="The post that earned it.")
    channel = serializers.CharField(help_text="The platform; empty with no post is direct or unknown.")
    campaign = serializers.CharField(help_text="The campaign.")
    share = serializers.FloatField(help_text="From nought to one.")


class ConversionSerializer(Described[Conversion]):
    """What somebody did that counts, once."""

    touchpoints = TouchpointSerializer(many=True, read_only=True, help_text="The touches before it, in order.")
    credits = CreditSerializer(many=True, read_only=True, help_text="Who earned it, by every model.")
    words = {
        "site": "The website.",
        "external_id": "The order, the sign-up: it counts once.",
        "type": "What it was.",
        "source": "Who told of it.",
        "visitor": "A pseudonym of this website alone; empty where nobody agreed.",
        "value": "What it was worth.",
        "currency": "In which currency.",
        "at": "When.",
        "first_touch": "How it began.",
        "first_touch_at": "When it began.",
        "refunded": "What was given back of it.",
        "refunded_at": "When all of it had been given back.",
    }

    class Meta:
        model = Conversion
        fields = [
            "id", "site", "external_id", "type", "source", "visitor", "value", "currency", "at", "first_touch",
            "first_touch_at", "touchpoints", "credits", "refunded", "refunded_at", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewConversionSerializer(serializers.Serializer[Any]):
    """One conversion, entered."""

    site = VisibleField(queryset=ConversionSite.objects.all(), help_text="The website.")
    external_id = serializers.CharField(max_length=200, help_text="The order, the sign-up: it counts once.")
    type = serializers.ChoiceField(Conversion.Type.choices, help_text="What it was.")
    at = serializers.DateTimeField(help_text="When.")
    value = serializers.DecimalField(
        14, 2, min_value=0, required=False, allow_null=True, default=None, help_text="What it was worth."
    )
    currency = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=3, help_text="The website's when unsaid."
    )
    link = VisibleField(
        queryset=ShortLink.objects.all(), required=False, allow_null=True, default=None, help_text="By which link."
    )
    channel = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=40, help_text="By which way."
    )
    campaign = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=120, help_text="Which campaign."
    )


class GivenBackSerializer(serializers.Serializer[Any]):
    """What was given back."""

    amount = serializers.DecimalField(
        14, 2, required=False, allow_null=True, default=None, help_text="How much; null is all of it."
    )


class TouchSerializer(Described[Touch]):
    """A visit of somebody who agreed."""

    words = {
        "site": "The website.",
        "visitor": "A pseudonym of this website alone.",
        "post": "The post.",
        "link": "The counted link.",
        "kind": "What it was.",
        "channel": "The platform, or utm_source.",
        "campaign": "The campaign.",
        "at": "When.",
    }

    class Meta:
        model = Touch
        fields = ["id", "site", "visitor", "post", "link", "kind", "channel", "campaign", "at"]
        read_only_fields = fields


class FunnelSerializer(serializers.Serializer[Any]):
    """How many came how far; null is what nobody told."""

    since = serializers.DateField(source="span.first", help_text="From this day on, in the organisation's zone.")
    until = serializers.DateField(source="span.last", help_text="To this day, which is in it.")
    views = serializers.IntegerField(source="found.views", allow_null=True, help_text="Of posts.")
    clicks = serializers.IntegerField(source="found.clicks", allow_null=True, help_text="On counted links.")
    visits = serializers.IntegerField(source="found.visits", allow_null=True, help_text="To websites, of everybody.")
    conversions = serializers.IntegerField(source="found.conversions", help_text="Without those given back.")
    unseen = serializers.IntegerField(source="found.unseen", help_text="More, of visitors who did not agree.")
    of = serializers.CharField(
        source="found.of", help_text="Of one website: the client or brand whose views and clicks they are."
    )
    is_shared = serializers.BooleanField(
        source="found.is_shared",
        help_text="The same client or brand has another website: views and clicks of one of them cannot be told.",
    )


class EarnedSerializer(serializers.Serializer[Any]):
    """What one post, platform or campaign earned."""

    key = serializers.CharField(allow_null=True, help_text="The post, platform or campaign; null is nobody's.")
    conversions = serializers.DictField(
        child=serializers.FloatField(), source="counts", help_text="By model, in parts of conversions."
    )
    values = serializers.DictField(
        child=serializers.DictField(child=serializers.DecimalField(20, 2)),
        help_text="By model and currency; currencies are never added.",
    )
