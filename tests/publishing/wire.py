"""A small platform on a real socket, with places where it can fail, and the adapter that speaks to it.

Its protocol: POST /media, POST /posts (with a key), GET /posts?key= or ?id=, DELETE /posts?id=, GET /left, POST /token.
A post is public once `Server.posts` holds it (one with `at`: from then on). `Server.plan` says what goes wrong.
"""

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import httpx
from django.db import connections

from publishing.platforms.base import (
    FOR_EVER,
    SENDING,
    Capability,
    Clock,
    PlatformError,
    PostCounts,
    Profile,
    Published,
    PublishKit,
    Quota,
    Record,
    Rejected,
    SignInAgain,
    Sleep,
    Step,
    Token,
    TokenExpired,
)
from publishing.platforms.wire import Answer, Wire

Fault = Callable[["Call"], None]


class Server:
    """What stands on the platform, who may post, and what goes wrong."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.posts: list[dict[str, Any]] = []
        self.numbers = 0
        self.calls: Counter[str] = Counter()
        self.plan: dict[str, list[Fault]] = {}
        self.drops_copies = True
        self.shows_posts = True
        self.access, self.refresh, self.revoked = "access-1", "refresh-1", False
        self.address = ""
        self.left: dict[str, Any] = {"used": 0, "total": 25, "resets_at": None}

    def fail(self, name: str, *faults: Fault) -> None:
        """Let the next calls of that name go wrong, one fault each.

        Names: media, post (before it is accepted), posted (after), answered, find, withdraw, left, token.
        """
        self.plan.setdefault(name, []).extend(faults)

    def keys(self) -> list[str]:
        """The key of every post that is public, copies included."""
        return [post["key"] for post in self.posts]

    def fault(self, name: str) -> Fault | None:
        """Take the next fault planned for a call."""
        with self.lock:
            planned = self.plan.get(name)
            return planned.pop(0) if planned else None


class Cut(Exception):
    """The connection is closed without an answer."""


class Call(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    platform: Server

    def log_message(self, format: str, *_args: Any) -> None:  # noqa: A002
        """Be quiet."""

    def do_POST(self) -> None:
        """A file, a post, or a refresh."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        place = urlsplit(self.path).path.strip("/")
        self._answer({"media": self._media, "posts": self._post, "token": self._token}[place], body)

    def do_GET(self) -> None:
        """Posts by key or id, or what is left of an allowance."""
        self._answer(self._left if self.path == "/left" else self._find, b"")

    def do_DELETE(self) -> None:
        """Take a post back."""
        self._answer(self._withdraw, b"")

    def _answer(self, work: Callable[[bytes], None], body: bytes) -> None:
        try:
            work(body)
        except Cut:
            self.close_connection = True

    def _step(self, name: str) -> bool:
        """Count the call, and let its fault happen (it may look into the tables); True when that was the answer."""
        with self.platform.lock:
            self.platform.calls[name] += 1
        fault = self.platform.fault(name)
        if fault:
            try:
                fault(self)
            finally:
                connections.close_all()
        return fault is not None and getattr(self, "answered", False)

    def say(self, status: int, content: Any, **headers: str) -> None:
        """Answer with data."""
        body = json.dumps(content).encode()
        self.answered = True
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _is_known(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {self.platform.access}":
            return True
        self.say(401, {"error": "revoked" if self.platform.revoked else "expired"})
        return False

    def _media(self, body: bytes) -> None:
        self.answered = False
        if not self._step("media") and self._is_known():
            self.say(201, {"id": f"m{len(body)}"})

    def _post(self, body: bytes) -> None:
        self.answered = False
        if self._step("post") or not self._is_known():
            return
        sent = json.loads(body)
        with self.platform.lock:
            known = next((p for p in self.platform.posts if p["key"] == sent["key"]), None)
            if known is None or not self.platform.drops_copies:
                self.platform.numbers += 1
                known = {**sent, "id": f"p{self.platform.numbers}"}
                self.platform.posts.append(known)
        if not self._step("posted"):
            self.say(201, known)
            self._step("answered")

    def _find(self, _body: bytes) -> None:
        self.answered = False
        if self._step("find"):
            return
        [(name, [value])] = parse_qs(urlsplit(self.path).query).items()
        found = [post for post in self.platform.posts if post[name] == value] if self.platform.shows_posts else []
        self.say(200, {"posts": found})

    def _withdraw(self, _body: bytes) -> None:
        self.answered = False
        if self._step("withdraw"):
            return
        [value] = parse_qs(urlsplit(self.path).query)["id"]
        with self.platform.lock:
            self.platform.posts = [post for post in self.platform.posts if post["id"] != value]
        self.say(200, {})

    def _left(self, _body: bytes) -> None:
        self.answered = False
        if not self._step("left"):
            self.say(200, self.platform.left)

    def _token(self, body: bytes) -> None:
        self.answered = False
        if self._step("token"):
            return
        with self.platform.lock:
            if self.platform.revoked or json.loads(body)["refresh"] != self.platform.refresh:
                self.platform.revoked = True
                self.say(400, {"error": "revoked"})
                return
            self.platform.access, self.platform.refresh = (f"{uuid.uuid4()}" for _ in range(2))
            self.say(200, {"access": self.platform.access, "refresh": self.platform.refresh})


def status(code: int, **headers: str) -> Fault:
    """Answer with this status instead."""
    return lambda call: call.say(code, {"error": f"planned {code}"}, **headers)


def cut(_call: Call) -> None:
    """Close the connection without a word."""
    raise Cut


def slow(seconds: float) -> Fault:
    """Answer late."""
    return lambda _call: time.sleep(seconds)


class Quiet(ThreadingHTTPServer):
    """Clients that hang up are part of the tests; so are many hands at once."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[Server]:
    """Run the platform on a free port."""
    platform = Server()
    handler = type("Bound", (Call,), {"platform": platform})
    server = Quiet(("127.0.0.1", 0), handler)
    platform.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def refusal(answer: Answer) -> PlatformError:
    """What a 4xx of the small platform means."""
    word = str(answer.fields().get("error", ""))
    if answer.status == 401:
        return SignInAgain("The sign-in was revoked.") if word == "revoked" else TokenExpired("The sign-in ran out.")
    if word == "revoked":
        return SignInAgain("The sign-in was revoked.")
    return Rejected(f"The platform says no: {word}", code=word)


class Small:
    """The adapter: one file (if any), then the post under its key; the address is in the token."""

    key: ClassVar[str] = "practice"
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.PUBLISH, Capability.SAFE_RESEND})
    safe_resend: ClassVar[timedelta] = FOR_EVER
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {}
    patience: ClassVar[float] = 1.0  # seconds

    def __init__(self, *, client: httpx.Client, clock: Clock, sleep: Sleep) -> None:
        self._wire = Wire(client, "The small platform", clock, refusal)

    def _call(self, method: str, path: str, token: Token, **request: Any) -> Answer:
        return self._wire.call(
            method, token.extra["address"] + path, token=token.access, timeout=httpx.Timeout(self.patience), **request
        )

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Upload, then post."""
        media = dict(resume.data).get("media") if resume else None
        if media is None:
            record(Step("chosen", {}))
            content = kit.media[0].path.read_bytes() if kit.media else b"words only"
            media = self._call("POST", "/media", token, content=content).fields()["id"]
            record(Step("uploaded", {"media": media}))
        record(Step(SENDING, {"media": media}))
        body = {"key": kit.key, "text": kit.text, "media": media}
        post = self._call("POST", "/posts", token, json=body, final=True).fields()
        return Published(post["id"], f"{token.extra['address']}/{post['id']}")

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """By key."""
        posts = self._call("GET", f"/posts?key={kit.key}", token).fields()["posts"]
        return Published(posts[0]["id"], f"{token.extra['address']}/{posts[0]['id']}") if posts else None

    def refresh(self, token: Token) -> Token:
        """Both secrets rotate; a spent one ends everything."""
        fresh = self._call("POST", "/token", Token("", extra=token.extra), json={"refresh": token.refresh}).fields()
        return Token(fresh["access"], fresh["refresh"], None, token.extra)

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Nothing is counted."""
        return {}

    def profile(self, token: Token) -> Profile:
        """Somebody."""
        return Profile("1", "small", "Small", token.extra["address"])

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Nothing is deleted."""


class Forgetful(Small):
    """The same platform without keys: whoever sends twice has two posts."""

    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.PUBLISH})
    safe_resend: ClassVar[timedelta] = timedelta()
