"""Full-text search over many transcripts, beside the bare SQL: python -m benchmarks.search [TRANSCRIPTS]

One organisation with TRANSCRIPTS recordings of 400 words, every tenth with a piece. Ours is what the library does for a
search: the rows of the page with their snippets, inside the organisation's scope, bound by row-level security. The
bare side asks for the same 25 rows with snippets, and for their number, in two statements, as a role that no policy
binds. Beside them stands what the same question costs where security keeps the index out of use, as for plain queries.
"""

import os
import random
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

import psycopg  # noqa: E402 (after setup, as everything below)
from django.contrib.postgres.search import SearchQuery  # noqa: E402
from django.db import connection  # noqa: E402
from environ import Env  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import Membership, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from benchmarks.measuring import ratio, report, share, turns  # noqa: E402
from content import queries, search  # noqa: E402
from content.models import ContentAsset, GeneratedContent, Transcript  # noqa: E402

TRANSCRIPTS = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdecimal() else 100_000
ROUNDS, BATCH, SAID, VOCABULARY = 9, 1000, 400, 20_000
WITH_WORDS = 2000  # the newest have their words with seconds, which only a page's rows are read for
AIM = 2.0

# A rare word, one of the middle, one that a fifth says, two words, a phrase, a begun word.
QUESTIONS: dict[str, str] = {
    "rare word": "word19000",
    "usual word": "word300",
    "common word": "word20",
    "two words": "word40 word90",
    "phrase": '"word5 word6"',
    "begun word": "word1234",
}


def vocabulary() -> list[str]:
    """Return words, the most frequent first; the last part of each is its place, so that questions can name it."""
    return [f"word{number}" for number in range(VOCABULARY)]


def fill(member: Membership, count: int) -> None:
    """Create assets with transcripts whose words are as frequent as in speech (Zipf), and pieces for every tenth."""
    chance, known = random.Random(7), vocabulary()
    weights = [1 / (place + 10) for place in range(VOCABULARY)]
    totals = list(accumulate(weights))
    for begun in range(0, count, BATCH):
        texts = [chance.choices(known, cum_weights=totals, k=SAID) for _each in range(min(BATCH, count - begun))]
        _keep(member, texts, begun=begun, timed=begun + BATCH > count - WITH_WORDS)


def _keep(member: Membership, texts: Sequence[Sequence[str]], *, begun: int, timed: bool) -> None:
    own = {"organization_id": member.organization_id}
    assets = [
        ContentAsset(**own, kind="video", title=f"Film {begun + n}", status="ready", duration=160, language="en")
        for n in range(len(texts))
    ]
    said = [
        Transcript(**own, asset=asset, text=" ".join(words), engine="bench", words=_timed(words) if timed else [])
        for asset, words in zip(assets, texts, strict=True)
    ]
    pieces = [
        GeneratedContent(**own, asset=asset, platform="x", text=" ".join(words[:40]), language="en", made_by="bench")
        for asset, words in zip(assets[::10], texts[::10], strict=True)
    ]
    with tenancy.of_member(member):
        ContentAsset.objects.bulk_create(assets)
        Transcript.objects.bulk_create(said)
        GeneratedContent.objects.bulk_create(pieces)
        search.index_all([asset.pk for asset in assets])


def _timed(words: Sequence[str]) -> list[list[object]]:
    return [[n * 0.4, n * 0.4 + 0.3, word, 0.9] for n, word in enumerate(words)]


BARE = [
    """SELECT page.*, ts_headline('english', said.text, {asked}, 'MaxWords=16, MinWords=8') FROM (
        SELECT id, title, status, duration, created_at FROM content_contentasset
        WHERE organization_id = %(org)s AND deleted_at IS NULL AND search @@ {asked} ORDER BY created_at DESC LIMIT 25
    ) page JOIN content_transcript said ON said.asset_id = page.id""",
    """SELECT count(*) FROM content_contentasset
    WHERE organization_id = %(org)s AND deleted_at IS NULL AND search @@ {asked}""",
]
ASKED = "(websearch_to_tsquery('english', %(q)s) || websearch_to_tsquery('simple', %(q)s) || %(begun)s::tsquery)"


