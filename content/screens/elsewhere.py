"""What the page of a piece's files shows: each take, what it was made from, and what it is."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from accounts.models import Membership
from content.models import GeneratedContent, PieceFile
from content.screens import reports


@dataclass(frozen=True)
class ShownTake:
    """A file of the piece with its place in the line: the number of the one it was made from, nought for none."""

    row: PieceFile
    parent: int
    info: dict[str, Any]

    @property
    def is_waiting(self) -> bool:
        """Whether the product has yet to look it through."""
        row = self.row
        return row.origin == PieceFile.Origin.BROUGHT and not row.report and self.info.get("kind") == "video"

    @cached_property
    def report(self) -> list[dict[str, Any]]:
        """What the product found looking at it."""
        return reports.told(self.row.report)

    @property
    def failed(self) -> list[dict[str, Any]]:
        """What of it is wrong."""
        return [each for each in self.report if not each.get("ok")]


def takes_of(membership: Membership, piece: GeneratedContent) -> QuerySet[PieceFile]:
    """Return a piece's files, the latest first."""
    rows = PieceFile.objects.visible_to(membership).filter(piece=piece)
    return rows.select_related("brought_by", "parent").order_by("-number", "slide")


def shown(rows: QuerySet[PieceFile]) -> list[ShownTake]:
    """Describe them."""
    return [ShownTake(row, row.parent.number if row.parent else 0, row.media_info) for row in rows]


def slides_of(takes: list[ShownTake]) -> list[int]:
    """Return the numbers of a carousel's pictures that are sent now."""
    return sorted(each.row.slide for each in takes if each.row.is_current and each.row.slide)
