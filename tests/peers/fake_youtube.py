"""YouTube by hand, from the fact sheet: sessions with 308, locks, updates that erase, a hub."""

import base64
import hashlib
import hmac
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.peers.fake_reports import FakeReports
from tests.peers.wire import Request, Response, Server

CLIENT, SECRET = "kesar.apps.googleusercontent.example", "GOCSPX-kesar-19"
TOKEN, REFRESH, NARROW = "ya29.kesar-5c1d", "1//kesar-refresh-42", "ya29.kesar-narrow"
CHANNEL, UPLOADS = "UCkesar000000000000000001", "UUkesar000000000000000001"
PREFIX = "https://www.googleapis.com/auth/"
ALL = " ".join(
    PREFIX + name for name in ("youtube.upload", "youtube.force-ssl", "youtube.readonly", "yt-analytics.readonly")
)
QUARTER = 256 * 1024
MUTABLE_STATUS = (
    "privacyStatus", "publishAt", "license", "embeddable", "publicStatsViewable", "selfDeclaredMadeForKids",
    "containsSyntheticMedia",
)  # fmt: skip
MUTABLE_SNIPPET = ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage")
USUAL = {"privacyStatus": "public", "license": "youtube", "embeddable": True, "publicStatsViewable": True}


def no(status: int, reason: str, words: str = "", domain: str = "youtube.video") -> Response:
    message = words or reason
    rows = [{"message": message, "domain": domain, "reason": reason}]
    return Response(status, {"error": {"code": status, "message": message, "errors": rows, "status": "FAILED"}})


@dataclass
class Session:
    """A resumable upload."""

    body: dict[str, Any]
    size: int
    mime: str
    opened: datetime
    content: bytearray = field(default_factory=bytearray)
    video: str = ""


