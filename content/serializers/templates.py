"""Templates, own and shared, and brands' looks."""

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import BrandProfile, ClientAccount, TokenGate
from accounts.rest_fields import VisibleField
from content.looks import clips, designs
from content.looks.designs import FONTS
from content.models import BrandTemplate, PieceFormat, PublishedItem, Template, TemplateKind
from trenddrop.core.rest.problems import of_model
from trenddrop.core.rest.serializers import Described

COLOUR: dict[str, Any] = {"max_length": 7, "required": False, "allow_blank": True}
LAYOUTS = [*designs.POSTS, *[each for each in designs.CAROUSELS if each not in designs.POSTS]]
CLIP_STATES = [(state.value, state.value) for state in clips.State]
SAYS = {
    "name": "What it is called.",
    "category": "A category of your own.",
    "usage_count": "In how many pieces it was used.",
}


class DesignSerializer(serializers.Serializer[Any]):
    """What a template asks for. Each kind has some of these parts; a part its kind does not have is refused."""

    style = serializers.ChoiceField(  # type: ignore[assignment]  # REST framework keeps fields aside
        designs.STYLES, required=False, help_text="Of captions: the style."
    )
    colour = serializers.CharField(**COLOUR, help_text="#rrggbb; empty is the brand's.")
    accent = serializers.CharField(**COLOUR, help_text="#rrggbb; empty is the brand's.")
    ground = serializers.CharField(**COLOUR, help_text="#rrggbb; empty is the brand's.")
    font = serializers.ChoiceField(FONTS, required=False, help_text="A font; empty is the brand's.")
    size = serializers.FloatField(
        min_value=designs.SIZES[0], max_value=designs.SIZES[1], required=False,
        help_text="Of captions: times the style's own size.",
    )  # fmt: skip
    place = serializers.ChoiceField(designs.PLACES, required=False, help_text="Of captions: where they stand.")
    upper = serializers.BooleanField(required=False, help_text="Of captions: all in capitals.")
    at_once = serializers.IntegerField(
        min_value=0, max_value=designs.MOST_AT_ONCE, required=False,
        help_text="Of captions: words shown at once; 0 is as the style does.",
    )  # fmt: skip
    title = serializers.ChoiceField(designs.TITLES, required=False, help_text="Of captions: a title on the video.")
    layout = serializers.ChoiceField(LAYOUTS, required=False, help_text="Of a post picture or carousel: the layout.")
    quote = serializers.ChoiceField(designs.QUOTES, required=False, help_text="Of a post picture: of quotes.")
    audiogram = serializers.ChoiceField(
        designs.AUDIOGRAMS, required=False, help_text="Of a post picture: the ground behind sound."
    )
    logo = serializers.BooleanField(required=False, help_text="With the brand's logo.")
    words = serializers.CharField(
        max_length=designs.LONGEST_CARD, required=False, allow_blank=True,
        help_text="Of an intro or outro: the words; {brand} is the brand's name.",
    )  # fmt: skip
    seconds = serializers.FloatField(
        min_value=designs.CARD_SECONDS[0], max_value=designs.CARD_SECONDS[1], required=False,
        help_text="Of an intro or outro: how long the words stand.",
    )  # fmt: skip
    tone = serializers.ChoiceField(designs.TONES, required=False, help_text="Of an image style: the tone.")
    strength = serializers.FloatField(min_value=0, max_value=1, required=False, help_text="Of an image style.")
    prompt = serializers.CharField(
        max_length=designs.LONGEST_PROMPT, required=False, allow_blank=True,
        help_text="Of an image style: for whoever takes or makes the pictures.",
    )  # fmt: skip

    def to_representation(self, instance: Any) -> Any:
        """Show the parts that are there."""
        return {name: instance[name] for name in self.fields if name in instance}


