"""HTTP as the adapters use it: whatever comes back is data, or one of the five errors; no key reaches a message."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx

from billing.gateways.errors import GatewayError, Gone, Misconfigured, OutcomeUnknown, Refused, TryLater

MOST_BYTES = 4 * 1024**2
LONGEST_WAIT = timedelta(hours=6)
NAME = re.compile(r"[A-Za-z0-9_-]{1,120}")
BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True)
class Said:
    """What a gateway's own words for a refusal come to: words for people, its code, whether the object is missing."""

    message: str
    code: str = ""
    is_gone: bool = False


Reader = Callable[[Mapping[str, Any]], Said]


@dataclass(frozen=True)
class Wire:
    """Calls to one gateway: `name` for messages, `reads` what its refusals say, `headers` and `auth` of every call."""

    client: httpx.Client
    name: str
    base: str
    reads: Reader
    headers: Mapping[str, str]
    auth: tuple[str, str] | None = None

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Return an object; nothing can have happened by asking."""
        return self.call("GET", path, params={name: value for name, value in query.items() if value is not None})

    def call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> dict[str, Any]:
        """Return what was answered (2xx); one of the five errors otherwise. Only a GET never leaves an outcome open."""
        told = {**self.headers, **(headers or {})}
        options: dict[str, Any] = {"headers": told, **request}
        if self.auth:
            options["auth"] = self.auth
        safe = method == "GET"
        try:
            with self.client.stream(method, self.base.rstrip("/") + path, **options) as response:
                content = _read(response)
        except BEFORE_SENDING:
            raise TryLater(f"{self.name} cannot be reached. Nothing was charged; we try again.") from None
        except (httpx.RequestError, httpx.StreamError):
            raise self._open("did not answer", safe=safe) from None
        return self._meaning(response, content, safe=safe)

    def _meaning(self, response: httpx.Response, content: bytes | None, *, safe: bool) -> dict[str, Any]:
        status, data = response.status_code, _data(content)
        if 200 <= status < 300 and (data is not None or not content):
            return data or {}
        if status == 429:
            raise TryLater(f"{self.name} asks us to slow down.", code="busy", after=_wait(response.headers))
        if status >= 500 or status == 408 or status < 300:
            raise self._open(f"has trouble of its own (HTTP {status})", safe=safe)
        raise self._refusal(status, self.reads(data or {}))

    def _open(self, reason: str, *, safe: bool) -> GatewayError:
        if safe:
            return TryLater(f"{self.name} {reason}. We look again.")
        return OutcomeUnknown(
            f"{self.name} {reason}. Whether it happened is not known yet; we look before we repeat it."
        )

    def _refusal(self, status: int, said: Said) -> GatewayError:
        words = f"{self.name}: {said.message or f'refused (HTTP {status})'}"
        if status in {401, 403}:
            return Misconfigured(words, code=said.code)
        if said.is_gone or status in {404, 410}:
            return Gone(words, code=said.code)
        # The same key is still being worked on: not refused, not done.
        return OutcomeUnknown(words, code=said.code) if status == 409 else Refused(words, code=said.code)


def parsed(content: bytes) -> Any:
    """Return JSON with exact numbers; ValueError where it is none (bytes that are no UTF-8 too, or nested too deep)."""
    try:
        return json.loads(content.decode("utf-8"), parse_float=Decimal, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _data(content: bytes | None) -> dict[str, Any] | None:
    try:
        data = parsed(content or b"")
    except ValueError:
        return None
    if isinstance(data, list):
        return {"items": data}
    return data if isinstance(data, dict) else None


def _read(response: httpx.Response) -> bytes | None:
    """Return the body; None when it is longer than any answer of a gateway (the caller cannot know what it said)."""
    content = bytearray()
    for part in response.iter_bytes():
        content += part
        if len(content) > MOST_BYTES:
            return b"too much"
    return bytes(content)


def _wait(headers: httpx.Headers) -> timedelta | None:
    value = headers.get("retry-after", "").strip()
    if not (value.isascii() and value.isdigit()):
        return None
    return min(timedelta(seconds=int(value[:6])), LONGEST_WAIT)


def named(value: str) -> str:
    """Return an object's id as part of a path; what a gateway or a row named is data, and leads nowhere else."""
    if not NAME.fullmatch(value):
        raise Gone("There is no such object at the gateway.", code="no_such_id")
    return value
