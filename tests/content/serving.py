"""The web server of the product, as it is run, on the test's database."""

import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connections
from django.test import Client

from accounts.models import Membership
from tests.peers.processes import Program
from tests.peers.wire import free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Served:
    """A running server."""

    url: str
    port: int
    program: Program

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        parent = self.program._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        return [int(key) for key in children.split()]

    def memory(self) -> int:
        """Bytes of memory the workers hold."""
        pages = [Path(f"/proc/{key}/statm").read_text(encoding="ascii").split()[1] for key in self.workers]
        return sum(map(int, pages)) * os.sysconf("SC_PAGESIZE")


@contextmanager
def served(folder: Path, *, workers: int = 1) -> Iterator[Served]:
    """Run gunicorn as the Procfile does, with its files under `folder`."""
    database = connections["default"].settings_dict
    address = re.sub(r"/[^/]*$", f"/{database['NAME']}", os.environ["DATABASE_URL"])
    env = os.environ | {
        "DATABASE_URL": address,
        "MEDIA_ROOT": str(folder / "media"),
        "UPLOAD_ROOT": str(folder / "uploads"),
        "CELERY_BROKER_URL": "memory://",
        "DEBUG": "1",  # static files from where they are written
    }
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "trenddrop.wsgi", "--bind", f"127.0.0.1:{port}", "--workers"]
    command += [
        str(workers),
        "--worker-class",
        "gthread",
        "--threads",
        "8",
        "--timeout",
        "120",
        "--graceful-timeout",
        "3",
        "--log-level",
        "warning",
    ]
    program = Program(command, log=folder / "gunicorn.log", env=env, folder=ROOT)
    try:
        program.wait_for(f"http://127.0.0.1:{port}/healthz", seconds=60)
        yield Served(f"http://127.0.0.1:{port}", port, program)
    finally:
        program.stop()


def signed_in_headers(member: Membership) -> dict[str, str]:
    """Cookie and token of somebody who is signed in."""
    client = Client()
    client.force_login(member.user)
    token = client.get("/upload/").cookies["csrftoken"].value
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}", "X-CSRFToken": token}


def cut_off(served: Served, path: str, headers: dict[str, str], data: bytes, *, promised: int) -> socket.socket:
    """Begin a PATCH of `promised` bytes, send `data`, and leave it there."""
    lines = [f"PATCH {path} HTTP/1.1", f"Host: 127.0.0.1:{served.port}", f"Content-Length: {promised}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    raw = socket.create_connection(("127.0.0.1", served.port), timeout=30)
    raw.sendall("\r\n".join([*lines, "", ""]).encode() + data)
    return raw
