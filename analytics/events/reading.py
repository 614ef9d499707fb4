"""Making rows of what programs and platforms tell: every word checked, each refusal said in a sentence."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from analytics.events.bounds import AHEAD
from analytics.events.identity import key_of, person_of
from analytics.events.taking import Told
from analytics.models import EventType

AGES = ("13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+")
GENDERS = ("female", "male", "other")
FIELDS = frozenset(
    {
        "id", "post", "type", "happened_at", "person", "person_name", "followers", "value", "country", "age_range",
        "gender", "metadata",
    }
)  # fmt: skip
LONGEST_NAME, LONGEST_METADATA, MOST_FOLLOWERS = 200, 4000, 2**31 - 1
MOST_VALUE = Decimal(10) ** 14
COUNTRY = re.compile(r"[A-Z]{2}")
# What platforms call it; what stands nowhere here is no act of somebody upon a post.
TOLD_AS: Mapping[str, EventType] = {
    **{each.value: each for each in EventType},
    "reaction": EventType.LIKE,
    "favourite": EventType.LIKE,
    "reply": EventType.COMMENT,
    "repost": EventType.SHARE,
    "reblog": EventType.SHARE,
    "quote": EventType.SHARE,
}


class Unfit(ValueError):
    """The event cannot be taken, in words for whoever sent it."""


@dataclass(frozen=True)
class Place:
    """The post an event is about."""

    connection_id: uuid.UUID
    platform: str


@dataclass(frozen=True)
class Reader:
    """What is needed to make rows of one organisation's events."""

    organization_id: uuid.UUID
    source: str
    since: dt.datetime
    now: dt.datetime
    posts: Mapping[uuid.UUID, Place]

    def read(self, said: Any) -> Told:
        """Return the row; raise Unfit."""
        if not isinstance(said, Mapping):
            raise Unfit(_("An event is an object."))
        if strange := sorted(str(name) for name in said if name not in FIELDS):
            raise Unfit(_("Not known: %(names)s.") % {"names": ", ".join(strange)[:200]})
        post_id = _key(said.get("post"))
        place = self.posts.get(post_id) if post_id else None
        if place is None or post_id is None:
            raise Unfit(_("There is no such post."))
        person = _text(said, "person")
        return Told(
            id=key_of(self.organization_id, self.source, name_of(said)),
            organization_id=self.organization_id,
            post_id=post_id,
            connection_id=place.connection_id,
            happened_at=self.moment(said.get("happened_at")),
            received_at=self.now,
            type=_type(said.get("type")),
            person=person_of(self.organization_id, place.platform, person) if person else None,
            followers=_followers(said.get("followers")),
            country=_country(said.get("country")),
            age_range=_one_of(said, "age_range", AGES),
            gender=_one_of(said, "gender", GENDERS),
            person_name=_text(said, "person_name"),
            value=_value(said.get("value")),
            metadata=_metadata(said.get("metadata")),
        )

    def moment(self, said: Any) -> dt.datetime:
        """Return when it happened, in UTC; what is to come, and what is older than is kept raw, is refused."""
        try:
            found = said if isinstance(said, dt.datetime) else parse_datetime(said) if isinstance(said, str) else None
            if found is None or found.tzinfo is None:
                raise ValueError
            moment = found.astimezone(dt.UTC)
        except (ValueError, OverflowError) as error:
            raise Unfit(_("happened_at is a time with its offset: 2026-11-22T09:30:00+05:30.")) from error
        if moment > self.now + AHEAD:
            raise Unfit(_("It lies in the future: events are taken up to five minutes ahead of our clock."))
        if moment < self.since:
            raise Unfit(_("It is older than events are kept: only from %(since)s on.") % {"since": f"{self.since:%F}"})
        return moment


def name_of(said: Mapping[str, Any]) -> str:
    """Return the sender's own name for the event; raise Unfit."""
    name = said.get("id")
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
        raise Unfit(_("id is your own name for the event, 1 to 200 characters: it is counted once."))
    return name


def _key(said: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _type(said: Any) -> str:
    if not isinstance(said, str) or said not in EventType.values:
        names = {"told": str(said)[:60], "names": ", ".join(EventType.values)}
        raise Unfit(_("“%(told)s” is no type of event. Send one of: %(names)s.") % names)
    return said


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise Unfit(_("%(name)s is a text of at most 200 characters.") % {"name": name})
    return value


def _one_of(said: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    value = said.get(name)
    if value in (None, ""):
        return ""
    if value not in known:
        raise Unfit(_("%(name)s is one of: %(names)s.") % {"name": name, "names": ", ".join(known)})
    return str(value)


def _country(said: Any) -> str:
    if said in (None, ""):
        return ""
    if not isinstance(said, str) or not COUNTRY.fullmatch(said.upper()):
        raise Unfit(_("country is a code of two letters (ISO 3166)."))
    return said.upper()


def _followers(said: Any) -> int | None:
    if said is None:
        return None
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= MOST_FOLLOWERS:
        raise Unfit(_("followers is a whole number."))
    return said


def _value(said: Any) -> Decimal | None:
    if said is None:
        return None
    try:
        if isinstance(said, bool) or not isinstance(said, int | float | str):
            raise InvalidOperation
        number = Decimal(str(said))
        if not number.is_finite() or abs(number) >= MOST_VALUE:
            raise InvalidOperation
        return number.quantize(Decimal("0.0001"))
    except ArithmeticError as error:
        raise Unfit(_("value is a number with at most 14 digits before its point.")) from error


def _metadata(said: Any) -> str | None:
    if said in (None, {}):
        return None
    words = json.dumps(said, sort_keys=True) if isinstance(said, dict) else ""
    if not 0 < len(words) <= LONGEST_METADATA:
        raise Unfit(_("metadata is an object of at most 4,000 characters."))
    return words
