"""A music service as the collection meets one, for tests: what it tells is set from outside."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from publishing.platforms.base import Token
from publishing.platforms.counting import Audience, DayFigures, Found

PATH = "tests.analytics.a_source.ASource"


class ASource:
    """Tells what `days` holds; `raises` comes first. `asked` remembers the questions."""

    settings: ClassVar[Mapping[str, str]] = {}
    key = "soundcloud"
    history: ClassVar[dt.timedelta] = dt.timedelta(0)
    day_zone: ClassVar[str] = "UTC"
    unset: ClassVar[Sequence[str]] = ()
    days: ClassVar[dict[dt.date, DayFigures]] = {}
    raises: ClassVar[list[Exception]] = []
    asked: ClassVar[list[str]] = []
    people: ClassVar[list[Audience]] = []

    def __init__(self, **_given: Any) -> None:
        pass

    def find(self, address: str) -> Found | None:
        return Found("42", "Monsoon Trio", "https://soundcloud.com/monsoon-trio") if "monsoon" in address else None

    def day(self, account: str, *, token: Token | None, today: dt.date) -> DayFigures:
        self.asked.append(f"day {today}")
        if self.raises:
            raise self.raises.pop(0)
        return self.days.get(today) or DayFigures(today, {})

    def past_days(self, account: str, *, token: Token | None, first: dt.date, last: dt.date) -> Sequence[DayFigures]:
        self.asked.append(f"days {first} {last}")
        return [told for day, told in sorted(self.days.items()) if first <= day <= last]

    def watching(self, chosen: Mapping[str, Any]) -> Self:
        return self

    def audience(self, account: str, *, token: Token | None) -> Sequence[Audience]:
        self.asked.append("audience")
        return self.people
