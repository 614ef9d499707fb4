"""Discord's webhook resource by hand: one webhook; its limits, its codes, its wait in seconds and parts of them."""

import itertools
import json
import re
from typing import Any

from tests.peers.wire import Request, Response, Server, form_parts

WEBHOOK, TOKEN = "1100000000000000001", "kesar-webhook-token_3f6a0c1e9b7d4f52"
GUILD, CHANNEL = "900000000000000001", "900000000000000002"
MB = 1_000_000
KNOWN = {"content", "attachments", "flags", "allowed_mentions"}


def no(status: int, code: int, words: str, **more: Any) -> Response:
    return Response(status, {"code": code, "message": words, **more})


class FakeDiscord(Server):
    """`posts` is what stands in the channel, oldest first: id, content, files, flags, thread."""

    def __init__(self) -> None:
        self._ids = itertools.count(1_300_000_000_000_000_000)
        self.posts: list[dict[str, Any]] = []
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        found = re.fullmatch(r"/api/v10/webhooks/(\d+)/([^/]+)(?:/messages/(\d+))?", request.path)
        if found is None:
            return no(404, 0, "404: Not Found")
        if found[1] != WEBHOOK:
            return no(404, 10015, "Unknown Webhook")
        if found[2] != TOKEN:
            return no(401, 50027, "Invalid Webhook Token")
        if found[3]:
            return self._message(request.method, found[3])
        return self._post(request) if request.method == "POST" else Response(200, self._webhook())

    def _webhook(self) -> dict[str, Any]:
        places = {"guild_id": GUILD, "channel_id": CHANNEL, "application_id": None}
        return {"id": WEBHOOK, "type": 1, "name": "kesar news", "avatar": None, "token": TOKEN, **places}

    def _message(self, method: str, message_id: str) -> Response:
        found = [post for post in self.posts if post["id"] == message_id]
        if not found:
            return no(404, 10008, "Unknown Message")
        if method == "DELETE":
            self.posts.remove(found[0])
            return Response(204, b"")
        return Response(200, self._shown(found[0]))

    def _post(self, request: Request) -> Response:
        wanted, files = self._read(request)
        content, attachments = wanted.get("content", ""), wanted.get("attachments", [])
        if not content and not files:
            return no(400, 50006, "Cannot send an empty message")
        if len(content) > 2000:
            errors = {"content": {"_errors": [{"message": "Must be 2000 or fewer in length."}]}}
            return no(400, 50035, "Invalid Form Body", errors=errors)
        if set(wanted) - KNOWN or len(attachments) != len(files) or len(files) > 10:
            return no(400, 50035, "Invalid Form Body")
        if sum(map(len, files)) > 10 * MB:
            return no(413, 40005, "Request entity too large")
        post = {"id": str(next(self._ids)), "content": content, "files": files, "wanted": wanted}
        self.posts.append(post | {"thread": request.first("thread_id")})
        return Response(200, self._shown(post)) if request.first("wait") == "true" else Response(204, b"")

    def _read(self, request: Request) -> tuple[dict[str, Any], list[bytes]]:
        if not request.headers.get("content-type", "").startswith("multipart/"):
            return request.json(), []
        parts = form_parts(request)
        wanted = json.loads(parts["payload_json"][1])
        return wanted, [parts[f"files[{one['id']}]"][1] for one in wanted["attachments"]]

    def _shown(self, post: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": post["id"],
            "type": 0,
            "channel_id": CHANNEL,
            "content": post["content"],
            "webhook_id": WEBHOOK,
            "attachments": [],
            "timestamp": "2026-11-21T21:00:00+00:00",
        }
