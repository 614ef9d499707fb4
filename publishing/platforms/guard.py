"""A client for servers that users name: their addresses are resolved once, checked, and connected to as checked."""

import ssl
import typing
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

import httpcore
import httpx

from trenddrop.core import http

Place = tuple[str, int]
CONNECTIONS = 100
KEPT_ALIVE = 64  # as many as a worker's hands and more: each opens one to the platform it is at
KEPT_SECONDS = 5.0


class _PublicNetwork(httpcore.SyncBackend):
    """Connects to public addresses, and to the private ones the operator named by host or by host and port."""

    def __init__(self, hosts: Collection[str], places: Collection[Place], resolver: http.Resolver) -> None:
        super().__init__()
        self._hosts, self._places, self._resolve = frozenset(hosts), frozenset(places), resolver

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[typing.Any] | None = None,
    ) -> httpcore.NetworkStream:
        refused: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for address in self._addresses(host, port):
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused or httpcore.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except http.FetchFailed as error:
            raise httpcore.ConnectError(str(error)) from error
        named = host in self._hosts or (host, port) in self._places
        if not named and not all(map(http.is_public, addresses)):
            raise http.ForbiddenAddress(f"“{host}” leads into a private network. Use a public address.")
        return addresses


class _PublicTransport(httpx.HTTPTransport):
    def __init__(self, network: _PublicNetwork) -> None:
        super().__init__()
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=CONNECTIONS,
            max_keepalive_connections=KEPT_ALIVE,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=network,
        )


def public_client(
    *, hosts: Collection[str] = (), urls: Iterable[str] = (), resolver: http.Resolver = http.resolve
) -> httpx.Client:
    """A client that refuses private networks (ForbiddenAddress) but for `hosts`, and the very servers of `urls`."""
    network = _PublicNetwork(hosts, [place_of(url) for url in urls], resolver)
    return http.client(transport=_PublicTransport(network), trust_env=False)


def place_of(url: str) -> Place:
    """The host and port an address leads to."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
