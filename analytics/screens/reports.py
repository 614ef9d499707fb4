"""Reports as their pages and files show them: from what they keep, in the reader's language."""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.advisor.looked import Cell, Looked
from analytics.models import OptimizationReport
from analytics.reporting import saying
from analytics.reporting.gathering import Told, told
from analytics.reporting.saying import Headline, Proposal
from analytics.screens.advisor import Shown, shown, table
from analytics.tables import Table
from analytics.wording.sentences import notes
from analytics.wording.words import cell

SECTIONS = ("platforms", "streams", "best_times", "hashtags", "kinds", "lengths", "weekdays")
SPOKEN = ("insights", "anomalies", "goals", "back_test")
ALL = ("totals", "views", "engagement", "platforms", "accounts", "best", "worst", "streams", "best_times", "hashtags",
       "kinds", "lengths", "weekdays", "countries", "insights", "anomalies", "goals", "suggestions",
       "back_test")  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """Everything a report's page shows."""

    report: OptimizationReport
    told: Told
    days: str
    lead: str
    figures: Sequence[Headline]
    looks: dict[str, Shown]
    proposals: Sequence[Proposal]
    notes: Sequence[str]
    logo: str
    best: Sequence[Sequence[str]]
    worst: Sequence[Sequence[str]]

    @property
    def is_made_up(self) -> bool:
        """Whether a program made the numbers up."""
        return any(look.is_made_up for look in self.told.looks.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return not set(self.looks) - {"totals"} and not any(each.look for each in self.figures)

    @property
    def line_key(self) -> str:
        """Which figure is drawn over time: views, or where nobody tells them engagement."""
        return next((key for key in ("views", "engagement") if key in self.looks), "")

    @property
    def line(self) -> Shown | None:
        """That figure."""
        return self.looks.get(self.line_key)


def sheet(report: OptimizationReport) -> Sheet:
    """Return a report as its page shows it."""
    content = told(report)
    looks = {key: shown(at, look, key=key) for at, key in enumerate(ALL, 1) if (look := content.look(key))}
    totals = content.looks.get("totals")
    face = content.face
    logo = f"data:{face.logo_type};base64,{base64.b64encode(face.logo).decode()}" if face.logo else ""
    return Sheet(
        report=report,
        told=content,
        days=saying.days_of(report),
        lead=saying.lead(content),
        figures=saying.headlines(content),
        looks=looks,
        proposals=saying.proposals(content),
        notes=notes(totals) if totals else [],
        logo=logo,
        best=posts_of(content.look("best")),
        worst=posts_of(content.look("worst")),
    )


def posts_of(look: Looked | None) -> list[list[str]]:
    """Posts in few columns: what, where and when, views, against the usual, saves."""
    if look is None:
        return []
    keys = ("views", "lift_views", "saves")
    return [
        [cell(look, at, 0), f"{cell(look, at, 1)}, {_day(row[3])}", *(cell(look, at, look.place(key)) for key in keys)]
        for at, row in enumerate(look.rows)
    ]


def _day(moment: Cell) -> str:
    return date_format(dt.datetime.fromisoformat(str(moment)), "j M")


def tables(found: Sheet) -> list[Table]:
    """Everything of a report as files."""
    rows = [[each.name, each.text, each.change, each.since] for each in found.figures]
    header = [_("Figure"), _("These days"), _("Change"), _("The days before")]
    proposed = [[each.what, each.why] for each in found.proposals]
    return [
        Table("headlines", _("Headlines"), header, rows),
        *(Table(key.replace("_", "-"), each.title, table(each).header, table(each).rows)
          for key, each in found.looks.items()),
        Table("proposals", _("What we propose"), [_("What"), _("Why")], proposed),
    ]  # fmt: skip


def whole(found: Sheet) -> list[list[object]]:
    """Everything of a report as one file: each table under its name."""
    made = found.told.local(found.report.made_at).isoformat(timespec="seconds")
    lines: list[list[object]] = [[found.report.title], [made, found.told.zone]]
    for each in tables(found):
        if each.rows:
            lines += [[], [str(each.title)], [str(head) for head in each.header], *(list(row) for row in each.rows)]
    return lines
