"""What the tests of Meta's products share: files at an address, webhooks signed as Meta signs them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from publishing.platforms.hearing import Delivery
from publishing.platforms.signing_in import SignsIn, Way
from tests.peers.wire import Request, Response, Server

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class FileHost(Server):
    """Serves files of this machine at addresses, as an installation that can be reached would."""

    def __init__(self) -> None:
        self.paths: dict[str, Path] = {}
        super().__init__(self._file)

    def address(self, path: Path) -> str:
        name = f"/{len(self.paths)}/{path.name}"
        self.paths[name] = path
        return self.url + name

    def _file(self, request: Request) -> Response:
        path = self.paths.get(request.path)
        if path is None or not path.exists():
            return Response(404, "gone", {"Content-Type": "text/plain"})
        return Response(200, path.read_bytes(), {"Content-Type": "application/octet-stream"})


def delivery(
    told: Any, secret: str, *, headers: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None
) -> Delivery:
    """A webhook's POST, signed."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Delivery(body, headers if headers is not None else {"x-hub-signature-256": signature}, query or {}, NOW)


def signed_request(told: Mapping[str, Any], secret: str) -> bytes:
    """The form of a deauthorisation or of a request to erase."""
    payload = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), payload, hashlib.sha256).digest()).rstrip(b"=")
    return b"signed_request=" + signature + b"." + payload


def sign_in(adapter: SignsIn, way: Way) -> dict[str, str]:
    """Say yes in the browser; what comes back."""
    page = httpx.get(adapter.authorize_url(way), trust_env=False).text
    back = page.split('href="')[1].split('"')[0].replace("&amp;", "&")
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
