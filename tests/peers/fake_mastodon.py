"""A Mastodon server by hand, for what mastodon-mock cannot: video that takes its time, and real HTML."""

import base64
import hashlib
import html
import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import regex

from tests.peers.consent import page_of
from tests.peers.wire import Request, Response, Server, form_parts

TOKEN = "kesar-token-19f2"
CLIENT, SECRET = "app-7", "app-secret-8"
KEY_LIVES = timedelta(hours=1)
GRAPHEMES = regex.compile(r"\X")
LINK = re.compile(r"https?://[^\s<]+")
TAG = re.compile(r"(?<!\S)#(\w+)")
MENTION = re.compile(r"(?<!\S)@(\w+)(?:@([\w.-]+))?")
INSTANCE = {
    "version": "4.6.0",
    "configuration": {
        "statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
        "media_attachments": {
            "supported_mime_types": [
                "image/jpeg",
                "image/png",
                "image/webp",
                "video/mp4",
                "video/webm",
                "video/quicktime",
            ],
            "image_size_limit": 16_777_216,
            "video_size_limit": 103_809_024,
        },
    },
}


def no(status: int, words: str) -> Response:
    return Response(status, {"error": words})


class FakeMastodon(Server):
    """One account and its statuses; videos answer 202, then 206 `processing` times, then 200."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._ids = itertools.count(113_500_000_000_000_000)
        self.processing = 2
        self.followers: int | None = 12
        self.is_gone = False
        self.statuses: list[dict[str, Any]] = []
        self.sources: dict[str, str] = {}
        self.media: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[datetime, dict[str, Any]]] = {}
        self.codes: dict[str, str] = {}
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        path = request.path
        open_to_all = {
            "/api/v2/instance": lambda _asked: Response(200, INSTANCE),
            **dict.fromkeys(("/api/v1/apps", "/oauth/authorize", "/oauth/token"), self._signing_in),
        }
        if path in open_to_all:
            return open_to_all[path](request)
        if request.bearer != TOKEN:
            return no(401, "The access token is invalid")
        if path == "/api/v1/accounts/verify_credentials":
            return no(410, "Gone") if self.is_gone else Response(200, self._account())
        if match := re.fullmatch(r"/api/v1/statuses/(\d+)", path):
            return self._status(request.method, match[1])
        if path == "/api/v1/accounts/1/statuses":
            return self._timeline(request)
        if match := re.fullmatch(r"/api/v1/media/(\d+)", path):
            return self._media(match[1])
        posts = {"/api/v2/media": self._upload, "/api/v1/statuses": self._post}
        return posts[path](request) if path in posts and request.method == "POST" else no(404, "Record not found")

    def _signing_in(self, request: Request) -> Response:
        if request.path == "/api/v1/apps":
            return Response(200, {"client_id": CLIENT, "client_secret": SECRET})
        if request.path == "/oauth/authorize":
            code = f"code-{next(self._ids)}"
            self.codes[code] = request.first("code_challenge")
            return page_of(request, code=code)
        form = dict(parse_qsl(request.body.decode()))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if form.get("client_secret") != SECRET or self.codes.pop(form.get("code", ""), "") != challenge:
            return Response(400, {"error": "invalid_grant"})
        return Response(200, {"access_token": TOKEN, "token_type": "Bearer", "scope": form.get("scope", "")})

    def _account(self) -> dict[str, Any]:
        counts = {"followers_count": self.followers, "following_count": 3, "statuses_count": len(self.statuses)}
        return {
            "id": "1",
            "username": "kesar",
            "acct": "kesar",
            "display_name": "Kesar Naturals",
            "url": f"{self.url}/@kesar",
        } | counts

    def _status(self, method: str, status_id: str) -> Response:
        found = next((status for status in self.statuses if status["id"] == status_id), None)
        if found is None:
            return no(404, "Record not found")
        if method == "DELETE":
            self.statuses.remove(found)
        return Response(200, found)

    def _timeline(self, request: Request) -> Response:
        before = int(request.first("max_id", "9" * 18))
        older = [status for status in reversed(self.statuses) if int(status["id"]) < before]
        return Response(200, older[: int(request.first("limit", "20"))])

    def _upload(self, request: Request) -> Response:
        fields = form_parts(request)
        mime, content = fields["file"]
        media_id = str(next(self._ids))
        video = mime.startswith("video/")
        self.media[media_id] = {
            "mime": mime,
            "content": content,
            "left": self.processing if video else 0,
            "alt": fields.get("description", ("", b""))[1].decode(),
            "thumbnail": fields.get("thumbnail", ("", b""))[1],
        }
        return Response(202 if video else 200, self._attachment(media_id))

    def _media(self, media_id: str) -> Response:
        if media_id not in self.media:
            return no(404, "Record not found")
        left = self.media[media_id]["left"]
        self.media[media_id]["left"] = max(0, left - 1)
        return Response(206 if left else 200, self._attachment(media_id))

    def _attachment(self, media_id: str) -> dict[str, Any]:
        media = self.media[media_id]
        url = None if media["left"] else f"{self.url}/media/{media_id}"
        kind = media["mime"].split("/")[0]
        return {"id": media_id, "type": kind, "url": url, "description": media["alt"] or None}

    def _post(self, request: Request) -> Response:
        wanted = request.json()
        key = request.headers.get("idempotency-key", "")
        made, status = self.keys.get(key, (None, None))
        if made and status and self._now() - made < KEY_LIVES:
            return Response(200, status)
        if problem := self._problem(wanted):
            return no(422, f"Validation failed: {problem}")
        status = self._make(wanted)
        self.statuses.append(status)
        self.sources[status["id"]] = wanted["status"]
        self.keys[key] = (self._now(), status)
        return Response(200, status)

    def _problem(self, wanted: dict[str, Any]) -> str:
        media, under = wanted.get("media_ids", []), wanted.get("in_reply_to_id")
        if under and not any(status["id"] == under for status in self.statuses):
            return "The post you are trying to reply to does not appear to exist."
        if len(GRAPHEMES.findall(LINK.sub("x" * 23, wanted["status"]))) > 500:
            return "Text character limit of 500 exceeded"
        if not wanted["status"] and not media:
            return "Text can't be blank"
        if any(one not in self.media for one in media):
            return "Media not found"
        if any(self.media[one]["left"] for one in media):
            return "Cannot attach files that have not finished processing. Try again in a moment!"
        return ""

    def _make(self, wanted: dict[str, Any]) -> dict[str, Any]:
        status_id = str(next(self._ids))
        return {
            "id": status_id,
            "in_reply_to_id": wanted.get("in_reply_to_id"),
            "uri": f"{self.url}/users/kesar/statuses/{status_id}",
            "url": f"{self.url}/@kesar/{status_id}",
            "created_at": self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "content": rendered(wanted["status"]),
            "visibility": wanted.get("visibility"),
            "language": wanted.get("language"),
            "spoiler_text": wanted.get("spoiler_text", ""),
            "media_attachments": [self._attachment(one) for one in wanted.get("media_ids", [])],
            "favourites_count": 0,
            "reblogs_count": 0,
            "replies_count": 0,
            "quotes_count": 0,
        }


def rendered(text: str) -> str:
    """The HTML a server makes of a text: shortened links, tags and mentions with their spans."""
    paragraphs = [_inline(html.escape(part, quote=False)).replace("\n", "<br />") for part in re.split(r"\n{2,}", text)]
    return "".join(f"<p>{part}</p>" for part in paragraphs)


def _inline(text: str) -> str:
    text = LINK.sub(lambda match: _link(match[0]), text)
    text = TAG.sub(r'<a href="/tags/\1" class="mention hashtag" rel="tag">#<span>\1</span></a>', text)
    return MENTION.sub(r'<span class="h-card"><a href="/@\1" class="u-url mention">@<span>\1</span></a></span>', text)


def _link(url: str) -> str:
    scheme, rest = url.split("://", 1)
    shown, hidden = rest[:30], rest[30:]
    ellipsis = ' class="ellipsis"' if hidden else ""
    return (
        f'<a href="{url}" target="_blank" rel="nofollow noopener"><span class="invisible">{scheme}://</span>'
        f'<span{ellipsis}>{shown}</span><span class="invisible">{hidden}</span></a>'
    )
