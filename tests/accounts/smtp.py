"""A small SMTP server on a real socket, with places where it can fail."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

PATIENCE = 0.4  # the client's time-out in these tests, in seconds


class Server:
    """What arrived, and what goes wrong: `plan` maps a command to what is done, mail by mail.

    A plan's item is an answer ("451 later"), or "cut" (close), or "hang" (say nothing, then close), or "" (as usual).
    Commands: connect, mail, rcpt, data (before the text), text (after it, nothing kept), taken (kept, then so).
    """

    def __init__(self) -> None:
        self.plan: dict[str, list[str]] = {}
        self.raw: list[bytes] = []
        self.address = ("", 0)

    @property
    def mails(self) -> list[Message]:
        """Return what was taken."""
        return [message_from_bytes(raw, policy=default) for raw in self.raw]

    def fault(self, command: str) -> str:
        """Take what is planned for a command."""
        planned = self.plan.get(command)
        return planned.pop(0) if planned else ""


class Conversation(socketserver.StreamRequestHandler):
    """One client."""

    platform: Server

    def handle(self) -> None:
        """Speak until somebody hangs up."""
        try:
            if self.step("connect", "220 here"):
                while line := self.rfile.readline():
                    if not self.answer(line.decode().strip()):
                        return
        except (ConnectionError, ValueError):
            return

    def say(self, words: str) -> None:
        """Answer."""
        self.wfile.write(f"{words}\r\n".encode())

    def step(self, command: str, usual: str) -> bool:
        """Do what is planned, or answer as usual; False when the conversation is over."""
        fault = self.platform.fault(command)
        if fault == "hang":
            time.sleep(PATIENCE * 2)
        if fault in {"hang", "cut"}:
            return False
        self.say(fault or usual)
        return True

    def answer(self, line: str) -> bool:
        """Answer one line."""
        command = line.partition(" ")[0].upper()
        if command == "QUIT":
            self.say("221 bye")
            return False
        if command == "DATA":
            return self.take()
        return self.step(command.lower(), "250 ok")

    def take(self) -> bool:
        """Take a mail's text."""
        fault = self.platform.fault("data")
        if fault:
            self.say(fault)
            return True
        self.say("354 go on")
        text = b""
        while not text.endswith(b"\r\n.\r\n"):
            line = self.rfile.readline()
            if not line:
                return False
            text += line
        refused = self.platform.plan.get("text")
        if refused:
            return self.step("text", "250 ok")
        self.platform.raw.append(text[:-5].replace(b"\r\n..", b"\r\n."))
        return self.step("taken", "250 taken")


class Listener(socketserver.ThreadingTCPServer):
    """Listens anew on the same port at once."""

    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def running(server: Server | None = None) -> Iterator[Server]:
    """Let a server listen; on the address it had before, if it had one."""
    server = server or Server()
    handler: Any = type("Bound", (Conversation,), {"platform": server})
    with Listener(server.address if server.address[1] else ("127.0.0.1", 0), handler) as listener:
        server.address = ("127.0.0.1", listener.server_address[1])
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
