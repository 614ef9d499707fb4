"""Proposals that agree: of two that decide the same in different ways the better-founded one stands. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from content.understanding.levers import HASHTAGS, HOUR, NONE, WEEKDAY, block_of

TAG, ANY_TAG = "hashtag", "any hashtag"
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Part:
    """Something to do: its words, what that decides, for which account ("": for each).

    `ground`: how well founded it is, as analytics.advising.telling has it.
    """

    words: str
    decides: Mapping[str, str]
    ground: int
    account: str = ""

    def is_against(self, other: "Part") -> bool:
        """Whether nobody can do both."""
        if self.account and other.account and self.account != other.account:
            return False
        return any(other.decides.get(name, value) != value for name, value in self.decides.items())

    def is_said_by(self, other: "Part") -> bool:
        """Whether another says just this of the same account."""
        return self.account == other.account and dict(self.decides) == dict(other.decides)


def standing(parts: Sequence[Part]) -> list[Part]:
    """Return the parts that agree with all that are better founded; of equally founded ones the earlier stands."""
    kept: list[Part] = []
    for part in sorted(parts, key=lambda one: -one.ground):
        if not any(part.is_against(other) or part.is_said_by(other) for other in kept):
            kept.append(part)
    return [part for part in parts if any(part is other for other in kept)]


def of_choice(choice: str, value: str) -> dict[str, str]:
    """What a choice for the next post decides."""
    if choice == TAG:
        return of_tag(value, is_used=True)
    if choice == HASHTAGS:
        return {HASHTAGS: value, ANY_TAG: NO if value == NONE else YES}
    return {choice: value}


def of_tag(tag: str, *, is_used: bool) -> dict[str, str]:
    """What it decides to use a hashtag, or to leave it out."""
    found = {f"#{tag.removeprefix('#').casefold()}": YES if is_used else NO}
    return found | {ANY_TAG: YES} if is_used else found


def of_hour(weekday: int, hour: int) -> dict[str, str]:
    """What an hour of the week decides."""
    return {WEEKDAY: str(weekday), HOUR: block_of(hour)}
