"""Instagram behind graph.facebook.com (a Page's token, uploads) or graph.instagram.com (its own token, addresses only).

Enforced: JPEG by address, containers that are processed for a while and live for a day, publishing only what is
FINISHED and only once, the cap of 24 hours, upload failures inside a 200, unknown metrics that fail the whole call.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.peers.fake_graph import (
    PAGE,
    FakeGraph,
    FakeUploads,
    Fields,
    consent,
    fetched,
    gone,
    no,
    only,
    stamp,
    structure,
)
from tests.peers.fake_insights import INSTAGRAM, Told, of_instagram
from tests.peers.wire import Request, Response

ACCOUNT, HANDLE = "17841400000000001", "kesar"
OWN_ID, OWN_SECRET = "880055001122", "instagram-app-secret-19"
OWN_PERSON = "26600000000000001"
OWN_TOKEN = "kesar-instagram-token-4f"
DAY = timedelta(hours=24)
METRICS = {
    "FEED": {
        "reach",
        "views",
        "likes",
        "comments",
        "saved",
        "shares",
        "total_interactions",
        "follows",
        "profile_visits",
        "reposts",
    },
    "REELS": {
        "reach",
        "views",
        "likes",
        "comments",
        "saved",
        "shares",
        "total_interactions",
        "ig_reels_avg_watch_time",
        "ig_reels_video_view_total_time",
        "reels_skip_rate",
        "reposts",
        "crossposted_views",
        "facebook_views",
    },
    "STORY": {
        "reach",
        "views",
        "shares",
        "replies",
        "navigation",
        "follows",
        "total_interactions",
        "profile_visits",
        "link_clicks",
    },
}
KNOWN = {
    "image_url", "video_url", "media_type", "caption", "alt_text", "children", "is_carousel_item", "upload_type",
    "share_to_feed", "cover_url", "thumb_offset", "collaborators", "is_ai_generated", "location_id", "user_tags",
}  # fmt: skip


class FakeInstagram(FakeGraph):
    """One professional account; `own`: behind its own login. `processing`: looks until a video is finished."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), *, own: bool = False) -> None:
        self.own, self.proofs = own, not own
        self.containers: dict[str, Fields] = {}
        self.processing = 2
        self.total = 50
        self.stories: list[Fields] = []
        self.told = Told(set(INSTAGRAM))
        super().__init__(now)
        self.uploads = FakeUploads(self.tokens, self._uploaded)
        if own:
            self.tokens.clear()
            self.tokens[OWN_TOKEN] = ACCOUNT
            self.short: set[str] = set()

    def stop(self) -> None:
        self.uploads.stop()
        super().stop()

    def pages(self) -> list[Fields]:
        kesar, chai = super().pages()
        return [{**kesar, "instagram_business_account": self._account()}, chai]

    # Its own sign-in

    def sign_in(self, request: Request, parts: list[str], fields: Fields) -> Response | None:
        if not self.own:
            return super().sign_in(request, parts, fields)
        if parts == ["oauth", "authorize"]:
            return consent(self, fields)
        if parts == ["oauth", "access_token"]:
            return self._short(fields)
        if parts == ["access_token"]:
            known = fields.get("client_secret") == OWN_SECRET and fields.get("access_token") in self.short
            return self._long() if known and request.method == "GET" else no(190, "Invalid OAuth access token")
        if parts == ["refresh_access_token"]:
            return self._long() if fields.get("access_token") in self.tokens else no(190, "Invalid OAuth access token")
        return None

    def _short(self, fields: Fields) -> Response:
        if (fields.get("client_id"), fields.get("client_secret")) != (OWN_ID, OWN_SECRET):
            return Response(400, {"error_type": "OAuthException", "code": 400, "error_message": "Invalid platform app"})
        if self.codes.pop(str(fields.get("code")), None) != fields.get("redirect_uri"):
            return Response(
                400, {"error_type": "OAuthException", "code": 400, "error_message": "Invalid authorization code"}
            )
        token = f"short-{self.new_id()}"
        self.short.add(token)
        return Response(
            200, {"data": [{"access_token": token, "user_id": ACCOUNT, "permissions": ",".join(self.granted)}]}
        )

    def _long(self) -> Response:
        token = f"kesar-instagram-{self.new_id()}"
        self.tokens[token] = ACCOUNT
        return Response(200, {"access_token": token, "token_type": "bearer", "expires_in": 5_183_944})

    # The graph

    def graph(self, method: str, parts: list[str], fields: Fields, token: str) -> Response:
        if self.tokens[token] not in {PAGE, ACCOUNT}:
            return no(10, "Application does not have permission for this action", status=403)
        if parts == ["me"] and self.own:
            return Response(
                200, only({**self._account(), "id": OWN_PERSON, "user_id": ACCOUNT}, str(fields.get("fields", "")))
            )
        if parts[0] == ACCOUNT:
            if self.told.is_gone:
                return gone()
            if parts[1:] == ["insights"]:
                return of_instagram(self.told, fields, token)
            return self._of_account(method, parts[1:], fields)
        if parts[0] in self.containers and len(parts) == 1 and method == "GET":
            return self._container(parts[0], str(fields.get("fields", "")))
        return self._of_media(method, parts, fields, token)

    def _account(self) -> Fields:
        return {
            "id": ACCOUNT,
            "username": HANDLE,
            "name": "Kesar Naturals",
            "profile_picture_url": f"{self.url}/kesar.jpg" if hasattr(self, "_http") else "",
            "followers_count": self.told.followers,
            "follows_count": 12,
            "media_count": len(self.posts),
        }

    def _of_account(self, method: str, edge: list[str], fields: Fields) -> Response:
        asked = str(fields.get("fields", ""))
        if not edge:
            return Response(200, only(self._account(), asked))
        if edge == ["content_publishing_limit"]:
            config = {"quota_total": self.total, "quota_duration": 86_400}
            return Response(200, {"data": [{"quota_usage": self._used(), "config": config}]})
        if edge == ["media"] and method == "POST":
            return self._make(fields)
        if edge == ["media_publish"] and method == "POST":
            return self._publish(str(fields.get("creation_id")))
        if edge in (["media"], ["stories"]):
            rows = self.posts if edge == ["media"] else self.stories
            since = datetime.fromtimestamp(int(fields.get("since") or 0), UTC)
            listed = [row for row in reversed(rows) if datetime.fromisoformat(row["timestamp"]) >= since]
            return self.paged([only(row, asked) for row in listed], fields)
        return gone()

    def _used(self) -> int:
        since = self.now() - DAY
        return sum(datetime.fromisoformat(row["timestamp"]) > since for row in [*self.posts, *self.stories])

    def _make(self, fields: Fields) -> Response:
        if problem := self._problem(fields):
            return problem
        container = self.new_id()
        kind = str(fields.get("media_type") or "IMAGE")
        made: Fields = {
            **fields,
            "id": container,
            "kind": kind,
            "made": self.now(),
            "files": [],
            "state": "IN_PROGRESS",
        }
        made["left"] = self.processing if fields.get("video_url") or fields.get("upload_type") else 0
        if address := fields.get("video_url") or fields.get("image_url"):
            content = fetched(str(address))
            if content is None:
                return no(-1, "The media could not be fetched from this URI", error_subcode=2207052, is_transient=False)
            made["files"] = [content]
        if kind == "CAROUSEL":
            made["files"] = [file for one in fields["children"].split(",") for file in self.containers[one]["files"]]
        self.containers[container] = made
        if fields.get("upload_type"):
            return Response(
                200, {"id": container, "uri": f"{self.uploads.url}/ig-api-upload/{self.version}/{container}"}
            )
        return Response(200, {"id": container})

    def _problem(self, fields: Fields) -> Response | None:
        if strange := set(fields) - KNOWN:
            return no(100, f"Unknown parameters {sorted(strange)}")
        if len(str(fields.get("caption") or "").encode("utf-16-le")) // 2 > 2200:
            return no(36004, "The caption was too long", error_subcode=2207010)
        if len(self.containers) >= 400:
            return no(9, "Too many containers", error_subcode=2207042)
        if fields.get("upload_type") == "resumable":
            return no(100, "Resumable upload is not supported here") if self.own else None
        return self._misfit(fields)

    def _misfit(self, fields: Fields) -> Response | None:
        kind = fields.get("media_type")
        if kind == "CAROUSEL":
            children = str(fields.get("children") or "").split(",")
            fits = 2 <= len(children) <= 10 and all(self._is_child(one) for one in children)
            return None if fits else no(100, "Carousel children are wrong", error_subcode=2207028)
        if fields.get("is_carousel_item") and (fields.get("caption") or fields.get("collaborators")):
            return no(100, "Children carry no caption", error_subcode=2207028)
        if not fields.get("image_url") and not fields.get("video_url"):
            return no(100, "image_url or video_url is required", error_subcode=2207023)
        if fields.get("video_url") and kind not in {"REELS", "STORIES", "VIDEO"}:
            return no(100, "Unknown media type", error_subcode=2207023)
        return None

    def _is_child(self, container: str) -> bool:
        return bool(self.containers.get(container, {}).get("is_carousel_item"))

    def _uploaded(self, container: str, offset: int, content: bytes, size: int) -> Response:
        made = self.containers.get(container)
        if made is None or offset != 0 or len(content) != size:
            debug = {
                "retriable": True,
                "type": "PartialRequestError",
                "message": "Partial request did not match length",
            }
            return Response(200, {"debug_info": debug})
        made["files"] = [content]
        return Response(200, {"success": True, "message": "Upload successful."})

    def _state(self, made: Fields) -> str:
        if made["state"] == "IN_PROGRESS" and made["files"] and made["left"] <= 0:
            made["state"] = "FINISHED"
        if made["state"] in {"IN_PROGRESS", "FINISHED"} and self.now() - made["made"] >= DAY:
            made["state"] = "EXPIRED"
        return str(made["state"])

    def _container(self, container: str, asked: str) -> Response:
        made = self.containers[container]
        state = self._state(made)
        made["left"] -= 1
        words = made.get("error") or {
            "FINISHED": "Finished: Media has been uploaded and it is ready to be published."
        }.get(state, state)
        return Response(200, only({"id": container, "status_code": state, "status": words}, asked))

    def _publish(self, container: str) -> Response:
        made = self.containers.get(container)
        if made is None:
            return no(24, "The media could not be found", error_subcode=2207006)
        state = self._state(made)
        if state == "PUBLISHED":
            return no(100, "This container was published already", error_subcode=2207082)
        if state == "EXPIRED":
            return no(24, "The container has expired", error_subcode=2207008)
        if state != "FINISHED":
            return no(9007, "The media is not ready for publishing, please wait for a moment", error_subcode=2207027)
        if self._used() >= self.total:
            return no(
                9, "Application request limit reached", error_subcode=2207042, error_user_msg="The cap is reached."
            )
        made["state"] = "PUBLISHED"
        return Response(200, {"id": self._stand(made)["id"]})

    def _stand(self, made: Fields) -> Fields:
        media_id, story = self.new_id(), made["kind"] == "STORIES"
        products = {"REELS": ("VIDEO", "REELS"), "CAROUSEL": ("CAROUSEL_ALBUM", "FEED")}
        kind, product = products.get(made["kind"], ("IMAGE", "FEED"))
        row: Fields = {
            "id": media_id,
            "caption": made.get("caption"),
            "permalink": f"https://www.instagram.com/{'stories/kesar' if story else 'p'}/{media_id}/",
            "shortcode": media_id[-8:],
            "timestamp": stamp(self.now()),
            "media_type": kind,
            "media_product_type": "STORY" if story else product,
            "like_count": 0,
            "comments_count": 0,
            "made": made,
            "comments": [],
            "insights": dict.fromkeys(METRICS["STORY" if story else product], 0),
        }
        (self.stories if story else self.posts).append(row)
        return row

    def _of_media(self, method: str, parts: list[str], fields: Fields, token: str) -> Response:
        row = next((one for one in [*self.posts, *self.stories] if one["id"] == parts[0]), None)
        if row is None:
            return gone()
        if parts[1:] == ["comments"]:
            return self._comments(method, row, fields)
        if parts[1:] == ["insights"]:
            if token in self.told.locked:
                return no(10, "Application does not have permission for this action", status=403)
            return insights(row, str(fields.get("metric", "")))
        if method == "DELETE":
            (self.posts if row in self.posts else self.stories).remove(row)
            return Response(200, {"success": True})
        return Response(200, only(row, str(fields.get("fields", ""))))

    def _comments(self, method: str, row: Fields, fields: Fields) -> Response:
        if method == "GET":
            return self.paged([only(one, str(fields.get("fields", ""))) for one in row["comments"]], fields)
        comment = {"id": self.new_id(), "text": fields.get("message"), "username": HANDLE}
        row["comments"].append(comment)
        return Response(200, {"id": comment["id"]})


def insights(row: Fields, asked: str) -> Response:
    """Numbers by name; one that a post of this kind does not have fails the whole call."""
    names = asked.split(",")
    if strange := [name for name in names if name not in row["insights"]]:
        return no(
            100, f"(#100) The Media Insights API does not support the {strange[0]} metric for this media product type."
        )
    data: list[Any] = [
        {
            "name": name,
            "period": "lifetime",
            "values": [{"value": row["insights"][name]}],
            "title": name,
            "id": f"{row['id']}/insights/{name}/lifetime",
        }
        for name in names
    ]
    return Response(200, {"data": data})


def collaborators(row: Fields) -> Any:
    """Who else a post was published with."""
    return structure(row["made"].get("collaborators"))
