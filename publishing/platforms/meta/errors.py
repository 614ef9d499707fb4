"""Graph errors `{"error": {message, code, error_subcode, is_transient, error_user_msg …}}`, each one of our errors."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from publishing.platforms import granting
from publishing.platforms.base import OutcomeUnknown, PlatformError, Rejected, SignInAgain, TryLater
from publishing.platforms.wire import Answer

GONE: Final = "gone"
UNKNOWN_METRIC: Final = "100"
AN_HOUR = timedelta(hours=1)
SOON = timedelta(seconds=20)

# Sub-codes and codes of section 3.4 and 4.2 of the facts, looked for in both places: Meta writes them in either.
NOT_READY = frozenset({2207027, 4279009})
EXPIRED = frozenset({2207020, 2207008})
FULL = frozenset({2207042, 1390008, 368})
BUSY = frozenset({2207003, 2207001, 2207032, 2207053, 2207052, 2207006, 1363047, 1609010, 1363030, 1363019})
PERMANENT: Mapping[int, str] = {
    2207051: "blocked",
    2207050: "restricted",
    2207004: "media_too_big",
    2207005: "media_type",
    2207009: "media_aspect",
    2207026: "media_type",
    2207023: "media_type",
    2207028: "carousel",
    2207010: "text_too_long",
    2207040: "mentions",
    2207057: "cover",
    2207077: "media",
    2207082: "media",
    1363040: "media_aspect",
    1363127: "media_resolution",
    1363128: "media_duration",
    1363129: "media_fps",
    2069019: "media",
    1366046: "media",
    1404102: "standards",
    1346003: "standards",
    1609008: "link",
    506: "duplicate",
    33: GONE,
    803: GONE,
}
SIGNED_OUT = frozenset({190, 102, 3, 10, 1404078, 4279013})
# The sign-in stands; this right was not given with it, or was taken back.
LACKING = frozenset({3, 10, *range(200, 300)})
LIMITED = frozenset({4, 17, 32, 613, *range(80000, 80015)})
TRANSIENT = frozenset({1, 2, -1, -2})
# An app that may not speak at all: its operator must act, no user can.
CONFIG: Mapping[int, str] = {
    101: "Meta does not know this app. Check META_APP_ID and its secret.",
    2635: "This version of Meta's API has ended. Set META_GRAPH_VERSION to a newer one.",
}
CODE_IN_WORDS = re.compile(r"\b(2207\d{3})\b")


class Transient(TryLater):
    """Something passing inside Meta: harmless while staging, an open question once the post was sent."""


class NotReady(TryLater):
    """The container is still being processed."""


class Lacking(SignInAgain):
    """A right is missing; whatever needs no such right still works."""


class Expired(TryLater):
    """The container's day is over: it was not published and must be made anew."""


class Spoiled(TryLater):
    """The container failed for a passing reason: it was not published, and another try makes a new one."""


class Meaning:
    """What a refusal of one of Meta's services (`name`) means; `final`: after the call that publishes."""

    def __init__(self, name: str, *, final: bool = False) -> None:
        self._name, self._final = name, final

    def __call__(self, answer: Answer) -> PlatformError:
        error = answer.fields().get("error")
        if not isinstance(error, dict):
            return self._plain(answer)
        found = self.of(error, wait=regain(answer))
        if self._final and isinstance(found, Transient):
            return OutcomeUnknown(f"{found} It may be public: we look before sending again.")
        return found

    def _plain(self, answer: Answer) -> PlatformError:
        debug = answer.fields().get("debug_info")
        if isinstance(debug, dict):
            return self.upload(debug)
        if str(answer.fields().get("error")) in granting.APP:
            return Rejected(CONFIG[101], code="config")
        if answer.status == 401:
            return SignInAgain(f"{self._name} no longer accepts this sign-in. Posts are kept; connect again.")
        return Rejected(f"{self._name} does not take this: HTTP {answer.status}", code=str(answer.status))

    def of(self, error: Mapping[str, Any], *, wait: timedelta | None = None) -> PlatformError:
        """The error for the fields of one."""
        codes = [_number(error.get("error_subcode")), _number(error.get("code"))]
        words = str(error.get("error_user_msg") or error.get("message") or f"error {codes[-1]}")
        return (
            self._known(codes, words)
            or self._general(codes, words, is_transient=bool(error.get("is_transient")), wait=wait)
            or Rejected(f"{self._name} does not take this: {words}", code=str(codes[-1]))
        )

    def told(self, words: str) -> PlatformError:
        """The error for what a container says of itself; it names a code in its words, or none."""
        found = CODE_IN_WORDS.search(words)
        return self.of({"error_subcode": int(found[1]) if found else 0, "code": 0, "message": words})

    def upload(self, debug: Mapping[str, Any]) -> PlatformError:
        """The error for the debug_info of an upload, which may come with HTTP 200."""
        words = str(debug.get("message") or debug.get("type") or "the upload failed")
        if debug.get("retriable"):
            return TryLater(f"{self._name} could not take the file ({words}). Nothing was published; we try again.")
        return Rejected(f"{self._name} does not take this file: {words}", code="media")

    def _known(self, codes: list[int], words: str) -> PlatformError | None:
        known = set(codes)
        for code in codes:
            if code in PERMANENT:
                return Rejected(f"{self._name} does not take this: {words}", code=PERMANENT[code])
        if known & NOT_READY:
            return NotReady(
                f"{self._name} is still processing the file. The post goes out when it is done.", after=SOON
            )
        if known & EXPIRED:
            return Expired(f"{self._name} kept the upload for a day only. It is made anew.", after=timedelta(0))
        if known & FULL:
            return TryLater(f"{self._name} takes no more posts for now: {words}", after=AN_HOUR)
        return None

    def _general(
        self, codes: list[int], words: str, *, is_transient: bool, wait: timedelta | None
    ) -> PlatformError | None:
        known = set(codes)
        if told := next((CONFIG[code] for code in codes if code in CONFIG), ""):
            return Rejected(told, code="config")
        if known & SIGNED_OUT or codes[-1] in LACKING:
            meant = Lacking if codes[-1] in LACKING else SignInAgain
            return meant(f"{self._name} no longer accepts this sign-in ({words}). Posts are kept; connect again.")
        if known & BUSY:
            return TryLater(
                f"{self._name} could not fetch or keep the file: {words} Nothing was published; we try again."
            )
        if known & LIMITED:
            return TryLater(f"{self._name} asks us to slow down. The post is kept and goes out later.", after=wait)
        if is_transient or known & TRANSIENT:
            return Transient(f"{self._name} has trouble of its own: {words}")
        return None


def _number(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0


def regain(answer: Answer) -> timedelta | None:
    """How long until calls are taken again, from the usage headers (minutes); None where they do not say."""
    minutes = [_number(use.get("estimated_time_to_regain_access")) for use in _uses(answer)]
    longest = max(minutes, default=0)
    return timedelta(minutes=longest) if longest else None


def _uses(answer: Answer) -> Iterator[Mapping[str, Any]]:
    for name in ("x-business-use-case-usage", "x-app-usage", "x-page-usage", "x-ad-account-usage"):
        try:
            told = json.loads(answer.headers.get(name, "{}"))
        except ValueError:
            continue
        if not isinstance(told, dict):
            continue
        yield told
        for each in told.values():
            yield from (use for use in (each if isinstance(each, list) else ()) if isinstance(use, dict))
