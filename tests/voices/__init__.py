"""Three invented brands with voices of their own, written for these tests; none of it is in the product."""

import tomllib
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
BRANDS = {"ledgerline": "en", "glowgappa": "hi-Latn", "slowmiles": "en"}


@cache
def posts(brand: str) -> tuple[str, ...]:
    """A brand's posts."""
    written = (HERE / f"{brand}.txt").read_text(encoding="utf-8").partition("\n")[2]
    return tuple(post.strip() for post in written.split("\n--\n"))


@cache
def on_the_same_topics(brand: str) -> dict[str, str]:
    """One post for each of six subjects, which all three brands write about."""
    found: dict[str, dict[str, str]] = tomllib.loads((HERE / "same_topics.toml").read_text(encoding="utf-8"))
    return found[brand]
