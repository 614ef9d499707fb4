"""Pinterest's API v5 by hand: boards, pins, videos that take their time on another host, rotating refresh tokens."""

import base64
import itertools
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.peers.consent import page_of
from tests.peers.wire import Request, Response, Server, form_parts

APP_ID, APP_SECRET, CODE = "1480001", "pinterest-app-secret-5b1c", "code-77"
TOKEN, REFRESH = "pina_KESAR6f1b", "pinr.KESAR.9a2e"
BOARD, OTHER_BOARD = "549755885175", "549755885176"


def no(status: int, code: int, words: str) -> Response:
    return Response(status, {"code": code, "message": words})


class FakePinterest(Server):
    """`posts` are the pins that stand, oldest first; `processing`: how many looks a video takes."""

    def __init__(self) -> None:
        self._ids = itertools.count(813_744_226_420_795_884)
        self.posts: list[dict[str, Any]] = []
        self.boards = [{"id": BOARD, "name": "Harvest"}, {"id": OTHER_BOARD, "name": "Recipes"}]
        self.media: dict[str, dict[str, Any]] = {}
        self.processing = 2
        self.fails = False
        self.page = 25
        self.access, self.refresh = TOKEN, REFRESH
        self.followers: int | None = 10
        self.is_business = True
        self.is_gone = False
        # What each day held, by Pinterest's names; `status`: of each day that is not ready.
        self.days: dict[date, dict[str, float]] = {}
        self.status: dict[date, str] = {}
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        method, path = request.method, request.path
        if path == "/oauth/":
            return page_of(request, code=CODE)
        if path == "/v5/oauth/token" and method == "POST":
            return self._token(request)
        if path == "/upload-bucket/" and method == "POST":
            return self._uploaded(request)
        if request.bearer != self.access:
            return no(401, 2, "Authentication failed.")
        if found := re.fullmatch(r"/v5/(media|pins)/(\d+)", path):
            return self._status(found[2]) if found[1] == "media" else self._pin(request, found[2])
        known = {
            ("GET", "/v5/user_account"): self._account,
            ("GET", "/v5/user_account/analytics"): self._analytics,
            ("GET", "/v5/user_account/analytics/top_pins"): self._top,
            ("GET", "/v5/boards"): lambda _asked: Response(200, {"items": self.boards, "bookmark": None}),
            ("POST", "/v5/media"): self._open,
            ("POST", "/v5/pins"): self._make,
            ("GET", "/v5/pins"): self._list,
        }
        answer = known.get((method, path))
        return answer(request) if answer else no(404, 0, "Not found")

    def _account(self, _request: Request) -> Response:
        if self.is_gone:
            return no(404, 30, "User not found.")
        counts = {"follower_count": self.followers, "pin_count": len(self.posts), "board_count": len(self.boards)}
        return Response(200, ACCOUNT | counts | ({"monthly_views": 5400} if self.is_business else {}))

    def _analytics(self, request: Request) -> Response:
        first, last = (date.fromisoformat(request.first(name)) for name in ("start_date", "end_date"))
        if not self.is_business:
            return no(403, 7, "This is only for business accounts.")
        if (last - first).days > 90 or last > datetime.now(UTC).date() or first < last - timedelta(days=90):
            return no(400, 1, "The stretch is too long.")
        asked = request.first("metric_types").split(",")
        rows = [
            {
                "date": f"{day}",
                "data_status": self.status.get(day, "READY"),
                "metrics": {name: value for name, value in told.items() if name in asked},
            }
            for day, told in sorted(self.days.items())
            if first <= day <= last
        ]
        return Response(200, {"all": {"daily_metrics": rows, "summary_metrics": {}}})

    def _top(self, _request: Request) -> Response:
        if not self.is_business:
            return no(403, 7, "This is only for business accounts.")
        metrics = {"IMPRESSION": 900, "SAVE": 12, "PIN_CLICK": 30.0, "OUTBOUND_CLICK": 4}
        pin = {"pin_id": "813744226420795884", "metrics": metrics, "data_status": {"IMPRESSION": "READY"}}
        return Response(200, {"pins": [pin], "sort_by": "ENGAGEMENT"})

    def _token(self, request: Request) -> Response:
        basic = base64.b64encode(f"{APP_ID}:{APP_SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return no(401, 2, "Authentication failed.")
        asked = dict(part.split("=", 1) for part in request.body.decode().split("&"))
        given = {"code": CODE, "refresh_token": self.refresh}
        kind = "code" if asked["grant_type"] == "authorization_code" else "refresh_token"
        if asked.get(kind) != given[kind]:
            return no(400, 283, "The authorization code or refresh token is invalid or expired.")
        self.access, self.refresh = f"{TOKEN}{next(self._ids)}", f"{REFRESH}{next(self._ids)}"
        return Response(
            200,
            {
                "response_type": asked["grant_type"],
                "access_token": self.access,
                "refresh_token": self.refresh,
                "token_type": "bearer",
                "expires_in": 2_592_000,
                "refresh_token_expires_in": 5_184_000,
                "refresh_token_expires_at": 1_800_000_000,
                "scope": "user_accounts:read boards:read boards:write pins:read pins:write",
            },
        )

    def _open(self, request: Request) -> Response:
        if request.json() != {"media_type": "video"}:
            return no(400, 1, "Invalid media type")
        media_id = str(next(self._ids))
        self.media[media_id] = {"content": None, "left": self.processing}
        parameters = {
            "key": f"uploads/{media_id}",
            "policy": "eyJleHBpcmF0aW9uIjoi",
            "Content-Type": "multipart/form-data",
        }
        opened = {"media_id": media_id, "media_type": "video", "upload_url": f"{self.url}/upload-bucket/"}
        return Response(201, opened | {"upload_parameters": parameters})

    def _uploaded(self, request: Request) -> Response:
        if "authorization" in request.headers:
            return Response(400, "<Error><Code>InvalidArgument</Code></Error>", {"Content-Type": "application/xml"})
        parts = form_parts(request)
        self.media[parts["key"][1].decode().removeprefix("uploads/")]["content"] = parts["file"][1]
        return Response(204, b"")

    def _status(self, media_id: str) -> Response:
        found = self.media.get(media_id)
        if found is None:
            return no(404, 50, "Media not found.")
        if found["content"] is None:
            status = "registered"
        elif found["left"]:
            found["left"] -= 1
            status = "processing"
        else:
            status = "failed" if self.fails else "succeeded"
        return Response(200, {"media_id": media_id, "media_type": "video", "status": status})

    def _make(self, request: Request) -> Response:
        wanted = request.json()
        source = wanted["media_source"]
        if wanted.get("board_id") not in {board["id"] for board in self.boards}:
            return no(404, 40, "Board not found.")
        if len(wanted.get("description", "")) > 800 or len(wanted.get("title", "")) > 100:
            return no(400, 1, "The text is too long.")
        if source["source_type"] == "video_id":
            media = self.media.get(source["media_id"])
            if not media or media["left"] or not ({"cover_image_data", "cover_image_key_frame_time"} & set(source)):
                return no(400, 1, "Invalid video or no cover image.")
            files = [media["content"]]
        else:
            files = [base64.b64decode(one["data"]) for one in source.get("items", [source])]
        pin = {name: value for name, value in wanted.items() if name != "media_source"}
        pin |= {"id": str(next(self._ids)), "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")}
        self.posts.append(pin | {"files": files, "source": source["source_type"], "metrics": {"reaction": 0}})
        return Response(201, self._shown(self.posts[-1]))

    def _shown(self, pin: dict[str, Any]) -> dict[str, Any]:
        hidden = {"files", "source", "metrics"}
        return {name: value for name, value in pin.items() if name not in hidden} | {"creative_type": "REGULAR"}

    def _pin(self, request: Request, pin_id: str) -> Response:
        found = next((pin for pin in self.posts if pin["id"] == pin_id), None)
        if found is None:
            return no(404, 50, "Pin not found.")
        if request.method == "DELETE":
            self.posts.remove(found)
            return Response(204, b"")
        numbers = {"90d": {}, "lifetime_metrics": found["metrics"]}
        return Response(200, self._shown(found) | {"pin_metrics": numbers if request.first("pin_metrics") else None})

    def _list(self, request: Request) -> Response:
        begin = int(request.first("bookmark", "0"))
        end = begin + min(self.page, int(request.first("page_size", "25")))
        newest = self.posts[::-1]
        following = str(end) if end < len(newest) else None
        return Response(200, {"items": [self._shown(pin) for pin in newest[begin:end]], "bookmark": following})


ACCOUNT = {
    "id": "2783136121146311751",
    "username": "kesarnaturals",
    "business_name": "Kesar Naturals",
    "account_type": "BUSINESS",
    "profile_image": "",
    "follower_count": 10,
    "following_count": 3,
}
