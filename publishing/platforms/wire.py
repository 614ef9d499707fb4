"""HTTP as adapters use it: failures become one of the four errors, and no secret reaches a message."""

import ipaddress
import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx

from publishing.platforms.base import Clock, OutcomeUnknown, PlatformError, Rejected, Sleep, TryLater
from trenddrop.core.http import ForbiddenAddress

MAX_ANSWER = 4 * 1024**2
CHUNK = 256 * 1024
UPLOAD = httpx.Timeout(60, connect=10, read=300)
LONGEST_WAIT = timedelta(hours=24)
# Raised by httpx before a byte of the request has left: the name, the connection, TLS, the pool.
BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
JWT = re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*")


@dataclass(frozen=True)
class Answer:
    """A complete answer: status, headers, and the body as received."""

    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def is_page(self) -> bool:
        """Whether somebody answered with a web page where data was asked for."""
        start = self.content[:256].lstrip().lower()
        return "html" in self.headers.get("content-type", "") or start.startswith((b"<!doctype", b"<html"))

    def json(self) -> Any:
        """The body as data, None when it is none."""
        try:
            return None if self.is_page else json.loads(self.content)
        except ValueError:
            return None

    def fields(self) -> dict[str, Any]:
        """The body's fields, empty when it is no object."""
        data = self.json()
        return data if isinstance(data, dict) else {}


Refusal = Callable[[Answer], PlatformError]


@dataclass(frozen=True)
class Wire:
    """Calls to one platform: `name` for messages, `refusal` for what its 4xx answers mean.

    `busy`: how long to wait after a 429 that does not say, or what tells it from the time of the answer. `later` and
    `again`: what a message says of the work that waits, where that is no post.
    """

    client: httpx.Client
    name: str
    clock: Clock
    refusal: Refusal
    busy: timedelta | Callable[[datetime], timedelta] | None = None
    later: str = "The post is kept and goes out later."
    again: str = "Nothing was published; we try again."

    def call(
        self,
        method: str,
        url: str,
        *,
        token: str = "",
        hide: Iterable[str] = (),
        final: bool = False,
        takes: Container[int] = (),
        **request: Any,
    ) -> Answer:
        """The answer to a request that worked (2xx, and data rather than a page); else one of the four errors.

        `final` marks the call that publishes: once sent, anything but a clear answer is OutcomeUnknown. `takes`:
        statuses that are answers here whatever their body, such as the 308 of an upload in the middle; a page is none.
        """
        secrets = tuple(filter(None, (token, *hide)))
        if token:
            request["headers"] = {"Authorization": f"Bearer {token}", **request.get("headers", {})}
        answer = self._send(method, url, final=final, request=request)
        if answer.status in takes and not answer.is_page:
            return answer
        if 200 <= answer.status < 300 and (answer.json() is not None or answer.status == 204):
            return answer
        raise hidden(self._meaning(answer, final=final), secrets)

    def _send(self, method: str, url: str, *, final: bool, request: Mapping[str, Any]) -> Answer:
        try:
            with self.client.stream(method, url, follow_redirects=False, **request) as response:
                content = _read(response)
        except ForbiddenAddress as error:
            raise Rejected(str(error), code="forbidden_address") from None
        except httpx.InvalidURL:
            raise Rejected(
                f"There is no such address to reach {self.name} at. Check the server's address.", code="invalid_address"
            ) from None
        except BEFORE_SENDING:
            raise TryLater(f"{self.name} cannot be reached. Nothing was sent; we try again.") from None
        except (httpx.RequestError, httpx.StreamError) as error:
            self._lost(
                final, reason="did not answer in time" if isinstance(error, httpx.TimeoutException) else "broke off"
            )
        return Answer(response.status_code, response.headers, content)

    def _meaning(self, answer: Answer, *, final: bool) -> PlatformError:
        if answer.status == 429:
            after = wait(answer.headers, now=self.clock()) or self._pause()
            return TryLater(f"{self.name} asks us to slow down. {self.later}", after=after)
        if answer.status < 300 or answer.status >= 500 or answer.status == 408:
            return self._unclear(final, reason=_problem(answer))
        if 300 <= answer.status < 400:
            return Rejected(f"{self.name} sent us to another address. Check the server's address.", code="redirect")
        if answer.is_page:
            return TryLater(f"{self.name} {_problem(answer)}. {self.again}")
        return self.refusal(answer)

    def _pause(self) -> timedelta | None:
        return self.busy(self.clock()) if callable(self.busy) else self.busy

    def _lost(self, final: bool, *, reason: str) -> NoReturn:
        raise self._unclear(final, reason=reason) from None

    def _unclear(self, final: bool, *, reason: str) -> PlatformError:
        if final:
            return OutcomeUnknown(
                f"{self.name} {reason} after the post was sent. It may be public: we look before sending again."
            )
        return TryLater(f"{self.name} {reason}. {self.again}")


