"""What Google's errors mean: the reason inside counts, not the status alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from publishing.platforms import granting
from publishing.platforms.base import Clock, PlatformError, Rejected, SignInAgain, TokenExpired, TryLater
from publishing.platforms.wire import Answer, Refusal

ZONE: Final = "America/Los_Angeles"
PACIFIC: Final = ZoneInfo(ZONE)
DAY_FULL: Final = frozenset({"quotaExceeded", "dailyLimitExceeded"})
SLOW_DOWN: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "servingLimitExceeded"})
SIGN_IN: Final = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
CONFIG: Final = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
NO_CHANNEL: Final = "This Google account has no YouTube channel. Create one at youtube.com, then connect it again."
# Why YouTube did not keep a video, in words.
REASONS: Final = {
    "conversion": "it could not convert the video",
    "invalidFile": "it cannot read this file",
    "emptyFile": "the file is empty",
    "tooSmall": "the file is too small",
    "codec": "it does not know the file's codec",
    "uploadAborted": "the upload was not finished",
    "copyright": "somebody else holds rights in it",
    "inappropriate": "it finds the content inappropriate",
    "duplicate": "the channel has this very video already",
    "termsOfUse": "it breaks YouTube's terms",
    "uploaderAccountSuspended": "the channel is suspended",
    "length": "it is too long; the channel may have to be verified for more than 15 minutes",
    "claim": "a rights holder blocked it",
    "uploaderAccountClosed": "the channel is closed",
    "trademark": "it breaks a trademark",
    "legal": "of a legal reason it does not tell",
}


class LacksRight(SignInAgain):
    """The sign-in stands without this right; what needs no such right still works."""


class SessionLost(Rejected):
    """YouTube no longer knows an upload's session: it begins anew, or has ended."""


def refusals(clock: Clock) -> Refusal:
    """What a 4xx answer `{"error": {"code", "message", "errors": [{"reason", …}], "status"}}` means."""

    def refusal(answer: Answer) -> PlatformError:
        error = answer.fields().get("error")
        fields = error if isinstance(error, dict) else {}
        return _meaning(reason_of(fields), str(fields.get("message") or f"HTTP {answer.status}"), answer, clock())

    return refusal


def reason_of(error: Mapping[str, Any]) -> str:
    """The reason of an error, from its first entry, else its status."""
    rows = error.get("errors") or error.get("details") or []
    first = next((one for one in rows if isinstance(one, dict) and one.get("reason")), {})
    return str(first.get("reason") or error.get("status") or "")


def _meaning(  # noqa: PLR0911 (a table)
    reason: str, words: str, answer: Answer, now: datetime
) -> PlatformError:
    if reason in DAY_FULL:
        return TryLater("YouTube's quota of this installation is used up for today.", after=until_midnight(now))
    if reason in SLOW_DOWN:
        return TryLater("YouTube asks us to slow down. The post is kept.", after=timedelta(minutes=1))
    if reason == "uploadLimitExceeded":
        return TryLater("YouTube takes no more videos of this channel for a day.", after=timedelta(hours=24))
    if reason == "youtubeSignupRequired":
        return SignInAgain(NO_CHANNEL)
    if reason in SIGN_IN:
        return LacksRight(f"YouTube says that this sign-in lacks a right ({words}). Posts are kept; connect again.")
    if answer.status == 401:
        return TokenExpired("The sign-in at YouTube ran out and is being renewed. Nothing was sent.")
    if reason in CONFIG:
        return Rejected(f"YouTube's API is not switched on for this installation's app: {words}", code="config")
    return Rejected(f"YouTube does not take this: {words}", code=reason or str(answer.status))


def session_refusals(clock: Clock) -> Refusal:
    """The same for an upload's own address, which is lost with 404 and 410."""
    usual = refusals(clock)

    def refusal(answer: Answer) -> PlatformError:
        if answer.status in {404, 410}:
            return SessionLost("YouTube lost the upload.", code="session")
        return usual(answer)

    return refusal


def sign_in_refusal(answer: Answer) -> PlatformError:
    """The error of the token endpoint: `{"error", "error_description"}`; only a refused grant ends a sign-in."""
    code, words = granting.told(answer.fields())
    if code in granting.APP:
        message = f"Google does not know this installation's app as it is set up. The operator checks it: {words}"
        return Rejected(message, code="config")
    if granting.is_over(code, words):
        return SignInAgain(f"Google no longer accepts this sign-in ({words}). Connect it again.")
    return TryLater(f"Google's sign-in gave no clear answer ({words or 'no reason given'}). We try again.")


def until_midnight(now: datetime) -> timedelta:
    """How long until YouTube's day ends, which is a Pacific one."""
    here = now.astimezone(PACIFIC)
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(now.tzinfo) - now


def not_kept(status: Mapping[str, Any]) -> Rejected | None:
    """Why YouTube did not keep a video, None while it does."""
    if status.get("uploadStatus") not in {"failed", "rejected", "deleted"}:
        return None
    reason = str(status.get("failureReason") or status.get("rejectionReason") or "deleted")
    return Rejected(f"YouTube did not keep the video: {REASONS.get(reason, reason)}.", code=reason)
