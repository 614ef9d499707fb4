"""Places in a platform's server where something goes wrong: at the n-th request since the post was planned."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.peers.wire import CutOff, Request, Response, Server

PATIENCE = 20.0
BUSY = Response(429, {"error": "RateLimitExceeded", "message": "Too Many Requests"}, {"Retry-After": "30"})
BROKEN = Response(503, {"error": "Unavailable", "message": "Service Unavailable"})
FAULTY = Response(500, {"error": "InternalServerError", "message": "Internal Server Error"})
PAGE = Response(200, "<!DOCTYPE html><title>Attention required</title>", {"Content-Type": "text/html"})
NOISE = Response(200, b"\x00\xff")

Serve = Callable[[Request], Response]
Act = Callable[[Serve, Request, "Trap"], Response]


@dataclass
class Trap:
    """Act at the n-th request (from 0) over all servers of a platform; `reached` and `released` are for the test."""

    place: int
    act: Act
    seen: int = 0
    sprung: bool = False
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, usual: Serve, request: Request) -> Response:
        """Answer a request, in the way it shall go wrong when its turn has come."""
        with self._lock:
            mine = self.seen == self.place
            self.seen += 1
            self.sprung = self.sprung or mine
        return self.act(usual, request, self) if mine else usual(request)

    def hold(self) -> None:
        """Tell the test that it is here, and wait."""
        self.reached.set()
        self.released.wait(PATIENCE)


def lay(servers: Sequence[Server], trap: Trap) -> None:
    """Put a trap, in place of the one before."""
    for server in servers:
        usual = type(server).respond

        def serve(request: Request, server: Server = server, usual: Callable[..., Response] = usual) -> Response:
            return trap.serve(lambda one: usual(server, one), request)

        server.respond = serve  # type: ignore[method-assign]


# What happens there


def nothing(serve: Serve, request: Request, _trap: Trap) -> Response:
    """Answer as ever."""
    return serve(request)


def instead(answer: Response) -> Act:
    """Answer this, and do nothing."""
    return lambda _serve, _request, _trap: answer


def cut_before(_serve: Serve, _request: Request, _trap: Trap) -> Response:
    """Close the connection before anything counted."""
    raise CutOff


def cut_after(serve: Serve, request: Request, _trap: Trap) -> Response:
    """Do the work, then close the connection."""
    serve(request)
    raise CutOff


def held_before(serve: Serve, request: Request, trap: Trap) -> Response:
    """Stand before the work; what the caller gets is the test's matter."""
    trap.hold()
    return serve(request)


def lost_before(_serve: Serve, _request: Request, trap: Trap) -> Response:
    """Stand before the work, and never do it."""
    trap.hold()
    raise CutOff


def lost_after(serve: Serve, request: Request, trap: Trap) -> Response:
    """Do the work, then stand before the answer."""
    answer = serve(request)
    trap.hold()
    if trap.released.is_set():
        raise CutOff
    return answer


def held_after(serve: Serve, request: Request, trap: Trap) -> Response:
    """Do the work, stand, then answer all the same."""
    answer = serve(request)
    trap.hold()
    return answer


def told(serve: Serve, request: Request, trap: Trap) -> Response:
    """Answer as ever, and tell the test."""
    answer = serve(request)
    trap.reached.set()
    return answer


ANSWERS: Final = {
    "503": instead(BROKEN),
    "500": instead(FAULTY),
    "a page": instead(PAGE),
    "noise": instead(NOISE),
    "cut before": cut_before,
    "cut after": cut_after,
}
