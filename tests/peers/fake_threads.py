"""Threads: files by address only, containers published once, replies under posts, the day's limits.

`lag`: how many looks a list is behind. `processing`: looks until a video is finished.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.peers.fake_graph import FakeGraph, Fields, consent, fetched, gone, no, only, stamp
from tests.peers.fake_insights import THREADS, Told, of_threads
from tests.peers.wire import Request, Response
from trenddrop.core.text.counting import threads_length

APP, SECRET = "330044005500", "threads-app-secret-3a"
ACCOUNT, HANDLE, TOKEN = "25770000000000001", "kesar", "kesar-threads-token-7d"
DAY = timedelta(hours=24)
KNOWN = {
    "media_type", "text", "image_url", "video_url", "alt_text", "link_attachment", "topic_tag", "reply_control",
    "reply_to_id", "is_carousel_item", "children",
}  # fmt: skip
CONTROLS = {"everyone", "accounts_you_follow", "mentioned_only"}
METRICS = ("views", "likes", "replies", "reposts", "quotes", "shares")


class FakeThreads(FakeGraph):
    """One account; `posts` holds posts and replies alike, a reply with `reply_to_id`."""

    version = "v1.0"
    proofs = False

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.containers: dict[str, Fields] = {}
        self.processing = 2
        self.told = Told(set(THREADS), longest=365 * 3, kept_since=date(2024, 4, 1))
        self.totals = {"posts": 250, "replies": 1000}
        self.short: set[str] = set()
        super().__init__(now)
        self.tokens.clear()
        self.tokens[TOKEN] = ACCOUNT

    def sign_in(self, request: Request, parts: list[str], fields: Fields) -> Response | None:
        if parts == ["oauth", "authorize"]:
            return consent(self, fields)
        if parts == ["oauth", "access_token"]:
            return self._short(fields)
        if parts == ["access_token"]:
            known = fields.get("client_secret") == SECRET and fields.get("access_token") in self.short
            return self._long() if known and request.method == "GET" else no(190, "Invalid OAuth access token")
        if parts == ["refresh_access_token"]:
            return self._long() if fields.get("access_token") in self.tokens else no(190, "Invalid OAuth access token")
        return None

    def _short(self, fields: Fields) -> Response:
        if (fields.get("client_id"), fields.get("client_secret")) != (APP, SECRET):
            return no(101, "Error validating application. Invalid application ID.")
        if self.codes.pop(str(fields.get("code")), None) != fields.get("redirect_uri"):
            return no(100, "Invalid verification code format.", error_subcode=36009)
        token = f"short-{self.new_id()}"
        self.short.add(token)
        return Response(200, {"access_token": token, "user_id": ACCOUNT})

    def _long(self) -> Response:
        token = f"kesar-threads-{self.new_id()}"
        self.tokens[token] = ACCOUNT
        return Response(200, {"access_token": token, "token_type": "bearer", "expires_in": 5_184_000})

    def common(self, method: str, parts: list[str], fields: Fields, token: str) -> Response | None:
        return None

    def graph(self, method: str, parts: list[str], fields: Fields, token: str) -> Response:
        asked = str(fields.get("fields", ""))
        if parts[0] in {"me", ACCOUNT}:
            counted = of_threads(self.told, fields, token) if parts[1:] == ["threads_insights"] else None
            return gone() if self.told.is_gone else counted or self._of_account(method, parts[1:], fields, asked)
        if parts[0] in self.containers and len(parts) == 1 and method == "GET":
            return self._container(parts[0], asked)
        row = next((one for one in self.posts if one["id"] == parts[0]), None)
        if row is None:
            return gone()
        if parts[1:] == ["insights"]:
            return insights(row, str(fields.get("metric", "")), locked=token in self.told.locked)
        if method == "DELETE":
            self.posts.remove(row)
            return Response(200, {"success": True, "deleted_id": row["id"]})
        return Response(200, only(row, asked))

    def _of_account(self, method: str, edge: list[str], fields: Fields, asked: str) -> Response:
        if not edge:
            account = {"id": ACCOUNT, "username": HANDLE, "name": "Kesar Naturals", "threads_profile_picture_url": ""}
            return Response(200, only(account, asked))
        if edge == ["threads_publishing_limit"]:
            return Response(200, {"data": [only(self._limits(), asked)]})
        if method == "POST":
            posts: dict[str, Callable[[], Response]] = {
                "threads": lambda: self._make(fields),
                "threads_publish": lambda: self._publish(str(fields.get("creation_id"))),
            }
            return posts[edge[0]]() if edge[0] in posts else gone()
        wanted = {"threads": False, "replies": True}.get(edge[0])
        since = datetime.fromtimestamp(int(fields.get("since") or 0), UTC)
        until = datetime.fromtimestamp(int(fields.get("until") or 2**32), UTC)
        rows = [
            only(row, asked)
            for row in reversed(self.posts)
            if bool(row["reply_to_id"]) is wanted and since <= datetime.fromisoformat(row["timestamp"]) <= until
        ]
        return gone() if wanted is None else self.paged(rows, fields)

    def _used(self, *, replies: bool) -> int:
        since = self.now() - DAY
        return sum(
            bool(row["reply_to_id"]) is replies and datetime.fromisoformat(row["timestamp"]) > since
            for row in self.posts
        )

    def _limits(self) -> Fields:
        def config(total: int) -> Fields:
            return {"quota_total": total, "quota_duration": 86_400}

        return {
            "quota_usage": self._used(replies=False),
            "config": config(self.totals["posts"]),
            "reply_quota_usage": self._used(replies=True),
            "reply_config": config(self.totals["replies"]),
        }

    def _make(self, fields: Fields) -> Response:
        if problem := self._problem(fields):
            return no(100, problem)
        container = self.new_id()
        address = fields.get("image_url") or fields.get("video_url")
        content = fetched(str(address)) if address else None
        made: Fields = {**fields, "id": container, "made": self.now(), "state": "IN_PROGRESS", "files": []}
        made["left"] = self.processing if fields.get("video_url") else 0
        if address and content is None:
            made |= {"state": "ERROR", "error": "FAILED_DOWNLOADING_VIDEO"}
        elif content is not None:
            made["files"] = [content]
        if fields.get("media_type") == "CAROUSEL":
            made["files"] = [file for one in fields["children"].split(",") for file in self.containers[one]["files"]]
        self.containers[container] = made
        return Response(200, {"id": container})

    def _problem(self, fields: Fields) -> str:
        kind, text = str(fields.get("media_type")), str(fields.get("text") or "")
        wrong = {
            f"Unknown parameters {sorted(set(fields) - KNOWN)}": bool(set(fields) - KNOWN),
            "Param text must be at most 500 characters long.": threads_length(text) > 500,
            "media_type is unknown": kind not in {"TEXT", "IMAGE", "VIDEO", "CAROUSEL"},
            "text is required": kind == "TEXT" and not text,
            "image_url is required": kind == "IMAGE" and not fields.get("image_url"),
            "video_url is required": kind == "VIDEO" and not fields.get("video_url"),
            "link_attachment is for TEXT only": bool(fields.get("link_attachment")) and kind != "TEXT",
            "reply_control is unknown": str(fields.get("reply_control", "everyone")) not in CONTROLS,
            "topic_tag takes 1 to 50 characters": len(str(fields.get("topic_tag", "x"))) > 50,
            "There is no such post to reply to": not self._can_reply(fields.get("reply_to_id")),
            "children are wrong": kind == "CAROUSEL" and not self._are_children(str(fields.get("children") or "")),
        }
        return next((words for words, is_wrong in wrong.items() if is_wrong), "")

    def _can_reply(self, post_id: Any) -> bool:
        return post_id is None or any(row["id"] == post_id for row in self.posts)

    def _are_children(self, joined: str) -> bool:
        children = joined.split(",")
        known = all(self.containers.get(one, {}).get("is_carousel_item") == "true" for one in children)
        return known and 2 <= len(children) <= 20

    def _state(self, made: Fields) -> str:
        if made["state"] == "IN_PROGRESS" and made["left"] <= 0:
            made["state"] = "FINISHED"
        if made["state"] in {"IN_PROGRESS", "FINISHED"} and self.now() - made["made"] >= DAY:
            made["state"] = "EXPIRED"
        return str(made["state"])

    def _container(self, container: str, asked: str) -> Response:
        made = self.containers[container]
        state = self._state(made)
        made["left"] -= 1
        return Response(200, only({"id": container, "status": state, "error_message": made.get("error")}, asked))

    def _publish(self, container: str) -> Response:
        made = self.containers.get(container)
        state = self._state(made) if made else ""
        if made is None or state in {"PUBLISHED", "EXPIRED", "ERROR"}:
            return no(24, "The requested resource does not exist", error_subcode=2207008 if state == "EXPIRED" else 33)
        if state != "FINISHED":
            return no(24, "Media Not Found", error_subcode=4279009)
        reply = bool(made.get("reply_to_id"))
        if self._used(replies=reply) >= self.totals["replies" if reply else "posts"]:
            return no(4, "Application request limit reached", error_subcode=2207042)
        made["state"] = "PUBLISHED"
        post_id = self.new_id()
        self.posts.append(
            {
                "id": post_id,
                "text": made.get("text", ""),
                "reply_to_id": made.get("reply_to_id"),
                "permalink": f"https://www.threads.com/@{HANDLE}/post/{post_id}",
                "timestamp": stamp(self.now()),
                "made": made,
                "insights": dict.fromkeys(METRICS, 0),
            }
        )
        return Response(200, {"id": post_id})


def insights(row: Fields, asked: str, *, locked: bool = False) -> Response:
    """Lifetime values of a post."""
    if locked:
        return no(10, "(#10) Application does not have permission for this action", status=403)
    names = asked.split(",")
    if strange := [name for name in names if name not in row["insights"]]:
        return no(100, f"(#100) metric must be one of the following values: {', '.join(METRICS)}; not {strange[0]}")
    data = [
        {"name": name, "period": "lifetime", "values": [{"value": row["insights"][name]}], "id": f"{row['id']}/{name}"}
        for name in names
    ]
    return Response(200, {"data": data})
