"""Posts of any material: each of another part of it, for each platform."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from content.pipeline.makers import Made, Work
from content.pipeline.makers.wording import Desk, desk_of, platforms_for
from content.writing import Shape
from content.writing.stretches import Stretch, stretches
from trenddrop.core.platforms import rules

DEFAULTS: dict[str, Any] = {"count": 2, "note": ""}
MOST = 6


def make(work: Work) -> Iterator[Made]:
    """Give a post for each platform of each part of the recording. Raises CannotMake, LimitReached."""
    desk = desk_of(work)
    material = desk.material
    count = min(max(int(work.config.get("count", DEFAULTS["count"])), 1), MOST)
    parts: list[Stretch | None] = list(stretches(material.sentences, material.understanding, count=count))
    platforms = platforms_for(work, Shape.POST)
    orders = [(n, part, platform) for n, part in enumerate(parts or [None], 1) for platform in platforms]
    for done, (number, part, platform) in enumerate(orders):
        if not work.is_kept(number, [platform]):
            work.progress(done / len(orders), _("Writing for %(platform)s") % {"platform": rules(platform).name})
            yield _post(desk, platform, number, part)


def _post(desk: Desk, platform: str, number: int, part: Stretch | None) -> Made:
    """Write one; `part` None is all of it, where there is too little for parts."""
    note = desk.work.config.get("note", "")
    if part is None:
        return desk.write(platform, Shape.POST, part=number, note=note).made()
    more = {"sentences": part.sentences, "understanding": part.understanding}
    written = desk.write(platform, Shape.POST, part=number, note=note, **more)
    return written.made(starts_at=part.start, ends_at=part.end)
