"""TikTok by hand, from the fact sheet: envelopes, pieces of files, moderation, what an account may not do."""

import hashlib
import hmac
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx

from tests.peers.wire import Request, Response, Server

KEY, SECRET = "kesar-client-key", "kesar-client-secret-71"
TOKEN, REFRESH, NARROW = "act.kesar-3b1c", "rft.kesar-77aa", "act.kesar-narrow"
EVERYTHING = "user.info.basic,video.publish,video.upload,user.info.profile,user.info.stats,video.list"
LEVELS = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
NEEDS = {
    "/v2/post/publish/creator_info/query/": "video.publish",
    "/v2/post/publish/video/init/": "video.publish",
    "/v2/post/publish/inbox/video/init/": "video.upload",
    "/v2/video/list/": "video.list",
    "/v2/video/query/": "video.list",
}
PER_MINUTE = {"creator_info": 20, "init": 6, "status": 30}
FIELD_SCOPES = {
    "username": "user.info.profile",
    "profile_deep_link": "user.info.profile",
    "bio_description": "user.info.profile",
    "follower_count": "user.info.stats",
    "following_count": "user.info.stats",
    "likes_count": "user.info.stats",
    "video_count": "user.info.stats",
}


def ok(data: dict[str, Any]) -> Response:
    return Response(200, {"data": data, "error": {"code": "ok", "message": "", "log_id": "20261120"}})


def no(status: int, code: str, message: str = "") -> Response:
    return Response(status, {"data": {}, "error": {"code": code, "message": message or code, "log_id": "20261120"}})


def flat(code: str, words: str) -> Response:
    return Response(400, {"error": code, "error_description": words, "log_id": "20261120"})


@dataclass
class Upload:
    """One post on its way."""

    publish_id: str
    token: str
    opened: datetime
    info: dict[str, Any]
    kind: str
    size: int = 0
    chunk: int = 0
    count: int = 0
    content: bytearray = field(default_factory=bytearray)
    pictures: list[bytes] = field(default_factory=list)
    looks: int = 0
    fail_reason: str = ""
    post: dict[str, Any] | None = None
    draft: bool = False


