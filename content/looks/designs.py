"""What a template of each kind may ask for: read from JSON, checked, and stored again. No tables."""

from collections.abc import Mapping, Sequence
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.models import TemplateKind
from trenddrop.core.colours import is_colour

COLOURS = ("colour", "accent", "ground")
Label = str | Promise
Choices = Sequence[tuple[str, Label]]
SIZES = (0.7, 1.4)
MOST_AT_ONCE = 8
CARD_SECONDS = (1.0, 5.0)
LONGEST_CARD, LONGEST_PROMPT = 80, 400
STYLES: Choices = [
    ("karaoke", gettext_lazy("Lit up word by word")), ("boxed", gettext_lazy("In a box")),
    ("big_word", gettext_lazy("One big word")), ("plain", gettext_lazy("One plain line")),
    ("two_line", gettext_lazy("Two lines")), ("pill", gettext_lazy("In a pill")),
    ("pop", gettext_lazy("Popping up")), ("typed", gettext_lazy("As if typed")),
]  # fmt: skip
PLACES: Choices = [
    ("", gettext_lazy("As the style does")), ("bottom", gettext_lazy("Bottom")), ("middle", gettext_lazy("Middle")),
    ("top", gettext_lazy("Top")),
]  # fmt: skip
TITLES: Choices = [
    ("banner", gettext_lazy("Banner")), ("plain", gettext_lazy("Plain")), ("tag", gettext_lazy("Tag")),
]  # fmt: skip
TONES: Choices = [
    ("natural", gettext_lazy("As they are")), ("warm", gettext_lazy("Warm")), ("cool", gettext_lazy("Cool")),
    ("mono", gettext_lazy("Black and white")), ("duotone", gettext_lazy("Two colours of the brand")),
]  # fmt: skip
POSTS: Choices = [
    ("plain", gettext_lazy("Plain")), ("split", gettext_lazy("Split")), ("frame", gettext_lazy("Framed")),
]  # fmt: skip
QUOTES: Choices = [
    ("marks", gettext_lazy("Quotation marks")), ("band", gettext_lazy("Band")), ("portrait", gettext_lazy("Portrait")),
]  # fmt: skip
AUDIOGRAMS: Choices = [
    ("bars", gettext_lazy("Bars")), ("cover", gettext_lazy("Cover")), ("line", gettext_lazy("Line")),
]  # fmt: skip
CAROUSELS: Choices = [
    ("clean", gettext_lazy("Clean")), ("bold", gettext_lazy("Bold")), ("stripe", gettext_lazy("Striped")),
]  # fmt: skip
FONTS: Choices = [
    ("", gettext_lazy("The brand’s")), ("Instrument Sans", "Instrument Sans"), ("Anton", "Anton"),
    ("Fraunces", "Fraunces"), ("Baloo 2", "Baloo 2"),
]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a part of a design takes: `choices`, or a number between `low` and `high`, or words up to `longest`."""

    label: Label
    help: Label = ""
    is_colour: bool = False
    choices: Choices = ()
    low: float = 0
    high: float = 0
    longest: int = 0

    def right(self, value: Any, default: Any) -> Any:
        """Return the value as it is stored; raise ValueError with what is wrong with it."""
        if self.is_colour:
            return self._colour(value)
        if self.choices:
            return self._chosen(value)
        if isinstance(default, bool):
            return self._flag(value)
        return self._number(value, type(default)) if self.high else self._words(value)

    def _colour(self, value: Any) -> str:
        colour = str(value or "").strip().lower()
        if colour and not is_colour(colour):
            raise ValueError(_("Write a colour as #rrggbb."))
        return colour

    def _chosen(self, value: Any) -> str:
        if value not in dict(self.choices):
            raise ValueError(_("There is no such choice."))
        return str(value)

    def _flag(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(_("Say yes or no."))
        return value

    def _number(self, value: Any, kind: type) -> Any:
        told = _("A number from %(low)g to %(high)g.") % {"low": self.low, "high": self.high}
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            raise ValueError(told)
        return kind(value)

    def _words(self, value: Any) -> str:
        words = " ".join(str(value).replace("\0", "").split())
        if len(words) > self.longest:
            raise ValueError(_("At most %(most)s letters.") % {"most": self.longest})
        return words


def _part(default: Any, label: Label, **asked: Any) -> Any:
    return field(default=default, metadata={"asked": Asked(label, **asked)})


def _colour(label: Label) -> Any:
    return _part("", label, is_colour=True, help=gettext_lazy("Empty: the brand’s."))


@dataclass(frozen=True)
class CardDesign:
    """An intro or outro that is drawn: words on a ground, for seconds; with a clip of its own, the clip is taken."""

    words: str = _part(
        "{brand}",
        gettext_lazy("Words"),
        longest=LONGEST_CARD,
        help=gettext_lazy("{brand} stands for the brand’s name."),
    )
    seconds: float = _part(2.0, gettext_lazy("Seconds"), low=CARD_SECONDS[0], high=CARD_SECONDS[1])
    colour: str = _colour(gettext_lazy("Words’ colour"))
    accent: str = _colour(gettext_lazy("Line’s colour"))
    ground: str = _colour(gettext_lazy("Background"))
    font: str = _part("", gettext_lazy("Font"), choices=FONTS)
    logo: bool = _part(True, gettext_lazy("With the logo"))


@dataclass(frozen=True)
class CaptionDesign:
    """Captions: a style, its colours, how large, where, how many words at once (nought: the style's own)."""

    style: str = _part("karaoke", gettext_lazy("Style"), choices=STYLES)
    colour: str = _colour(gettext_lazy("Words’ colour"))
    accent: str = _colour(gettext_lazy("Colour of the spoken word"))
    ground: str = _colour(gettext_lazy("Colour behind or around"))
    font: str = _part("", gettext_lazy("Font"), choices=FONTS)
    size: float = _part(
        1.0, gettext_lazy("Size"), low=SIZES[0], high=SIZES[1], help=gettext_lazy("Times the style’s own.")
    )
    place: str = _part("", gettext_lazy("Place"), choices=PLACES)
    upper: bool = _part(False, gettext_lazy("All in capitals"))
    at_once: int = _part(
        0, gettext_lazy("Words at once"), low=0, high=MOST_AT_ONCE, help=gettext_lazy("0: as the style does.")
    )
    title: str = _part("banner", gettext_lazy("Title on the video"), choices=TITLES)


@dataclass(frozen=True)
class PostDesign:
    """A picture with words for a post, a quote, or behind sound."""

    layout: str = _part("plain", gettext_lazy("Layout"), choices=POSTS)
    quote: str = _part("marks", gettext_lazy("Layout of quotes"), choices=QUOTES)
    audiogram: str = _part("bars", gettext_lazy("Layout of audiograms"), choices=AUDIOGRAMS)
    colour: str = _colour(gettext_lazy("Main colour"))
    accent: str = _colour(gettext_lazy("Second colour"))
    ground: str = _colour(gettext_lazy("Background"))
    font: str = _part("", gettext_lazy("Font"), choices=FONTS)
    logo: bool = _part(True, gettext_lazy("With the logo"))


@dataclass(frozen=True)
class CarouselDesign:
    """Slides that belong together."""

    layout: str = _part("clean", gettext_lazy("Layout"), choices=CAROUSELS)
    colour: str = _colour(gettext_lazy("Main colour"))
    accent: str = _colour(gettext_lazy("Second colour"))
    ground: str = _colour(gettext_lazy("Background"))
    font: str = _part("", gettext_lazy("Font"), choices=FONTS)
    logo: bool = _part(True, gettext_lazy("With the logo"))


@dataclass(frozen=True)
class ImageDesign:
    """How pictures are treated, and in words for whoever takes or makes them."""

    tone: str = _part("natural", gettext_lazy("Tone"), choices=TONES)
    strength: float = _part(0.7, gettext_lazy("Strength"), low=0.0, high=1.0)
    prompt: str = _part(
        "", gettext_lazy("In words"), longest=LONGEST_PROMPT,
        help=gettext_lazy("For whoever takes or makes the pictures: light, distance, what is never shown."),
    )  # fmt: skip


Design = CardDesign | CaptionDesign | PostDesign | CarouselDesign | ImageDesign
DESIGNS: Mapping[str, type[Design]] = {
    TemplateKind.INTRO: CardDesign,
    TemplateKind.OUTRO: CardDesign,
    TemplateKind.CAPTION_STYLE: CaptionDesign,
    TemplateKind.SOCIAL_LAYOUT: PostDesign,
    TemplateKind.CAROUSEL: CarouselDesign,
    TemplateKind.IMAGE_STYLE: ImageDesign,
}
CLIPS = frozenset({TemplateKind.INTRO, TemplateKind.OUTRO})


def parts(kind: str) -> list[tuple["Field[Any]", Asked]]:
    """Return what a design of the kind is made of, in order."""
    return [(each, each.metadata["asked"]) for each in fields(DESIGNS[kind])]


def read(kind: str, stored: Mapping[str, Any]) -> Any:
    """Return a design as its class; what is not there or no longer right is as usual."""
    found = {}
    for each, asked in parts(kind):
        try:
            found[each.name] = asked.right(stored[each.name], each.default)
        except (KeyError, ValueError):
            continue
    return DESIGNS[kind](**found)


def check(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a design as it is stored, whole; raise ValidationError by part."""
    wrong, found = {}, {}
    for each, asked in parts(kind):
        try:
            found[each.name] = asked.right(given.get(each.name, each.default), each.default)
        except ValueError as error:
            wrong[each.name] = str(error)
    wrong |= {
        name: _("This kind of template has no such part.") for name in set(map(str, given)) - set(found) - set(wrong)
    }
    if wrong:
        raise ValidationError(wrong)
    return asdict(DESIGNS[kind](**found))
