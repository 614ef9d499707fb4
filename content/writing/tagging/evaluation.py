"""Tags for real videos, in the format their scorer reads: the tagger of the product, learned from a folder."""

import csv
from pathlib import Path

from content.writing.tagging.learning import TooLittle, fit, usable
from content.writing.tagging.model import Tagger
from content.writing.tagging.subject import Example, Subject, normal_tag

__all__ = ["BadVideos", "TooLittle", "load", "tags"]

NONE = "[none]"
WRITTEN = 10
WRITTEN_FOR = 3  # tags of its own: videos with fewer are not compared


class BadVideos(ValueError):
    """A folder whose file is no list of videos."""


def tags(train: Path, data: Path, out: Path) -> None:
    """Learn from the videos of `train`, write ten tags for each of `data`, whose own tags are not looked at."""
    write(fit(usable(list(load(train).values()))), load(data), out)


def write(tagger: Tagger, videos: dict[str, Example], out: Path) -> None:
    """Write the first suggestions for each video that has tags to be compared with; for all, when none has."""
    asked = {video: one for video, one in videos.items() if len(one.tags) >= WRITTEN_FOR} or videos
    with (out / "tags.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["video_id", "rank", "tag"])
        for video, one in asked.items():
            ranked = tagger.rank(one.subject)[:WRITTEN]
            lines.writerows([video, rank, scored.tag] for rank, scored in enumerate(ranked, start=1))


def load(folder: Path) -> dict[str, Example]:
    """Read a folder's videos as they were on their first day, each once."""
    path = folder / "youtube" / "trending_daily.csv"
    with path.open(encoding="utf-8", newline="") as file:
        try:
            days = sorted(csv.DictReader(file), key=lambda row: row["trending_date"])
            about: dict[str, str] = {}
            for row in days:
                about[row["video_id"]] = max(about.get(row["video_id"], ""), row["description"])
            first = {row["video_id"]: row for row in reversed(days)}
            return {video: _example(row, about[video]) for video, row in sorted(first.items())}
        except (KeyError, TypeError, AttributeError) as error:
            raise BadVideos(f"{path.name}: {error}") from error


def _example(row: dict[str, str], about: str) -> Example:
    tags = dict.fromkeys(normal_tag(tag) for tag in row["tags"].split("|") if NONE not in tag)
    return Example(Subject(row["title"], row["channel_title"], about), [tag for tag in tags if tag])
