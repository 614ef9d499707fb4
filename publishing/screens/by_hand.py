"""All a person needs to post by hand: the files as they would be sent, the words, the options in words."""

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from publishing.delivery import kits
from publishing.models import ScheduledPost
from trenddrop.core.platforms import options, rules
from trenddrop.core.platforms.lengths import measure


@dataclass(frozen=True)
class SavedFile:
    """One file of a post: duration in seconds, size in bytes; `stored` is its name in the storage."""

    number: int
    name: str
    mime: str
    stored: str
    url: str
    alt: str = ""
    duration: float | None = None
    size: int = 0

    @property
    def is_video(self) -> bool:
        """Whether it moves."""
        return self.mime.startswith("video/")


@dataclass(frozen=True)
class Handed:
    """What a person copies and saves."""

    parts: Sequence[str]
    title: str
    options: Sequence[str]
    files: Sequence[SavedFile]
    cover: SavedFile | None
    used: int
    limit: int
    opens: str


def handed(post: ScheduledPost) -> Handed:
    """Read all of it; about four questions."""
    found, key = kits.contents(post), post.connection.platform
    files = [_file(post, one, number) for number, one in enumerate((found, *found.more), 1)] if found.file else []
    row = rules(key)
    parts = post.metadata.get("parts") or [post.text]
    return Handed(
        parts=parts,
        title=post.title if row.title_limit is not None else "",
        options=list(_options(post)),
        files=files,
        cover=_cover(post, found.thumbnail),
        used=measure(key, parts[0]),
        limit=row.text_limit,
        opens=post.connection.extra.get("url", "") or post.connection.service_url,
    )


def _options(post: ScheduledPost) -> Iterator[str]:
    yield from options.told(post.connection.platform, post.metadata.get("options", {}))
    if rules(post.connection.platform).ai_switch:
        yield _("“Made with AI”: on") if post.metadata.get("ai_label") else _("“Made with AI”: off")
    if category := post.metadata.get("category"):
        yield _("Category: %(name)s") % {"name": category}


def _file(post: ScheduledPost, one: kits.Contents, number: int) -> SavedFile:
    facts = one.facts
    size, duration = (facts.size, facts.duration) if facts else (0, None)
    return SavedFile(
        number, _name(post, one.mime, number), one.mime, one.file, _address(post, number), one.alt, duration, size or 0
    )


def _cover(post: ScheduledPost, stored: str) -> SavedFile | None:
    if not stored:
        return None
    mime = mimetypes.guess_type(stored)[0] or "image/jpeg"
    return SavedFile(0, _name(post, mime, 0), mime, stored, _address(post, 0))


def _name(post: ScheduledPost, mime: str, number: int) -> str:
    words = slugify(post.title or post.text[:40]) or "post"
    end = "-cover" if number == 0 else f"-{number}" if number > 1 else ""
    return f"{words[:60]}{end}{mimetypes.guess_extension(mime) or ''}"


def _address(post: ScheduledPost, number: int) -> str:
    return reverse("post_file", args=[post.pk, number])
