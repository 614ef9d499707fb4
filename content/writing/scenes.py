"""What a script is made of: scenes with what is said and shown, and how long saying it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import regex

from content.writing.brief import Brand
from trenddrop.core.llm import Attempt

WORDS_A_MINUTE = {"en": 150, "hi": 130, "es": 155}
USUAL_WORDS = 145
SIGNS_A_SECOND = 5.0  # of scripts that set no spaces
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.,-]*")
MOST_SCENES = 20
LONGEST_HEADING, LONGEST_SAY, LONGEST_SHOW = 80, 2000, 300


@dataclass(frozen=True)
class Scene:
    """One scene: its name, the words that are said, what is seen, and the seconds saying them takes."""

    heading: str
    say: str
    show: str
    seconds: float

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True)
class ScriptDraft:
    """A script. `notes` tell the reader what it lacks; `tried`: the models that were asked, in order."""

    title: str
    scenes: list[Scene]
    made_by: str
    language: str = ""
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    is_fallback: bool = False
    fallback_reason: str = ""
    wishes_not_understood: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tried: list[Attempt] = field(default_factory=list)
    prompt: str = ""

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    @property
    def seconds(self) -> float:
        return sum(scene.seconds for scene in self.scenes)


@dataclass(frozen=True)
class ScriptOrder:
    """What to write about: the idea in the person's words, and what was read or is known of it.

    `headlines`: what others say of a live topic; `seconds`: how long the script should take to say.
    """

    idea: str
    material: str = ""
    title: str = ""
    topic: str = ""
    headlines: Sequence[str] = ()
    brand: Brand = field(default_factory=Brand)
    tone: str = "professional"
    language: str = ""
    seconds: int = 45
    note: str = ""
    previous: ScriptDraft | None = None


def scene(heading: str, say: str, show: str, language: str) -> Scene:
    """Make a scene inside the limits of one."""
    said = " ".join(say.split())[:LONGEST_SAY]
    return Scene(
        " ".join(heading.split())[:LONGEST_HEADING], said, " ".join(show.split())[:LONGEST_SHOW], lasts(said, language)
    )


def lasts(text: str, language: str) -> float:
    """Return about how many seconds saying a text takes, to a tenth."""
    signs = len(UNSPACED.findall(text))
    words = len(WORD.findall(UNSPACED.sub(" ", text)))
    pace = WORDS_A_MINUTE.get(language.split("-", maxsplit=1)[0], USUAL_WORDS)
    return round(words * 60 / pace + signs / SIGNS_A_SECOND, 1)


def restored(stored: Sequence[Mapping[str, Any]]) -> list[Scene]:
    """Return stored scenes as the writer knows them."""
    return [
        Scene(str(one.get("heading", "")), str(one.get("say", "")), str(one.get("show", "")), one.get("seconds") or 0)
        for one in stored
    ]


def plain(scenes: Sequence[Mapping[str, Any]]) -> str:
    """Return what is said, scene after scene, as paragraphs."""
    return "\n\n".join(str(one["say"]).strip() for one in scenes if str(one.get("say", "")).strip())
