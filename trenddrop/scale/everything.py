"""All of it in order, each part only where it is missing: a year that was broken off goes on where it was."""

import datetime as dt
import os
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

from accounts import tenancy
from trenddrop.scale import agency, logged, reckoned, year
from trenddrop.scale.hands import Hands


def build(share: float, *, hands: int, now: dt.datetime, say: Callable[[str], object]) -> None:
    """Fill the database with this part of the sources' year one."""
    size, several = year.Size().part(share), Hands(hands)
    year.build(size, now=now, say=say)
    tidy()
    with tenancy.operator():
        house = agency.organization_id()
    parts: tuple[tuple[str, Callable[[], int]], ...] = (
        ("audit entries", lambda: logged.build(size, several)),
        ("figures of posts", lambda: reckoned.reckon_figures(several, now=now)),
        ("organisations summed", lambda: reckoned.roll_up(several, now=now)),
        ("sites, links, costs, search, audiences", lambda: agency.build(share, now=now)),
        ("events", lambda: agency.tell_events(share, now=now)),
        ("returns", lambda: reckoned.reckon_returns(house, now=now)),
        ("accounts' hours", lambda: reckoned.score_hours(house, now=now)),
    )
    for name, does in parts:
        if made := does():
            say(f"{name}: {made:,}")
    tidy()


def tidy() -> None:
    """Let the planner know what there is, as autovacuum would within minutes; needs the owner's address."""
    owner = os.environ.get("DATABASE_OWNER_URL")
    if not owner or connection.in_atomic_block:
        return
    place = urlunsplit(urlsplit(owner)._replace(path=f"/{connection.settings_dict['NAME']}"))
    with psycopg.connect(place, autocommit=True) as session:
        session.execute("VACUUM ANALYZE")
