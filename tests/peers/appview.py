"""What a local server lacks: the AppView that counts. It knows the posts of one server and answers as told."""

from typing import Any

import httpx

from tests.peers.wire import Request, Response, Server

ZERO = {"likeCount": 0, "replyCount": 0, "repostCount": 0, "quoteCount": 0, "bookmarkCount": 0}
WHEN = "2026-11-20T10:00:00.000Z"


class AppView(Server):
    """getPosts and getProfile over the records of the server at `pds`."""

    def __init__(self, pds: str) -> None:
        self.pds = pds
        self._client = httpx.Client(timeout=10, trust_env=False)
        self.counts: dict[str, dict[str, int]] = {}
        self.followers: int | None = 0
        self.is_gone = ""
        # The newest posts of everybody, newest first, as feeds hold them; `endless`: the feed has no end.
        self.feed: list[dict[str, Any]] = []
        self.endless = False
        super().__init__(self._answer)

    def stop(self) -> None:
        super().stop()
        self._client.close()

    def count(self, uri: str, **numbers: int) -> None:
        """Let a post have e.g. `likeCount=3`."""
        self.counts[uri] = {**self.counts.get(uri, ZERO), **numbers}

    def _answer(self, request: Request) -> Response:
        if request.path == "/xrpc/app.bsky.feed.getPosts":
            return self._posts(request.query.get("uris", []))
        if request.path == "/xrpc/app.bsky.actor.getProfile":
            return self._profile(request.first("actor"))
        if request.path == "/xrpc/app.bsky.feed.getAuthorFeed":
            return self._feed(request)
        return Response(501, {"error": "MethodNotImplemented", "message": "Method Not Implemented"})

    def _posts(self, uris: list[str]) -> Response:
        if len(uris) > 25:
            return Response(
                400, {"error": "InvalidRequest", "message": "Error: uris must not have more than 25 elements"}
            )
        found = [self._record(uri) for uri in uris]
        return Response(200, {"posts": [self._post(record) for record in found if record]})

    def _post(self, record: dict[str, Any]) -> dict[str, Any]:
        did = record["uri"].split("/")[2]
        author = {"did": did, "handle": self._handle_of(did)}
        counts = self.counts.get(record["uri"], ZERO)
        return {
            "uri": record["uri"], "cid": record["cid"], "author": author, "record": record["value"], "indexedAt": WHEN,
            **counts,
        }  # fmt: skip

    def _feed(self, request: Request) -> Response:
        start, limit = int(request.first("cursor", "0")), int(request.first("limit", "50"))
        page = self.feed[:limit] if self.endless else self.feed[start : start + limit]
        more = {"cursor": str(start + limit)} if self.endless or self.feed[start + limit :] else {}
        return Response(200, {"feed": page, **more})

    def _profile(self, actor: str) -> Response:
        if self.is_gone:
            return Response(400, {"error": self.is_gone, "message": "Profile not found"})
        described = self._describe(actor)
        if not described:
            return Response(400, {"error": "InvalidRequest", "message": "Profile not found"})
        profile = {"did": described["did"], "handle": described["handle"], "displayName": "Kesar Naturals"}
        followers = {} if self.followers is None else {"followersCount": self.followers}
        counts = {**followers, "followsCount": 0, "postsCount": len(self.counts) + len(self.feed)}
        return Response(200, profile | counts)

    def _record(self, uri: str) -> dict[str, Any] | None:
        repo, collection, rkey = uri.removeprefix("at://").split("/")
        params = {"repo": repo, "collection": collection, "rkey": rkey}
        return self._read("com.atproto.repo.getRecord", params)

    def _handle_of(self, did: str) -> str:
        return str((self._describe(did) or {}).get("handle", "handle.invalid"))

    def _describe(self, did: str) -> dict[str, Any] | None:
        return self._read("com.atproto.repo.describeRepo", {"repo": did})

    def _read(self, name: str, params: dict[str, str]) -> dict[str, Any] | None:
        answer = self._client.get(f"{self.pds}/xrpc/{name}", params=params)
        return answer.json() if answer.status_code == 200 else None
