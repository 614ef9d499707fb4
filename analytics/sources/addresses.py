"""What people paste to name an account: links of every usual form, URIs and bare ids."""

import re
from dataclasses import dataclass
from re import Pattern

from publishing.platforms.base import Rejected

INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

# Where services that are counted show their artists; a link of another one is told by its name.
HOSTS = {
    "spotify": "spotify.com", "soundcloud": "soundcloud.com", "deezer": "deezer.com", "apple_music": "music.apple.com",
    "tidal": "tidal.com",
}  # fmt: skip


def service_of(typed: str) -> str:
    """Return the service whose link this is, by its host; "" for none of them."""
    host = re.split(r"[/?#:]", cleaned(typed).lower(), maxsplit=1)[0]
    return next((key for key, name in HOSTS.items() if host == name or host.endswith(f".{name}")), "")


@dataclass(frozen=True)
class Addresses:
    """A service's links: `forms` hold the id in their last group, `bare` is an id alone, `short` leads elsewhere."""

    name: str
    example: str
    forms: Pattern[str]
    bare: Pattern[str]
    host: Pattern[str]
    short: Pattern[str] | None = None
    what: str = "an artist"

    def id_of(self, typed: str) -> str:
        """The id that was named; Rejected, in words, when none was."""
        given = cleaned(typed)
        if found := self.forms.match(given):
            return str(found[found.lastindex or 0])
        if self.bare.fullmatch(given):
            return given
        raise Rejected(self._words(given), code="address")

    def _words(self, given: str) -> str:
        if self.short and self.short.match(given):
            return f"This is a short link. Open it, and copy the address it leads to, like {self.example}."
        if (host := self.host.match(given)) and given[host.end() : host.end() + 1] in {"", "/", "?", "#", ":"}:
            return (
                f"This {self.name} link leads to something else than {self.what}. It should look like {self.example}."
            )
        return f"“{given[:80]}” is not {self.what} of {self.name}. Paste a link like {self.example}."


def cleaned(typed: str) -> str:
    """What was typed, without blanks, invisible signs, and a scheme."""
    return re.sub(r"^https?://", "", INVISIBLE.sub("", typed).strip(), flags=re.IGNORECASE)
