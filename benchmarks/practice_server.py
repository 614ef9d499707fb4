"""Small practice servers in processes of their own: they keep one post for each key, and answer after a pause."""

import asyncio
import json
import multiprocessing
import socket
from multiprocessing.process import BaseProcess

import httpx

HEAD = "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"


class Practice:
    """One server's posts by key."""

    def __init__(self, address: str, pause: float) -> None:
        self._address, self._pause = address, pause
        self._posts: dict[str, str] = {}

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                headers = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines[1:]}
                await reader.readexactly(int(headers.get("content-length", 0)))
                body = json.dumps(await self._done(lines[0], headers.get("idempotency-key", ""))).encode()
                writer.write(HEAD.format(status="200 OK", length=len(body)).encode() + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _done(self, line: str, key: str) -> dict[str, object]:
        if line.startswith("GET /count"):
            return {"count": len(self._posts)}
        await asyncio.sleep(self._pause)
        found = self._posts.setdefault(key, f"{len(self._posts)}")
        return {"id": found, "url": f"{self._address}/posts/{found}", "created_at": None}


def _run(place: socket.socket, pause: float) -> None:
    async def forever() -> None:
        host, port = place.getsockname()
        served = Practice(f"http://{host}:{port}", pause)
        async with await asyncio.start_server(served.answer, sock=place) as server:
            await server.serve_forever()

    asyncio.run(forever())


def serve(number: int, *, pause: float) -> tuple[list[BaseProcess], list[str]]:
    """Start so many servers; return them and their addresses."""
    processes: list[BaseProcess] = []
    addresses = []
    for _server in range(number):
        place = socket.create_server(("127.0.0.1", 0), backlog=256)
        host, port = place.getsockname()
        addresses.append(f"http://{host}:{port}")
        process = multiprocessing.get_context("fork").Process(target=_run, args=(place, pause), daemon=True)
        process.start()
        processes.append(process)
        place.close()
    return processes, addresses


def told(addresses: list[str]) -> int:
    """Return how many different posts stand there."""
    return sum(httpx.get(f"{address}/count", trust_env=False).json()["count"] for address in addresses)
