"""What a finding asks of the next post, in the words by which posts are planned (content.understanding.levers)."""

from collections.abc import Mapping

from content.understanding.levers import CALL, FORMAT, HOOK, HOUR, LENGTH, STYLE, TREND, WEEKDAY

HOURS: Mapping[str, str] = {"6-11": "09", "11-15": "12", "15-19": "18", "19-24": "21"}
SAYS: Mapping[str, tuple[str, str]] = {
    "opens_with_question": (HOOK, "question"),
    "asks": (HOOK, "question"),
    "opens_with_number": (HOOK, "number"),
    "number": (HOOK, "number"),
    "contrast": (HOOK, "surprise"),
    "second_person": (HOOK, "reader"),
    "short": (LENGTH, "short"),
    "emoji": (STYLE, "emoji"),
    "call": (CALL, "comment"),
}
TRENDS: Mapping[str, str] = {"ride": "young", "fresh": "fresh"}


def choices(dimension: str, value: str) -> dict[str, str]:
    """Return what to choose so that the next post has it; nothing where nobody can choose it."""
    if dimension == "hour" and value in HOURS:
        return {HOUR: HOURS[value]}
    if dimension == "weekday":
        return {WEEKDAY: value}
    if dimension == "kind":
        return {FORMAT: value}
    if dimension == "hashtag":
        return {"hashtag": value}
    if dimension == "trend":
        return {TREND: TRENDS[value]}
    return dict([SAYS[value]]) if dimension == "says" and value in SAYS else {}
