"""The practice network's other end, by hand: what the adapter sends and gets is held to the protocol's schema."""

import hashlib
import itertools
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from publishing.platforms.practice import schema
from tests.peers.wire import Request, Response, Server
from trenddrop.core.text.counting import grapheme_length

TOKEN = "practice-token-5e11"
NO_ID = "media_unknown"


@cache
def checker(name: str) -> Draft202012Validator:
    """The validator of one of the protocol's bodies."""
    whole = {**schema(), "$ref": f"#/$defs/{name}"}
    validator_for(whole).check_schema(whole)
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


def no(status: int, code: str, words: str, **headers: str) -> Response:
    return said("Error", Response(status, {"error": {"code": code, "message": words}}, headers))


def said(name: str, answer: Response) -> Response:
    checker(name).validate(answer.body)
    return answer


class FakePractice(Server):
    """One account's timeline; `numbers` are what a post's metrics say."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self.media: dict[str, dict[str, Any]] = {}
        self.media_keys: dict[str, str] = {}
        self.posts: dict[str, dict[str, Any]] = {}
        self.numbers = {"views": 120, "reach": 90, "likes": 7, "comments": 2, "shares": 1, "saves": 3}
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        if request.bearer != TOKEN:
            return no(401, "unauthorized", "The token is not valid.")
        route = (request.method, request.path)
        routes = {
            ("GET", "/account"): self._account,
            ("POST", "/media"): self._upload,
            ("POST", "/posts"): self._post,
            ("GET", "/posts"): self._find,
        }
        if route in routes:
            return routes[route](request)
        if match := re.fullmatch(r"/posts/(\w+)/metrics", request.path):
            return self._metrics(match[1])
        if request.method == "DELETE" and (match := re.fullmatch(r"/posts/(\w+)", request.path)):
            self.posts = {key: post for key, post in self.posts.items() if post["id"] != match[1]}
            return Response(204)
        return no(404, "not_found", "There is no such address.")

    def _account(self, _request: Request) -> Response:
        known = {"id": "a1", "handle": "kesar", "name": "Kesar Naturals", "url": f"{self.url}/@kesar", "followers": 40}
        return said("Account", Response(200, {**known, "posts": len(self.posts), "simulated": True}))

    def _upload(self, request: Request) -> Response:
        key, mime = request.headers.get("idempotency-key", ""), request.headers["content-type"]
        if not re.match("(image|video)/", mime):
            return no(415, "media_type", "Only images and videos.")
        known = key in self.media_keys
        media_id = self.media_keys.setdefault(key, f"m{next(self._ids)}")
        digest = hashlib.sha256(request.body).hexdigest()
        media = {"id": media_id, "mime": mime, "size": len(request.body), "sha256": digest}
        media = self.media.setdefault(media_id, media)
        return said("Media", Response(200 if known else 201, media))

    def _post(self, request: Request) -> Response:
        key, wanted = request.headers["idempotency-key"], request.json()
        if key in self.posts:
            return said("Post", Response(200, self.posts[key]))
        checker("NewPost").validate(wanted)
        if grapheme_length(wanted["text"]) > 500:
            return no(422, "text_too_long", "The text is longer than 500 characters.")
        if any(media["id"] not in self.media for media in wanted.get("media", [])):
            return no(422, NO_ID, "There is no such file.")
        post_id = f"p{next(self._ids)}"
        moment = datetime.now(UTC).isoformat()
        named = {"id": post_id, "url": f"{self.url}/p/{post_id}", "key": key, "created_at": moment, "simulated": True}
        self.posts[key] = {**wanted, **named}
        return said("Post", Response(201, self.posts[key]))

    def _find(self, request: Request) -> Response:
        post = self.posts.get(request.first("key"))
        return said("Posts", Response(200, {"posts": [post] if post else []}))

    def _metrics(self, post_id: str) -> Response:
        if post_id not in {post["id"] for post in self.posts.values()}:
            return no(404, "not_found", "There is no such post.")
        moment = datetime.now(UTC).isoformat()
        counted = {"id": post_id, "simulated": True, "measured_at": moment, "metrics": self.numbers}
        return said("Metrics", Response(200, counted))
