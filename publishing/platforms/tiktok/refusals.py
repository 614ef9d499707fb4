"""What TikTok's error codes mean; its envelope may carry one under HTTP 200."""

from datetime import timedelta
from typing import Any, Final

from publishing.platforms import granting
from publishing.platforms.base import PlatformError, Rejected, SignInAgain, TokenExpired, TryLater
from publishing.platforms.wire import Answer

DAY: Final = timedelta(hours=24)
MINUTE: Final = timedelta(minutes=1)
FULL: Final = {
    "spam_risk_too_many_posts": "TikTok takes no more posts of this account for today.",
    "reached_active_user_cap": "TikTok lets this installation's app post for no further account today.",
    "spam_risk_too_many_pending_share": "Five drafts wait in this account's TikTok inbox: post or delete some there.",
}
CONFIG: Final = {
    "unaudited_client_can_only_post_to_private_accounts": (
        "TikTok has not audited this installation's app yet: until then it posts only for “Only the account itself”,"
        " and only to accounts that are private. Choose that, or let the operator ask TikTok for the audit."
    ),
    "url_ownership_unverified": (
        "TikTok fetches pictures only from addresses it has verified. The operator adds this installation's address"
        " under “URL properties” in TikTok's developer portal."
    ),
}
SIGNED_OUT: Final = frozenset({"scope_not_authorized", "scope_permission_missed"})
LIMITED: Final = frozenset({"rate_limit_exceeded"})
TROUBLE: Final = frozenset({"internal_error"})
# What processing may say no with: once more is worth it, or another day, or never.
ONCE_MORE: Final = frozenset({"internal", "video_pull_failed", "photo_pull_failed"})
ANOTHER_DAY: Final = frozenset({"spam_risk_too_many_posts"})
REASONS: Final = {
    "file_format_check_failed": "TikTok cannot read this file. MP4 with H.264 works everywhere.",
    "duration_check_failed": "The video is too short or too long for this TikTok account.",
    "frame_rate_check_failed": "TikTok takes 23 to 60 pictures a second.",
    "picture_size_check_failed": "TikTok takes sides of 360 to 4,096 pixels.",
    "spam_risk_text": "TikTok takes the text for spam. Change it, then try again.",
    "spam_risk": "TikTok takes this for spam.",
    "spam_risk_user_banned_from_posting": "TikTok does not let this account post.",
    "auth_removed": "The account took our rights back while the post was processed.",
    "publish_cancelled": "The post was cancelled at TikTok.",
}


class LacksRight(SignInAgain):
    """The sign-in stands without this right; what needs no such right still works."""


def refusal(answer: Answer) -> PlatformError:
    """The error of a 4xx answer `{"data", "error": {"code", "message", "log_id"}}`."""
    error = answer.fields().get("error")
    fields = error if isinstance(error, dict) else {}
    return meaning(str(fields.get("code") or answer.status), str(fields.get("message") or ""), status=answer.status)


def meaning(code: str, message: str, *, status: int = 200) -> PlatformError:
    """The error for a code, whatever the HTTP status it came with."""
    words = message or code
    if code in SIGNED_OUT:
        return LacksRight(f"TikTok says that this sign-in lacks a right ({words}). Posts are kept; connect again.")
    if code in FULL:
        return TryLater(f"{FULL[code]} The post is kept.", after=DAY)
    if code in LIMITED:
        return TryLater("TikTok asks us to slow down. The post is kept and goes out later.", after=MINUTE)
    if code in CONFIG:
        return Rejected(CONFIG[code], code="config")
    if code == "access_token_invalid" or status == 401:
        return TokenExpired("The sign-in at TikTok ran out and is being renewed. Nothing was sent.")
    return Rejected(f"TikTok does not take this: {words}", code=code)


def failure(reason: str) -> PlatformError:
    """The error for a post that processing refused, by its `fail_reason`."""
    if reason in ONCE_MORE:
        return TryLater("TikTok could not process the post and asks to send it again.", after=MINUTE)
    if reason in ANOTHER_DAY:
        return TryLater(f"{FULL[reason]} The post is kept.", after=DAY)
    words = REASONS.get(reason, f"TikTok could not publish this: {reason or 'it gave no reason'}.")
    return Rejected(words, code=reason or "failed")


def sign_in_refusal(answer: Answer) -> PlatformError:
    """The error of the token endpoint, which is flat: `{"error", "error_description", "log_id"}`."""
    return sign_in_meaning(answer.fields())


def sign_in_meaning(fields: dict[str, Any]) -> PlatformError:
    """The same for fields that came under HTTP 200; only a refused grant ends a sign-in."""
    code, words = granting.told(fields)
    if code in granting.APP:
        return Rejected(
            f"TikTok does not know this installation's app. The operator checks its keys: {words}", code="config"
        )
    if granting.is_over(code, words):
        return SignInAgain(f"TikTok no longer accepts this sign-in ({words}). Posts are kept; connect again.")
    return TryLater(
        f"TikTok's sign-in gave no clear answer ({words or 'no reason given'}). Nothing was changed; we try again."
    )
