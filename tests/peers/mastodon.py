"""mastodon-mock: a Mastodon server somebody else wrote, as a program of its own."""

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from tests.peers.processes import Program
from tests.peers.wire import free_port

SEED = """
domain = "127.0.0.1:{port}"
url_scheme = "http"
media_storage_path = "{media}"

[[seed.accounts]]
username = "kesar"
display_name = "Kesar Naturals"
access_token = "kesar-token-19f2"

[[seed.accounts]]
username = "lisbon"
display_name = "Lisbon Rooftops"
access_token = "lisbon-token-77c1"
"""


@dataclass
class MastodonPeer:
    """A running server with the accounts `kesar` (whose token this is) and `lisbon`."""

    url: str
    username: str
    token: str
    other_token: str
    _program: Program
    _folder: tempfile.TemporaryDirectory[str]

    def call(self, method: str, path: str, *, token: str = "", **request: Any) -> Any:
        """Any API call, as `kesar` unless another token is given."""
        headers = {"Authorization": f"Bearer {token or self.token}"}
        answer = httpx.request(method, self.url + path, headers=headers, trust_env=False, **request)
        answer.raise_for_status()
        return answer.json()

    def read_post(self, status_id: str) -> dict[str, Any]:
        """The status with `source`, its text exactly as stored."""
        status: dict[str, Any] = self.call("GET", f"/api/v1/statuses/{status_id}")
        return {**status, "source": self.call("GET", f"/api/v1/statuses/{status_id}/source")["text"]}

    def posts(self) -> list[dict[str, Any]]:
        """All of the account's statuses, newest first."""
        account = self.call("GET", "/api/v1/accounts/verify_credentials")["id"]
        params: dict[str, Any] = {"limit": 40}
        found: list[dict[str, Any]] = []
        while page := self.call("GET", f"/api/v1/accounts/{account}/statuses", params=params):
            found += page
            params["max_id"] = page[-1]["id"]
        return found

    def under(self, status_id: str) -> list[dict[str, Any]]:
        """All that stands under a status."""
        found: list[dict[str, Any]] = self.call("GET", f"/api/v1/statuses/{status_id}/context")["descendants"]
        return found

    def public(self) -> int:
        """How many statuses the account has."""
        return int(self.call("GET", "/api/v1/accounts/verify_credentials")["statuses_count"])

    def read_media(self, url: str) -> bytes:
        """A file as the server keeps it."""
        answer = httpx.get(url, trust_env=False)
        answer.raise_for_status()
        return answer.content

    def favourite(self, status_id: str) -> None:
        """Let `lisbon` like a status."""
        self.call("POST", f"/api/v1/statuses/{status_id}/favourite", token=self.other_token)

    def fault(self, *, path: str, methods: list[str], count: int | None = 1, **effect: Any) -> None:
        """Let the server's own fault injection answer: type=status|ratelimit|latency|malformed|timeout, status, …"""
        rule = {"match": {"path": path, "methods": methods}, "effect": effect, "count": count}
        httpx.post(f"{self.url}/api/v1/_mock/faults", json=rule, trust_env=False).raise_for_status()

    def reset(self) -> None:
        """Forget all statuses and faults."""
        httpx.delete(f"{self.url}/api/v1/_mock/faults", trust_env=False).raise_for_status()
        httpx.post(f"{self.url}/api/v1/_mock/reset", trust_env=False).raise_for_status()

    def stop(self) -> None:
        self._program.stop()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def start_mastodon() -> MastodonPeer:
    """Start a server on a free port, in memory."""
    folder = tempfile.TemporaryDirectory(prefix="mastodon-")
    port = free_port()
    config = Path(folder.name) / "config.toml"
    config.write_text(SEED.format(port=port, media=folder.name))
    options = [
        "--config",
        str(config),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--in-memory",
        "--log-level",
        "warning",
    ]
    command = [sys.executable, "-m", "mastodon_mock", "serve", *options]
    env = {**os.environ, "PYTHONWARNINGS": "ignore"}
    program = Program(command, log=Path(folder.name) / "log", env=env, folder=Path(folder.name))
    url = f"http://127.0.0.1:{port}"
    program.wait_for(f"{url}/api/v2/instance", seconds=60)
    return MastodonPeer(url, "kesar", "kesar-token-19f2", "lisbon-token-77c1", program, folder)
