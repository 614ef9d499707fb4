"""Finding assets by their words: title first, then tags and description, then everything said or written."""

import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchVector
from django.db import connection
from django.db.models import QuerySet, Value
from django.db.models.functions import Left
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from content.models import ContentAsset, Transcript

LONGEST = 300_000  # characters; PostgreSQL refuses a tsvector of more than 1 MB
_OPEN, _CLOSE = "\ue000", "\ue001"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Hit:
    """Where the words stand: a snippet with them marked, the second they are said at (or None), and how often."""

    snippet: SafeString
    at: float | None
    count: int


def config_of(language: str) -> str:
    """Return PostgreSQL's text search configuration for a language code."""
    return "english" if language.startswith("en") else "simple"


def index(asset: ContentAsset) -> None:
    """Write what the asset can be found by. Call in its organisation's scope, after its words changed."""
    config = config_of(asset.language)
    said = Transcript.objects.filter(asset=asset).values_list("text", flat=True).first() or ""
    second = " ".join([*asset.tags, asset.description])
    vector = (
        SearchVector(Value(f"{asset.title} {asset.original_name}"), weight="A", config=config)
        + SearchVector(Value(second[:LONGEST]), weight="B", config=config)
        + SearchVector(Value((said or asset.text)[:LONGEST]), weight="C", config=config)
    )
    ContentAsset.objects.filter(pk=asset.pk).update(search=vector)


def query(words: str) -> Any:
    """Return the search for what somebody typed: quotes and minus as on the web, the last word may be unfinished."""
    words = words.replace("\x00", " ")
    asked = SearchQuery(words, config="english", search_type="websearch") | SearchQuery(
        words, config="simple", search_type="websearch"
    )
    plain = _WORD.findall(words)
    if plain and not re.search(r'["-]', words):
        begun = " & ".join(f"'{word}'" for word in plain) + ":*"
        asked = asked | SearchQuery(begun, config="simple", search_type="raw")
    return asked


def matching(assets: QuerySet[ContentAsset], words: str) -> QuerySet[ContentAsset]:
    """Return those of the assets that hold the words."""
    return assets.filter(search=query(words))


def hits(assets: Collection[ContentAsset], words: str) -> dict[uuid.UUID, Hit]:
    """Say for each asset on a page where the words stand; those found by their title alone are left out."""
    keys = [asset.pk for asset in assets]
    found = _said(keys, words)
    return found | _written([key for key in keys if key not in found], words)


_SAID = r"""
WITH asked AS (
  SELECT '^\W*(' || string_agg(regexp_replace(lexeme, '([].^$*+?(){}|\\[/-])', '\\\1', 'g'), '|') || ')' AS pattern
  FROM (SELECT lexeme FROM unnest(to_tsvector('english', %(words)s))
        UNION SELECT lexeme FROM unnest(to_tsvector('simple', %(words)s))) each
)
SELECT asked.pattern, t.asset_id, hit.at, hit.total,
  (SELECT array_agg(near.word ->> 2 ORDER BY near.n) FROM jsonb_array_elements(t.words) WITH ORDINALITY near(word, n)
   WHERE near.n BETWEEN hit.n - 5 AND hit.n + 8)
FROM asked CROSS JOIN content_transcript t CROSS JOIN LATERAL (
  SELECT each.n, (each.word ->> 0)::float8 AS at, count(*) OVER () AS total
  FROM jsonb_array_elements(t.words) WITH ORDINALITY each(word, n)
  WHERE lower(each.word ->> 2) ~ asked.pattern ORDER BY each.n LIMIT 1
) hit
WHERE t.asset_id = ANY(%(keys)s)
"""


def _said(keys: Sequence[uuid.UUID], words: str) -> dict[uuid.UUID, Hit]:
    with connection.cursor() as cursor:
        cursor.execute(_SAID, {"words": words.replace("\x00", " "), "keys": list(keys)})
        rows = cursor.fetchall()
    return {key: Hit(_mark(near, pattern), at, total) for pattern, key, at, total, near in rows}


def _mark(words: Sequence[str], pattern: str) -> SafeString:
    marked = re.compile(pattern, re.IGNORECASE)
    return _join([(word, bool(marked.match(word))) for word in words], " ")


def _join(parts: Sequence[tuple[str, bool]], between: str) -> SafeString:
    return format_html_join(
        between,
        "{}{}{}",
        ((SafeString("<mark>" if on else ""), text, SafeString("</mark>" if on else "")) for text, on in parts),
    )


def _written(keys: Sequence[uuid.UUID], words: str) -> dict[uuid.UUID, Hit]:
    headline = SearchHeadline(
        Left("text", LONGEST), query(words), config="english", start_sel=_OPEN, stop_sel=_CLOSE,
        max_words=16, min_words=8, max_fragments=1, fragment_delimiter=" … ",
    )  # fmt: skip
    rows = ContentAsset.objects.filter(pk__in=keys).exclude(text="").annotate(headline=headline)
    return {
        key: Hit(_split(line), None, line.count(_OPEN))
        for key, line in rows.values_list("pk", "headline")
        if _OPEN in line
    }


def _split(headline: str) -> SafeString:
    pieces = re.split(f"[{_OPEN}{_CLOSE}]", " ".join(headline.split()))
    return _join([(piece, number % 2 == 1) for number, piece in enumerate(pieces)], "")
