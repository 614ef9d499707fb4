"""Local ports: taken or free, chosen once per checkout."""

import socket

from trenddrop.runtime.console import Trouble
from trenddrop.runtime.files import read_json, write_json
from trenddrop.runtime.places import Places

LOOPBACK = "127.0.0.1"


class PortTaken(Trouble):
    """Another program listens where the web server should."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose(places: Places, service: str) -> int:
    """The port this checkout's service had last time, or a new free one when somebody has taken it."""
    remembered = read_json(places.ports)
    port = int(remembered.get(service, 0))
    if port and is_free(port):
        return port
    port = free_port()
    write_json(places.ports, remembered | {service: port})
    return port


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def claim_web(host: str, port: int) -> None:
    """Raise PortTaken with the way out when the web server could not listen."""
    if is_free(port, host):
        return
    free = next((other for other in range(port + 1, port + 50) if is_free(other, host)), free_port())
    raise PortTaken(
        f"Port {port} is taken by another program, so TrendDrop was not started.\n"
        f"Stop that program, or start on another port: PORT={free} make run"
    )
