"""What a token address says no with (RFC 6749, 5.2): only a no to the grant itself ends a sign-in."""

import re
from collections.abc import Mapping
from typing import Any, Final

ENDED: Final = frozenset({"invalid_grant", "access_denied", "invalid_token", "expired_token"})
APP: Final = frozenset(
    {
        "deleted_client", "disabled_client", "invalid_client", "invalid_client_id", "redirect_uri_mismatch",
        "unauthorized_client",
    }
)  # fmt: skip
# Some say `invalid_request` of a spent grant, and only their words tell it from a request of ours that is wrong.
VAGUE: Final = "invalid_request"
GRANT: Final = re.compile(r"\b(token|code|grant)\b", re.IGNORECASE)
BAD: Final = re.compile(r"\b(invalid|expired|revoked|bad|malformed|used|not valid)\b", re.IGNORECASE)


def told(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Code and words of an answer, flat as the RFC has it or in an envelope of the platform's own."""
    error = fields.get("error")
    if isinstance(error, dict):
        return str(error.get("code") or error.get("status") or ""), str(error.get("message") or "")
    return str(error or ""), str(fields.get("error_description") or error or "")


def is_over(code: str, words: str) -> bool:
    """Whether the grant itself was refused: the person has to sign in again."""
    return code in ENDED or (code == VAGUE and speaks_of_the_grant(words))


def speaks_of_the_grant(words: str) -> bool:
    """Whether words say that a token or a code is no good."""
    return bool(GRANT.search(words) and BAD.search(words))
