"""Speaking HTTP: one client with limits, and a fetch for addresses that people give.

An address from outside is resolved once, refused when it leads into a private network, and connected to exactly
where it was checked; every redirect is checked again.
"""

import ipaddress
import socket
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

USER_AGENT = "TrendDrop/0.1 (+https://trenddrop.invalid/bot)"
TIMEOUT = httpx.Timeout(20.0, connect=8.0)
MAX_BYTES = 5 * 1024**2
MAX_SECONDS = 45.0
HEADER_SECONDS = 30.0
PIECE = 64 * 1024
REDIRECTS = 3
PORTS = frozenset({80, 443})
HARMLESS = frozenset({"accept", "accept-language", "user-agent", "if-none-match", "if-modified-since", "range"})
NO_ADDRESS = gettext_lazy("This is not a web address. It should look like https://example.com/page.")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]


class FetchError(Exception):
    """The address could not be fetched; the message tells people why."""


class ForbiddenAddress(FetchError):
    """The address leads where the product does not go: a private network, an odd port, another scheme."""


class FetchFailed(FetchError):
    """The other side did not answer, answered too much, or too slowly. `status` is set when it answered at all."""

    def __init__(self, message: str, *, status: int | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Fetched:
    """What an address answered: the address it came from in the end, status, headers, decoded bytes."""

    url: str
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()


def client(**options: object) -> httpx.Client:
    """Return a client for addresses that operators chose: time-outs, no surprise redirects, our name."""
    defaults: dict[str, object] = {"timeout": TIMEOUT, "follow_redirects": False, "headers": {"User-Agent": USER_AGENT}}
    return httpx.Client(**(defaults | options))  # type: ignore[arg-type]


def resolve(host: str, port: int) -> list[str]:
    """Return a host's addresses; raise FetchFailed when it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        told = _("No server called “%(host)s” was found. Check the address, and whether this machine is online.")
        raise FetchFailed(told % {"host": host}) from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the open internet; mapped and tunnelled addresses count as what they hold."""
    ip: Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner: Address | None = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        # Only this eighth of the IPv6 space is handed out; the rest holds oddities such as ::127.0.0.1 and fec0::.
        return ip in GLOBAL_UNICAST and ip.is_global
    return ip.is_global and not ip.is_multicast


def fetch_public(  # noqa: PLR0913 - the limits of one call, each with its default
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    max_bytes: int = MAX_BYTES,
    max_seconds: float = MAX_SECONDS,
    accept: Collection[str] = (),
    allow_private: bool = False,
    resolver: Resolver = resolve,
    clock: Callable[[], float] = time.monotonic,
) -> Fetched:
    """GET an address that somebody gave, or POST a body. `accept` names media types ("text/html"); empty takes all.

    Any status is returned (304, 404, 429 …) once it came from an allowed address; raises ForbiddenAddress or
    FetchFailed otherwise.
    """
    with open_public(
        url, headers=headers, body=body, accept=accept, allow_private=allow_private, resolver=resolver
    ) as (end, answer):
        content = b"".join(read_up_to(answer, max_bytes, seconds=max_seconds, clock=clock))
        return Fetched(end, answer.status_code, answer.headers, content)


@contextmanager
def open_public(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    accept: Collection[str] = (),
    allow_private: bool = False,
    resolver: Resolver = resolve,
) -> Iterator[tuple[str, httpx.Response]]:
    """Ask like `fetch_public`; give the address reached in the end, and an answer whose body is not read yet.

    A header that could hold a key stays with the server it was meant for; a body is never sent on.
    """
    told = dict(headers or {})
    for _hop in range(REDIRECTS + 1):
        pinned = _pin(url, resolver, allow_private=allow_private)
        transport = _HurriedTransport(seconds=HEADER_SECONDS)
        with (
            httpx.Client(transport=transport, timeout=TIMEOUT, follow_redirects=False, trust_env=False) as session,
            _open(session, pinned, told, body) as answer,
        ):
            transport.until = float("inf")  # the body has its own limit, in read_up_to
            if not answer.has_redirect_location:
                _check_type(answer, accept)
                yield url, answer
                return
            if body is not None:
                raise FetchFailed(_("The address passes on what is sent to it. Give the one it ends at."))
            onward = _onward(url, answer.headers["location"])
            told = told if _origin(onward) == _origin(url) else _harmless(told)
            url = onward
    told_of = _("The address was passed on more than %(times)s times. Give the one it ends at.")
    raise FetchFailed(told_of % {"times": REDIRECTS})


def post_public(
    url: str,
    content: bytes,
    *,
    headers: Mapping[str, str],
    seconds: float,
    max_bytes: int,
    resolver: Resolver = resolve,
) -> Fetched:
    """POST to an address that somebody gave, once: no redirect is followed, all of it within `seconds`.

    Any status is returned, with the first `max_bytes` of the body as they came; raises ForbiddenAddress, FetchFailed.
    """
    pinned = _pin(url, resolver, allow_private=False)
    transport = _HurriedTransport(seconds=seconds)
    timeout = httpx.Timeout(seconds)
    with (
        httpx.Client(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False) as session,
        _open(session, pinned, headers, content) as answer,
    ):
        return Fetched(url, answer.status_code, answer.headers, _beginning(answer, max_bytes))


def _beginning(answer: httpx.Response, max_bytes: int) -> bytes:
    """Return the first bytes of a body, unpacked; what is damaged or breaks off is left out."""
    found = b""
    try:
        for piece in _unpacked(answer):
            found += piece
            if len(found) >= max_bytes:
                break
    except (FetchFailed, httpx.HTTPError):
        pass  # the status has come, and is what counts
    return found[:max_bytes]


@dataclass(frozen=True)
class _Pinned:
    """A checked address: what to ask, whom to connect to, and under which name."""

    url: httpx.URL
    host: str
    host_header: str


def _pin(url: str, resolver: Resolver, *, allow_private: bool) -> _Pinned:
    """Check an address and tie it to the IP that was checked."""
    parts, target = _parts(url), _target(url)
    host, name = parts.hostname or "", parts.netloc
    if not name.isascii():  # “bücher.example” is asked for as “xn--bcher-kva.example”
        host, name = target.raw_host.decode("ascii"), target.netloc.decode("ascii")
    allow = allow_private or host in settings.PRIVATE_ADDRESSES_ALLOWED
    port = _port(parts)
    if port not in PORTS and not allow:
        raise ForbiddenAddress(_("Port %(port)s is not allowed. Use an ordinary web address.") % {"port": port})
    addresses = resolver(host, port)
    if not allow and not all(is_public(address) for address in addresses):
        raise ForbiddenAddress(_("This address leads into a private network and is not fetched. Use a public address."))
    return _Pinned(target.copy_with(host=addresses[0], userinfo=b""), host, name)


def _target(url: str) -> httpx.URL:
    try:
        return httpx.URL(url.strip(), fragment=None)
    except httpx.InvalidURL as error:
        raise ForbiddenAddress(str(NO_ADDRESS)) from error


def _parts(url: str) -> SplitResult:
    """Split an address; refuse what is no plain web address."""
    try:
        parts = urlsplit(url.strip())
        port_is_number = parts.port is None or parts.port > 0
    except ValueError as error:
        raise ForbiddenAddress(str(NO_ADDRESS)) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_number:
        raise ForbiddenAddress(str(NO_ADDRESS))
    if parts.username or parts.password:
        raise ForbiddenAddress(_("The address holds a user name. Give it without."))
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _onward(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise ForbiddenAddress(str(NO_ADDRESS)) from error


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _harmless(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in HARMLESS}


@contextmanager
def _open(
    session: httpx.Client, pinned: _Pinned, headers: Mapping[str, str], body: bytes | None
) -> Iterator[httpx.Response]:
    """Ask the checked IP, under the name that was asked for (also in the TLS handshake)."""
    told = {"User-Agent": USER_AGENT, **headers, "Host": pinned.host_header, "Accept-Encoding": "gzip, deflate"}
    extensions = {"sni_hostname": pinned.host}
    try:
        method = "GET" if body is None else "POST"
        with session.stream(method, pinned.url, content=body, headers=told, extensions=extensions) as answer:
            yield answer
    except httpx.TimeoutException as error:
        late = _("“%(host)s” did not answer in time. Try again later.") % {"host": pinned.host}
        raise FetchFailed(late) from error
    except (httpx.HTTPError, UnicodeError) as error:  # the latter: a header that cannot be written
        away = _("“%(host)s” could not be reached (%(why)s).") % {"host": pinned.host, "why": type(error).__name__}
        raise FetchFailed(away) from error


def _check_type(answer: httpx.Response, accept: Collection[str]) -> None:
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if accept and answer.is_success and not media_type.startswith(tuple(accept)):
        told = _("The address holds “%(kind)s”, which cannot be read here.")
        raise FetchFailed(told % {"kind": media_type or _("something unnamed")})


def read_up_to(
    answer: httpx.Response,
    max_bytes: int,
    *,
    seconds: float = MAX_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[bytes]:
    """Yield the decoded body in pieces, up to the limits; a bomb is stopped while it unpacks."""
    size, until = 0, clock() + seconds
    for chunk in _in_time(_unpacked(answer), until, clock, answer.status_code):
        size += len(chunk)
        if size > max_bytes:
            told = _("The address holds more than %(most)s MB.") % {"most": max_bytes // 1024**2}
            raise FetchFailed(told, status=answer.status_code)
        yield chunk


def _in_time(chunks: Iterable[bytes], until: float, clock: Callable[[], float], status: int) -> Iterator[bytes]:
    """Pass on what arrives, however little at a time, while there is time."""
    for chunk in chunks:
        if clock() > until:
            raise FetchFailed(_("The address answers too slowly. Try again later."), status=status)
        yield chunk


def _unpacked(answer: httpx.Response) -> Iterator[bytes]:
    """Yield the body as it arrives, unpacked at most PIECE bytes at a time, so that a bomb never lies in memory."""
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing in {"identity", ""}:
        yield from answer.iter_raw()
    elif packing in {"gzip", "x-gzip", "deflate"}:
        yield from _inflated(answer)
    else:
        told = _("The address answers packed as “%(packing)s”, which was not asked for.")
        raise FetchFailed(told % {"packing": packing})


def _inflated(answer: httpx.Response) -> Iterator[bytes]:
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: gzip or zlib, by its first bytes
    try:
        for raw in answer.iter_raw():
            waiting = raw
            while waiting and not unpack.eof:
                yield unpack.decompress(waiting, PIECE)
                waiting = unpack.unconsumed_tail
        if not unpack.eof:
            raise FetchFailed(_("The answer breaks off before its end. Try again later."))
    except zlib.error as error:
        raise FetchFailed(_("The address answers something damaged. Try again later.")) from error


class _HurriedTransport(httpx.HTTPTransport):
    """Ends a connection at a moment, however busily the other side sends a byte now and then."""

    def __init__(self, *, seconds: float) -> None:
        super().__init__(trust_env=False)
        self.until = time.monotonic() + seconds
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_HurriedBackend(self.left)
        )

    def left(self) -> float:
        """Return the seconds that are left."""
        return self.until - time.monotonic()


class _HurriedBackend(httpcore.SyncBackend):
    def __init__(self, left: Callable[[], float]) -> None:
        self.left = left

    def connect_tcp(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return _HurriedStream(super().connect_tcp(*args, **options), self.left)


class _HurriedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self.inner = inner
        self.left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self.left() <= 0:
            raise httpcore.ReadTimeout
        return self.inner.read(max_bytes, min(self.left(), timeout or TIMEOUT.read or 0))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, timeout)

    def close(self) -> None:
        self.inner.close()

    def start_tls(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return _HurriedStream(self.inner.start_tls(*args, **options), self.left)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)
