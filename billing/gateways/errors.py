"""What may go wrong with a gateway: five errors, because five things can be done about it."""

from datetime import timedelta


class GatewayError(Exception):
    """A gateway did not do what it was asked; the message tells people why, `code` tells programs."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Refused(GatewayError):
    """It will not do this, and asking again changes nothing: nothing happened."""


class Gone(Refused):
    """It does not know the object any more: a customer or subscription that was deleted there."""


class Misconfigured(Refused):
    """Our own keys are missing or wrong: an operator has to look."""


class TryLater(GatewayError):
    """Nothing happened, and it may work later."""

    def __init__(self, message: str, *, code: str = "", after: timedelta | None = None) -> None:
        super().__init__(message, code=code)
        self.after = after


class OutcomeUnknown(GatewayError):
    """It may have happened. Unknown is not failed: look before asking again, and never tell it as a failure."""


class NotGenuine(Exception):
    """The gateway itself did not sign these very bytes, or too long ago."""


class Unreadable(Exception):
    """Signed, but nothing we can read: it will be the same next time."""
