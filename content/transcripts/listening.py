"""What a recogniser is told to listen for: the words of the brand, of the recording's own title, and of its trends."""

from collections.abc import Iterable

import regex

from accounts.models import BrandProfile
from content.models import ContentAsset
from trends.models import TrendOpportunity, TrendTopic

TRENDS = 20
LONGEST_NAME = 3  # words; a headline is no name
MOST = 80
_WORD = regex.compile(r"\p{L}[\w'’-]+")
SHORTEST = 3  # letters


def hints_of(asset: ContentAsset) -> list[str]:
    """Return names and words, the most telling first. Call in the organisation's scope."""
    brand = BrandProfile.objects.filter(pk=asset.brand_id).first() if asset.brand_id else None
    told = [*(brand.words if brand else []), *asset.tags, *_words(asset.title), *_words(asset.description)]
    return _unlike([*told, *(_trending(brand) if brand else [])])[:MOST]


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if len(word) >= SHORTEST]


def _trending(brand: BrandProfile) -> list[str]:
    """Return the names of the live topics that fit the brand."""
    rows = (
        TrendOpportunity.objects.filter(brand=brand, topic__in=TrendTopic.objects.live())
        .exclude(status=TrendOpportunity.Status.DISMISSED)
        .order_by("-topic__score", "topic_id", "pk")
        .values_list("topic__names", "topic__title")[: 3 * TRENDS]
    )
    told = _unlike(name for names, title in rows for name in [title, *names])
    return [name for name in told if len(name.split()) <= LONGEST_NAME][:TRENDS]


def _unlike(names: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.casefold(), name)
    return list(found.values())
