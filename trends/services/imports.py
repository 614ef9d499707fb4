"""Bringing topics by file, as an operator: all of a file or nothing of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trends import sources
from trends.collection import asking, fetching
from trends.collection.asking import Answer
from trends.models import TrendSource
from trends.sources.base import BadConfig, BadFeed, BadFile, Source

MOST_BYTES = asking.MAX_BYTES


class CantImport(Exception):
    """The file was not brought, and nothing of it; `faults` says why, each with its line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(" ".join(faults))


@dataclass(frozen=True)
class Imported:
    """What came of a file."""

    source: TrendSource
    items: int
    notes: list[str]

    @property
    def words(self) -> str:
        """What came, in a sentence."""
        told = ngettext("%(count)s row brought into “%(name)s”.", "%(count)s rows brought into “%(name)s”.", self.items)
        return told % {"count": f"{self.items:,}", "name": self.source.name}


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of sources that take files, with their names."""
    adapters = [sources.source(kind) for kind in settings.TREND_SOURCES]
    return [(adapter.key, adapter.label) for adapter in adapters if adapter.is_imported]


def bring(content: bytes, *, kind: str, name: str, now: dt.datetime, region: str = "", language: str = "") -> Imported:
    """Bring a file's topics under a source of that kind and name, made when new; raises CantImport."""
    if kind not in dict(kinds()):
        raise CantImport([_("Files are taken as: %(kinds)s.") % {"kinds": ", ".join(dict(kinds()))}])
    if not name.strip():
        raise CantImport([_("Give the source a name: what the figures are, or where they come from.")])
    if len(content) > MOST_BYTES:
        raise CantImport([_("The file has more than %(most)s MB. Split it.") % {"most": MOST_BYTES // 1024**2}])
    adapter = sources.source(kind)
    answer = _read(content, adapter, {"region": region, "language": language}, now)
    row, _is_new = TrendSource.objects.get_or_create(
        kind=kind,
        name=name.strip()[:120],
        region=region.upper()[:8],
        language=language[:8],
        category="",
        defaults={"interval": adapter.interval},
    )
    if not fetching.store_file(row, answer, now=now):
        raise CantImport([_("Another file is being brought into this source just now. Try again in a minute.")])
    row.refresh_from_db()
    return Imported(row, len(answer.items or []), answer.notes)


def _read(content: bytes, adapter: Source, config: Mapping[str, str], now: dt.datetime) -> Answer:
    try:
        items = adapter.parse(content, config=config, now=now)
    except BadFile as error:
        raise CantImport(error.faults) from error
    except (BadFeed, BadConfig) as error:
        raise CantImport([str(error)]) from error
    return Answer(items=items, notes=items.notes)
