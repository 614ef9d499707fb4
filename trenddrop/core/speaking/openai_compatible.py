"""A voice API that speaks OpenAI's protocol (/audio/speech), hosted or on one's own machine."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from trenddrop.core.speaking.asking import fetch_sound
from trenddrop.core.speaking.base import Offered, SpeakingFailed


class OpenAICompatible:
    """Speaks with the voices that VOICE_API_VOICES names; it makes none after people."""

    name = "api"
    label = "OpenAI-compatible"
    clones = False
    is_paid = True
    most_characters = 4096

    def available(self) -> bool:
        """VOICE_API_URL is set."""
        return bool(settings.VOICE_API_URL)

    def voices(self) -> list[Offered]:
        """The protocol has no list: the operator names them."""
        return [Offered(each, each.replace("_", " ").title()) for each in settings.VOICE_API_VOICES]

    def speak(self, text: str, *, voice: str, language: str, out: Path) -> None:
        """Speak; the language is heard from the words by these services."""
        del language
        headers = {"Authorization": f"Bearer {settings.VOICE_API_KEY}"} if settings.VOICE_API_KEY else {}
        body = {"model": settings.VOICE_API_MODEL, "input": text, "voice": voice, "response_format": "wav"}
        address = f"{settings.VOICE_API_URL.rstrip('/')}/audio/speech"
        fetch_sound(address, body, out, headers=headers, key="VOICE_API_KEY")

    def clone(self, name: str, *, reference: Path, description: str) -> str:
        """Refuse: the protocol has no such call."""
        del name, reference, description
        raise SpeakingFailed(_("This voice provider makes no voices after people."))

    def forget(self, voice: str) -> None:
        """Nothing is kept there."""
