"""Posts of any material: each of another part of it, for each platform, with its strongest line as a picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from content.pipeline.makers import Made, MadeFile, Work, cutting, picturing
from content.pipeline.makers.wording import Desk, desk_of, platforms_for
from content.understanding import Understanding
from content.writing import Shape
from content.writing.stretches import Stretch, stretches
from trenddrop.core.platforms import rules
from trenddrop.core.text.orders import gives_orders
from trenddrop.core.text.shortening import shorten_to
from trenddrop.core.typefaces import NoLetters

DEFAULTS: dict[str, Any] = {"count": 2, "note": "", "picture": True, "card": "post"}
CHOICES = {"card": ("post", "quote")}
MOST = 6
SOON = 0.2  # seconds that a turn may begin after its sentence
LONGEST_LINE = 140  # letters on a picture


@dataclass(frozen=True)
class Part:
    """What one post is of: a stretch of the recording, or None for all of it; its number from 1, its picture."""

    number: int
    stretch: Stretch | None
    picture: MadeFile | None


def make(work: Work) -> Iterator[Made]:
    """Give a post for each platform of each part of the recording. Raises CannotMake, MediaError, LimitReached."""
    desk = desk_of(work)
    material = desk.material
    count = min(max(int(work.config.get("count", DEFAULTS["count"])), 1), MOST)
    found: list[Stretch | None] = list(stretches(material.sentences, material.understanding, count=count))
    platforms = platforms_for(work, Shape.POST)
    for number, stretch in enumerate(found or [None], 1):
        left = [platform for platform in platforms if not work.is_kept(number, [platform])]
        part = Part(number, stretch, _picture(desk, number, stretch, left) if left else None)
        for platform in left:
            done = (number - 1 + platforms.index(platform) / len(platforms)) / max(1, len(found))
            work.progress(done, _("Writing for %(platform)s") % {"platform": rules(platform).name})
            yield _post(desk, platform, part)


def _post(desk: Desk, platform: str, part: Part) -> Made:
    """Write one, with the picture where it is wished for or needed."""
    note, stretch = desk.work.config.get("note", ""), part.stretch
    files = [part.picture] if part.picture and _wants(desk.work, platform) else []
    alt = part.picture.alt_text if part.picture and files else ""
    if stretch is None:
        return desk.write(platform, Shape.POST, part=part.number, note=note).made(files=files, alt_text=alt)
    more = {"sentences": stretch.sentences, "understanding": stretch.understanding, "is_part": True}
    written = desk.write(platform, Shape.POST, part=part.number, note=note, **more)
    return written.made(starts_at=stretch.start, ends_at=stretch.end, files=files, alt_text=alt)


def _wants(work: Work, platform: str) -> bool:
    return bool(work.config.get("picture", True)) or rules(platform).media.required


def _picture(desk: Desk, number: int, stretch: Stretch | None, platforms: list[str]) -> MadeFile | None:
    """Draw the strongest line; none where nobody wants one, or no font has its letters. Raises MediaError."""
    work = desk.work
    if not any(_wants(work, platform) for platform in platforms):
        return None
    line = strongest(stretch.understanding if stretch else desk.material.understanding) or work.asset.title
    near = (stretch.start if stretch else None) or 0.0
    path, shape = work.folder / f"post{number}.jpg", work.job.format
    try:
        if work.config.get("card") == "quote":
            return picturing.quote_card(work, line, _who_says(work, line), path, near=near, shape=shape)
        return picturing.post_picture(work, line, path, near=near, shape=shape)
    except NoLetters:
        return None


def _who_says(work: Work, line: str) -> str:
    """Return the name of whoever says a line, as the transcript knows it; else the brand's."""
    said = cutting.said_in(work)
    sentence = next((one for one in said.sentences if one.text in line or line in one.text), None)
    turns = said.transcript.turns if said.transcript else []
    begun = [name for start, name in turns if sentence is not None and start <= (sentence.start or 0.0) + SOON]
    return (begun[-1] if begun else "") or work.look.name


def strongest(found: Understanding) -> str:
    """Return the line worth a picture: the best quotation, else the best hook or insight, whole and short."""
    lines = [moment.text for moment in (*found.quotes, *found.hooks, *found.insights) if not gives_orders(moment.text)]
    short = next((line for line in lines if len(line) <= LONGEST_LINE), "")
    return short or (shorten_to(lines[0], fits=lambda text: len(text) <= LONGEST_LINE) if lines else "")
