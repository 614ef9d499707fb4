"""Text messages, through a sender that settings.SMS_BACKEND names."""

import logging
from typing import Protocol

import httpx
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from trenddrop.core import http

logger = logging.getLogger(__name__)


class NotSent(Exception):
    """The message did not go out; the text tells people why."""


class Sender(Protocol):
    """Sends text messages. `is_real` is False where they reach no phone."""

    is_real: bool

    def send(self, *, to: str, text: str) -> None:
        """Send a message, or raise NotSent."""


class Journal:
    """Writes messages into the server's log: for installations without a contract."""

    is_real = False

    def send(self, *, to: str, text: str) -> None:
        """Log the message."""
        logger.warning("text message to %s, not sent (SMS_BACKEND is the log): %s", to, text)


class Twilio:
    """Any service with Twilio's REST API: SMS_API_URL, SMS_ACCOUNT, SMS_TOKEN, SMS_FROM."""

    is_real = True

    def send(self, *, to: str, text: str) -> None:
        """Post the message."""
        url = f"{settings.SMS_API_URL.rstrip('/')}/2010-04-01/Accounts/{settings.SMS_ACCOUNT}/Messages.json"
        said = {"To": to, "From": settings.SMS_FROM, "Body": text}
        try:
            with http.client(auth=(settings.SMS_ACCOUNT, settings.SMS_TOKEN)) as client:
                answer = client.post(url, data=said)
        except httpx.HTTPError as error:
            logger.warning("text message not sent: %s: %s", type(error).__name__, error)
            raise NotSent(_("The message service does not answer. Try again in a few minutes.")) from error
        if answer.is_success:
            return
        logger.warning("text message not sent: HTTP %s %s", answer.status_code, answer.text[:300])
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise NotSent(_("The message service does not know this number. Check it, with its country code."))
        raise NotSent(_("The message service refuses us. Whoever runs this server has to look; nothing was changed."))


def sender() -> Sender:
    """Return the installation's sender."""
    found: Sender = import_string(settings.SMS_BACKEND)()
    return found
