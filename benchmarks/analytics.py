"""Numbers at the sources' year one and at a tenth of it: python -m benchmarks.analytics [SHARE …] [--requests N]

Each share has a database of its own beside the benchmarks' (`trenddrop_scale_10`, `trenddrop_scale_100`), which is
filled once by `manage.py seed_scale` and then kept. Every page of numbers and what programs ask are measured there
(`benchmarks.analytics_pages`); where two shares were, what grew from the first to the last follows.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.measuring import report

SHARES, REQUESTS = [0.1, 1.0], 30
GROWTH = 1.2
Figure = dict[str, Any]


def main() -> None:
    """Measure each share; then what grew."""
    asked = argparse.ArgumentParser()
    asked.add_argument("shares", nargs="*", type=float, default=SHARES)
    asked.add_argument("--requests", type=int, default=REQUESTS)
    given = asked.parse_args()
    figures = [list(figures_of(share, given.requests)) for share in given.shares]
    if len(figures) > 1:
        growth(figures[0], figures[-1])


def figures_of(share: float, requests: int) -> Iterator[Figure]:
    """Fill the share's database with what is missing, measure, and say each figure as it comes."""
    env = environment(f"trenddrop_scale_{round(share * 100)}")
    run("manage.py", "migrate", "--noinput", "--verbosity=0", env=env | {"DATABASE_URL": env["DATABASE_OWNER_URL"]})
    run("manage.py", "seed_scale", "--share", str(share), env=env)
    words = [sys.executable, "-m", "benchmarks.analytics_pages", str(requests)]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as measured:
        assert measured.stdout
        for line in measured.stdout:
            figure = json.loads(line)
            print(json.dumps(figure | {"share": share}), flush=True)
            yield figure
    if measured.returncode:
        raise SystemExit(measured.returncode)


def environment(name: str) -> dict[str, str]:
    """Return the environment of a database beside the benchmarks', made where it is missing."""
    owner = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(owner, autocommit=True) as session:
        if not session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    moved = {key: urlunsplit(urlsplit(os.environ[key])._replace(path=f"/{name}")) for key in URLS}
    return {**os.environ, **moved, **UNLIMITED}


URLS = ("DATABASE_URL", "DATABASE_OWNER_URL")
UNLIMITED = {"API_CALLS_PER_MINUTE": "1000000"}  # one asks here what hundreds ask in a minute


def run(*words: str, env: dict[str, str]) -> None:
    """Run a command of ours; what it says goes where errors go, so that only figures are on the output."""
    subprocess.run([sys.executable, *words], env=env, check=True, stdout=sys.stderr)


def growth(small: list[Figure], large: list[Figure]) -> None:
    """Print by how many times each page's median grew."""
    before = {figure["name"]: figure["ours"] for figure in small}
    for figure in large:
        name, unit = figure["name"], figure["unit"]
        if unit == "ms" and name.endswith(": p50") and before.get(name):
            times = figure["ours"] / before[name]
            grown = f"growth of {name.removesuffix(': p50')}"
            report(grown, figure["ours"], before[name], unit=unit, n=figure["n"], ratio=times, aim=GROWTH)


if __name__ == "__main__":
    main()
