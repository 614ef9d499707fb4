"""A user's own server that keeps to the protocol of signed posts, and holds us to it."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.request import urlopen

from tests.peers.wire import Request, Response, Server

SECRET = "whsec_kesar-8f1d2c3b4a5968778695a4b3c2d1e0f9"
TOLERANCE = 300


class FakeWebhook(Server):
    """`posts` are those it took, in order, each once for its key: id, key, post, files as fetched."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.tests = 0
        self.names_posts = True
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        if not self._is_signed(request):
            return Response(401, {"message": "The signature is wrong"})
        event, key = request.headers.get("trenddrop-event", ""), request.headers.get("idempotency-key", "")
        body = request.json()
        if body["type"] != event or not key:
            return Response(422, {"message": "Headers and body differ"})
        if event == "connection.test":
            self.tests += 1
            return Response(204, b"")
        found = next((post for post in self.posts if post["key"] == key), None) or self._keep(key, body["post"])
        return Response(201, {"id": found["id"], "url": f"{self.url}/news/{found['id']}"}) if self.names_posts else OK

    def _is_signed(self, request: Request) -> bool:
        given = dict(part.split("=", 1) for part in request.headers.get("trenddrop-signature", "t=0,v1=").split(","))
        wanted = hmac.new(SECRET.encode(), f"{given['t']}.".encode() + request.body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(wanted, given["v1"]) and abs(time.time() - int(given["t"])) < TOLERANCE

    def _keep(self, key: str, post: dict[str, Any]) -> dict[str, Any]:
        files = [urlopen(media["url"]).read() for media in post["media"]]
        found = {"id": f"n{len(self.posts) + 1}", "key": key, "post": json.loads(json.dumps(post)), "files": files}
        self.posts.append(found)
        return found


OK = Response(200, b"")
