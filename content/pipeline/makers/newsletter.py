"""A newsletter of any material, for each platform that takes one."""

from collections.abc import Iterator
from typing import Any

from content.pipeline.makers import Made, Work
from content.pipeline.makers.wording import desk_of, every_platform
from content.writing import Shape

DEFAULTS: dict[str, Any] = {"note": ""}


def make(work: Work) -> Iterator[Made]:
    """Give one for each platform. Raises CannotMake, LimitReached."""
    for written in every_platform(desk_of(work), Shape.NEWSLETTER, note=work.config.get("note", "")):
        yield written.made()
