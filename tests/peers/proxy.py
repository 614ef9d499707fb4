"""A proxy before a real peer, so that its answers can be lost, slow or replaced."""

import httpx

from tests.peers.wire import Request, Response, Server

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host"}


class Proxy(Server):
    """Forwards to `upstream` and says its own address where the peer says its own."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self._client = httpx.Client(timeout=30, trust_env=False)
        super().__init__(self._forward)

    def _forward(self, request: Request) -> Response:
        headers = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
        answer = self._client.request(
            request.method, self.upstream + request.target, headers=headers, content=request.body
        )
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
        content = answer.content
        if "json" in answer.headers.get("content-type", ""):
            content = content.replace(self.upstream.encode(), self.url.encode())
        return Response(answer.status_code, content, kept)

    def stop(self) -> None:
        super().stop()
        self._client.close()
