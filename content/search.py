"""Finding assets by their words: titles first, then tags and descriptions, then everything said, written or made of it.

Words of pieces stand in the pieces' own rows (a trigger keeps them); `matching` finds an asset by either.
"""

import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import regex
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from content.models import ContentAsset

LONGEST = 300_000  # characters; PostgreSQL refuses a tsvector of more than 1 MB
SHORTEST = 40  # characters; shorter texts are the same by chance
_OPEN, _CLOSE = "\ue000", "\ue001"
_WORD = regex.compile(r"[\p{L}\p{N}_]\w*")  # with vowel signs, as Hindi writes them


@dataclass(frozen=True)
class Hit:
    """Where the words stand: a snippet with them marked, the second they are said at (or None), and how often.

    `piece` is set when they stand in a piece written for `platform`, and not in the original.
    """

    snippet: SafeString
    at: float | None
    count: int
    piece: uuid.UUID | None = None
    platform: str = ""


_INDEX = r"""
UPDATE content_contentasset AS asset SET
  search = setweight(to_tsvector(told.config, asset.title || ' ' || asset.original_name), 'A')
    || setweight(to_tsvector(told.config,
      left(array_to_string(asset.tags, ' ') || ' ' || asset.description, %(most)s)), 'B')
    || setweight(to_tsvector(told.config, left(told.words, %(most)s)), 'C'),
  words_hash = CASE WHEN length(asset.text) < %(least)s THEN '' ELSE
    encode(sha256(convert_to(regexp_replace(lower(btrim(asset.text)), '\s+', ' ', 'g'), 'UTF8')), 'hex') END
FROM (
  SELECT each.id, COALESCE(NULLIF(said.text, ''), each.text) AS words,
    (CASE WHEN each.language LIKE 'en%%' THEN 'english' ELSE 'simple' END)::regconfig AS config
  FROM content_contentasset each LEFT JOIN content_transcript said ON said.asset_id = each.id
  WHERE each.id = ANY(%(keys)s)
) told
WHERE asset.id = told.id
"""


def index(asset: ContentAsset) -> None:
    """Write what the asset can be found by. Call in its organisation's scope, after its saved words changed."""
    index_all([asset.pk])


def index_all(keys: Collection[uuid.UUID]) -> None:
    """Write what assets can be found by, and by what their texts are known again. Call in their scope."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEX, {"keys": list(keys), "most": LONGEST, "least": SHORTEST})


def query(words: str) -> Any:
    """Return the search for what somebody typed: quotes and minus as on the web, the last word may be unfinished."""
    words = words.replace("\x00", " ")
    asked = SearchQuery(words, config="english", search_type="websearch") | SearchQuery(
        words, config="simple", search_type="websearch"
    )
    begun = _begun(words)
    return asked | SearchQuery(begun, config="simple", search_type="raw") if begun else asked


def _begun(words: str) -> str:
    plain = _WORD.findall(words)
    return " & ".join(f"'{word}'" for word in plain) + ":*" if plain and not re.search(r'["-]', words) else ""


_ASKED = (
    "websearch_to_tsquery('english', %s) || websearch_to_tsquery('simple', %s)"
    " || COALESCE(to_tsquery('simple', NULLIF(%s, '')), ''::tsquery)"
)


def _asked(words: str) -> list[str]:
    """Return what _ASKED is given; the same question as `query`."""
    words = words.replace("\x00", " ")
    return [words, words, _begun(words)]


_FOUND = f"SELECT content_found(asked.q) FROM (SELECT {_ASKED} AS q) asked WHERE numnode(asked.q) > 0"  # noqa: S608


def matching(assets: QuerySet[ContentAsset], words: str) -> QuerySet[ContentAsset]:
    """Return those of the assets that hold the words, or of which a piece does."""
    return assets.filter(pk__in=RawSQL(_FOUND, _asked(words)))  # noqa: S611 (no word of anybody stands in the SQL)


def hits(assets: Collection[ContentAsset], words: str) -> dict[uuid.UUID, Hit]:
    """Say for each asset on a page where the words stand; those found by their title alone are left out."""
    keys = [asset.pk for asset in assets]
    found = _said(keys, words)
    rest = [key for key in keys if key not in found]
    return found | (_written(rest, words) if rest else {})


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


# The original's own words come first (`place`), then the piece that was made first.
_WRITTEN = f"""
WITH asked AS (SELECT {_ASKED} AS q), marked AS (
  SELECT id AS asset, 0 AS place, NULL::uuid AS piece, '' AS platform, created_at,
    ts_headline('english', left(concat_ws(' … ', NULLIF(description, ''), text), %s), asked.q, %s) AS line
  FROM content_contentasset, asked WHERE id = ANY(%s) AND (text <> '' OR description <> '')
  UNION ALL
  SELECT asset_id, 1, id, platform, created_at,
    ts_headline('english',
      concat_ws(' … ', NULLIF(title, ''), text, NULLIF(array_to_string(hashtags, ' '), '')), asked.q, %s)
  FROM content_generatedcontent, asked WHERE asset_id = ANY(%s) AND deleted_at IS NULL AND search @@ asked.q
)
SELECT DISTINCT ON (asset) asset, piece, platform, line FROM marked WHERE strpos(line, %s) > 0
ORDER BY asset, place, created_at, piece
"""  # noqa: S608 (the words are parameters)
_SHAPE = f"StartSel={_OPEN}, StopSel={_CLOSE}, MaxWords=16, MinWords=8, MaxFragments=1"


def _written(keys: Sequence[uuid.UUID], words: str) -> dict[uuid.UUID, Hit]:
    given: list[Any] = [*_asked(words), LONGEST, _SHAPE, list(keys), _SHAPE, list(keys), _OPEN]
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, given)
        rows = cursor.fetchall()
    return {key: Hit(_split(line), None, line.count(_OPEN), piece, name) for key, piece, name, line in rows}


def _split(headline: str) -> SafeString:
    pieces = re.split(f"[{_OPEN}{_CLOSE}]", " ".join(headline.split()))
    return _join([(piece, number % 2 == 1) for number, piece in enumerate(pieces)], "")
