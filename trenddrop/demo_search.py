"""How the demo's example site is found in search: exports as people bring them, and articles with their keywords."""

import datetime as dt
import io
import random
import zipfile
from collections.abc import Sequence

from accounts.models import Membership
from analytics.services import search
from content.models import ContentAsset
from content.services import handwritten
from content.services.handwritten import Words

DAY = dt.timedelta(days=1)
SITE = "https://journal.kesarnaturals.example/"
SPAN = 28
Line = tuple[dt.date | str, int, int, float]
# Keyword: clicks and times shown in four weeks, place; then how each moved since the four weeks before.
QUERIES = {
    "skin barrier monsoon": (212, 3900, 4.2, 0.6, 3.1), "ceramide cream india": (148, 5200, 7.8, 0.8, 1.2),
    "sunscreen indoors": (96, 2100, 5.1, 1.1, -0.4), "hard water skin": (71, 1500, 3.4, 0.9, 0.2),
    "kesar naturals": (64, 90, 1.0, 0.95, 0.0), "aloe vera gel side effects": (22, 2600, 14.6, 1.3, -2.2),
}  # fmt: skip
PAGES = {
    "skin-barrier-in-the-monsoon": (268, 5200, 4.6, 0.65, 2.4), "ceramides-in-one-sentence": (171, 6100, 7.4, 0.8, 1.0),
    "sunscreen-on-grey-days": (118, 2900, 5.3, 1.1, -0.3),
}  # fmt: skip
ARTICLES = (
    ("skin-barrier-in-the-monsoon", "Your skin barrier in the monsoon", ("skin barrier monsoon", "hard water skin"), 7),
    ("ceramides-in-one-sentence", "Ceramides in one sentence", ("ceramide cream india",), 3),
)
TEXT = "Example. What forty people saw in a month of rain, with the lab sheet of every batch beside it."


def gather(owner: Membership, original: ContentAsset, *, now: dt.datetime) -> None:
    """Add the site, bring two exports of four weeks each, and say what two articles are to be found for."""
    site = search.add_site(SITE, by=owner)
    today = now.date()
    search.bring(site, _export(today - SPAN * DAY, was=True), by=owner, now=now)
    search.bring(site, _export(today, was=False), by=owner, now=now)
    for name, title, words, backlinks in ARTICLES:
        asset = handwritten.keep_original(text=TEXT, title=title, client_id=None, brand=original.brand, by=owner)
        ContentAsset.objects.filter(pk=asset.pk).update(is_example=True)
        piece = handwritten.write(asset, platform="wordpress", words=Words(text=TEXT, title=title), by=owner)
        search.note_piece(
            piece, by=owner, now=now, page=f"{SITE}{name}/", target_keywords=words, backlinks=backlinks,
            places={word: QUERIES[word][2] + QUERIES[word][4] for word in words},
        )  # fmt: skip
        search.note_piece(piece, by=owner, now=now, places={word: QUERIES[word][2] for word in words})


def _export(until: dt.date, *, was: bool) -> bytes:
    """Return four weeks as Search Console packs them."""
    chance, packed = random.Random(f"{was}"), io.BytesIO()
    days = [until - number * DAY for number in range(SPAN, 0, -1)]
    usual = 17 if was else 24
    by_day: list[Line] = []
    for day in days:
        clicks = round(usual * (1.15 if day.weekday() < 5 else 0.7) * chance.uniform(0.75, 1.3))
        by_day.append((day, clicks, round(clicks / 0.045), 7.1 if was else 6.2))
    tables: dict[str, tuple[str, Sequence[Line]]] = {
        "Dates.csv": ("Date", by_day),
        "Queries.csv": ("Top queries", [_line(word, told, was=was) for word, told in QUERIES.items()]),
        "Pages.csv": ("Top pages", [_line(f"{SITE}{page}/", told, was=was) for page, told in PAGES.items()]),
    }
    with zipfile.ZipFile(packed, "w") as archive:
        for name, (first, lines) in tables.items():
            told = [f"{key},{clicks},{shown},{clicks / shown:.2%},{place}" for key, clicks, shown, place in lines]
            archive.writestr(name, "\n".join([f"{first},Clicks,Impressions,CTR,Position", *told]))
    return packed.getvalue()


def _line(key: str, told: tuple[int, int, float, float, float], *, was: bool) -> Line:
    clicks, shown, place, share, better = told
    if was:
        return key, round(clicks * share), round(shown * share), round(place + better, 1)
    return key, clicks, shown, place
