"""A small real HTTP server for what stands in for a platform, with the faults networks have."""

import email.message
import json
import re
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """What arrived, whole."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    target: str

    def json(self) -> Any:
        return json.loads(self.body or b"null")

    def first(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]

    @property
    def bearer(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Response:
    """What is answered; a dict or list is sent as JSON."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


@dataclass
class Fault:
    """What goes wrong with a matching request: answered instead, cut before or after it counted, or slow."""

    method: str
    path: str
    answer: Response | None = None
    cut_before: bool = False
    cut_after: bool = False
    slow: float = 0
    times: int | None = 1

    def meets(self, request: Request) -> bool:
        return self.times != 0 and self.method == request.method and re.search(self.path, request.path) is not None


class CutOff(Exception):
    """The connection ends without an answer."""


class Server:
    """Serves `handle` on a free port of 127.0.0.1 until stopped; keeps every request it read."""

    def __init__(self, handle: Callable[[Request], Response]) -> None:
        self._handle = handle
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self.connections: set[socket.socket] = set()
        self.requests: list[Request] = []
        self.answered: list[tuple[Request, Response]] = []
        self.faults: list[Fault] = []
        self._http = _Listener(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def fault(self, method: str, path: str, **what: Any) -> Fault:
        """Let the next `times` requests (None: all) whose path matches go wrong."""
        fault = Fault(method, path, **what)
        self.faults.append(fault)
        return fault

    def seen(self, method: str, path: str) -> list[Request]:
        return [one for one in self.requests if one.method == method and re.search(path, one.path)]

    def stop(self) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)
        for connection in list(self.connections):
            _end(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def respond(self, request: Request) -> Response:
        """The answer to a request, or CutOff."""
        fault = self._take(request)
        if fault and fault.cut_before:
            raise CutOff
        answer = fault.answer if fault and fault.answer else self._handle(request)
        self.answered.append((request, answer))
        if fault and fault.slow:
            self._stopping.wait(fault.slow)
        if fault and fault.cut_after:
            raise CutOff
        return answer

    def _take(self, request: Request) -> Fault | None:
        with self._lock:
            self.requests.append(request)
            fault = next((one for one in self.faults if one.meets(request)), None)
            if fault and fault.times is not None:
                fault.times -= 1
            return fault


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, peer: Server) -> None:
        self.peer = peer
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news; anything else is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Listener

    def setup(self) -> None:
        super().setup()
        self.server.peer.connections.add(self.connection)

    def finish(self) -> None:
        self.server.peer.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def log_message(self, *_words: Any) -> None:
        pass

    def _serve(self) -> None:
        try:
            self._write(self.server.peer.respond(self._read()))
        except CutOff:
            self.close_connection = True
            _end(self.connection)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _read(self) -> Request:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        return Request(self.command, parts.path, parse_qs(parts.query), headers, body, self.path)

    def _write(self, answer: Response) -> None:
        self.send_response(answer.status)
        if "content-type" not in {name.lower() for name in answer.headers}:
            self.send_header("Content-Type", "application/json")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        content = answer.content if answer.status != 204 else b""
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 (names http.server asks for)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def form_parts(request: Request) -> dict[str, tuple[str, bytes]]:
    """A multipart form's fields: (type, bytes) by name."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    form = email.message_from_bytes(head + request.body)
    found = {}
    for part in form.get_payload():
        assert isinstance(part, email.message.Message)
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found[str(part.get_param("name", header="content-disposition"))] = (part.get_content_type(), content)
    return found


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
