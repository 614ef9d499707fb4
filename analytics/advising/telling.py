"""Advice in words, in the reader's language. Pure."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.advising import trials
from analytics.retelling import retold
from content.understanding import levers

SAID = 3  # choices in a sentence
LIKELY = 0.8  # from there on it is called likely to be better
TESTED, PROBABLE, OPEN, TRIAL = 3, 2, 1, 0  # how well founded a choice is


def sentence(reasons: Sequence[Mapping[str, Any]], *, is_control: bool = False) -> str:
    """Say what to do, what matters most first."""
    if is_control:
        return _("Post as you usually do.")
    said = [levers.told(one["choice"], one["value"]) for one in first(reasons)]
    if not said:
        return _("Post as you usually do.")
    words = ", ".join(said)
    return words[:1].upper() + words[1:] + "."


def first(reasons: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the choices that are said: those that stood a test first, those that are habit last."""
    return sorted(reasons, key=lambda one: (not one.get("is_claim"), bool(one.get("is_habit"))))[:SAID]


def ground(reason: Mapping[str, Any]) -> int:
    """Return how well founded a choice is, as `why` says it."""
    if reason.get("is_claim"):
        return TESTED
    if reason.get("is_trial"):
        return TRIAL
    is_likely = float(reason.get("sure") or 0) >= LIKELY and not reason.get("is_habit") and reason.get("others")
    return PROBABLE if is_likely and reason.get("posts") else OPEN


class Suggested(Protocol):
    """What was suggested, as it is kept."""

    sentence: str
    reasons: Any
    insight_id: uuid.UUID | None
    is_control: bool


def advised(row: Suggested) -> str:
    """Say what a suggestion advises: in the words of the finding it came of, else its choices."""
    return retold(row.sentence) if row.insight_id else sentence(row.reasons, is_control=row.is_control)


def why(reason: Mapping[str, Any]) -> str:
    """Say why a value was chosen: what it did, how sure that is, and from how many posts."""
    posts, others = int(reason["posts"]), int(reason["others"])
    if posts and not others:
        return _("All your posts do so: there is nothing to hold it against.")
    if not posts:
        words = _("You have not tried it yet; accounts like yours did %(times)s times the usual with it.")
        if abs(reason["times"] - 1) < 0.03:
            words = _("You have not tried it yet: this is how to find out.")
        return words % {"times": f"{reason['times']:.2f}"}
    told = ngettext(
        "%(n)s post with it against %(others)s without: %(times)s times your usual, between %(low)s and %(high)s.",
        "%(n)s posts with it against %(others)s without: %(times)s times your usual, between %(low)s and %(high)s.",
        posts,
    ) % {
        "n": posts, "others": others, "times": f"{reason['times']:.2f}", "low": f"{reason['low']:.2f}",
        "high": f"{reason['high']:.2f}",
    }  # fmt: skip
    return f"{told} {_standing(reason)}"


def _standing(reason: Mapping[str, Any]) -> str:
    if reason.get("is_claim"):
        return _("This stands against everything that was asked.")
    if reason.get("is_trial"):
        return _("Another is believed better; it is tried because too little is known of it.")
    if reason.get("is_habit"):
        return _("It is what you do anyway.")
    sure = max(1, min(99, round(100 * float(reason["sure"]))))
    if 20 < sure < 80:
        return _("That may be chance.")
    return _("%(sure)s of 100 that it does better.") % {"sure": sure}


def how_sure(sure: float | None) -> str:
    """Say in words how probable it is to be better than usual."""
    if sure is None:
        return _("not given")
    if sure >= 0.95:
        return _("very likely better than your usual")
    if sure >= LIKELY:
        return _("likely better than your usual")
    if sure > 0.6:
        return _("perhaps better than your usual")
    return _("no better than your usual, as far as is known")


def outcome(verdict: str, *, ratio: float | None, low: float | None, high: float | None, advised: int, own: int) -> str:
    """Say what came of advice, also when it did not help."""
    if ratio is None or low is None or high is None:
        words = _("Too little to say: %(advised)s posts that were advised against %(own)s of your own.")
        return words % {"advised": advised, "own": own}
    told = {"times": f"{ratio:.2f}", "low": f"{low:.2f}", "high": f"{high:.2f}", "advised": advised, "own": own}
    sentences = {
        trials.HELPED: _(
            "It helped: posts that were advised did %(times)s times as much as your own (%(low)s to %(high)s),"
            " %(advised)s posts against %(own)s."
        ),
        trials.HURT: _(
            "It did not help: posts that were advised did only %(times)s times as much as your own (%(low)s to"
            " %(high)s), %(advised)s posts against %(own)s. Go on as you did."
        ),
    }
    same = _(
        "No difference that can be told yet: %(times)s times your own (%(low)s to %(high)s), %(advised)s posts against"
        " %(own)s."
    )
    return sentences.get(verdict, same) % told
