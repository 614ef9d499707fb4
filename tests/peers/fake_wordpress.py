"""WordPress's REST API by hand: one user, an application password, uploads, unique slugs, its own errors."""

import base64
import itertools
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from tests.peers.wire import Request, Response, Server

USER, PASSWORD = "kesar", "abcd EFGH 1234 ijkl MNOP 6789"
KINDS = frozenset({"image/png", "image/jpeg", "image/webp", "video/mp4"})
FIELDS = frozenset({"title", "content", "slug", "status", "comment_status", "featured_media"})


def no(status: int, code: str, message: str) -> Response:
    return Response(status, {"code": code, "message": message, "data": {"status": status}})


class FakeWordPress(Server):
    """`posts`: what stands on the site, oldest first; `media`: files by id; `may`: what the user may do."""

    def __init__(self) -> None:
        self._ids = itertools.count(41)
        self.posts: list[dict[str, Any]] = []
        self.media: dict[int, dict[str, Any]] = {}
        self.may = {"publish_posts": True, "upload_files": True}
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Basic ")
        if base64.b64decode(given or "") != f"{USER}:{PASSWORD}".encode():
            return no(401, "incorrect_password", "The password you entered is incorrect.")
        found = re.fullmatch(r"/wp-json/wp/v2/([a-z]+)(?:/(\w+))?", request.path)
        answers: dict[tuple[str, str, bool], Callable[[Request, str], Response]] = {
            ("GET", "users", True): self._me,
            ("POST", "media", False): self._upload,
            ("POST", "media", True): self._describe,
            ("POST", "posts", False): self._create,
            ("GET", "posts", False): self._list,
            ("GET", "posts", True): self._show,
            ("DELETE", "posts", True): self._delete,
        }
        work = answers.get((request.method, found[1], bool(found[2]))) if found else None
        if found is None or work is None:
            return no(404, "rest_no_route", "No route was found matching the URL and request method.")
        return work(request, found[2] or "")

    def _me(self, _request: Request, _key: str) -> Response:
        return Response(200, {"id": 7, "slug": USER, "name": "Kesar Naturals", "capabilities": self.may})

    def _upload(self, request: Request, _key: str) -> Response:
        kind = request.headers.get("content-type", "")
        name = re.search(r"filename\*=UTF-8''(.+)", request.headers.get("content-disposition", ""))
        if name is None:
            return no(400, "rest_upload_no_content_disposition", "No Content-Disposition supplied.")
        if kind not in KINDS:
            return no(500, "rest_upload_unknown_error", "Sorry, you are not allowed to upload this file type.")
        number = next(self._ids)
        url = f"{self.url}/wp-content/uploads/{number}-{unquote(name[1])}"
        self.media[number] = {"id": number, "source_url": url, "content": request.body, "alt_text": ""}
        return Response(201, {"id": number, "source_url": url, "mime_type": kind})

    def _describe(self, request: Request, key: str) -> Response:
        self.media[int(key)]["alt_text"] = request.json()["alt_text"]
        return Response(200, {"id": int(key)})

    def _create(self, request: Request, _key: str) -> Response:
        given = request.json()
        if not set(given) <= FIELDS or given.get("status") not in {"publish", "private"}:
            return no(400, "rest_invalid_param", "Invalid parameter(s): status")
        if not self.may["publish_posts"]:
            return no(403, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")
        if given.get("featured_media") not in {None, *self.media}:
            return no(400, "rest_invalid_featured_media", "Invalid featured media ID.")
        taken = {post["slug"] for post in self.posts}
        number, wanted = next(self._ids), given["slug"]
        others = (f"{wanted}-{each}" for each in itertools.count(2))
        own = next(each for each in itertools.chain([wanted], others) if each not in taken)
        self.posts.append(given | {"id": number, "slug": own, "link": f"{self.url}/{own}/"})
        return Response(201, self.posts[-1])

    def _list(self, request: Request, _key: str) -> Response:
        wanted = set(request.first("status").split(","))
        return Response(
            200, [post for post in self.posts if post["slug"] == request.first("slug") and post["status"] in wanted]
        )

    def _show(self, _request: Request, key: str) -> Response:
        found = self._post(key)
        return Response(200, found) if found else no(404, "rest_post_invalid_id", "Invalid post ID.")

    def _delete(self, request: Request, key: str) -> Response:
        found = self._post(key)
        if found is None or request.first("force") != "true":
            return no(404, "rest_post_invalid_id", "Invalid post ID.")
        self.posts.remove(found)
        return Response(200, {"deleted": True, "previous": found})

    def _post(self, key: str) -> dict[str, Any] | None:
        return next((post for post in self.posts if str(post["id"]) == key), None)
