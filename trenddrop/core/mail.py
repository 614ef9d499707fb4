"""Handing mail to a server, and knowing afterwards what may be done: again, never again, or not known.

A mail is in doubt from the moment its last line was sent until the server has answered. Whoever sends it anew
then may have sent it twice.
"""

import smtplib
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

END = b"\r\n.\r\n"
PERMANENT = 500


class NotTaken(Exception):
    """The server has not taken the mail; it may be tried again later."""


class Returned(Exception):
    """The server says that the address does not take mail, now or later."""


class Refused(Exception):
    """The server does not want this mail, now or later."""


class InDoubt(Exception):
    """The whole mail went out and no answer came: the server may have taken it."""


class Watched(smtplib.SMTP):
    """A conversation that knows whether a mail is in doubt."""

    unanswered = False

    def send(self, s: Any) -> None:
        """Send; from the end of a mail on, its fate is open."""
        self.unanswered = isinstance(s, bytes) and s.endswith(END)  # (commands are strings)
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer; with it nothing is open any more."""
        answer = super().getreply()
        self.unanswered = False
        return answer


class WatchedSSL(Watched, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class SmtpBackend(EmailBackend):
    """Django's, with conversations that know what is in doubt."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Return the class of conversation."""
        return WatchedSSL if self.use_ssl else Watched


def connect(server: BaseEmailBackend) -> None:
    """Open the conversation, or raise NotTaken."""
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(str(error)) from error


def hand_over(mail: EmailMessage, server: BaseEmailBackend) -> None:
    """Give one mail to the server; returns when it was taken, raises one of the four otherwise."""
    try:
        server.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        raise _of_address(error) from error
    except smtplib.SMTPDataError as error:
        raise (Refused if error.smtp_code >= PERMANENT else NotTaken)(_words(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        is_open = getattr(getattr(server, "connection", None), "unanswered", False)
        raise (InDoubt if is_open else NotTaken)(str(error)) from error


def _of_address(error: smtplib.SMTPRecipientsRefused) -> Exception:
    code, words = next(iter(error.recipients.values()))
    text = f"{code} {words.decode(errors='replace')}"
    return Returned(text) if code >= PERMANENT else NotTaken(text)


def _words(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"


def is_gone(server: BaseEmailBackend) -> bool:
    """Say whether there is no conversation (any more), so that the next mail would fail for the same reason."""
    if not isinstance(server, EmailBackend):
        return False
    return server.connection is None or server.connection.sock is None
