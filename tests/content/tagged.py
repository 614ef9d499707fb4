"""Made-up videos with tags.

Makers choose their own name, the thing their title names, its last word, the title's last word, and a kind that
others who show that thing choose, too.
"""

import csv
from pathlib import Path
from random import Random

from content.writing.tagging import Example, Subject

THINGS = [
    "Saffron Rice", "Masala Chai", "Monsoon Skin", "Lemon Pickle", "Filter Coffee", "Silk Sari", "Clay Oven",
    "Night Market", "River Ferry", "Paper Lamp", "Brass Bell", "Mango Lassi", "Street Cricket", "Temple Garden",
]  # fmt: skip
OPENINGS = ["How we made", "The truth about", "Why nobody makes", "My first", "We tried"]
ENDINGS = ["in one day", "at home", "for a week", "and it worked", "again"]


def videos(count: int, *, seed: int = 1) -> list[Example]:
    """As many videos, of a third as many makers."""
    rng = Random(seed)
    found = []
    for number in range(count):
        author, thing = f"Maker{number % (count // 3)} Films", rng.choice(THINGS)
        title = f"{rng.choice(OPENINGS)} {thing} {rng.choice(ENDINGS)}"
        kind = "food" if THINGS.index(thing) % 2 else "crafts"
        found.append(
            Example(Subject(title, author, f"{thing} is what this is about."), _chosen(author, thing, title, kind))
        )
    return found


def _chosen(author: str, thing: str, title: str, kind: str) -> list[str]:
    return [author.lower(), thing.lower(), thing.rsplit(maxsplit=1)[-1].lower(), title.rsplit(maxsplit=1)[-1], kind]


def folder(path: Path, examples: list[Example], *, tags: list[str] | None = None) -> Path:
    """Write them as a folder of daily rows; `tags` stands in for everybody's own."""
    place = path / "youtube" / "trending_daily.csv"
    place.parent.mkdir(parents=True)
    with place.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["video_id", "trending_date", "channel_title", "title", "tags", "description"])
        for number, one in enumerate(examples):
            written = [f"v{number}", one.subject.author, one.subject.title, "|".join(tags or one.tags)]
            video, author, title, told = written
            lines.writerow([video, "2026-01-02", author, title, told, one.subject.text])
            lines.writerow([video, "2026-01-03", author, title, "changed|later|on", ""])
    return path
