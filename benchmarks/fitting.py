"""How long brands take to be held against live topics: python -m benchmarks.fitting [TOPICS] [BRANDS]

The first pass holds everything against everything; the second one a hundred topics of which something new is said.
Everything happens in one transaction that is taken back: run it against a set of services of its own.
"""

import os
import random
import resource
import sys
import tomllib

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

import time  # noqa: E402 (after setup, as everything below)
import uuid  # noqa: E402

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import BrandProfile, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from benchmarks.measuring import report  # noqa: E402
from trenddrop.core.embeddings import embedder  # noqa: E402
from trends import niches  # noqa: E402
from trends.collection import fitting  # noqa: E402
from trends.models import TrendRelevance, TrendTopic  # noqa: E402

CHANGED = 100


class Back(Exception):
    """Undo everything."""


def furnish(topics: int, brands: int, dice: random.Random) -> None:
    """Write invented brands and topics, a third of them of one of the known fields, the others of made-up words."""
    fields = [row for row in tomllib.loads(niches.PATH.read_text()).values() if not row.get("is_sensitive")]
    owner = User.objects.create_user(f"bench-{uuid.uuid4().hex}@example.org", uuid.uuid4().hex)
    house = organizations.create(name=f"Bench {uuid.uuid4().hex[:8]}", owner=owner).organization
    with tenancy.operator():
        BrandProfile.objects.bulk_create(
            BrandProfile(
                organization=house,
                name=f"Brand {number}",
                industry=row["called"][0],
                keywords=dice.sample(row["words"], 6),
            )
            for number in range(brands)
            for row in [fields[number % len(fields)]]
        )
    letters = "abcdefghijklmnoprstuvy"
    words = ["".join(dice.choices(letters, k=dice.randint(4, 9))) for _ in range(20_000)]
    titles = []
    for number in range(topics):
        said = dice.choices(words, k=dice.randint(1, 6))
        told = [dice.choice(dice.choice(fields)["words"])] if number % 3 == 0 else []
        titles.append(" ".join([*told, *said]))
    model, now = embedder(), timezone.now()
    for start in range(0, topics, 2000):
        part = titles[start : start + 2000]
        vectors = model.embed(part)
        TrendTopic.objects.bulk_create(
            TrendTopic(
                title=title, normalized=f"bench {start + place} {title}"[:300], kind="keyword", status="trending",
                first_detected_at=now, last_seen_at=now, embedder=model.name, embedding=vectors[place],
            )
            for place, title in enumerate(part)
        )  # fmt: skip


def main(topics: int, brands: int) -> None:
    """Measure a first pass, one over what changed, and one over nothing."""
    try:
        with transaction.atomic():
            furnish(topics, brands, random.Random(4))
            first, count, statements = timed()
            keys = list(
                TrendTopic.objects.filter(normalized__startswith="bench ").order_by("pk").values_list("pk", flat=True)
            )
            TrendTopic.objects.filter(pk__in=keys[:CHANGED]).update(context=["Something new about skincare and chai"])
            again, _count, _statements = timed()
            idle, _count, _statements = timed()
            with tenancy.operator():
                kept = TrendRelevance.objects.count()
            raise Back
    except Back:
        pass
    n = topics * brands
    report("a first pass", first, unit="s", n=n)
    report("its statements", statements, unit="", n=n)
    report("fits found", count, unit="", n=n)
    report("fits kept", kept, unit="", n=n)
    report(f"a pass over {CHANGED} changed topics", again, unit="s", n=CHANGED * brands)
    report("a pass over nothing new", idle, unit="s", n=0)
    report("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, unit="MB", n=n)


def timed() -> tuple[float, int, int]:
    """Return a pass's seconds, its fits and its statements."""
    with CaptureQueriesContext(connection) as asked:
        started = time.perf_counter()
        count = fitting.fit_all()
        seconds = time.perf_counter() - started
    return seconds, count, len(asked)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["10000"])[0]), int((sys.argv[2:] or ["100"])[0]))