class TemplateSerializer(Described[Template]):
    """An intro, outro, caption style, post picture, carousel or image style."""

    kind = serializers.ChoiceField(TemplateKind.choices, help_text="What it is; settled when it is made.")
    design = DesignSerializer(required=False, help_text="What it asks for; parts that are not given are as usual.")
    formats = serializers.ListField(
        child=serializers.ChoiceField(PieceFormat.choices), max_length=4, required=False,
        help_text="Of an intro or outro: the shapes it is for; none is all.",
    )  # fmt: skip
    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True,
        help_text="The client it is for; null is for all brands.",
    )  # fmt: skip
    has_clip = serializers.SerializerMethodField(help_text="Whether it has a clip of its own.")
    clip_state = serializers.SerializerMethodField(help_text="How the clip that was brought last stands.")
    clip_problem = serializers.SerializerMethodField(help_text="Why it could not be kept; empty where it could.")
    words = SAYS | {
        "taken_from": "The shared template it was taken from.",
        "last_used_at": "When it was last used.",
        "performance": "Engagement of its posts, times the account's own median; null below five measured posts.",
        "measured_posts": "How many posts that was measured on.",
    }

    class Meta:
        model = Template
        fields = [
            "id", "kind", "name", "design", "formats", "category", "client", "has_clip", "clip_state",
            "clip_problem", "taken_from", "usage_count",
            "last_used_at", "performance", "measured_posts", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["taken_from", "usage_count", "last_used_at", "performance", "measured_posts"]

    @extend_schema_field(serializers.ChoiceField(CLIP_STATES))
    def get_clip_state(self, row: Template) -> str:
        """Say how its clip stands."""
        return clips.state_of(row).value

    def get_clip_problem(self, row: Template) -> str:
        """Say what went wrong."""
        return clips.problem_of(row)

    def get_has_clip(self, row: Template) -> bool:
        """Say whether there is a clip."""
        return bool(row.file)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hold the design to its kind."""
        row = self.instance
        if row is not None:
            attrs.pop("kind", None)
        kind = row.kind if row else attrs["kind"]
        if attrs.get("formats") and kind not in designs.CLIPS:
            raise serializers.ValidationError({"formats": "Only intros and outros are for some shapes alone."})
        if row and "design" not in attrs:
            return attrs
        stands = row.design if row else {}
        try:
            return attrs | {"design": designs.check(kind, {**stands, **attrs.get("design", {})})}
        except Invalid as error:
            raise of_model(error) from error


class ClipSerializer(serializers.Serializer[Any]):
    """A clip for an intro or outro."""

    clip = serializers.FileField(help_text="A video of at most 15 seconds.")


class SharedTemplateSerializer(Described[PublishedItem]):
    """A template of the shared library. What is premium or gated shows its design once it is taken."""

    kind = serializers.ChoiceField(TemplateKind.choices, read_only=True, help_text="What it is.")
    design = serializers.SerializerMethodField(help_text="What it asks for; empty until taken where it is not public.")
    gate_standard = serializers.ChoiceField(
        [("", "none"), *TokenGate.Standard.choices], read_only=True, help_text="Of a gated one: the token's standard."
    )
    is_taken = serializers.BooleanField(read_only=True, help_text="Whether you have a copy.")
    is_own = serializers.BooleanField(read_only=True, help_text="Whether your organisation offered it.")
    my_stars = serializers.IntegerField(
        read_only=True, allow_null=True, min_value=1, max_value=5, help_text="The stars you gave."
    )
    average_stars = serializers.FloatField(read_only=True, allow_null=True, help_text="1 to 5; null before any.")
    words = SAYS | {
        "formats": "Of an intro or outro: the shapes it is for; none is all.",
        "status": "How its review stands.",
        "access": "Who may take it.",
        "gate_chain": "Of a gated one: the token's chain.",
        "gate_contract": "Of a gated one: the token's contract.",
        "gate_token_id": "Of a gated one: which token of the contract.",
        "gate_minimum": "Of a gated one: how much of the token it takes.",
        "review_note": "Why it was not taken, where an operator said so.",
        "rating_count": "How many people rated it.",
        "measured_posts": "How many posts of several organisations its results were measured on.",
        "average_engagement": "Their engagement, times each account's own median.",
        "success_rate": "Share of them above their account's median, 0 to 1.",
    }

    class Meta:
        model = PublishedItem
        fields = [
            "id", "kind", "name", "design", "formats", "category", "status", "access", "gate_chain", "gate_standard",
            "gate_contract", "gate_token_id", "gate_minimum", "review_note", "usage_count", "average_stars",
            "rating_count", "my_stars", "is_taken", "is_own", "measured_posts", "average_engagement", "success_rate",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_design(self, row: Any) -> dict[str, Any]:
        """Show the design where it is open."""
        is_open = row.access == PublishedItem.Access.PUBLIC or row.is_taken or row.is_own
        return dict(row.design) if is_open else {}


class LookSerializer(Described[BrandTemplate]):
    """How a brand's pieces look. Without a colour, font or template of its own it has its client's, or ours."""

    brand = VisibleField(queryset=BrandProfile.objects.all(), help_text="The brand; settled when it is made.")
    font = serializers.ChoiceField(FONTS, required=False, help_text="A font; empty is ours.")
    has_logo = serializers.SerializerMethodField(help_text="Whether it has a logo.")
    words = {
        "colour": "Main colour, #rrggbb; empty is the client's, or ours.",
        "accent": "Second colour, likewise.",
        "ground": "Background, likewise.",
        "logo_corner": "Where the logo stands on pictures and videos.",
    }

    class Meta:
        model = BrandTemplate
        fields = [
            "id", "brand", "colour", "accent", "ground", "font", "has_logo", "logo_corner", "intro", "outro",
            "caption_style", "social_layout", "carousel", "image_style", "created_at", "updated_at",
        ]  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """Name the templates by kind."""
        kinds = {
            kind: VisibleField(
                queryset=Template.objects.filter(kind=kind), required=False, allow_null=True,
                help_text="The template it takes; null is ours, or none.",
            )
            for kind in TemplateKind.values
        }  # fmt: skip
        return super().get_fields() | kinds

    def get_has_logo(self, row: BrandTemplate) -> bool:
        """Say whether there is a logo."""
        return bool(row.logo)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Keep the brand it is for."""
        if self.instance is not None:
            attrs.pop("brand", None)
        return attrs


class LogoSerializer(serializers.Serializer[Any]):
    """A brand's logo."""

    logo = serializers.FileField(help_text="PNG, JPEG, WebP or GIF of at most 8 MB; it is written anew.")
