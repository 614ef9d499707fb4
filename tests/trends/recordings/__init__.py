"""Invented answers in the shapes the sources document, with times relative to a given moment."""

import datetime as dt
import re
from email.utils import format_datetime
from pathlib import Path

FOLDER = Path(__file__).parent
PLACE = re.compile(r"@\{(?P<form>[a-z]+) (?P<offset>-?\d+)(?P<unit>[mhd])\}")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
PARTS = {"year": "%Y", "month": "%m", "dom": "%d"}


def recording(name: str, *, now: dt.datetime) -> bytes:
    """Return a recorded answer as it would have come at `now` (UTC)."""
    template = next(FOLDER.glob(f"{name}.*.in")).read_text()
    return PLACE.sub(lambda place: written(place, now), template).encode()


def written(place: re.Match[str], now: dt.datetime) -> str:
    """Return the time a placeholder stands for, in its form."""
    at = now + dt.timedelta(**{UNITS[place["unit"]]: int(place["offset"])})
    match place["form"]:
        case "rfc":
            return format_datetime(at.astimezone(dt.UTC), usegmt=True)
        case "iso":
            return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        case "epoch":
            return str(int(at.timestamp()))
        case "day":
            return str(int(at.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()))
        case part:
            return at.strftime(PARTS[part])
