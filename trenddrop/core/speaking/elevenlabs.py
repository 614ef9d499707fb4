"""A voice API in the manner of ElevenLabs: /v1/text-to-speech/{voice}, /v1/voices, /v1/voices/add."""

import re
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from trenddrop.core.speaking.asking import ask, fetch_sound
from trenddrop.core.speaking.base import Offered, SpeakingFailed

KEY = "ELEVENLABS_API_KEY"
VOICE = re.compile(r"[A-Za-z0-9_-]{1,120}")


class ElevenLabs:
    """Speaks with its own voices and makes voices after a recording."""

    name = "elevenlabs"
    label = "ElevenLabs"
    clones = True
    is_paid = True
    most_characters = 5000

    def available(self) -> bool:
        """ELEVENLABS_API_KEY is set."""
        return bool(settings.ELEVENLABS_API_KEY)

    def voices(self) -> list[Offered]:
        """Return the voices it offers; those made after people are told only to whoever made them."""
        found = ask("GET", self._address("voices"), headers=self._headers(), key=KEY).get("voices")
        rows = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        rows = [each for each in rows if each.get("category", "premade") not in {"cloned", "professional", "generated"}]
        return [Offered(str(each["voice_id"]), str(each.get("name", ""))[:80]) for each in rows if each.get("voice_id")]

    def speak(self, text: str, *, voice: str, language: str, out: Path) -> None:
        """Speak as 44.1 kHz MP3."""
        if not VOICE.fullmatch(voice):
            raise SpeakingFailed(_("The voice service does not know this voice or address."))
        body = {"text": text, "model_id": settings.ELEVENLABS_MODEL}
        if language and settings.ELEVENLABS_MODEL != "eleven_multilingual_v2":  # that one takes no language
            body["language_code"] = language.split("-", maxsplit=1)[0]
        address = f"{self._address('text-to-speech')}/{quote(voice)}"
        fetch_sound(address, body, out, headers=self._headers() | {"Accept": "audio/mpeg"}, key=KEY)

    def clone(self, name: str, *, reference: Path, description: str) -> str:
        """Send the recording and return the new voice's key."""
        with reference.open("rb") as file:
            answer = ask(
                "POST",
                self._address("voices/add"),
                headers=self._headers(),
                key=KEY,
                data={"name": name, "description": description},
                files={"files": (reference.name, file, "audio/wav")},
            )
        key = str(answer.get("voice_id", ""))
        if not VOICE.fullmatch(key):
            raise SpeakingFailed(_("The voice service answered something that is no answer."))
        return key

    def forget(self, voice: str) -> None:
        """Remove the voice there."""
        try:
            ask("DELETE", f"{self._address('voices')}/{quote(voice)}", headers=self._headers(), key=KEY)
        except SpeakingFailed as error:
            if error.status != 404:
                raise

    def _address(self, path: str) -> str:
        return f"{settings.ELEVENLABS_API_URL.rstrip('/')}/v1/{path}"

    def _headers(self) -> dict[str, str]:
        return {"xi-api-key": settings.ELEVENLABS_API_KEY}
