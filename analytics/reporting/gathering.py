"""What a report holds: looks into the numbers by the advisor's tools, and whose name and colours it wears.

All of it is kept as JSON in the report's row; later numbers, names and colours do not change it.
"""

import base64
import datetime as dt
import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import BrandProfile, ClientAccount, Membership
from analytics.advisor import reader
from analytics.advisor.looked import Looked, restored
from analytics.advisor.questions import Call
from analytics.advisor.reader import Nowhere, Reader
from analytics.advisor.tools import look
from analytics.models import OptimizationReport
from analytics.span import DAY, Span

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
OUR_COLOURS = ("#0b6e78", "#d98e2b")
LARGEST_LOGO = 400_000
BACK = 180 * DAY  # what works is asked of half a year up to the report's last day
STILL: Mapping[str, Call] = {
    "insights": ("insights", {}),
    "goals": ("goals", {}),
    "suggestions": ("suggestions", {}),
    "back_test": ("back_test", {}),
    "best_times": ("best_times", {}),
}
OF_DAYS: Mapping[str, Call] = {
    "totals": ("totals", {}),
    "views": ("by_day", {"metric": "views"}),
    "engagement": ("by_day", {"metric": "engagement"}),
    "platforms": ("compared", {"by": "platform"}),
    "accounts": ("compared", {"by": "account"}),
    "best": ("posts", {"count": 5}),
    "worst": ("posts", {"count": 3, "order": "worst"}),
    "streams": ("streams", {}),
    "anomalies": ("anomalies", {}),
    "countries": ("people", {"by": "country"}),
}
OF_HALF_A_YEAR: Mapping[str, Call] = {
    "hashtags": ("hashtags", {}),
    "kinds": ("works", {"by": "kind"}),
    "lengths": ("works", {"by": "length"}),
    "weekdays": ("works", {"by": "weekday"}),
}


@dataclass(frozen=True)
class Face:
    """Whose report it is: a name, two colours, a logo, and who made it."""

    name: str
    maker: str
    colours: tuple[str, str]
    logo: bytes = b""
    logo_type: str = ""


@dataclass(frozen=True)
class Told:
    """A report's content, read back."""

    face: Face
    looks: Mapping[str, Looked]
    zone: str
    as_of: dt.datetime | None

    def look(self, key: str) -> Looked | None:
        """A look that has something to say."""
        found = self.looks.get(key)
        return None if found is None or found.is_empty else found

    def local(self, at: dt.datetime) -> dt.datetime:
        """A moment by the clock of the report's zone."""
        return at.astimezone(ZoneInfo(self.zone))


def gather(
    member: Membership, span: Span, *, client: ClientAccount | None, brand: BrandProfile | None, now: dt.datetime
) -> dict[str, Any]:
    """Return a report's content, as a member sees the client's numbers. Call in the member's scope."""
    if client is not None and member.client_id is None:
        member = copy(member)
        member.narrowed_to = client.pk
    asking = reader.of_member(member, now=now)
    asking.is_own = bool(brand and not client and not brand.client_id)  # of a house brand: nothing of any client
    named = {"brand": brand.name} if brand else {}
    days = {"from_date": span.first.isoformat(), "to_date": span.last.isoformat(), **named}
    earlier = min(span.first, span.last - BACK).isoformat()
    looks = {key: _look(asking, tool, {**args, **days}) for key, (tool, args) in OF_DAYS.items()}
    looks |= {
        key: _look(asking, tool, {**args, **days, "from_date": earlier}) for key, (tool, args) in OF_HALF_A_YEAR.items()
    }
    looks |= {key: _look(asking, tool, {**args, **named}) for key, (tool, args) in STILL.items()}
    mark = asking.overview(asking.wish(reader.Asked.model_validate(days))).as_of
    return {
        "version": 1,
        "looks": {key: found.stored() for key, found in looks.items() if found is not None},
        "face": _face(member, client, brand),
        "zone": member.organization.timezone,
        "as_of": mark.isoformat() if mark else None,
    }


def _look(asking: Reader, tool: str, given: Mapping[str, Any]) -> Looked | None:
    try:
        return look(asking, tool, given)
    except Nowhere:
        return None


def _face(member: Membership, client: ClientAccount | None, brand: BrandProfile | None) -> dict[str, Any]:
    organization = member.organization
    name = brand.name if brand else client.name if client else organization.name
    given = client.brand_colors if client else []
    colours = [each for each in given if isinstance(each, str) and COLOUR.fullmatch(each)]
    first, second = (*colours, *OUR_COLOURS[len(colours) :])[:2]
    data, kind = _logo(client.logo if client and client.logo else organization.logo)
    return {"name": name, "maker": organization.name, "colours": [first, second], "logo": data, "logo_type": kind}


def _logo(file: Any) -> tuple[str, str]:
    """A logo as it is now, in letters; none that is missing or larger than a letterhead needs."""
    if not file:
        return "", ""
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_LOGO + 1)
    except OSError:
        return "", ""
    kinds = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"RIFF", "image/webp"))
    kind = next((kind for start, kind in kinds if data.startswith(start)), "")
    return (base64.b64encode(data).decode(), kind) if kind and len(data) <= LARGEST_LOGO else ("", "")


def told(report: OptimizationReport) -> Told:
    """Return what a report holds."""
    kept = report.content
    face = kept["face"]
    colours = (face["colours"][0], face["colours"][1])
    return Told(
        face=Face(face["name"], face["maker"], colours, base64.b64decode(face["logo"]), face["logo_type"]),
        looks={key: restored(each) for key, each in kept["looks"].items()},
        zone=kept["zone"],
        as_of=dt.datetime.fromisoformat(kept["as_of"]) if kept["as_of"] else None,
    )