@contextmanager
def unbound() -> Iterator[psycopg.Connection]:
    """Give a connection whose role sees every row: no policy holds it up."""
    owner = Env.db_url_config(os.environ["DATABASE_OWNER_URL"])
    told = connection.settings_dict
    with psycopg.connect(
        host=told["HOST"], port=told["PORT"] or None, dbname=told["NAME"], user=owner["USER"],
        password=owner["PASSWORD"], autocommit=True,
    ) as bare:  # fmt: skip
        bare.execute("VACUUM ANALYZE content_contentasset, content_transcript, content_generatedcontent")
        yield bare


def ours(member: Membership, words: str) -> Callable[[], object]:
    """Return the library's question."""

    def ask() -> int:
        with tenancy.of_member(member):
            return queries.library(member, queries.Wish(q=words)).total

    return ask


def bare_of(bare: psycopg.Connection, key: uuid.UUID, words: str) -> Callable[[], object]:
    """Return the same question in plain statements."""

    def ask() -> list[object]:
        begun = " & ".join(f"'{word}'" for word in words.split()) + ":*" if '"' not in words else ""
        given = {"org": key, "q": words, "begun": begun}
        return [bare.execute(sql.format(asked=ASKED), given).fetchall() for sql in BARE]

    return ask


def without_index(member: Membership, words: str) -> Callable[[], object]:
    """Return the same question behind row-level security, where the index stays unused."""
    asked = SearchQuery(words, config="english", search_type="websearch")

    def ask() -> int:
        with tenancy.of_member(member):
            return queries.assets_of(member).filter(search=asked).count()

    return ask


def measure(member: Membership) -> bool:
    """Report each question; True when all are within the aim."""
    ok = True
    with unbound() as bare:
        for name, words in QUESTIONS.items():
            sides = [ours(member, words), bare_of(bare, member.organization_id, words)]
            mine, limit = turns(sides, ROUNDS)
            ok &= report(
                f"search, {name} ({sides[0]()} found)", 1000 * share(mine, 0.5), 1000 * share(limit, 0.5), unit="ms",
                n=ROUNDS, ratio=ratio(mine, limit), aim=AIM if share(limit, 0.5) > 0.005 else None,
            )  # fmt: skip
        (slow,) = turns([without_index(member, QUESTIONS["rare word"])], 1)
        report("search, rare word, a plain query behind row-level security", 1000 * slow[0], unit="ms", n=1)
        best = [_best(member, QUESTIONS["usual word"])]
        (ranked,) = turns(best, ROUNDS)
        report("search, usual word, best fit first", 1000 * share(ranked, 0.5), unit="ms", n=ROUNDS)
    return ok


def _best(member: Membership, words: str) -> Callable[[], object]:
    def ask() -> int:
        with tenancy.of_member(member):
            return queries.library(member, queries.Wish(q=words, sort="best")).total

    return ask


def clear(member: Membership) -> None:
    """Remove what was made."""
    with tenancy.operator(), connection.cursor() as cursor:
        for table in ("content_generatedcontent", "content_transcript", "content_contentasset"):
            cursor.execute(f"DELETE FROM {table} WHERE organization_id = %s", [member.organization_id])


def run(count: int = TRANSCRIPTS) -> bool:
    """Fill, measure, clear; True when every aim was met."""
    owner = User.objects.create_user(f"bench-{uuid.uuid4().hex[:8]}@trenddrop.example", None, full_name="Asha Menon")
    member = organizations.create(name="Bench of search", owner=owner)
    try:
        fill(member, count)
        return measure(member)
    finally:
        clear(member)


if __name__ == "__main__":
    sys.exit(0 if run() else 1)
