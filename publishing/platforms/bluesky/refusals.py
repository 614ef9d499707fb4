"""What a personal data server's 4xx answers mean."""

from typing import Final

from publishing.platforms.base import PlatformError, Rejected, SignInAgain, TokenExpired, TryLater
from publishing.platforms.wire import Answer

NOT_SIGNED_IN: Final = frozenset(
    {
        "AccountDeactivated", "AccountNotFound", "AccountSuspended", "AccountTakedown", "AuthFactorTokenRequired",
        "AuthMissing", "AuthenticationRequired", "InvalidToken",
    }
)  # fmt: skip
SECOND_FACTOR: Final = (
    "Bluesky asks for a code by mail, as it does for the main password. Make an app password in Bluesky under "
    "Settings, Privacy and security, App passwords, and use that."
)
SIGN_IN: Final = "Bluesky no longer accepts this account's sign-in. Posts are kept; connect it again. It says: "


class BlobGone(Rejected):
    """An uploaded file was dropped by the server before the post that names it."""


def refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer with an XRPC body `{"error", "message"}`."""
    fields = answer.fields()
    name, words = str(fields.get("error") or ""), str(fields.get("message") or f"HTTP {answer.status}")
    if name == "ExpiredToken":
        return TokenExpired("The sign-in at Bluesky ran out and is being renewed. Nothing was sent.")
    if name == "AuthFactorTokenRequired":
        return SignInAgain(SECOND_FACTOR)
    if name in NOT_SIGNED_IN or (answer.status == 401 and name[:1].isupper()):
        return SignInAgain(SIGN_IN + words)
    if answer.status == 401:  # in no words of a data server: something before it answered
        return TryLater(f"Bluesky's server gave no clear answer ({words}). Nothing was published; we try again.")
    if name == "BlobNotFound" or "could not find blob" in words.lower():
        return BlobGone("Bluesky dropped an uploaded file before the post. It is uploaded again.", code=name)
    return Rejected(f"Bluesky does not take this: {words}", code=name or str(answer.status))
