"""Facebook Pages: unpublished posts and videos, upload handles, reels in three phases, stories, posts that wait.

Enforced: the Page's token and its task, `OAuth` at the uploaders, offsets, ten minutes to thirty days ahead, thirty
reels a day, no second text like the one before. `forgetful`: posts that wait are not published at their time.
`short`: the next upload takes only so many bytes.
"""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.peers.fake_graph import PAGE, FakeGraph, FakeUploads, Fields, gone, no, only, stamp, structure
from tests.peers.fake_insights import FACEBOOK, Told, of_page
from tests.peers.wire import Request, Response

DAY = timedelta(hours=24)
HANDLE = "kesar.naturals"


class FakeFacebook(FakeGraph):
    """One Page. `posts` holds what is public: feed posts, videos, reels and stories alike."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.objects: dict[str, Fields] = {}
        self.sessions: dict[str, Fields] = {}
        self.processing = 1
        self.forgetful = False
        self.told = Told(set(FACEBOOK), longest=90, followers=812)
        self.short: int | None = None
        self.spelled = itertools.cycle(["bytes_transferred", "bytes_transfered"])
        self.reels_a_day = 30
        super().__init__(now)
        self.uploads = FakeUploads(self.tokens, self._reel_bytes)

    def stop(self) -> None:
        self.uploads.stop()
        super().stop()

    def pages(self) -> list[Fields]:
        kesar, chai = super().pages()
        return [{**kesar, **self._page()}, {**chai, "tasks": ["ANALYZE"]}]

    def sign_in(self, request: Request, parts: list[str], fields: Fields) -> Response | None:
        if len(parts) == 2 and parts[1].startswith("upload:"):
            return self._handle_bytes(request, parts[1])
        return super().sign_in(request, parts, fields)

    # The uploader of handles

    def _handle_bytes(self, request: Request, name: str) -> Response:
        scheme, _blank, token = request.headers.get("authorization", "").partition(" ")
        session = self.sessions.get(name)
        if scheme != "OAuth" or token not in self.tokens or session is None:
            return no(190, "OAuth token expected", status=401) if session else gone()
        if request.method == "GET":
            return Response(200, {"id": name, "file_offset": len(session["content"])})
        if int(request.headers.get("file_offset", -1)) != len(session["content"]):
            return no(100, "file_offset does not match")
        session["content"] += self._taken(request.body)
        if len(session["content"]) < session["size"]:
            debug = {"retriable": True, "type": "PartialRequestError", "message": "Partial request"}
            return Response(200, {"debug_info": debug})
        return Response(200, {"h": f"handle-{name}"})

    def _taken(self, content: bytes) -> bytes:
        taken, self.short = content[: self.short] if self.short is not None else content, None
        return taken

    def _reel_bytes(self, video: str, offset: int, content: bytes, size: int) -> Response:
        reel = self.objects.get(video)
        if reel is None or offset != len(reel["content"]):
            debug = {"retriable": False, "type": "OffsetInvalidError", "message": "Request starting offset is invalid"}
            return Response(400, {"debug_info": debug})
        reel["content"] += self._taken(content)
        if len(reel["content"]) < size:
            debug = {"retriable": True, "type": "PartialRequestError", "message": "Partial request"}
            return Response(200, {"debug_info": debug})
        reel["whole"] = True
        return Response(200, {"success": True})

    # The graph

    def graph(self, method: str, parts: list[str], fields: Fields, token: str) -> Response:
        self._tick()
        if self.tokens[token] != PAGE:
            return no(200, "(#200) The user must have the task CREATE_CONTENT on the Page", status=403)
        if parts[-1:] == ["uploads"]:
            name = f"upload:{self.new_id()}"
            self.sessions[name] = {"size": int(fields["file_length"]), "content": b""}
            return Response(200, {"id": name})
        if parts[0] == PAGE:
            if self.told.is_gone:
                return gone()
            if parts[1:] == ["insights"]:
                return of_page(self.told, fields, token)
            return self._of_page(method, parts[1:], fields)
        found = self.objects.get(parts[0])
        if parts[-1] in {"insights", "video_insights"} and token in self.told.locked:
            return no(200, "(#200) Provide valid app ID: read_insights is wanting", status=403)
        return self._of_object(method, found, parts[1:], fields) if found else gone()

    def _page(self) -> Fields:
        link = f"https://www.facebook.com/{HANDLE}"
        picture = {"data": {"url": "https://www.facebook.com/kesar.jpg", "width": 50, "height": 50}}
        told = {"username": HANDLE, "link": link, "followers_count": self.told.followers, "picture": picture}
        told["fan_count"] = self.told.followers
        return {"id": PAGE, "name": "Kesar Naturals", **told}

    def _tick(self) -> None:
        for one in self.objects.values():
            if one["at"] and not one["public"] and one["at"] <= self.now() and not self.forgetful:
                self._show(one)

    def _of_page(self, method: str, edge: list[str], fields: Fields) -> Response:
        asked = str(fields.get("fields", ""))
        if not edge:
            return Response(200, only(self._page(), asked))
        name = edge[0]
        if method == "GET":
            return self._listed(name, fields, asked)
        made: dict[str, Callable[[Fields], Response]] = {
            "feed": self._feed,
            "photos": self._photo,
            "videos": self._video,
            "video_reels": self._reel,
            "video_stories": self._reel,
            "photo_stories": self._photo_story,
        }
        return made[name]({**fields, "edge": name}) if name in made else gone()

    def _new(self, kind: str, **more: Any) -> Fields:
        plain = self.new_id()
        one = f"{PAGE}_{plain}" if kind == "post" else plain
        made: Fields = {
            "id": one, "kind": kind, "public": False, "at": None, "made": self.now(), "content": b"", "whole": False,
            "comments": [], "reactions": 0, "insights": {"post_media_view": 0, "post_clicks": 0}, "finished": False,
            "video_insights": {"blue_reels_play_count": 3} if kind == "reel" else {},
            "left": self.processing, **more,
        }  # fmt: skip
        self.objects[one] = made
        return made

    def _feed(self, fields: Fields) -> Response:
        media = structure(fields.get("attached_media")) or []
        words, link = str(fields.get("message") or ""), fields.get("link")
        if len(words) > 63_206:
            return no(100, "The message is too long")
        if not words and not media and not link:
            return no(100, "One of message, link, attached_media is needed", error_subcode=1349125)
        photos = [self.objects.get(str(one.get("media_fbid"))) for one in media]
        if any(one is None or one["kind"] != "photo" for one in photos):
            return no(100, "The attached photo does not exist")
        files = [one["content"] for one in photos if one]
        made = self._new("post", message=words, link=link, files=files, alts=[one["alt"] for one in photos if one])
        if fields.get("published") != "false" and (refused := self._publish(made)):
            return refused
        return Response(200, {"id": made["id"]})

    def _photo(self, fields: Fields) -> Response:
        if fields.get("published") != "false":
            return no(100, "Photos are staged with published=false here")
        content = fields.get("source")
        if not isinstance(content, bytes) or len(content) > 4_000_000:
            return no(100, "Your photos couldn't be uploaded", error_subcode=1366046)
        made = self._new("photo", content=content, alt=fields.get("alt_text_custom"), kept=fields.get("temporary"))
        return Response(200, {"id": made["id"]})

    def _video(self, fields: Fields) -> Response:
        session = self.sessions.get(str(fields.get("fbuploader_video_file_chunk", "")).removeprefix("handle-"))
        if session is None or len(session["content"]) < session["size"]:
            return no(100, "The video file is invalid", error_subcode=2069019)
        words = {"description": fields.get("description", ""), "title": fields.get("title", "")}
        made = self._new("video", **words, files=[session["content"]], thumb=fields.get("thumb"))
        if fields.get("published") != "false" and (refused := self._publish(made)):
            return refused
        return Response(200, {"id": made["id"]})

    def _reel(self, fields: Fields) -> Response:
        edge = fields["edge"]
        phase = str(fields.get("upload_phase")).upper()
        if phase == "START":
            made = self._new("reel" if edge == "video_reels" else "story", description="")
            url = f"{self.uploads.url}/video-upload/{self.version}/{made['id']}"
            return Response(200, {"video_id": made["id"], "upload_url": url})
        reel = self.objects.get(str(fields.get("video_id")))
        if phase != "FINISH" or reel is None or not reel["whole"]:
            return no(100, "The video was not uploaded", error_subcode=1363130)
        if edge == "video_reels" and not reel["finished"] and self._reels_today() >= self.reels_a_day:
            return no(368, "You can only publish 30 reels within a 24-hour period", error_subcode=1390008)
        words = {"description": fields.get("description", ""), "title": fields.get("title", "")}
        reel |= {**words, "finished": True, "files": [reel["content"]], "ai": fields.get("is_ai_generated")}
        if fields.get("video_state") == "SCHEDULED":
            return self._schedule(reel, fields) or Response(200, {"success": True})
        return Response(200, {"success": True, "post_id": reel["id"]})

    def _reels_today(self) -> int:
        since = self.now() - DAY
        return sum(one["kind"] == "reel" and one["finished"] and one["made"] > since for one in self.objects.values())

    def _photo_story(self, fields: Fields) -> Response:
        photo = self.objects.get(str(fields.get("photo_id")))
        if photo is None or photo["kind"] != "photo":
            return no(100, "The photo does not exist", error_subcode=33)
        made = self._new("story", files=[photo["content"]], media_id=photo["id"])
        self._show(made)
        return Response(200, {"success": True, "post_id": made["id"]})

    def _of_object(self, method: str, one: Fields, edge: list[str], fields: Fields) -> Response:
        if edge == ["comments"]:
            return self._comments(method, one, fields)
        if edge in (["insights"], ["video_insights"]):
            return self._insights(one, edge[0], str(fields.get("metric")))
        if method == "DELETE":
            del self.objects[one["id"]]
            self.posts = [row for row in self.posts if row["id"] != one["id"]]
            return Response(200, {"success": True})
        if method == "POST":
            return self._change(one, fields)
        self._process(one)
        return Response(200, only(self._shown(one), str(fields.get("fields", ""))))

    def _change(self, one: Fields, fields: Fields) -> Response:
        if fields.get("scheduled_publish_time"):
            return self._schedule(one, fields) or Response(200, {"success": True})
        if fields.get("is_published" if one["kind"] == "post" else "published") == "true":
            return self._publish(one) or Response(200, {"success": True})
        return no(100, "Nothing to change")

    def _schedule(self, one: Fields, fields: Fields) -> Response | None:
        at = datetime.fromtimestamp(int(fields["scheduled_publish_time"]), UTC)
        if not timedelta(minutes=10) <= at - self.now() <= timedelta(days=30):
            return no(100, "The specified scheduled publish time is invalid.", error_subcode=1363107)
        one["at"] = at
        return None

    def _publish(self, one: Fields) -> Response | None:
        last = self.posts[-1] if self.posts else {}
        words = one.get("message")
        if not one["public"] and words and not one["files"] and last.get("message") == words:
            return no(506, "Duplicate status message")
        self._show(one)
        return None

    def _show(self, one: Fields) -> None:
        if not one["public"]:
            one |= {"public": True, "shown": self.now()}
            self.posts.append(one)

    def _process(self, one: Fields) -> None:
        if one["kind"] in {"reel", "story"} and one["finished"] and not one["public"] and not one["at"]:
            one["left"] -= 1
            if one["left"] < 0 and not one.get("error"):
                self._show(one)

    def _shown(self, one: Fields) -> Fields:
        place = "reel" if one["kind"] == "reel" else "videos"
        link = (
            f"https://www.facebook.com/{HANDLE}/posts/{one['id']}"
            if one["kind"] == "post"
            else f"/{place}/{one['id']}/"
        )
        comments = {"data": [], "summary": {"total_count": len(one["comments"])}}
        shown: Fields = {
            "id": one["id"],
            "permalink_url": link,
            "created_time": stamp(one.get("shown") or one["made"]),
            "comments": comments,
        }
        if one["at"] and not one["public"] and one["kind"] != "reel":
            shown["scheduled_publish_time"] = int(one["at"].timestamp())
        if one["kind"] == "post":
            likes = {"data": [], "summary": {"total_count": one["reactions"]}}
            shares = {"shares": {"count": one["shares"]}} if one.get("shares") else {}
            return {**shown, "message": one.get("message"), "is_published": one["public"], "reactions": likes, **shares}
        likes = {"data": [], "summary": {"total_count": one["reactions"]}}
        more = {"description": one.get("description"), "published": one["public"], "likes": likes, "views": 3}
        return {**shown, **more, "status": self._status(one)}

    def _status(self, one: Fields) -> Fields:
        phase = "complete" if one["public"] or one["at"] else "in_progress" if one["finished"] else "not_started"
        waits = one["at"] and not one["public"]
        failed = {"status": "error", "errors": [{"message": one["error"]}]} if one.get("error") else None
        return {
            "video_status": "error" if failed else "ready" if one["public"] else "processing",
            "uploading_phase": {
                "status": "complete" if one["whole"] else "in_progress",
                next(self.spelled): len(one["content"]),
            },
            "processing_phase": failed or {"status": phase},
            "publishing_phase": {
                "status": phase,
                "publish_status": "scheduled" if waits else "published" if one["public"] else "draft",
                "publish_time": int(one["at"].timestamp()) if waits else 0,
            },
        }

    def _comments(self, method: str, one: Fields, fields: Fields) -> Response:
        if not one["public"]:
            return no(100, "Comments need a public post")
        if method == "GET":
            return self.paged([only(row, str(fields.get("fields", ""))) for row in one["comments"]], fields)
        comment = {"id": f"{one['id']}_{self.new_id()}", "message": fields.get("message")}
        one["comments"].append(comment)
        return Response(200, {"id": comment["id"]})

    def _insights(self, one: Fields, edge: str, asked: str) -> Response:
        names = asked.split(",")
        if any(name not in one[edge] for name in names):
            return no(100, "(#100) The value must be a valid insights metric")
        rows = [
            {"name": name, "period": "lifetime", "values": [{"value": one[edge][name]}], "id": f"{one['id']}/{name}"}
            for name in names
        ]
        return Response(200, {"data": rows})

    def _listed(self, edge: str, fields: Fields, asked: str) -> Response:
        newest = list(reversed(self.posts))
        if edge == "published_posts":
            since, until = self.told.span(fields)
            rows = [
                self._shown(one)
                for one in newest
                if one["kind"] == "post"
                and not (since and one["shown"] < since)
                and not (until and one["shown"] > until)
            ]
            return self.paged([only(row, asked) for row in rows], fields)
        if edge in {"videos", "video_reels"}:
            kinds = {"videos": {"video", "reel"}, "video_reels": {"reel"}}[edge]
            since = datetime.fromtimestamp(int(fields.get("since") or 0), UTC)
            rows = [one for one in newest if one["kind"] in kinds and one["shown"] >= since]
            return self.paged([only(self._shown(one), asked) for one in rows], fields)
        if edge == "stories":
            rows = [self._story(one) for one in newest if one["kind"] == "story"]
            return self.paged([only(row, asked) for row in rows], fields)
        return gone()

    def _story(self, one: Fields) -> Fields:
        return {
            "id": one["id"],
            "post_id": one["id"],
            "status": "PUBLISHED",
            "creation_time": int(one["shown"].timestamp()),
            "url": f"https://www.facebook.com/stories/{PAGE}/{one['id']}",
            "media_id": one.get("media_id", one["id"]),
        }
