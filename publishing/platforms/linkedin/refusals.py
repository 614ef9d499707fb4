"""What LinkedIn's 4xx answers mean: `{"status", "serviceErrorCode", "code", "message"}`, and OAuth's own."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from publishing.platforms import granting
from publishing.platforms.base import PlatformError, Rejected, SignInAgain, TokenExpired, TryLater
from publishing.platforms.wire import Answer

DUPLICATE: Final = "duplicate"
GONE: Final = "not_found"
NO_RIGHT: Final = "no_right"
CONFIG: Final = "config"
SIGN_IN: Final = "LinkedIn no longer accepts this sign-in. Posts are kept; connect the account again. LinkedIn says: "
OLD: Final = (
    "LinkedIn no longer speaks the version of its API that this installation uses. Whoever runs it must set "
    "LINKEDIN_VERSION to a newer month. LinkedIn says: "
)
APP_UNKNOWN: Final = (
    "LinkedIn does not know this installation's app (LINKEDIN_CLIENT_ID, LINKEDIN_CLIENT_SECRET). Whoever runs it must "
    "look."
)
POST_URN: Final = re.compile(r"urn:li:(?:share|ugcPost):\d+")
DAY: Final = timedelta(days=1)


class Duplicate(Rejected):
    """The same words were posted shortly before; `urn` names that post where LinkedIn does."""

    def __init__(self, message: str, *, urn: str) -> None:
        super().__init__(message, code=DUPLICATE)
        self.urn = urn


def until_midnight(now: datetime) -> timedelta:
    """LinkedIn's quotas begin anew at midnight UTC."""
    return (now.astimezone(UTC) + DAY).replace(hour=0, minute=0, second=0, microsecond=0) - now


def refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer of the API."""
    fields = answer.fields()
    code, words = str(fields.get("code") or ""), str(fields.get("message") or f"HTTP {answer.status}")
    if answer.status == 401:
        expired = "EXPIRED" in code or fields.get("serviceErrorCode") == 65602
        return TokenExpired("The sign-in at LinkedIn ran out.") if expired else SignInAgain(SIGN_IN + words)
    if answer.status == 426 or code == "NONEXISTENT_VERSION":
        return Rejected(OLD + words, code=CONFIG)
    if answer.status == 403:
        return Rejected(f"LinkedIn does not allow this account to do that: {words}", code=NO_RIGHT)
    if answer.status == 404:
        return Rejected(f"LinkedIn does not have this: {words}", code=GONE)
    if answer.status == 409 or "duplicate" in words.lower():
        urn = POST_URN.search(words)
        message = f"LinkedIn already has this text from you: {words} Change a word and try again."
        return Duplicate(message, urn=urn[0] if urn else "")
    return Rejected(f"LinkedIn does not take this: {words}", code=str(answer.status))


def token_refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer of the token address: only a refused grant ends a sign-in."""
    code, words = granting.told(answer.fields())
    words = words or f"HTTP {answer.status}"
    if code in granting.APP or answer.status in {401, 403}:
        return TryLater(f"{APP_UNKNOWN} It says: {words}")
    if granting.is_over(code, words):
        return SignInAgain(SIGN_IN + words)
    return TryLater(f"LinkedIn's sign-in gave no clear answer ({words}). Nothing was changed; we try again.")
