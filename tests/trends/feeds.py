"""A local server that answers as the trend sources do, well or badly.

`python -m tests.trends.feeds --port 8099` serves for a demonstration. A source is pointed at `http://…/` for good
answers, or at `http://…/as/VARIANT` for bad ones; VARIANTS lists them. Validators (ETag, Last-Modified) are honoured.
"""

import argparse
import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

from tests.trends.recordings import recording

PATHS = {
    "/rss": "google_news",
    "/trending/rss": "google_trends",
    "/api/v1/trends/tags": "mastodon_tags",
    "/api/v1/trends/links": "mastodon_links",
    "/xrpc/app.bsky.unspecced.getTrends": "bluesky",
    "/xrpc/app.bsky.unspecced.getTrendingTopics": "bluesky_topics",
    "/api/v1/search": "hacker_news",
    "/api/rest_v1/metrics/pageviews/top": "wikipedia",
    "/youtube/v3/videos": "youtube",
    "/2/trends/by/woeid/": "x",
    "/r/SkincareExample/hot/.rss": "reddit",
    "/r/SkincareExample/hot": "reddit_listing",
    "/magazine.xml": "rss",
    "/journal.xml": "rss_atom",
    "/paper.xml": "rss_rdf",
}
TOKEN = "example-token-example-token"
TOKENS = {"/api/v1/access_token": f'{{"access_token":"{TOKEN}","token_type":"bearer","expires_in":86400,"scope":"*"}}'}
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rss><channel><item><title>&c;</title></item></channel></rss>'
)
WEB_PAGE = b"<!DOCTYPE html><html><head><title>Before you continue</title></head><body>Consent, please.</body></html>"
HUGE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """A response: status, headers, body; `chunks` overrides the body with something endless or slow."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    chunks: Callable[[], Iterator[bytes]] | None = None


@dataclass(frozen=True)
class Asked:
    """A request that came in."""

    path: str
    headers: dict[str, str]
    variant: str
    body: bytes = b""


def huge() -> Iterator[bytes]:
    """Yield 64 MB of one endless title."""
    yield b"<rss><channel><item><title>"
    for _ in range(HUGE_BYTES // 65536):
        yield b"x" * 65536


def dripping(body: bytes, pause: float) -> Iterator[bytes]:
    """Yield a body byte by byte."""
    for place in range(len(body)):
        yield body[place : place + 1]
        time.sleep(pause)


def pieces(given: Answer) -> Iterable[bytes]:
    """Return a body in the pieces it is sent in."""
    return given.chunks() if given.chunks else [given.body]


def send(handler: BaseHTTPRequestHandler, given: Answer) -> None:
    """Send a response."""
    handler.send_response(given.status)
    for name, value in given.headers.items():
        handler.send_header(name, value)
    if given.chunks is None:
        handler.send_header("Content-Length", str(len(given.body)))
    handler.end_headers()
    for chunk in pieces(given):
        handler.wfile.write(chunk)
        handler.wfile.flush()


VARIANTS: dict[str, Callable[[Answer, "FeedServer"], Answer]] = {
    "ok": lambda good, _: good,
    "429": lambda _, feeds: Answer(429, b"Too many requests", {"Retry-After": str(feeds.retry_after)}),
    "500": lambda _, __: Answer(500, b"Internal error"),
    "404": lambda _, __: Answer(404, b"Not found"),
    "410": lambda _, __: Answer(410, b"Gone"),
    "403": lambda _, __: Answer(403, b"Forbidden"),
    "slow": lambda good, feeds: Answer(200, headers=good.headers, chunks=lambda: dripping(good.body, feeds.pause)),
    "huge": lambda _, __: Answer(200, headers={"Content-Type": "application/xml"}, chunks=huge),
    "html": lambda _, __: Answer(200, WEB_PAGE, {"Content-Type": "text/html"}),
    "bomb": lambda _, __: Answer(200, BOMB, {"Content-Type": "application/xml"}),
    "empty": lambda _, __: Answer(200, b""),
    "truncated": lambda good, _: Answer(200, good.body[: len(good.body) * 2 // 3], good.headers),
    "latin": lambda good, _: Answer(200, good.body.replace(b" ", b" \xe9", 40), good.headers),
    "private": lambda _, __: Answer(302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}),
    "loop": lambda _, feeds: Answer(302, headers={"Location": f"{feeds.url}/as/loop/rss"}),
    "waiting": lambda _, feeds: Answer(404, recording("wikipedia_waiting", now=feeds.clock())),
}


class FeedServer:
    """The sources on one local port. `clock` dates the answers; `asked` keeps what came in, in order."""

    clock: Callable[[], dt.datetime]
    retry_after: int = 120
    pause: float = 0.05
    skew: dt.timedelta = dt.timedelta(0)  # how far its clock is ahead

    def __init__(self, *, clock: Callable[[], dt.datetime], port: int = 0) -> None:
        self.clock = clock
        self.asked: list[Asked] = []
        self.served: dict[str, Answer] = {}
        self.variants: dict[str, str] = {}
        self.max_age: int | None = None
        self._lock = Lock()
        self.http = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.http.daemon_threads = True

    @property
    def url(self) -> str:
        """The address a source's base_url takes."""
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    def bad(self, variant: str) -> str:
        """Return the base_url under which everything answers in a variant."""
        return f"{self.url}/as/{variant}"

    def serve(self, path: str, body: bytes, *, status: int = 200, **headers: str) -> None:
        """Answer a path with these bytes from now on; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.served[path] = Answer(status, body, named)

    def behave(self, name: str, variant: str) -> None:
        """Let one recording (google_news, mastodon_tags …) answer in a variant from now on."""
        self.variants[name] = variant

    def posted(self, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Return a token to whoever asks for one with an app's id and secret, else 401."""
        with self._lock:
            self.asked.append(Asked(target, headers, "ok", body))
        known = headers.get("authorization", "").startswith("Basic ") and body == b"grant_type=client_credentials"
        return Answer(200, TOKENS[target].encode()) if known and target in TOKENS else Answer(401, b"{}")

    def answer(self, target: str, headers: dict[str, str]) -> Answer:
        """Return the answer to one request."""
        path, variant = urlsplit(target).path, "ok"
        if path.startswith("/as/"):
            _, _, variant, rest = path.split("/", 3) if path.count("/") > 2 else ("", "", path[4:], "")
            path = f"/{rest}"
        with self._lock:
            self.asked.append(Asked(target, headers, variant))
        if path in self.served:
            return self._conditional(self.served[path], headers)
        name = next((PATHS[place] for place in sorted(PATHS, reverse=True) if path.startswith(place)), None)
        if name is None:
            return Answer(404, b"No such feed")
        variant = self.variants.get(name, variant)
        good = Answer(200, recording(name, now=self.clock()), {"Content-Type": "application/xml"})
        return self._conditional(VARIANTS[variant](good, self), headers)

    def _conditional(self, answer: Answer, asked: dict[str, str]) -> Answer:
        if answer.status != 200 or answer.chunks:
            return answer
        tag = f'"{hashlib.blake2s(answer.body, digest_size=8).hexdigest()}"'
        at = format_datetime(self.clock().replace(minute=0, second=0, microsecond=0), usegmt=True)
        own = {"ETag": tag, "Last-Modified": at}
        if self.max_age is not None:
            own["Cache-Control"] = f"max-age={self.max_age}"
        if asked.get("if-none-match") == tag:
            return Answer(304, headers=own)
        return Answer(200, answer.body, own | answer.headers)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        feeds = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                self.respond(feeds.answer(self.path, {name.lower(): value for name, value in self.headers.items()}))

            def do_POST(self) -> None:
                told = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(told.get("content-length", "0")))
                self.respond(feeds.posted(self.path, told, body))

            def respond(self, given: Answer) -> None:
                try:
                    send(self, given)
                except (BrokenPipeError, ConnectionResetError):
                    return  # the client had enough, as it should with some variants

            def date_time_string(self, timestamp: float | None = None) -> str:
                return format_datetime(feeds.clock() + feeds.skew, usegmt=True)

            def log_message(self, *args: object) -> None:
                return

        return Handler


@contextmanager
def running(*, clock: Callable[[], dt.datetime], port: int = 0) -> Iterator[FeedServer]:
    """Serve the feeds in a thread while the block runs."""
    feeds = FeedServer(clock=clock, port=port)
    thread = Thread(target=feeds.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield feeds
    finally:
        feeds.http.shutdown()
        feeds.http.server_close()
        thread.join(5)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8099)
    with running(clock=lambda: dt.datetime.now(dt.UTC), port=parser.parse_args().port) as feeds:
        print(feeds.url, *sorted(VARIANTS), flush=True)  # noqa: T201 - a command says where it listens
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
