"""A real Bluesky server: PDS and PLC directory from their own packages, in memory, on this machine only."""

import fcntl
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from tests.peers.appview import AppView
from tests.peers.processes import PeerDidNotStart, Program
from tests.peers.wire import free_port

HERE = Path(__file__).parent / "bluesky"
ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("PEERS_DIR", ROOT / "var" / "peers")) / "bluesky"
NATIVE = FOLDER / "node_modules" / "better-sqlite3" / "build" / "Release" / "better_sqlite3.node"
PASSWORD = "turmeric-lantern-4"


@dataclass
class Pds:
    """A running server with one account; `appview` counts what tests say."""

    url: str
    handle: str
    password: str
    app_password: str
    did: str
    appview: AppView
    _program: Program
    _access: str

    def call(self, method: str, name: str, **request: Any) -> dict[str, Any]:
        """Any XRPC method as the account, straight to the server."""
        headers = {"Authorization": f"Bearer {self._access}"}
        answer = httpx.request(method, f"{self.url}/xrpc/{name}", headers=headers, trust_env=False, **request)
        answer.raise_for_status()
        data: dict[str, Any] = answer.json()
        return data

    def read_post(self, uri: str) -> dict[str, Any]:
        """The record as it stands on the server: `{uri, cid, value}`."""
        repo, collection, rkey = uri.removeprefix("at://").split("/")
        params = {"repo": repo, "collection": collection, "rkey": rkey}
        return self.call("GET", "com.atproto.repo.getRecord", params=params)

    def posts(self) -> list[dict[str, Any]]:
        """All the account's posts, newest first."""
        params: dict[str, Any] = {"repo": self.did, "collection": "app.bsky.feed.post", "limit": 100}
        records: list[dict[str, Any]] = []
        while True:
            page = self.call("GET", "com.atproto.repo.listRecords", params=params)
            records += page["records"]
            if len(page["records"]) < params["limit"]:
                return records
            params["cursor"] = page["cursor"]

    def read_blob(self, cid: str) -> bytes:
        """A file as the server keeps it."""
        params = {"did": self.did, "cid": cid}
        answer = httpx.get(f"{self.url}/xrpc/com.atproto.sync.getBlob", params=params, trust_env=False)
        answer.raise_for_status()
        return answer.content

    def create_account(self, handle: str, password: str = PASSWORD) -> str:
        """Another account (`name.test`); returns its did."""
        body = {"handle": handle, "email": f"{handle}@example.com", "password": password}
        answer = httpx.post(f"{self.url}/xrpc/com.atproto.server.createAccount", json=body, trust_env=False)
        answer.raise_for_status()
        return str(answer.json()["did"])

    def stop(self) -> None:
        self.appview.stop()
        self._program.stop()
        self._program.log.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def install(folder: Path = FOLDER) -> Path:
    """Install the server once; returns its node_modules. Needs node 20 or later and npm."""
    done = folder / "installed"
    wanted = (HERE / "package-lock.json").read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (done.exists() and done.read_bytes() == wanted and NATIVE.exists()):
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, folder / name)
            _npm(folder, "ci", "--no-audit", "--no-fund")
            if not NATIVE.exists():
                _npm(folder, "rebuild", "better-sqlite3", "--ignore-scripts=false")
            done.write_bytes(wanted)
    return folder / "node_modules"


def _npm(folder: Path, *arguments: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise PeerDidNotStart("npm is not installed: apt-get install nodejs npm (20 or later)")
    env = dict(os.environ)
    # Debian keeps the headers that better-sqlite3 is compiled with here.
    if Path("/usr/include/node/node.h").exists():
        env["npm_config_nodedir"] = "/usr"
    result = subprocess.run(
        [npm, *arguments], check=False, cwd=folder, env=env, capture_output=True, text=True, timeout=900
    )
    if result.returncode:
        raise PeerDidNotStart((result.stdout + result.stderr)[-2000:])


def start_pds(*, handle: str = "kesar.test", password: str = PASSWORD) -> Pds:
    """Start a server on free ports and create the account; the state is gone when it stops."""
    modules = install()
    port = free_port()
    ports = {"PDS_PORT": str(port), "PLC_PORT": str(free_port()), "NODE_PATH": str(modules)}
    env = {**os.environ, **ports, "LOG_ENABLED": "false", "NODE_NO_WARNINGS": "1"}
    log = FOLDER / f"pds-{port}.log"
    program = Program(["node", str(HERE / "server.js")], log=log, env=env, folder=FOLDER)
    url = f"http://localhost:{port}"
    program.wait_for(f"{url}/xrpc/_health")
    body = {"handle": handle, "email": f"{handle}@example.com", "password": password}
    account = httpx.post(f"{url}/xrpc/com.atproto.server.createAccount", json=body, trust_env=False)
    account.raise_for_status()
    made = account.json()
    pds = Pds(url, handle, password, "", made["did"], AppView(url), program, made["accessJwt"])
    pds.app_password = pds.call("POST", "com.atproto.server.createAppPassword", json={"name": "TrendDrop"})["password"]
    return pds