class FakeYouTube(Server):
    """One channel. `audited`: else uploads stay private. `forgets`: a time comes and the video stays private.

    `stores`: how many bytes of the next pieces are kept, one number each (0: a 308 without Range). `uploads_left`: the
    day's bucket. `takes_as`: the uploadStatus of the next videos with its reason.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._numbers = itertools.count(1)
        self.tokens = {TOKEN: ALL, NARROW: PREFIX + "youtube.readonly"}
        self.refreshes = {REFRESH: ALL}
        self.codes: dict[str, dict[str, str]] = {}
        self.sessions: dict[str, Session] = {}
        self.posts: list[dict[str, Any]] = []
        self.contents: dict[str, bytes] = {}
        self.thumbnails: dict[str, bytes] = {}
        self.playlists: dict[str, list[str]] = {"PLkesar": []}
        self.comments: list[dict[str, str]] = []
        self.audited, self.forgets, self.has_channel = True, False, True
        self.stores: list[int] = []
        self.uploads_left = 10**6
        self.takes_as: list[dict[str, str]] = []
        self.hub: dict[tuple[str, str], dict[str, str]] = {}
        self.reports = FakeReports(CHANNEL, now)
        self.subscribers: int | None = 1230
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        open_calls: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/o/oauth2/v2/auth"): self._consent,
            ("POST", "/token"): self._token,
            ("POST", "/revoke"): self._revoke,
            ("POST", "/subscribe"): self._hub,
            ("PUT", "/upload/youtube/v3/videos"): self._bytes,
        }
        if call := open_calls.get((request.method, request.path)):
            return call(request)
        return self._refused(request) or self._api(request)

    def _refused(self, request: Request) -> Response | None:
        scopes = self.tokens.get(request.bearer)
        if scopes is None:
            return no(401, "authError", "Invalid Credentials", "global")
        reads = request.method == "GET"
        needed = (
            "yt-analytics.readonly"
            if request.path == "/v2/reports"
            else "youtube.upload"
            if request.path.startswith("/upload/")
            else "youtube.readonly"
            if reads
            else "youtube.force-ssl"
        )
        if PREFIX + needed not in scopes.split():
            return no(403, "insufficientPermissions", "Request had insufficient authentication scopes.", "global")
        return None

    def _api(self, request: Request) -> Response:
        self._let_time_pass()
        calls: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("POST", "/upload/youtube/v3/videos"): self._open,
            ("POST", "/upload/youtube/v3/thumbnails/set"): self._thumbnail,
            ("GET", "/youtube/v3/videos"): self._list,
            ("PUT", "/youtube/v3/videos"): self._update,
            ("DELETE", "/youtube/v3/videos"): self._delete,
            ("GET", "/youtube/v3/channels"): self._channels,
            ("GET", "/youtube/v3/playlistItems"): self._items,
            ("GET", "/v2/reports"): self.reports.answer,
            ("POST", "/youtube/v3/playlistItems"): self._add,
            ("GET", "/youtube/v3/commentThreads"): self._threads,
            ("POST", "/youtube/v3/commentThreads"): self._comment,
        }
        call = calls.get((request.method, request.path))
        return call(request) if call else no(404, "notFound", "Not Found", "global")

    # Consent

    def _consent(self, request: Request) -> Response:
        good = (request.first("client_id"), request.first("access_type"), request.first("code_challenge_method"))
        if good != (CLIENT, "offline", "S256"):
            return Response(400, "<p>Error 400: invalid_request</p>", {"Content-Type": "text/html"})
        code = f"4/code-{next(self._numbers)}"
        self.codes[code] = {name: request.first(name) for name in ("code_challenge", "redirect_uri", "scope")}
        back, state = request.first("redirect_uri"), request.first("state")
        yes = f"{back}?{urlencode({'state': state, 'code': code, 'scope': request.first('scope')})}"
        denied = f"{back}?{urlencode({'state': state, 'error': 'access_denied'})}"
        page = f'<!doctype html><title>Google</title><a id="allow" href="{yes.replace("&", "&amp;")}">Allow</a>'
        page += f' <a id="deny" href="{denied.replace("&", "&amp;")}">Cancel</a>'
        return Response(200, page, {"Content-Type": "text/html; charset=utf-8"})

    def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return Response(401, {"error": "invalid_client", "error_description": "The OAuth client was not found."})
        if form.get("grant_type") == "refresh_token":
            scope = self.refreshes.get(form.get("refresh_token", ""))
            if scope is None:
                words = "Token has been expired or revoked."
                return Response(400, {"error": "invalid_grant", "error_description": words})
            return self._grant(scope)
        begun = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if not begun or begun["redirect_uri"] != form.get("redirect_uri") or begun["code_challenge"] != challenge:
            return Response(400, {"error": "invalid_grant", "error_description": "Malformed auth code."})
        refresh = f"1//made-{next(self._numbers)}"
        self.refreshes[refresh] = begun["scope"]
        return self._grant(begun["scope"], refresh_token=refresh)

    def _grant(self, scope: str, **more: str) -> Response:
        access = f"ya29.made-{next(self._numbers)}"
        self.tokens[access] = scope
        return Response(
            200, {"access_token": access, "expires_in": 3599, "scope": scope, "token_type": "Bearer", **more}
        )

    def _revoke(self, request: Request) -> Response:
        given = parse_qs(request.body.decode()).get("token", [""])[0] or request.first("token")
        if given not in self.refreshes and given not in self.tokens:
            return Response(400, {"error": "invalid_token", "error_description": "Token expired or revoked"})
        self.tokens.clear()
        self.refreshes.clear()
        return Response(200, {})

    # Uploads

    def _open(self, request: Request) -> Response:
        if request.first("uploadType") != "resumable" or "x-upload-content-length" not in request.headers:
            return no(400, "mediaBodyRequired")
        if self.uploads_left <= 0:
            return no(
                403,
                "quotaExceeded",
                "The request cannot be completed because you have exceeded your quota.",
                "youtube.quota",
            )
        self.uploads_left -= 1
        body = request.json()
        if problem := _problem(body):
            return no(400, problem)
        upload_id = f"AB{next(self._numbers):06d}"
        size = int(request.headers["x-upload-content-length"])
        self.sessions[upload_id] = Session(body, size, request.headers["x-upload-content-type"], self._now())
        address = f"{self.url}/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status&upload_id={upload_id}"
        return Response(200, b"", {"Location": address, "X-GUploader-UploadID": upload_id})

    def _bytes(self, request: Request) -> Response:
        session = self.sessions.get(request.first("upload_id"))
        if session is None or self._now() - session.opened > timedelta(days=7):
            return no(404, "notFound", "Not Found", "global")
        if session.video:
            return Response(200, self._resource(self._post(session.video)))
        given = request.headers.get("content-range", "")
        if given == f"bytes */{session.size}" and not request.body:
            return self._middle(session)
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", given)
        if match is None:
            return no(400, "badRequest", "Failed to parse Content-Range header.")
        first, last, total = map(int, match.groups())
        whole = len(request.body) == last - first + 1 and total == session.size
        if not whole or first != len(session.content) or (last != total - 1 and (last + 1 - first) % QUARTER):
            return no(400, "badRequest", "The range is not the next one, or not a multiple of 256 KiB.")
        kept = self.stores.pop(0) if self.stores else len(request.body)
        session.content += request.body[:kept]
        return self._finish(session) if len(session.content) == session.size else self._middle(session)

    def _middle(self, session: Session) -> Response:
        stored = {"Range": f"bytes=0-{len(session.content) - 1}"} if session.content else {}
        return Response(308, b"", stored)

    def _finish(self, session: Session) -> Response:
        video = f"vid{next(self._numbers):08d}"
        status = {**USUAL, **session.body.get("status", {}), "uploadStatus": "uploaded"}
        status |= self.takes_as.pop(0) if self.takes_as else {}
        if not self.audited:
            status["privacyStatus"] = "private"
            status.pop("publishAt", None)
        published = self._now().isoformat(timespec="seconds").replace("+00:00", "Z")
        snippet = {**session.body["snippet"], "channelId": CHANNEL, "publishedAt": published}
        counts = {"viewCount": "0", "likeCount": "0", "commentCount": "0", "favoriteCount": "0"}
        self.posts.append({"id": video, "snippet": snippet, "status": status, "statistics": counts})
        self.contents[video] = bytes(session.content)
        session.video = video
        return Response(200, self._resource(self.posts[-1]))

    def _resource(self, post: dict[str, Any], parts: str = "snippet,status") -> dict[str, Any]:
        return {
            "kind": "youtube#video",
            "etag": "e1",
            "id": post["id"],
            **{part: post[part] for part in parts.split(",")},
        }

    def _post(self, video: str) -> dict[str, Any]:
        return next(one for one in self.posts if one["id"] == video)

    def _let_time_pass(self) -> None:
        for post in self.posts:
            status = post["status"]
            at = status.get("publishAt")
            if at and not self.forgets and datetime.fromisoformat(at) <= self._now():
                status["privacyStatus"] = "public"
                del status["publishAt"]

    def _thumbnail(self, request: Request) -> Response:
        if request.headers.get("content-type") not in {"image/jpeg", "image/png"}:
            return no(400, "invalidImage")
        self.thumbnails[request.first("videoId")] = request.body
        picture = {"url": f"{self.url}/t.jpg", "width": 120, "height": 90}
        return Response(200, {"kind": "youtube#thumbnailSetResponse", "etag": "e", "items": [{"default": picture}]})

    # Videos

    def _list(self, request: Request) -> Response:
        wanted = request.first("id").split(",")
        if len(wanted) > 50:
            return no(400, "invalidParameter")
        found = [self._resource(one, request.first("part")) for one in self.posts if one["id"] in wanted]
        page = {"totalResults": len(found), "resultsPerPage": len(found)}
        return Response(200, {"kind": "youtube#videoListResponse", "etag": "e", "items": found, "pageInfo": page})

    def _update(self, request: Request) -> Response:
        """What is left out of a part that was sent is erased."""
        body, parts = request.json(), request.first("part").split(",")
        post = next((one for one in self.posts if one["id"] == body.get("id")), None)
        if post is None:
            return no(404, "videoNotFound")
        for part, names in (("status", MUTABLE_STATUS), ("snippet", MUTABLE_SNIPPET)):
            if part not in parts:
                continue
            given = body.get(part, {})
            kept = {name: value for name, value in post[part].items() if name not in names}
            usual = {"privacyStatus": "public"} if part == "status" else {}
            post[part] = {**usual, **kept, **{name: given[name] for name in names if name in given}}
        if not self.audited:
            post["status"]["privacyStatus"] = "private"
        return Response(200, self._resource(post, request.first("part")))

    def _delete(self, request: Request) -> Response:
        found = [one for one in self.posts if one["id"] == request.first("id")]
        if not found:
            return no(404, "videoNotFound", "The video that you are trying to delete cannot be found.")
        self.posts.remove(found[0])
        return Response(204)

    def _channels(self, request: Request) -> Response:
        row = {
            "kind": "youtube#channel", "etag": "e", "id": CHANNEL,
            "snippet": {
                "title": "Kesar Naturals", "customUrl": "@kesarnaturals",
                "thumbnails": {"default": {"url": "https://yt3.example/k.jpg"}},
            },
            "statistics": {
                "viewCount": "91000", "videoCount": str(len(self.posts)),
                **({"subscriberCount": str(self.subscribers)} if self.subscribers is not None else {}),
                "hiddenSubscriberCount": self.subscribers is None,
            },
            "contentDetails": {"relatedPlaylists": {"uploads": UPLOADS}},
        }  # fmt: skip
        page, is_told = {"totalResults": 1, "resultsPerPage": 5}, request.first("id", CHANNEL) == CHANNEL
        parts = {*request.first("part").split(","), "kind", "etag", "id"}
        row = {name: value for name, value in row.items() if name in parts}
        empty = {"kind": "youtube#channelListResponse", "etag": "e", "pageInfo": page}
        return Response(200, {**empty, "items": [row]} if self.has_channel and is_told else empty)

    # Playlists and comments

    def _items(self, request: Request) -> Response:
        playlist, video = request.first("playlistId"), request.first("videoId")
        uploads = [one["id"] for one in reversed(self.posts)]
        if playlist != UPLOADS and playlist not in self.playlists:
            return no(404, "playlistNotFound", domain="youtube.playlistItem")
        ids = uploads if playlist == UPLOADS else self.playlists[playlist]
        ids = [one for one in ids if not video or one == video]
        start, most = int(request.first("pageToken") or 0), int(request.first("maxResults") or 5)
        rows = [self._item(one, playlist, request.first("part")) for one in ids[start : start + most]]
        more = {"nextPageToken": str(start + most)} if len(ids) > start + most else {}
        page = {"totalResults": len(ids), "resultsPerPage": most}
        return Response(
            200, {"kind": "youtube#playlistItemListResponse", "etag": "e", "items": rows, "pageInfo": page, **more}
        )

    def _item(self, video: str, playlist: str, parts: str) -> dict[str, Any]:
        said = self._post(video)["snippet"]
        snippet = {name: said[name] for name in ("title", "description", "publishedAt", "channelId") if name in said}
        whole = {
            "snippet": {**snippet, "playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}},
            "contentDetails": {"videoId": video, "videoPublishedAt": said["publishedAt"]},
        }
        return {
            "kind": "youtube#playlistItem",
            "etag": "e",
            "id": f"i-{video}",
            **{part: whole[part] for part in parts.split(",")},
        }

    def _add(self, request: Request) -> Response:
        snippet = request.json()["snippet"]
        if snippet["playlistId"] not in self.playlists:
            return no(404, "playlistNotFound", "The playlist cannot be found.", "youtube.playlistItem")
        self.playlists[snippet["playlistId"]].append(snippet["resourceId"]["videoId"])
        return Response(200, {"kind": "youtube#playlistItem", "etag": "e", "id": "i1", "snippet": snippet})

    def _threads(self, request: Request) -> Response:
        mine = [one for one in reversed(self.comments) if one["video"] == request.first("videoId")]
        rows = [_thread(one["video"], one["text"]) for one in mine]
        page = {"totalResults": len(rows), "resultsPerPage": 20}
        return Response(
            200, {"kind": "youtube#commentThreadListResponse", "etag": "e", "items": rows, "pageInfo": page}
        )

    def _comment(self, request: Request) -> Response:
        snippet = request.json()["snippet"]
        video, text = snippet["videoId"], snippet["topLevelComment"]["snippet"]["textOriginal"]
        status = self._post(video)["status"]
        if status["privacyStatus"] == "private" or status.get("selfDeclaredMadeForKids"):
            return no(403, "commentsDisabled", "The video has disabled comments.", "youtube.commentThread")
        self.comments.append({"video": video, "text": text})
        return Response(200, _thread(video, text))

    # The hub

    def _hub(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if not form.get("hub.callback", "").startswith("http") or form.get("hub.verify") not in {"async", "sync"}:
            return Response(400, "hub.callback is required", {"Content-Type": "text/plain"})
        self.hub[form["hub.topic"], form["hub.callback"]] = form
        return Response(202, b"", {"Content-Type": "text/plain"})


def _thread(video: str, text: str) -> dict[str, Any]:
    said = {"textOriginal": text, "textDisplay": text, "videoId": video}
    top = {"kind": "youtube#comment", "etag": "e", "id": "c1", "snippet": said}
    snippet = {"videoId": video, "channelId": CHANNEL, "topLevelComment": top, "canReply": True, "isPublic": True}
    return {"kind": "youtube#commentThread", "etag": "e", "id": "c1", "snippet": snippet}


def _problem(body: dict[str, Any]) -> str:
    snippet, status = body.get("snippet", {}), body.get("status", {})
    title, description = snippet.get("title", ""), snippet.get("description", "")
    if not title or len(title) > 100 or set(title) & set("<>"):
        return "invalidTitle"
    if len(description.encode()) > 5000 or set(description) & set("<>"):
        return "invalidDescription"
    if sum(len(tag) + 2 * (" " in tag) + 1 for tag in snippet.get("tags", [])) > 501:
        return "invalidTags"
    if not str(snippet.get("categoryId", "")).isdigit():
        return "invalidCategoryId"
    if status.get("publishAt") and status.get("privacyStatus") != "private":
        return "invalidPublishAt"
    return ""


def feed(video: str, *, channel: str = CHANNEL, updated: str = "2026-10-01T09:00:05+00:00") -> bytes:
    """What the hub sends of a video that stands."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom">
 <link rel="self" href="https://www.youtube.com/xml/feeds/videos.xml?channel_id={channel}"/>
 <entry><id>yt:video:{video}</id><yt:videoId>{video}</yt:videoId><yt:channelId>{channel}</yt:channelId><title>T</title>
 <link rel="alternate" href="https://www.youtube.com/watch?v={video}"/>
 <author><name>C</name><uri>https://www.youtube.com/channel/{channel}</uri></author>
 <published>2026-10-01T09:00:00+00:00</published><updated>{updated}</updated></entry></feed>""".encode()


def grave(video: str, *, channel: str = CHANNEL) -> bytes:
    """What the hub sends of a video that is gone."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns="http://www.w3.org/2005/Atom">
 <at:deleted-entry ref="yt:video:{video}" when="2026-10-02T09:00:00+00:00">
 <link href="https://www.youtube.com/watch?v={video}"/>
 <at:by><name>C</name><uri>https://www.youtube.com/channel/{channel}</uri></at:by></at:deleted-entry></feed>""".encode()


def sign(body: bytes, secret: str) -> str:
    """The header the hub sends along."""
    return "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
