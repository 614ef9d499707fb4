"""What X's 4xx answers mean: problem documents (`type`, `title`, `detail`, `errors`), and OAuth's own at the token."""

from typing import Any, Final

from publishing.platforms import granting
from publishing.platforms.base import PlatformError, Rejected, SignInAgain, TokenExpired, TryLater
from publishing.platforms.wire import Answer

DUPLICATE: Final = "duplicate"
GONE: Final = "not_found"
CONFIG: Final = "config"
SPENT: Final = (
    "X refuses posts of this installation: the app's credits are used up or its access was taken back. Whoever runs it "
    "must look at developer.x.com. X says: "
)
SIGN_IN: Final = "X no longer accepts this account's sign-in. Posts are kept; connect it again. X says: "
APP_UNKNOWN: Final = (
    "X does not know this installation's app (X_CLIENT_ID, X_CLIENT_SECRET). Whoever runs it must look."
)
OPERATORS: Final = ("usage-capped", "client-forbidden", "client-disconnected", "credits")
SCOPES: Final = ("insufficient_scope", "missing required scope", "oauth2 permissions")


def words_of(fields: dict[str, Any]) -> str:
    """The platform's own words, the most telling first."""
    errors = [one for one in fields.get("errors") or [] if isinstance(one, dict)]
    told = [str(one.get("detail") or one.get("message") or "") for one in errors]
    return " ".join(filter(None, [*told, str(fields.get("detail") or fields.get("title") or "")])) or "no reason given"


def refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer of the API."""
    fields = answer.fields()
    words, kind = words_of(fields), str(fields.get("type") or "")
    if answer.status == 401:
        return TokenExpired("The sign-in at X ran out and is being renewed. Nothing was sent.")
    if answer.status == 402 or any(mark in kind for mark in OPERATORS):
        return Rejected(SPENT + words, code=CONFIG)
    if answer.status == 403:
        return _forbidden(answer, words)
    if answer.status == 404 or kind.endswith("resource-not-found"):
        return Rejected(f"X does not have this: {words}", code=GONE)
    return Rejected(f"X does not take this: {words}", code=str(answer.status))


def _forbidden(answer: Answer, words: str) -> PlatformError:
    told = f"{words} {answer.headers.get('www-authenticate', '')}".lower()
    if "duplicate" in told:
        return Rejected(f"X already has this text from you: {words} Change a word and try again.", code=DUPLICATE)
    if any(mark in told for mark in SCOPES):
        return SignInAgain(SIGN_IN + words)
    return Rejected(f"X does not allow this: {words}", code="403")


def token_refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer of the token address: only a refused grant ends a sign-in."""
    code, words = granting.told(answer.fields())
    words = words or f"HTTP {answer.status}"
    if code in granting.APP or answer.status in {401, 403}:
        return TryLater(f"{APP_UNKNOWN} It says: {words}")
    if granting.is_over(code, words):
        return SignInAgain(SIGN_IN + words)
    return TryLater(f"X's sign-in gave no clear answer ({words}). Nothing was changed; we try again.")
