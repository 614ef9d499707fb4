"""What each tone does, in a sentence and an example, so that choosing one is not a guess."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile

Tone = BrandProfile.Tone


@dataclass(frozen=True)
class Preset:
    """What a tone does to a piece, and how it reads."""

    does: str | Promise
    example: str


PRESETS: dict[str, Preset] = {
    Tone.PROFESSIONAL: Preset(
        _("Whole sentences, the point first, no emoji."),
        "The key points: what changed, what it costs, and what to do by Friday.",
    ),
    Tone.CASUAL: Preset(
        _("As to a friend: short, contracted, an emoji now and then."),
        "Okay, real talk: you’re washing your face too often 👀",
    ),
    Tone.VIRAL: Preset(
        _("A hook that stops the thumb, then one thing to remember."),
        "Read this twice: your cleanser is the problem 🔥",
    ),
    Tone.HINGLISH: Preset(
        _("Hindi in Latin letters mixed with English, the way people text."),
        "Suno zara: monsoon mein skin dry kyun hoti hai? Short mein batate hain ✨",
    ),
    Tone.EDUCATIONAL: Preset(
        _("Explains step by step, and says what to remember."),
        "Worth knowing: ceramides keep water in. Here is how, in three steps 📌",
    ),
    Tone.HUMOROUS: Preset(
        _("Dry jokes around the facts, never about people."),
        "Today in things nobody asked about: we weighed a cloud. It’s heavier than your suitcase 🙃",
    ),
    Tone.EDGY: Preset(
        _("Says what others leave out; short, and without softening."),
        "No sugar-coating: most serums are water and hope.",
    ),
    Tone.FOUNDER: Preset(
        _("From inside the company: what was tried, what failed, what was learned."),
        "A lesson from building this: we shipped the wrong bottle twice.",
    ),
}
