"""X's API by hand: OAuth with spent refresh tokens, uploads in parts, posts with shortened links, both dialects."""

import base64
import hashlib
import html
import itertools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.peers.consent import page_of
from tests.peers.wire import Request, Response, Server, form_parts
from trenddrop.core.text.counting import weighted_length

CLIENT, SECRET, CONSUMER_SECRET = "kesar-app", "app-secret-91aa", "consumer-secret-77"
USER_ID, HANDLE = "1460000000000000001", "kesarnaturals"
LINK = re.compile(r"https?://[^\s<]+")
CODE_LIVES, ACCESS_LIVES, UPLOAD_LIVES = timedelta(seconds=30), timedelta(hours=2), timedelta(hours=24)
PROBLEM = "https://api.x.com/2/problems/"
OLD = timedelta(days=30)
MAX = {"tweet_image": 5_000_000, "tweet_gif": 15_000_000, "tweet_video": 512_000_000}


def no(status: int, words: str, kind: str = "invalid-request", title: str = "Invalid Request") -> Response:
    about = "about:blank" if kind == "" else PROBLEM + kind
    return Response(status, {"title": title, "detail": words, "type": about, "status": status})


class FakeX(Server):
    """One account. `posts` is what is public; `processing`: how often a video's status is still pending.

    `behind`: how many of the newest are not shown yet. `loses`: the number of the post whose answer is lost.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self._ids = itertools.count(1_990_000_000_000_000_001)
        self.posts: list[dict[str, Any]] = []
        self.uploads: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.access: dict[str, datetime] = {}
        self.refresh, self.spent = "", set[str]()
        self.processing, self.subscription, self.dialect = 2, "None", "tweet"
        self.behind = 0
        self.loses = 0
        self.followers: int | None = 12
        self.is_gone = False
        # What all posts together won on a day (None: not of this plan); metrics that are called otherwise now.
        self.days: dict[date, dict[str, int]] | None = {}
        self.renamed: dict[str, str] = {}
        super().__init__(self._answer)

    # Signing in

    def allow(self, query: dict[str, str]) -> str:
        """Say yes in the browser: a code for the asked challenge."""
        assert query["code_challenge_method"] == "S256"
        assert {"tweet.write", "media.write", "offline.access"} <= set(query["scope"].split())
        code = f"code-{next(self._ids)}"
        self.codes[code] = {**query, "at": self.now()}
        return code

    def signed_in(self) -> tuple[str, str]:
        """An access and a refresh token, as after a sign-in."""
        fields = self._tokens().body
        return fields["access_token"], fields["refresh_token"]

    def _tokens(self) -> Response:
        access, self.refresh = f"access-{next(self._ids)}", f"refresh-{next(self._ids)}"
        self.access = {access: self.now() + ACCESS_LIVES}
        scope = "tweet.read tweet.write users.read media.write offline.access"
        fields = {"token_type": "bearer", "expires_in": 7200, "access_token": access, "scope": scope}
        return Response(200, {**fields, "refresh_token": self.refresh})

    def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}" and form.get("client_id") != CLIENT:
            return Response(
                401, {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}
            )
        if request.path.endswith("/revoke"):
            self.access, self.refresh = {}, ""
            return Response(200, {"revoked": True})
        if form["grant_type"] == "refresh_token":
            return self._renew(form["refresh_token"])
        return self._trade(form)

    def _renew(self, given: str) -> Response:
        if given != self.refresh:
            if given in self.spent:
                # Whoever shows a spent one loses the whole family.
                self.refresh, self.access = "", {}
            words = "Value passed for the token was invalid."
            return Response(400, {"error": "invalid_request", "error_description": words})
        self.spent.add(given)
        return self._tokens()

    def _trade(self, form: dict[str, str]) -> Response:
        asked = self.codes.pop(form["code"], None)
        words = "Value passed for the authorization code was invalid."
        if asked is None or self.now() - asked["at"] > CODE_LIVES or form["redirect_uri"] != asked["redirect_uri"]:
            return Response(400, {"error": "invalid_request", "error_description": words})
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return Response(
                400, {"error": "invalid_request", "error_description": "Value passed for code verifier is bad."}
            )
        return self._tokens()

    # The API

    def _answer(self, request: Request) -> Response:
        path = request.path.removeprefix("/2/")
        if request.path == "/i/oauth2/authorize":
            return page_of(request, code=self.allow({name: values[0] for name, values in request.query.items()}))
        if path in {"oauth2/token", "oauth2/revoke"}:
            return self._token(request)
        if self.access.get(request.bearer, datetime.min.replace(tzinfo=UTC)) < self.now():
            return no(401, "Unauthorized", "", "Unauthorized")
        routes = {
            ("GET", "users/me"): self._me,
            ("POST", "media/upload/initialize"): self._begin,
            ("GET", "media/upload"): self._status,
            ("POST", "media/metadata"): self._describe,
            ("POST", "tweets"): self._post,
            ("GET", "tweets"): self._look_up,
            ("GET", f"users/{USER_ID}/tweets"): self._timeline,
            ("GET", "tweets/analytics"): self._reckoned,
            ("GET", "media/analytics"): self._reckoned_films,
        }
        if work := routes.get((request.method, path)):
            return work(request)
        if request.method == "DELETE" and path.startswith("tweets/"):
            return self._delete(path.rsplit("/", 1)[-1])
        if part := re.fullmatch(r"media/upload/(\d+)/(append|finalize)", path):
            return (self._append if part[2] == "append" else self._finalize)(request, part[1])
        return no(404, "Not Found", "resource-not-found", "Not Found Error")

    def _me(self, _request: Request) -> Response:
        if self.is_gone:
            problem = {"title": "Not Found Error", "detail": "Could not find user.", "parameter": "id"}
            about = {"type": PROBLEM + "resource-not-found", "value": USER_ID, "resource_id": USER_ID}
            return Response(200, {"errors": [{**problem, **about, "resource_type": "user"}]})
        post_count = {"post_count" if self.dialect == "post" else "tweet_count": len(self.posts)}
        numbers = {"followers_count": self.followers, "following_count": 3, "listed_count": 0, **post_count}
        user = {"id": USER_ID, "username": HANDLE, "name": "Kesar Naturals", "public_metrics": numbers}
        return Response(200, {"data": {**user, "subscription_type": self.subscription}})

    # Files

    def _begin(self, request: Request) -> Response:
        wanted = request.json()
        if wanted["total_bytes"] > MAX[wanted["media_category"]]:
            return no(400, f"File size exceeds {MAX[wanted['media_category']]} bytes.")
        media_id = str(next(self._ids))
        self.uploads[media_id] = {**wanted, "parts": {}, "until": self.now() + UPLOAD_LIVES, "left": None, "alt": ""}
        return Response(200, {"data": {"id": media_id, "media_key": self._key(media_id), "expires_after_secs": 86400}})

    def _key(self, media_id: str) -> str:
        return f"{7 if self.uploads[media_id]['media_category'] == 'tweet_video' else 3}_{media_id}"

    def _known(self, media_id: str) -> dict[str, Any] | None:
        upload = self.uploads.get(media_id)
        return upload if upload and upload["until"] > self.now() else None

    def _append(self, request: Request, media_id: str) -> Response:
        upload = self._known(media_id)
        if upload is None or upload["left"] is not None:
            return no(400, "The media id is invalid or has expired.")
        form = form_parts(request)
        upload["parts"][int(form["segment_index"][1])] = form["media"][1]
        return Response(200, {"data": {"expires_at": int(upload["until"].timestamp())}})

    def _finalize(self, _request: Request, media_id: str) -> Response:
        upload = self._known(media_id)
        if upload is None or upload["left"] is not None:
            return no(400, "Invalid mediaId")
        parts = upload["parts"]
        content = b"".join(parts[number] for number in sorted(parts))
        if sorted(parts) != list(range(len(parts))) or len(content) != upload["total_bytes"]:
            return no(400, "Segments do not add up to provided total file size.")
        upload |= {"content": content, "left": self.processing if upload["media_category"] == "tweet_video" else 0}
        return Response(200, {"data": self._told(media_id)})

    def _status(self, request: Request) -> Response:
        media_id = request.first("media_id")
        upload = self._known(media_id)
        if upload is None or upload["left"] is None:
            return no(404, "Could not find media", "resource-not-found", "Not Found Error")
        upload["left"] = max(0, upload["left"] - 1)
        return Response(200, {"data": self._told(media_id)})

    def _told(self, media_id: str) -> dict[str, Any]:
        upload = self.uploads[media_id]
        told: dict[str, Any] = {"id": media_id, "media_key": self._key(media_id), "size": upload["total_bytes"]}
        if upload["media_category"] == "tweet_video":
            pending = {"state": "in_progress", "check_after_secs": 3, "progress_percent": 50}
            told["processing_info"] = upload.get("failed") or (pending if upload["left"] else {"state": "succeeded"})
        return told

    def _describe(self, request: Request) -> Response:
        wanted = request.json()
        alt = wanted["metadata"]["alt_text"]["text"]
        if self._known(wanted["id"]) is None or len(alt) > 1000:
            return no(400, "alt_text is too long, or the media is not known.")
        self.uploads[wanted["id"]]["alt"] = alt
        return Response(200, {"data": {"id": wanted["id"], "associated_metadata": wanted["metadata"]}})

    # Posts

    def _post(self, request: Request) -> Response:
        wanted = request.json()
        if refused := self._problem(wanted):
            return refused
        post_id = str(next(self._ids))
        text, entities = shortened(wanted["text"])
        keys = [self._key(one) for one in wanted.get("media", {}).get("media_ids", [])]
        for number, key in enumerate(keys):
            link = f"https://t.co/f{post_id[-6:]}{number}"
            text = f"{text} {link}".strip()
            picture = {"start": 0, "end": 0, "url": link, "display_url": "pic.x.com/abc", "media_key": key}
            entities.append({**picture, "expanded_url": f"https://x.com/{HANDLE}/status/{post_id}/photo/1"})
        self.posts.append(
            {
                "id": post_id,
                "sent": wanted,
                "text": text,
                "urls": entities,
                "keys": keys,
                "at": self.now(),
                "counts": {},
            }
        )
        if len(self.posts) == self.loses:
            return Response(503, {"title": "Over capacity"})
        return Response(201, {"data": {"id": post_id, "text": text, "edit_history_post_ids": [post_id]}})

    def _problem(self, wanted: dict[str, Any]) -> Response | None:
        media = [self._known(one) for one in wanted.get("media", {}).get("media_ids", [])]
        under = wanted.get("reply", {}).get("in_reply_to_tweet_id")
        most = 25_000 if self.subscription.startswith("Premium") else 280
        if weighted_length(wanted["text"]) > most:
            return no(400, "Your post is too long.")
        if not wanted["text"].strip() and not media:
            return no(400, "Your post must have text or media.")
        if any(one is None or one["left"] is None or one["left"] for one in media):
            return no(400, "Your media IDs are invalid.")
        if under and not any(post["id"] == under for post in self.posts):
            return no(403, "You attempted to reply to a post that is deleted or not visible to you.", "", "Forbidden")
        recent = [post for post in self.posts if self.now() - post["at"] < timedelta(hours=24)]
        if any(
            post["sent"]["text"] == wanted["text"] and post["sent"].get("reply") == wanted.get("reply")
            for post in recent
        ):
            return no(403, "You are not allowed to create a Post with duplicate content.", "", "Forbidden")
        return None

    def _delete(self, post_id: str) -> Response:
        left = [post for post in self.posts if post["id"] != post_id]
        if len(left) == len(self.posts):
            return no(404, f"Could not find post with id: [{post_id}].", "resource-not-found", "Not Found Error")
        self.posts = left
        return Response(200, {"data": {"deleted": True}})

    def _timeline(self, request: Request) -> Response:
        since = datetime.fromisoformat(request.first("start_time"))
        start, size = int(request.first("pagination_token", "0")), int(request.first("max_results", "10"))
        shown = self.posts[: len(self.posts) - self.behind]
        found = [post for post in reversed(shown) if post["at"] >= since]
        page, rest = found[start : start + size], found[start + size :]
        meta = {"result_count": len(page), **({"next_token": str(start + size)} if rest else {})}
        data = [self._shown(post, counts="public_metrics" in request.first(f"{self.dialect}.fields")) for post in page]
        return Response(200, {**({"data": data} if data else {}), "meta": meta})

    def _look_up(self, request: Request) -> Response:
        wanted, dialect = request.first("ids").split(","), self.dialect
        asked = request.first(f"{dialect}.fields")
        data: list[dict[str, Any]] = []
        errors = []
        for post_id in wanted:
            post = next((one for one in self.posts if one["id"] == post_id), None)
            if post is None:
                words = f"Could not find post with ids: [{post_id}]."
                errors.append(
                    {
                        "title": "Not Found Error",
                        "detail": words,
                        "type": PROBLEM + "resource-not-found",
                        "parameter": "ids",
                        "value": post_id,
                        "resource_id": post_id,
                        "resource_type": "tweet",
                    }
                )
            elif "non_public" in asked and self.now() - post["at"] > OLD:
                words = "Sorry, you are not authorized to access 'non_public_metrics' on the post."
                errors.append(
                    {
                        "title": "Field Authorization Error",
                        "detail": words,
                        "type": PROBLEM + "not-authorized-for-field",
                        "field": "non_public_metrics",
                        "section": "data",
                        "parameter": "ids",
                        "value": post_id,
                        "resource_id": post_id,
                        "resource_type": "tweet",
                    }
                )
            else:
                data.append(self._counted(post, dialect, asked))
        keys = [key for post in data for key in post.get("attachments", {}).get("media_keys", [])]
        films = [self._film(key, asked) for key in keys]
        includes = {"includes": {"media": films}} if films else {}
        return Response(200, {**({"data": data} if data else {}), **includes, **({"errors": errors} if errors else {})})

    def _film(self, key: str, asked: str) -> dict[str, Any]:
        told: dict[str, Any] = {"media_key": key, "type": "video" if key.startswith("7_") else "photo"}
        if told["type"] == "video":
            told["public_metrics"] = {"view_count": 80}
            if "non_public" in asked:
                told["non_public_metrics"] = {"playback_0_count": 60, "playback_100_count": 15}
        return told

    # What X reckons for authors

    def _reckoned(self, request: Request) -> Response:
        if self.days is None:
            return no(403, "Your plan does not include this.", "", "Forbidden")
        asked = request.first("ids").split(",")
        known = [post["id"] for post in self.posts if post["id"] in asked]
        if request.first("granularity") == "total":
            data = [self._bucket(one, self.now(), {"detail_expands": 6, "follows": 2, "likes": 9}) for one in known]
            return Response(200, {"data": data} if data else {})
        first, last = (datetime.fromisoformat(request.first(name)) for name in ("start_time", "end_time"))
        told = {
            datetime(day.year, day.month, day.day, tzinfo=UTC): counts
            for day, counts in self.days.items()
            if first.date() <= day <= last.date()
        }
        if self.dialect == "tweet":
            rows = [self._bucket(known[0], day, counts) for day, counts in told.items()] if known else []
        else:
            listed = [{"timestamp": stamp(day), "metrics": self._named(counts)} for day, counts in told.items()]
            rows = [{"id": known[0], "timestamped_metrics": listed}] if known else []
        return Response(200, {"data": rows} if rows else {})

    def _named(self, counts: dict[str, int]) -> dict[str, int]:
        return {self.renamed.get(name, name): value for name, value in counts.items()}

    def _bucket(self, post_id: str, at: datetime, counts: dict[str, int]) -> dict[str, Any]:
        return {"id": post_id, "timestamp": stamp(at), **self._named(counts)}

    def _reckoned_films(self, request: Request) -> Response:
        told = {"video_views": 90, "watch_time_ms": 300_000, "playback_start": 60, "playback_complete": 15}
        rows = [{"media_key": key, **told} for key in request.first("media_keys").split(",")]
        return Response(200, {"data": rows})

    def _counted(self, post: dict[str, Any], dialect: str, asked: str) -> dict[str, Any]:
        shares = {"repost_count" if dialect == "post" else "retweet_count": post["counts"].get("shares", 0)}
        public = {"reply_count": 0, "like_count": 0, "quote_count": 0, "bookmark_count": 0, "impression_count": 0}
        counts = {name: post["counts"].get(name, value) for name, value in public.items()}
        shown = {"id": post["id"], "text": post["text"], "public_metrics": {**shares, **counts}}
        shown |= {"attachments": {"media_keys": post["keys"]}} if post["keys"] else {}
        if "non_public" in asked:
            private = {"user_profile_clicks": 3, "engagements": 11, "url_link_clicks": 0}
            shown["non_public_metrics"] = {name: post["counts"].get(name, value) for name, value in private.items()}
        return shown

    def _shown(self, post: dict[str, Any], *, counts: bool = False) -> dict[str, Any]:
        public = {"public_metrics": self._counted(post, self.dialect, "")["public_metrics"]} if counts else {}
        under = post["sent"].get("reply", {}).get("in_reply_to_tweet_id")
        named = "referenced_posts" if self.dialect == "post" else "referenced_tweets"
        return {
            "id": post["id"],
            "text": html.escape(post["text"], quote=False),
            "created_at": stamp(post["at"]),
            **public,
            **({"entities": {"urls": post["urls"]}} if post["urls"] else {}),
            **({"attachments": {"media_keys": post["keys"]}} if post["keys"] else {}),
            **({named: [{"type": "replied_to", "id": under}]} if under else {}),
        }


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shortened(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The text with every address as t.co shows it, and what each stands for."""
    entities: list[dict[str, Any]] = []

    def short(found: re.Match[str]) -> str:
        link = f"https://t.co/{hashlib.sha256(found[0].encode()).hexdigest()[:10]}"
        shown = {"display_url": found[0].split("://")[1][:24] + "…", "expanded_url": found[0]}
        entities.append({"start": found.start(), "end": found.start() + 23, "url": link, **shown})
        return link

    return LINK.sub(short, text), entities