def _problem(answer: Answer) -> str:
    if answer.is_page:
        return f"answered with a web page instead of data (HTTP {answer.status})"
    if answer.status < 300:
        return f"gave an answer nobody can read (HTTP {answer.status})"
    return f"has trouble of its own (HTTP {answer.status})"


def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    for part in response.iter_bytes():
        content += part
        if len(content) > MAX_ANSWER:
            return b""
    return bytes(content)


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` without the secrets, and without anything shaped like a signed token."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "•••")
    return JWT.sub("•••", text)


def hidden(error: PlatformError, secrets: Iterable[str]) -> PlatformError:
    """The same error with the secrets taken out of its words."""
    error.args = (redact(str(error), secrets), *error.args[1:])
    return error


def wait(headers: httpx.Headers, *, now: datetime) -> timedelta | None:
    """How long a 429 asks to wait: Retry-After (seconds or a date), or the reset of a rate limit (epoch or ISO)."""
    for name in ("retry-after", "x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"):
        if name in headers and (after := _duration(headers[name].strip(), now)) is not None:
            return min(max(after, timedelta(seconds=1)), LONGEST_WAIT)
    return None


def _duration(value: str, now: datetime) -> timedelta | None:
    if value.isascii() and value.isdigit():
        seconds = int(value[:12])
        return _until(datetime.fromtimestamp(seconds, UTC), now) if seconds > 10**9 else timedelta(seconds=seconds)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return _until(read(value), now)
        except ValueError:
            continue
    return None


def _until(moment: datetime, now: datetime) -> timedelta:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now


def chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes, never whole in memory."""
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            yield part


def between(path: Path, first: int, last: int) -> Iterator[bytes]:
    """The file's bytes from `first` to `last`, never whole in memory."""
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left and (part := file.read(min(CHUNK, left))):
            left -= len(part)
            yield part


def present(path: Path) -> int:
    """The size of a file that shall be sent; Rejected when it was deleted."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        raise Rejected(
            "A file of this post was deleted. The text is kept; attach the file again.", code="media_missing"
        ) from None


def origin(address: str) -> str:
    """`https://host[:port]` of what somebody typed or a server named; plain http only on this machine."""
    typed = address.strip().rstrip("/")
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        host, port, parts = "", "", urlsplit("")
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host))
    if not host or not secure or parts.username is not None or re.search(r"[^\w.:-]", host):
        raise Rejected(
            f"“{address[:80]}” is not the address of a server. Try one like mastodon.social.", code="address"
        )
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def is_this_machine(host: str) -> bool:
    """Whether a host name is one of this machine's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def poll(look: Callable[[], bool], *, sleep: Sleep, every: float, times: int, message: str, after: timedelta) -> None:
    """Look until it is done, `every` so many seconds; TryLater when it takes longer than a worker should sit."""
    for attempt in range(times):
        if attempt:
            sleep(every)
        if look():
            return
    raise TryLater(message, after=after)
