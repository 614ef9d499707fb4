"""False findings on accounts in which nothing is to be found, and power by effect and number of posts.

make bench NAME=insights
make bench NAME=insights ARGS="--accounts 200"
"""

import argparse
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import django

from benchmarks.measuring import report

EFFECTS, SIZES = (1.3, 1.5, 2.0, 3.0), (60, 150, 300)
POWERED = 40
FALSE = 5


def null(seed: int) -> tuple[int, Counter[str], float]:
    """Look at an account in which nothing is to be found: how much was asked, what was told, how long it took."""
    from analytics.finding import choosing  # noqa: PLC0415 (the applications must be set up first)
    from tests.analytics.null_accounts import facts  # noqa: PLC0415

    given = facts(seed)
    began = time.process_time()
    outcome = choosing.look(given)
    return outcome.asked, Counter(each.asked.question for each in outcome.findings), time.process_time() - began


def found(what: tuple[int, float, int]) -> bool:
    """Say whether an effect of this size among so many posts is found."""
    from analytics.finding import choosing  # noqa: PLC0415
    from tests.analytics.null_accounts import facts  # noqa: PLC0415

    seed, effect, posts = what
    outcome = choosing.look(facts(100_000 + seed, effect=effect, posts=posts))
    return any(each.asked.key == "content.kind:account-0:carousel" for each in outcome.findings)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--powered", type=int, default=POWERED)
    given = parser.parse_args()
    with ProcessPoolExecutor(os.cpu_count(), initializer=django.setup) as pool:
        rows = list(pool.map(null, range(given.accounts), chunksize=8))
        told = sum(bool(kinds) for _asked, kinds, _time in rows)
        questions = sum(row[0] for row in rows) / len(rows)
        report("null accounts of which anything was told", 100 * told / len(rows), unit="%", n=len(rows), aim=FALSE)
        report("questions asked of a null account", questions, unit="questions", n=len(rows))
        report("one look", 1000 * sum(row[2] for row in rows) / len(rows), unit="ms of the processor", n=len(rows))
        for posts in SIZES:
            for effect in EFFECTS:
                asked = [(seed, effect, posts) for seed in range(given.powered)]
                share = sum(pool.map(found, asked, chunksize=4)) / given.powered
                report(f"power: {effect}× on 30 % of {posts} posts is told", 100 * share, unit="%", n=given.powered)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
    django.setup()
    main()
