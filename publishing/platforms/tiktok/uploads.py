"""A video's bytes in pieces as TikTok counts them: all alike but the last, which takes the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import httpx

from publishing.platforms.base import Media, PlatformError, Rejected
from publishing.platforms.wire import Answer, Wire, between

SMALLEST: Final = 5_000_000
USUAL: Final = 10_000_000
MIDDLE, LAST = 206, 201
DEAD: Final = frozenset({403, 404, 416})


class UploadDead(Rejected):
    """The upload's address is no longer good; as not all bytes arrived, nothing was published."""


@dataclass(frozen=True)
class Plan:
    """How a file is cut: `count` = floor(size / chunk) pieces, the last with what is left."""

    size: int
    chunk: int
    count: int

    def piece(self, number: int) -> tuple[int, int]:
        """First and last byte of a piece, from 0."""
        first = number * self.chunk
        return first, self.size - 1 if number == self.count - 1 else first + self.chunk - 1

    def after(self, uploaded: int) -> range:
        """The numbers of the pieces that are not yet there."""
        return range(min(uploaded // self.chunk, self.count - 1), self.count)


def plan(size: int, *, chunk: int = USUAL) -> Plan:
    """Cut a file of `size` bytes; one smaller than two pieces goes in one."""
    if size < 2 * max(chunk, SMALLEST):
        return Plan(size, size, 1)
    return Plan(size, chunk, size // chunk)


def refusal(answer: Answer) -> PlatformError:
    """The error of a 4xx answer to bytes."""
    error = answer.fields().get("error")
    words = str(error.get("message") or "") if isinstance(error, dict) else ""
    if answer.status in DEAD:
        return UploadDead(f"TikTok lost the upload. {words}".strip(), code=str(answer.status))
    return Rejected(f"TikTok does not take the file: {words or f'HTTP {answer.status}'}", code=str(answer.status))


def send(
    wire: Wire,
    address: str,
    media: Media,
    piece: tuple[int, int],
    size: int,
    *,
    hide: Iterable[str],
    timeout: httpx.Timeout,
) -> None:
    """Send one piece; the one with the file's last byte publishes, once it has been processed."""
    first, last = piece
    wire.call(
        "PUT",
        address,
        hide=hide,
        final=last == size - 1,
        takes={MIDDLE, LAST},
        headers={
            "Content-Type": media.mime,
            "Content-Length": str(last - first + 1),
            "Content-Range": f"bytes {first}-{last}/{size}",
        },
        content=between(media.path, first, last),
        timeout=timeout,
    )
