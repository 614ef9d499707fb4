"""Conversions from a file: a header that is found by its names, a line a sign-up or a sale."""

import datetime as dt
import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from analytics.clicks import text
from analytics.shops.facts import CONVERT, TYPES, Fact, Unreadable, currency, named
from analytics.shops.facts import money as amount
from trenddrop.core import csvs

MOST_BYTES = 5 * 1024**2
MOST_LINES = 20_000
MOST_FAULTS = 20
NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "order", "order id", "name", "reference", "external id"),
    "type": ("type", "kind", "conversion"),
    "value": ("value", "amount", "total", "revenue", "price"),
    "currency": ("currency", "currency code"),
    "at": ("at", "date", "time", "created at", "paid at", "when"),
    "link": ("link", "short link", "code"),
    "channel": ("source", "utm source", "channel", "platform"),
    "campaign": ("campaign", "utm campaign"),
}
KNOWN = frozenset(name for names in NAMES.values() for name in names)
TYPE_WORDS = {
    "sign-up": "email_signup",
    "signup": "email_signup",
    "sale": "purchase",
    "order": "purchase",
    "": "purchase",
}
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d")


def read(data: bytes, *, zone: ZoneInfo, usual_currency: str) -> list[Fact]:
    """Return the facts of a file; raises csvs.CannotRead with every line that is wrong, and then nothing is kept."""
    content, _encoding = csvs.decoded(data, most=MOST_BYTES)
    rows = csvs.table(content, csvs.delimiter_of(content, lambda name: csvs.plain(name) in KNOWN))
    places = _columns(rows[0] if rows else [])
    if missing := {"id", "at"} - places.keys():
        words = _("The first line must name the columns; there is none called %(names)s.")
        raise csvs.CannotRead(words % {"names": ", ".join(sorted(missing))})
    if len(rows) > MOST_LINES + 1:
        raise csvs.CannotRead(
            _("A file has at most %(most)s lines. Split it, and bring the parts.") % {"most": MOST_LINES}
        )
    found, faults = [], []
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: csvs.clean(row[place]) for name, place in places.items() if place < len(row)}
        if not any(cells.values()):
            continue
        try:
            found.append(_fact(cells, zone=zone, usual_currency=usual_currency))
        except Unreadable as error:
            faults.append(_("Line %(number)s: %(why)s") % {"number": number, "why": error})
    if faults:
        raise csvs.CannotRead(" ".join(faults[:MOST_FAULTS]))
    if not found:
        raise csvs.CannotRead(_("The file has no lines below its names of columns."))
    return found


def _columns(header: list[str]) -> dict[str, int]:
    plain = [csvs.plain(name) for name in header]
    return {
        name: next(place for place, each in enumerate(plain) if each in names)
        for name, names in NAMES.items()
        if any(each in names for each in plain)
    }


def _fact(cells: Mapping[str, str], *, zone: ZoneInfo, usual_currency: str) -> Fact:
    kind = cells.get("type", "").strip().lower()
    kind = TYPE_WORDS.get(kind, kind.replace(" ", "_"))
    if kind not in TYPES:
        raise Unreadable(_("The type is none of %(types)s.") % {"types": ", ".join(TYPES)})
    key = named(cells["id"], "id")
    value = amount(number(cells.get("value", "")))
    return Fact(
        message=f"{kind}:{key}"[:200],
        do=CONVERT,
        external_id=key,
        type=kind,
        value=value,
        currency=currency(cells.get("currency")) or (usual_currency if value is not None else ""),
        at=moment(cells["at"], zone),
        channel=text(cells.get("channel", ""), 40).lower(),
        campaign=text(cells.get("campaign", ""), 120),
        link=text(cells.get("link", ""), 200).rstrip("/").rpartition("/")[2].lower()[:40],
        kind="csv",
    )


def number(cell: str) -> str:
    """Return an amount as machines write it: 1,23,456.50, 1.234,50, 1 234,50 and ₹ 499 are numbers."""
    bare = re.sub(r"[^\d.,\-]", "", cell)
    if not bare:
        return ""
    comma, point = bare.rfind(","), bare.rfind(".")
    if comma > point and (point >= 0 or len(bare) - comma - 1 in {1, 2}):
        return bare.replace(".", "").replace(",", ".")
    if point > comma >= 0 or comma >= 0:
        return bare.replace(",", "")
    return bare.replace(".", "") if bare.count(".") > 1 else bare


def moment(cell: str, zone: ZoneInfo) -> str:
    """Return a time in UTC; a day alone is its noon in the organisation's zone. Raises Unreadable."""
    given = cell.strip()
    for form in DATES:
        try:
            day = dt.datetime.strptime(given, form).replace(hour=12, tzinfo=zone)
        except ValueError:
            continue
        return day.astimezone(dt.UTC).isoformat()
    try:
        found = dt.datetime.fromisoformat(given)
    except ValueError as error:
        raise Unreadable(_("“%(cell)s” is no date.") % {"cell": given[:40]}) from error
    try:
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(dt.UTC).isoformat()
    except OverflowError as error:
        raise Unreadable(_("“%(cell)s” is out of every calendar.") % {"cell": given[:40]}) from error
