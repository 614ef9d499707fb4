"""LinkedIn's API by hand: names in headers, little text that is cut, parts in order, members who may not look."""

import hashlib
import itertools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.peers.consent import page_of
from tests.peers.wire import Request, Response, Server

CLIENT, SECRET = "kesar-app", "app-secret-5c1d"
PERSON, PAGE = "urn:li:person:Ab12_kesar", "urn:li:organization:2414183"
VERSIONS = {"202608", "202609"}
UPLOAD_LIVES = timedelta(hours=24)
SIGN = re.compile(r"\\.|\{hashtag\|\\#\|\w+\}|#\w+|[|{}@\[\]()<>#*_~\\]", re.DOTALL)


def no(status: int, code: str, words: str, number: int = 100) -> Response:
    return Response(status, {"status": status, "serviceErrorCode": number, "code": code, "message": words})


class FakeLinkedIn(Server):
    """One person who runs one page. `posts` is what is public; `processing`: looks until a file is available."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self._ids = itertools.count(7_390_000_000_000_000_001)
        self.posts: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.files: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, str] = {}
        self.tokens: dict[str, set[str]] = {}
        self.processing, self.part = 2, 4 * 1024**2
        self.partner, self.pages, self.may_ask = False, [PAGE], True
        self.followers: int | None = 431
        self.is_gone = False
        # What the account won on each day, under our own keys; figures that LinkedIn calls otherwise from now on.
        self.days: dict[date, dict[str, int]] = {}
        self.renamed = set[str]()
        super().__init__(self._answer)

    # Signing in

    def allow(self, query: dict[str, str]) -> str:
        """Say yes in the browser."""
        assert "code_challenge" not in query
        code = f"code-{next(self._ids)}"
        self.codes[code] = query["scope"]
        return code

    def token(self, scope: str) -> str:
        """An access token with those scopes."""
        access = f"AQX-{next(self._ids)}"
        self.tokens[access] = set(scope.split())
        return access

    def _oauth(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return Response(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
        if request.path.endswith("/revoke"):
            self.tokens.pop(form["token"], None)
            return Response(200, "")
        if form["grant_type"] == "refresh_token":
            scope = "w_member_social" if self.partner and form["refresh_token"] == "AQR-1" else ""
        else:
            scope = self.codes.pop(form["code"], "")
        if not scope:
            return Response(
                400, {"error": "invalid_grant", "error_description": "The provided code or token is not valid"}
            )
        access = {"access_token": self.token(scope), "expires_in": 5_184_000, "scope": scope.replace(" ", ",")}
        more = {"refresh_token": "AQR-1", "refresh_token_expires_in": 31_536_000} if self.partner else {}
        return Response(200, {**access, **more, "token_type": "Bearer"})

    # The API

    def _answer(self, request: Request) -> Response:
        if request.path == "/oauth/v2/authorization":
            return page_of(request, code=self.allow({name: values[0] for name, values in request.query.items()}))
        if request.path.startswith("/oauth/v2/"):
            return self._oauth(request)
        if request.path.startswith("/dms-uploads/"):
            return self._bytes(request)
        if request.bearer not in self.tokens:
            return no(401, "INVALID_ACCESS_TOKEN", "Invalid access token", 65600)
        if request.path == "/v2/userinfo":
            return Response(
                200, {"sub": PERSON.rsplit(":", 1)[-1], "name": "Asha of kesar", "picture": f"{self.url}/a.jpg"}
            )
        return self._strange(request) or self._rest(request)

    def _strange(self, request: Request) -> Response | None:
        headers = request.headers
        if headers.get("linkedin-version") not in VERSIONS:
            words = f"Requested version {headers.get('linkedin-version')} is not active"
            return no(426, "NONEXISTENT_VERSION", words)
        if headers.get("x-restli-protocol-version") != "2.0.0" or "urn:" in request.target:
            return no(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables")
        return None

    def _rest(self, request: Request) -> Response:
        parts = [unquote(part) for part in request.path.removeprefix("/rest/").split("/")]
        work: dict[tuple[str, str], Callable[[Request, list[str]], Response]] = {
            ("GET", "organizationAcls"): self._acls,
            ("GET", "organizations"): self._organization,
            ("GET", "networkSizes"): self._network,
            ("POST", "images"): self._begin,
            ("POST", "documents"): self._begin,
            ("POST", "videos"): self._videos,
            ("GET", "images"): self._status,
            ("GET", "documents"): self._status,
            ("GET", "videos"): self._status,
            ("POST", "posts"): self._post,
            ("GET", "posts"): self._find,
            ("DELETE", "posts"): self._delete,
            ("POST", "socialActions"): self._comment,
            ("GET", "organizationalEntityShareStatistics"): self._statistics,
            ("GET", "memberCreatorPostAnalytics"): self._analytics,
            ("GET", "organizationalEntityFollowerStatistics"): self._follower_days,
            ("GET", "organizationPageStatistics"): self._page_days,
            ("GET", "memberFollowersCount"): self._own_followers,
            ("GET", "videoAnalytics"): self._film,
        }
        found = work.get((request.method, parts[0]))
        return found(request, parts) if found else no(404, "RESOURCE_NOT_FOUND", f"No virtual resource {request.path}")

    def _has(self, request: Request, *scopes: str) -> bool:
        return bool(self.tokens[request.bearer] & set(scopes))

    def _may_write(self, request: Request, owner: str) -> bool:
        needed = "w_member_social" if owner == PERSON else "w_organization_social" if owner in self.pages else ""
        return self._has(request, needed)

    def _acls(self, request: Request, _parts: list[str]) -> Response:
        if not self._has(request, "rw_organization_admin"):
            return no(
                403,
                "ACCESS_DENIED",
                "Not enough permissions to access: organizationAcls.FINDER-roleAssignee.NO_VERSION",
            )
        role = {"role": "ADMINISTRATOR", "state": "APPROVED", "roleAssignee": PERSON}
        return Response(
            200,
            {"elements": [{**role, "organization": one} for one in self.pages], "paging": {"start": 0, "count": 100}},
        )

    def _organization(self, _request: Request, parts: list[str]) -> Response:
        return Response(200, {"id": int(parts[1]), "localizedName": "Kesar Naturals", "vanityName": "kesarnaturals"})

    # Files

    def _begin(self, request: Request, parts: list[str]) -> Response:
        wanted, kind = request.json()["initializeUploadRequest"], parts[0]
        if not self._may_write(request, wanted["owner"]):
            return no(403, "ACCESS_DENIED", "Not enough permissions to access: images.ACTION-initializeUpload")
        name = kind.removesuffix("s")
        urn = f"urn:li:{name}:C5{next(self._ids)}"
        until = self.now() + UPLOAD_LIVES
        self.files[urn] = {
            "owner": wanted["owner"],
            "parts": {},
            "left": None,
            "until": until,
            "size": wanted.get("fileSizeBytes"),
        }
        ends = int(until.timestamp() * 1000)
        if kind != "videos":
            return Response(200, {"value": {"uploadUrl": self._address(urn, 0), "uploadUrlExpiresAt": ends, name: urn}})
        size = int(wanted["fileSizeBytes"])
        cuts = [(first, min(first + self.part, size) - 1) for first in range(0, size, self.part)]
        self.files[urn]["cuts"] = cuts
        told = [
            {"uploadUrl": self._address(urn, number), "firstByte": first, "lastByte": last}
            for number, (first, last) in enumerate(cuts)
        ]
        value = {"video": urn, "uploadToken": "", "uploadUrlsExpireAt": ends, "uploadInstructions": told}
        cover = {"thumbnailUploadUrl": self._address(urn, 999)} if wanted["uploadThumbnail"] else {}
        return Response(200, {"value": {**value, **cover}})

    def _address(self, urn: str, number: int) -> str:
        return f"{self.url}/dms-uploads/{urn.rsplit(':', 1)[-1]}/{urn.split(':')[2]}/{number}?sig=s3cr3t-{number}"

    def _bytes(self, request: Request) -> Response:
        _root, _uploads, name, kind, number = request.path.split("/")
        file = self.files.get(f"urn:li:{kind}:{name}")
        if "authorization" in request.headers or file is None or file["until"] < self.now():
            return no(400, "BAD_REQUEST", "The upload URL is not valid, or a token came along")
        first, last = file.get("cuts", {0: (0, len(request.body) - 1)})[int(number)] if int(number) < 999 else (0, -1)
        if last >= 0 and len(request.body) != last - first + 1:
            return no(400, "BAD_REQUEST", "The part has another size than was agreed")
        file["parts"][int(number)] = request.body
        if kind != "video":
            file["left"] = self.processing
        etag = hashlib.sha256(request.body + number.encode()).hexdigest()[:16]
        return Response(200 if kind == "video" else 201, "", {"ETag": f'"{etag}"'})

    def _videos(self, request: Request, parts: list[str]) -> Response:
        if request.first("action") == "initializeUpload":
            return self._begin(request, parts)
        wanted = request.json()["finalizeUploadRequest"]
        file = self.files[wanted["video"]]
        content = [file["parts"].get(number) for number in range(len(file["cuts"]))]
        if None in content or file["left"] is not None:
            return no(400, "INVALID", "The video upload was finalized already, or parts are missing")
        tags = [
            hashlib.sha256(one + str(number).encode()).hexdigest()[:16] for number, one in enumerate(content) if one
        ]
        if wanted["uploadedPartIds"] != tags or wanted["uploadToken"] != "":
            return no(400, "INVALID", "The uploaded parts are not in order")
        file["left"] = self.processing
        return Response(200, "")

    def _status(self, request: Request, parts: list[str]) -> Response:
        if not self.may_ask:
            return no(403, "ACCESS_DENIED", "Not enough permissions to access: images.GET.NO_VERSION")
        file = self.files.get(parts[1])
        if file is None:
            return no(404, "NOT_FOUND", "Could not find entity")
        left = file["left"]
        if left is None:
            return Response(200, {"id": parts[1], "owner": file["owner"], "status": "WAITING_UPLOAD"})
        file["left"] = max(0, left - 1)
        failed = {"processingFailureReason": file["failed"]} if "failed" in file else {}
        status = "PROCESSING_FAILED" if failed else "PROCESSING" if left else "AVAILABLE"
        return Response(200, {"id": parts[1], "owner": file["owner"], "status": status, **failed})

    def content(self, urn: str) -> bytes:
        """A file's bytes, the parts together."""
        parts = self.files[urn]["parts"]
        return b"".join(parts[number] for number in sorted(parts) if number < 999)

    # Posts

    def _post(self, request: Request, _parts: list[str]) -> Response:
        wanted = request.json()
        if refused := self._problem(request, wanted):
            return refused
        urn = f"urn:li:{'ugcPost' if 'video' in str(wanted.get('content')) else 'share'}:{next(self._ids)}"
        kept = {**wanted, "commentary": cut(wanted["commentary"]), "id": urn, "counts": {}}
        self.posts.append({**kept, "createdAt": int(self.now().timestamp() * 1000)})
        return Response(201, "", {"x-restli-id": urn})

    def _problem(self, request: Request, wanted: dict[str, Any]) -> Response | None:
        if not self._may_write(request, wanted["author"]):
            return no(403, "ACCESS_DENIED", "Organization permissions must be used when using organization as author")
        content = wanted.get("content", {})
        used = [one["id"] for one in content.get("multiImage", {}).get("images", [])]
        used += [content["media"]["id"]] if "media" in content else []
        used += [content["article"]["thumbnail"]] if "thumbnail" in content.get("article", {}) else []
        if any(self.files.get(urn, {}).get("left") != 0 for urn in used) and self.may_ask:
            return no(400, "INVALID", "A media asset is not available yet")
        if not wanted["commentary"].strip() and not content:
            return no(422, "MISSING_FIELD", "commentary or content is required")
        for post in self.posts:
            if all(post.get(name) == wanted.get(name) for name in ("author", "content")) and post["commentary"] == cut(
                wanted["commentary"]
            ):
                return no(422, "DUPLICATE_POST", f"Content is a duplicate of {post['id']}")
        return None

    def _find(self, request: Request, _parts: list[str]) -> Response:
        author = request.first("author")
        needed = "r_member_social" if author == PERSON else "r_organization_social"
        if not self._has(request, needed) or request.headers.get("x-restli-method") != "FINDER":
            return no(403, "ACCESS_DENIED", "Not enough permissions to access: posts.FINDER-author.20260901")
        start, count = int(request.first("start")), int(request.first("count"))
        found = [post for post in reversed(self.posts) if post["author"] == author]
        shown = [
            {name: value for name, value in post.items() if name != "counts"} for post in found[start : start + count]
        ]
        return Response(200, {"elements": shown, "paging": {"start": start, "count": count, "links": []}})

    def _delete(self, _request: Request, parts: list[str]) -> Response:
        left = [post for post in self.posts if post["id"] != parts[1]]
        if len(left) == len(self.posts):
            return no(404, "NOT_FOUND", "Could not find entity")
        self.posts = left
        return Response(204, "")

    def _comment(self, request: Request, parts: list[str]) -> Response:
        wanted = request.json()
        if not self._may_write(request, wanted["actor"]) or not any(post["id"] == parts[1] for post in self.posts):
            return no(404, "NOT_FOUND", "The object of the comment does not exist")
        comment = {**wanted, "id": str(next(self._ids))}
        self.comments.append(comment)
        return Response(201, comment, {"x-restli-id": comment["id"]})

    # Numbers

    def _statistics(self, request: Request, _parts: list[str]) -> Response:
        if not self._has(request, "r_organization_social"):
            return no(403, "ACCESS_DENIED", "Not enough permissions")
        if request.first("timeIntervals"):
            return self._listed(
                [{**rest, "totalShareStatistics": self._shared(day)} for day, rest in self._ranges(request)]
            )
        elements = []
        for name, field in (("shares", "share"), ("ugcPosts", "ugcPost")):
            asked = request.first(name).removeprefix("List(").removesuffix(")").split(",")
            for post in self.posts:
                if post["id"] in asked:
                    numbers = {"impressionCount": 0, "uniqueImpressionsCount": 0, "clickCount": 0, "likeCount": 0}
                    more = {"commentCount": 0, "shareCount": 0, "engagement": 0.5, **post["counts"]}
                    element = {"organizationalEntity": post["author"], field: post["id"]}
                    elements.append({**element, "totalShareStatistics": {**numbers, **more}})
        return Response(200, {"elements": elements, "paging": {"start": 0, "count": 10, "links": []}})

    def _network(self, request: Request, _parts: list[str]) -> Response:
        if self.is_gone:
            return no(404, "NOT_FOUND", "Could not find entity")
        if not self._has(request, "rw_organization_admin"):
            return no(403, "ACCESS_DENIED", "Not enough permissions")
        return Response(200, {"firstDegreeSize": self.followers})

    def _listed(self, elements: list[dict[str, Any]]) -> Response:
        return Response(200, {"elements": elements, "paging": {"start": 0, "count": 10, "links": []}})

    def _ranges(self, request: Request) -> list[tuple[dict[str, int], dict[str, Any]]]:
        """The days that were told, each with its range, within what was asked."""
        found = re.fullmatch(
            r"\(timeRange:\(start:(\d+),end:(\d+)\),timeGranularityType:DAY\)", request.first("timeIntervals")
        )
        assert found
        first, end = (datetime.fromtimestamp(int(one) / 1000, UTC).date() for one in found.groups())
        told = [(day, counts) for day, counts in sorted(self.days.items()) if first <= day < end]
        starts = [int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000) for day, _counts in told]
        return [
            (
                self._named(counts),
                {"organizationalEntity": PAGE, "timeRange": {"start": start, "end": start + 86_400_000}},
            )
            for (_day, counts), start in zip(told, starts, strict=True)
        ]

    def _named(self, counts: dict[str, int]) -> dict[str, int]:
        return {name: value for name, value in counts.items() if name not in self.renamed}

    def _shared(self, day: dict[str, int]) -> dict[str, Any]:
        names = {"impressions": "impressionCount", "reach": "uniqueImpressionsCount", "clicks": "clickCount"}
        names |= {"likes": "likeCount", "comments": "commentCount", "shares": "shareCount"}
        return {names[key]: value for key, value in day.items() if key in names} | {"engagement": 0.25}

    def _follower_days(self, request: Request, _parts: list[str]) -> Response:
        if not self._has(request, "rw_organization_admin"):
            return no(403, "ACCESS_DENIED", "Not enough permissions")
        rows = [
            {**rest, "followerGains": {"organicFollowerGain": day["follows"] - 1, "paidFollowerGain": 1}}
            for day, rest in self._ranges(request)
            if "follows" in day
        ]
        return self._listed(rows)

    def _page_days(self, request: Request, _parts: list[str]) -> Response:
        if not self._has(request, "rw_organization_admin"):
            return no(403, "ACCESS_DENIED", "Not enough permissions")
        rows = []
        for day, rest in self._ranges(request):
            views = {"pageViews": day.get("page_views"), "uniquePageViews": day.get("unique_visitors")}
            told = {name: value for name, value in views.items() if value is not None}
            rows.append({**rest, "totalPageStatistics": {"views": {"allPageViews": told}, "clicks": {}}})
        return self._listed(rows)

    def _dates(self, request: Request, key: str, name: str) -> list[dict[str, Any]]:
        """Rows of the days of a person, in ranges of dates."""
        one = r"\(day:(\d+),month:(\d+),year:(\d+)\)"
        found = re.fullmatch(rf"\(start:{one},end:{one}\)", request.first("dateRange"))
        assert found
        day, month, year, last_day, last_month, last_year = map(int, found.groups())
        first, end = date(year, month, day), date(last_year, last_month, last_day)
        told = [(day_, self._named(counts)) for day_, counts in sorted(self.days.items()) if first <= day_ < end]

        def as_date(one: date) -> dict[str, int]:
            return {"year": one.year, "month": one.month, "day": one.day}

        return [
            {name: counts[key], "dateRange": {"start": as_date(one), "end": as_date(one + timedelta(days=1))}}
            for one, counts in told
            if key in counts
        ]

    def _own_followers(self, request: Request, _parts: list[str]) -> Response:
        if not self._has(request, "r_member_profileAnalytics"):
            return no(403, "ACCESS_DENIED", "Not enough permissions")
        if request.first("q") == "me":
            return self._listed([{"memberFollowersCount": self.followers}])
        return self._listed(self._dates(request, "follows", "memberFollowersCount"))

    def _film(self, request: Request, _parts: list[str]) -> Response:
        if not self._has(request, "r_organization_social", "r_member_postAnalytics"):
            return no(403, "ACCESS_DENIED", "Not enough permissions")
        told = {"VIDEO_VIEW": 40, "VIEWER": 30, "TIME_WATCHED": 260_000}
        kind = request.first("type")
        return self._listed([{"entity": request.first("entity"), "statisticsType": kind, "value": told[kind]}])

    def _analytics(self, request: Request, _parts: list[str]) -> Response:
        if not self._has(request, "r_member_postAnalytics"):
            return no(403, "ACCESS_DENIED", "Not enough permissions")
        if request.first("q") == "me":
            keys = {"IMPRESSION": "impressions", "REACTION": "likes", "COMMENT": "comments", "RESHARE": "shares"}
            keys |= {"POST_SAVE": "saves", "LINK_CLICKS": "link_clicks"}
            return self._listed(self._dates(request, keys[request.first("queryType")], "count"))
        asked = re.fullmatch(r"\((share|ugc):(urn:li:\w+:\d+)\)", request.first("entity"))
        post = next((one for one in self.posts if asked and one["id"] == asked[2]), None)
        if post is None:
            return no(404, "NOT_FOUND", "Could not find entity")
        names = {"REACTION": "likeCount", "COMMENT": "commentCount", "IMPRESSION": "impressionCount"}
        count = post["counts"].get(names.get(request.first("queryType"), ""), 0)
        kind = {
            "com.linkedin.adsexternalapi.memberanalytics.v1.CreatorPostAnalyticsMetricTypeV1": request.first(
                "queryType"
            )
        }
        return Response(200, {"elements": [{"count": count, "metricType": kind}], "paging": {"start": 0, "count": 10}})


def cut(commentary: str) -> str:
    """Little text as LinkedIn keeps it: all from the first bare sign on is gone."""
    for sign in SIGN.finditer(commentary):
        if len(sign[0]) == 1:
            return commentary[: sign.start()]
    return commentary