class FakeTikTok(Server):
    """One creator. `processing` looks at the status go by before a post stands, `moderation` more until it has an id.

    `limited`: calls a minute are counted. `fails`: what processing refuses the next posts with.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._ids = itertools.count(7_300_000_000_000_000_001)
        self._secrets = itertools.count(1)
        self.tokens = {TOKEN: EVERYTHING, NARROW: "user.info.basic"}
        self.refreshes = {REFRESH}
        self.codes: dict[str, dict[str, str]] = {}
        self.creator: dict[str, Any] = {
            "creator_avatar_url": "https://p16.example/kesar.jpg",
            "creator_username": "kesar.naturals",
            "creator_nickname": "Kesar Naturals",
            "privacy_level_options": LEVELS,
            "comment_disabled": False,
            "duet_disabled": False,
            "stitch_disabled": False,
            "max_video_post_duration_sec": 300,
        }
        self.audited, self.limited = True, False
        self.processing, self.moderation = 0, 0
        self.fails: list[str] = []
        self.verified = ["http://127.0.0.1", "https://media.trenddrop.example/"]
        self.uploads: dict[str, Upload] = {}
        self.posts: list[dict[str, Any]] = []
        self.drafts: list[Upload] = []
        self.followers, self.is_gone = 1200, False
        self._asked: set[str] = set()
        self._calls: list[tuple[str, str, datetime]] = []
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        if request.path == "/v2/auth/authorize/":
            return self._consent(request)
        if request.path.startswith("/v2/oauth/") and request.method == "POST":
            return self._oauth(request)
        if request.path == "/video/" and request.method == "PUT":
            return self._piece(request)
        return self._refused(request) or self._api(request)

    def _refused(self, request: Request) -> Response | None:
        scopes = self.tokens.get(request.bearer, "").split(",")
        if request.bearer not in self.tokens:
            return no(401, "access_token_invalid", "The access token is invalid or not found in the request.")
        needed = NEEDS.get(request.path)
        if needed and needed not in scopes:
            return no(401, "scope_not_authorized", f"The user did not authorize the scope {needed}.")
        if request.method == "POST" and request.headers.get("content-type") != "application/json; charset=UTF-8":
            return no(400, "invalid_params", "Content-Type must be application/json; charset=UTF-8")
        return self._too_many(request)

    def _too_many(self, request: Request) -> Response | None:
        name = next((one for one in PER_MINUTE if one in request.path), "")
        if not name or not self.limited:
            return None
        now = self._now()
        mine = [one for one in self._calls if one[:2] == (name, request.bearer)]
        recent = [one for one in mine if now - one[2] < timedelta(minutes=1)]
        self._calls.append((name, request.bearer, now))
        if len(recent) < PER_MINUTE[name]:
            return None
        return no(429, "rate_limit_exceeded", "The API rate limit was exceeded.")

    def _api(self, request: Request) -> Response:
        calls: dict[str, Callable[[Request], Response]] = {
            "/v2/user/info/": self._user,
            "/v2/post/publish/creator_info/query/": self._creator,
            "/v2/post/publish/video/init/": self._init,
            "/v2/post/publish/inbox/video/init/": self._init,
            "/v2/post/publish/content/init/": self._photos,
            "/v2/post/publish/status/fetch/": self._status,
            "/v2/video/list/": self._list,
            "/v2/video/query/": self._query,
        }
        wanted = "GET" if request.path == "/v2/user/info/" else "POST"
        call = calls.get(request.path) if request.method == wanted else None
        return call(request) if call else no(404, "invalid_params", "Unsupported path")

    # Consent

    def _consent(self, request: Request) -> Response:
        """A page with two links, as a person sees it; `code` is good once."""
        if request.first("client_key") != KEY or request.first("response_type") != "code":
            return Response(400, "<p>Unknown client_key</p>", {"Content-Type": "text/html"})
        code = f"code-{next(self._secrets)}*0!{len(self.codes)}"
        self.codes[code] = {name: request.first(name) for name in ("code_challenge", "redirect_uri", "scope")}
        back, state = request.first("redirect_uri"), request.first("state")
        yes = f"{back}?{urlencode({'code': code, 'scopes': request.first('scope'), 'state': state})}"
        denied = f"{back}?{urlencode({'error': 'access_denied', 'error_description': 'No', 'state': state})}"
        page = f'<!doctype html><title>TikTok</title><h1>TikTok</h1><a id="allow" href="{_html(yes)}">Authorize</a> '
        page += f'<a id="deny" href="{_html(denied)}">Cancel</a>'
        return Response(200, page, {"Content-Type": "text/html; charset=utf-8"})

    def _oauth(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if (form.get("client_key"), form.get("client_secret")) != (KEY, SECRET):
            return flat("invalid_client", "Client key or secret is incorrect.")
        if request.path == "/v2/oauth/revoke/":
            self.tokens.pop(form.get("token", ""), None)
            self.refreshes.clear()
            return Response(200, b"")
        if form.get("grant_type") == "refresh_token":
            if form.get("refresh_token") not in self.refreshes:
                return flat("invalid_grant", "Refresh token is invalid or expired.")
            self.refreshes.discard(form["refresh_token"])
            return self._tokens(EVERYTHING)
        return self._exchange(form)

    def _exchange(self, form: dict[str, str]) -> Response:
        begun = self.codes.pop(form.get("code", ""), None)
        if begun is None or begun["redirect_uri"] != form.get("redirect_uri"):
            return flat("invalid_grant", "Authorization code is expired.")
        # Hexadecimal, where RFC 7636 has base64url.
        if hashlib.sha256(form.get("code_verifier", "").encode()).hexdigest() != begun["code_challenge"]:
            return flat("invalid_request", "Code verifier or code challenge is invalid.")
        return self._tokens(begun["scope"])

    def _tokens(self, scope: str) -> Response:
        number = next(self._secrets)
        access, refresh = f"act.made-{number}", f"rft.made-{number}"
        self.tokens[access] = scope
        self.refreshes.add(refresh)
        made = {"access_token": access, "expires_in": 86400, "open_id": "open-kesar", "refresh_token": refresh}
        return Response(200, {**made, "refresh_expires_in": 31536000, "scope": scope, "token_type": "Bearer"})

    # The account

    def _user(self, request: Request) -> Response:
        names = request.first("fields").split(",")
        scopes = self.tokens[request.bearer].split(",")
        if any(FIELD_SCOPES.get(name, "user.info.basic") not in scopes for name in names):
            return no(401, "scope_not_authorized", "The user did not authorize the scope required.")
        known = {
            "open_id": "open-kesar", "avatar_url": "https://p16.example/kesar.jpg", "display_name": "Kesar Naturals",
            "username": "kesar.naturals", "profile_deep_link": "https://vm.tiktok.example/kesar",
            "follower_count": self.followers, "following_count": 12, "video_count": len(self.posts),
            "likes_count": sum(post["counts"]["like_count"] for post in self.posts),
        }  # fmt: skip
        if self.is_gone:
            return ok({"user": {}})
        return ok({"user": {name: known[name] for name in names}})

    def _creator(self, request: Request) -> Response:
        self._asked.add(request.bearer)
        return ok(dict(self.creator))

    # Posting

    def _init(self, request: Request) -> Response:
        body = request.json()
        draft = "/inbox/" in request.path
        source = body.get("source_info", {})
        if draft and set(body) != {"source_info"}:
            return no(400, "invalid_params", "post_info is not taken here")
        if problem := _pieces_problem(source):
            return no(400, "invalid_params", problem)
        if not draft and (refused := self._info_refused(request, body.get("post_info", {}))):
            return refused
        upload = self._begin(request, body.get("post_info", {}), "video", draft=draft)
        upload.size, upload.chunk = source["video_size"], source["chunk_size"]
        upload.count = source["total_chunk_count"]
        signed = urlencode({"upload_id": upload.publish_id, "upload_token": f"sig-{upload.publish_id}"})
        return ok({"publish_id": upload.publish_id, "upload_url": f"{self.url}/video/?{signed}"})

    def _begin(self, request: Request, info: dict[str, Any], kind: str, *, draft: bool) -> Upload:
        number = next(self._ids)
        mark = "inbox" if draft else "pub"
        publish_id = f"{kind[0]}_{mark}_{'file' if kind == 'video' else 'url'}~v2-1.{number}"
        upload = Upload(publish_id, request.bearer, self._now(), info, kind, draft=draft)
        upload.fail_reason = self.fails.pop(0) if self.fails else ""
        self.uploads[publish_id] = upload
        return upload

    def _info_refused(self, request: Request, info: dict[str, Any]) -> Response | None:
        if request.bearer not in self._asked:
            return no(400, "invalid_params", "creator_info has to be asked before each post")
        self._asked.discard(request.bearer)
        level = info.get("privacy_level")
        if level not in self.creator["privacy_level_options"]:
            return no(403, "privacy_level_option_mismatch", "privacy_level is not one of privacy_level_options")
        if not self.audited and level != "SELF_ONLY":
            return no(403, "unaudited_client_can_only_post_to_private_accounts", "Unaudited client")
        for switch in ("comment", "duet", "stitch"):
            if self.creator[f"{switch}_disabled"] and not info.get(f"disable_{switch}", True):
                return no(400, "invalid_params", f"{switch} is disabled for this creator")
        if len(info.get("title", "").encode("utf-16-le")) // 2 > 2200:
            return no(400, "invalid_params", "title is too long")
        return None

    def _piece(self, request: Request) -> Response:
        upload = self.uploads.get(request.first("upload_id"))
        if upload is None:
            return no(404, "upload_not_found")
        if request.bearer or request.first("upload_token") != f"sig-{upload.publish_id}":
            return no(403, "signature_mismatch", "The address signs for itself")
        if self._now() - upload.opened > timedelta(hours=1) or upload.post is not None:
            return no(403, "upload_url_expired")
        if problem := self._range_problem(request, upload):
            return problem
        upload.content += request.body
        done = {"Content-Range": f"bytes 0-{len(upload.content) - 1}/{upload.size}"}
        if len(upload.content) < upload.size:
            return Response(206, b"", done)
        self._arrived(upload)
        return Response(201, b"", done)

    def _range_problem(self, request: Request, upload: Upload) -> Response | None:
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers.get("content-range", ""))
        if not match or request.headers.get("content-type") not in {"video/mp4", "video/quicktime", "video/webm"}:
            return no(400, "invalid_params", "Content-Range or Content-Type")
        first, last, total = map(int, match.groups())
        number = first // upload.chunk
        end = upload.size - 1 if number >= upload.count - 1 else first + upload.chunk - 1
        if total != upload.size or last - first + 1 != len(request.body):
            return no(400, "invalid_params", "the range is not the body's")
        if first != len(upload.content) or last != end:
            return no(416, "range_not_satisfiable", f"expected {len(upload.content)}-{end}")
        return None

    def _arrived(self, upload: Upload) -> None:
        upload.post = {}
        if upload.fail_reason:
            return
        if upload.draft:
            self.drafts.append(upload)
            return
        upload.post = {
            "id": str(next(self._ids)),
            "publish_id": upload.publish_id,
            "text": upload.info.get("title" if upload.kind == "video" else "description", ""),
            "level": upload.info["privacy_level"],
            "info": upload.info,
            "media": [bytes(upload.content)] if upload.kind == "video" else upload.pictures,
            "kind": upload.kind,
            "created": int(self._now().timestamp()),
            "counts": {"like_count": 0, "comment_count": 0, "share_count": 0, "view_count": 0},
        }
        self.posts.append(upload.post)

    def _photos(self, request: Request) -> Response:
        body = request.json()
        addresses = body["source_info"]["photo_images"]
        draft = body["post_mode"] == "MEDIA_UPLOAD"
        if body.get("media_type") != "PHOTO" or not 1 <= len(addresses) <= 35:
            return no(400, "invalid_params", "photo_images")
        if any(not one.startswith(tuple(self.verified)) for one in addresses):
            return no(403, "url_ownership_unverified", "Please review our URL ownership verification rules")
        if not draft and (refused := self._info_refused(request, body["post_info"])):
            return refused
        if len(body["post_info"].get("title", "").encode("utf-16-le")) // 2 > 90:
            return no(400, "invalid_params", "title is too long")
        upload = self._begin(request, body["post_info"], "photo", draft=draft)
        upload.pictures = [httpx.get(address, trust_env=False).content for address in addresses]
        self._arrived(upload)
        return ok({"publish_id": upload.publish_id})

    def _status(self, request: Request) -> Response:
        upload = self.uploads.get(request.json().get("publish_id"))
        if upload is None:
            return no(400, "invalid_publish_id", "publish_id is invalid")
        if upload.token != request.bearer and upload.token in self.tokens and request.bearer == NARROW:
            return no(400, "token_not_authorized_for_specified_publish_id")
        if upload.post is None:
            return ok({"status": "PROCESSING_UPLOAD", "uploaded_bytes": len(upload.content), "downloaded_bytes": 0})
        upload.looks += 1
        if upload.looks <= self.processing:
            status = "PROCESSING_UPLOAD" if upload.kind == "video" else "PROCESSING_DOWNLOAD"
            return ok({"status": status, "uploaded_bytes": len(upload.content), "downloaded_bytes": 0})
        return ok(self._verdict(upload))

    def _verdict(self, upload: Upload) -> dict[str, Any]:
        if upload.fail_reason:
            return {"status": "FAILED", "fail_reason": upload.fail_reason}
        if upload.draft:
            return {"status": "SEND_TO_USER_INBOX"}
        assert upload.post is not None
        found: dict[str, Any] = {"status": "PUBLISH_COMPLETE"}
        if upload.post["level"] == "PUBLIC_TO_EVERYONE" and upload.looks > self.processing + self.moderation:
            found["publicaly_available_post_id"] = [int(upload.post["id"])]
        return found

    # Numbers

    def _list(self, request: Request) -> Response:
        body = request.json()
        before = body.get("cursor") or 10**15
        rows = [one for one in reversed(self._public()) if one["created"] * 1000 < before]
        page = rows[: min(20, body.get("max_count", 10))]
        videos = [self._row(one, request.first("fields")) for one in page]
        cursor = page[-1]["created"] * 1000 if page else 0
        return ok({"videos": videos, "cursor": cursor, "has_more": len(rows) > len(page)})

    def _query(self, request: Request) -> Response:
        ids = request.json()["filters"]["video_ids"]
        if len(ids) > 20:
            return no(400, "invalid_params", "at most 20 ids")
        found = [one for one in self._public() if one["id"] in ids]
        return ok({"videos": [self._row(one, request.first("fields")) for one in found]})

    def _public(self) -> list[dict[str, Any]]:
        return [one for one in self.posts if one["level"] == "PUBLIC_TO_EVERYONE" and one["kind"] == "video"]

    def _row(self, post: dict[str, Any], fields: str) -> dict[str, Any]:
        known = {
            "id": post["id"],
            "create_time": post["created"],
            "share_url": f"{self.url}/@kesar.naturals/video/{post['id']}",
            "video_description": post["text"],
            "title": post["text"][:90],
            **post["counts"],
        }
        return {name: known[name] for name in fields.split(",") if name in known}

    def event(self, name: str, content: dict[str, Any], *, at: datetime) -> tuple[bytes, dict[str, str]]:
        """A webhook's body and headers."""
        whole = {"client_key": KEY, "event": name, "create_time": int(at.timestamp()), "user_openid": "open-kesar"}
        body = json.dumps({**whole, "content": json.dumps(content)}).encode()
        return body, {"tiktok-signature": sign(body, at)}


def sign(body: bytes, at: datetime, *, secret: str = SECRET) -> str:
    """The header TikTok sends along."""
    moment = str(int(at.timestamp()))
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},s={signed}"


def _html(address: str) -> str:
    return address.replace("&", "&amp;")


def _pieces_problem(source: dict[str, Any]) -> str:
    """What is wrong with the way a file is cut: 1.3 of the fact sheet."""
    size, chunk, count = (source.get(name, 0) for name in ("video_size", "chunk_size", "total_chunk_count"))
    if source.get("source") != "FILE_UPLOAD" or size < 1:
        return "source"
    if size < 5_000_000:
        return "" if (chunk, count) == (size, 1) else "a small file goes in one piece"
    if not 5_000_000 <= chunk <= 64_000_000:
        return "chunk_size is not between 5 and 64 MB"
    if count != size // chunk or count > 1000:
        return "total_chunk_count is not floor(video_size / chunk_size)"
    return "" if size - chunk * (count - 1) <= 128_000_000 else "the last chunk is over 128 MB"
