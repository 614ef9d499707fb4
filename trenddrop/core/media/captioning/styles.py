"""The styles captions come in, by name, and what may be changed of each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trenddrop.core.colours import BLACK, LARGE, WHITE, contrast
from trenddrop.core.typefaces import DEFAULT

Motion = Literal["still", "fill", "mark", "pill", "grow", "type", "pop"]
Ground = Literal["edge", "box"]
Place = Literal["bottom", "middle", "top"]


@dataclass(frozen=True)
class CaptionStyle:
    """How captions look and move. Colours are #rrggbb: of the letters, of the word that is spoken, of what is behind.

    `motion`: what a word does when it is spoken. `size`: height of letters, of the frame's shorter side.
    `words`, `lines`: the most that are shown at once. `edge`: the outline, of the letters' size.
    """

    key: str
    label: str | Promise
    motion: Motion
    behind: Ground = "edge"
    font: str = DEFAULT
    colour: str = WHITE
    accent: str = "#ffd23f"
    ground: str = BLACK
    size: float = 0.078
    lines: int = 2
    words: int = 8
    edge: float = 0.1
    place: Place = "bottom"
    upper: bool = False

    @property
    def growth(self) -> float:
        """How much larger than laid a word is at most."""
        return 1.14 if self.motion == "grow" else 1.0


_ALL = (
    CaptionStyle("karaoke", _("Karaoke: words fill with colour"), "fill"),
    CaptionStyle(
        "boxed", _("Boxed: on a dark field, the spoken word coloured"), "mark", behind="box", size=0.068, edge=0
    ),
    CaptionStyle(
        "big_word", _("Big word: one at a time"), "pop", size=0.15, lines=1, words=1, place="middle", upper=True,
        font="Anton", edge=0.06,
    ),
    CaptionStyle("plain", _("Plain: one line"), "still", size=0.06, lines=1, words=7),
    CaptionStyle("two_line", _("Two lines on a field"), "still", behind="box", size=0.055, words=14, edge=0),
    CaptionStyle("pill", _("Pill: a field moves from word to word"), "pill", font="Baloo 2", size=0.085, words=6),
    CaptionStyle(
        "pop", _("Pop: the spoken word grows"), "grow", font="Anton", size=0.1, words=4, upper=True, edge=0.07,
        accent="#4ade80",
    ),
    CaptionStyle("typed", _("Typed: words appear as they are said"), "type", font="Fraunces", size=0.075, words=9),
)  # fmt: skip
STYLES: Mapping[str, CaptionStyle] = {style.key: style for style in _ALL}


def styled(name: str, *, size: float = 1.0, upper: bool | None = None, words: int = 0, **looks: str) -> CaptionStyle:
    """Return a style with changes; what is empty stays its own. `size` is times its own. Raises KeyError.

    `looks`: colour, accent and ground as #rrggbb, font (of FAMILIES), place.
    """
    style = STYLES[name]
    given = {key: value for key, value in looks.items() if value}
    shout = style.upper if upper is None else upper
    return replace(style, size=style.size * size, upper=shout, words=words or style.words, **given)  # type: ignore[arg-type]


def edge_of(colour: str, ground: str) -> str:
    """Return the colour of an outline: the ground's where letters can be told from it, else white or near black."""
    return max((ground, WHITE, BLACK), key=lambda each: (min(contrast(colour, each), LARGE), each == ground))
