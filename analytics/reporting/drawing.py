"""A report as a PDF, in its client's colours and with its logo, in the reader's language."""

import datetime as dt
from collections.abc import Sequence

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.advisor.looked import NUMBERS, Looked
from analytics.models import OptimizationReport
from analytics.reporting import saying
from analytics.reporting.gathering import Told, told
from analytics.wording.sentences import notes, sentences
from analytics.wording.words import cell, name_of
from trenddrop.core import display
from trenddrop.core.pdf import Column, Document

MOST_ROWS = 8


def drawn(report: OptimizationReport, *, language: str) -> bytes:
    """Return the file."""
    with translation.override(language):
        return _document(report, told(report), language).to_bytes()


def _document(report: OptimizationReport, content: Told, language: str) -> Document:
    face = content.face
    made = date_format(content.local(report.made_at), "j M Y")
    page = Document(
        title=report.title,
        made_at=report.made_at,
        language=language,
        author=face.maker,
        foot=report.title if face.maker == face.name else f"{face.maker} · {report.title}",
        brand=face.colours[0],
    )
    facts = [("", saying.days_of(report)), (_("made by %(name)s on") % {"name": face.maker}, made)]
    page.letterhead(_("Optimisation report"), logo=face.logo or None, name=face.name, facts=facts)
    if any(look.is_made_up for look in content.looks.values()):
        page.note(_("These are practice numbers. A program makes them up; none of them counts beside real ones."))
    _head(page, content)
    _over_time(page, content, language)
    _posts(page, content)
    _proposed(page, content)
    _where(page, content)
    _when_and_what(page, content)
    _findings(page, content)
    _foot(page, content)
    return page


def _head(page: Document, content: Told) -> None:
    page.space(2)
    words = saying.lead(content)
    page.paragraph(words or _("Nothing was counted in these days."), bold=True)
    figures = saying.headlines(content)
    if figures:
        heads = (_("These days"), _("Change"), _("The days before"))
        columns = [Column(_("Figure"), 2), *(Column(head, 1.2, right=True) for head in heads)]
        page.table(columns, [[each.name, each.text, each.change or "–", each.since or "–"] for each in figures])


def _over_time(page: Document, content: Told, language: str) -> None:
    look = content.look("views") or content.look("engagement")
    if look is None:
        return
    dates = [dt.date.fromisoformat(str(row[0])) for row in look.rows]
    lines: list[tuple[str, Sequence[float | None]]] = [(_("These days"), _values(look, 1))]
    if any(row[2] is not None for row in look.rows):
        lines.append((_("The days before"), _values(look, 2)))
    metric = name_of(str(look.asked["metric"]))
    page.heading(_("%(metric)s over time") % {"metric": metric}, 2)
    labels = [date_format(date, "j M") for date in dates]
    page.line_chart(labels, lines, show=lambda value: display.compact(value, language))
    page.paragraph(" ".join(sentences(look)), muted=True)


def _values(look: Looked, place: int) -> list[float | None]:
    values = (row[place] for row in look.rows)
    return [float(value) if isinstance(value, int | float) else None for value in values]


def _posts(page: Document, content: Told) -> None:
    best, worst = content.look("best"), content.look("worst")
    if best is None:
        return
    page.heading(_("What worked, and what did not"), 2)
    rows = [_post(best, at) for at in range(len(best.rows))]
    known = {row[0] for row in rows}
    if worst is not None and len(best.rows) >= int(best.asked.get("count", 5)):
        rows += [row for at in range(len(worst.rows)) if (row := _post(worst, at))[0] not in known][::-1]
    columns = [Column(_("Post"), 3), Column(_("Where, when"), 1.8), Column(_("Views"), 1, right=True),
               Column(_("Against the usual"), 1, right=True), Column(_("Saves"), 0.8, right=True)]  # fmt: skip
    page.table(columns, rows, small=True)


def _post(look: Looked, at: int) -> list[str]:
    where = f"{cell(look, at, 1)}, {date_format(dt.datetime.fromisoformat(str(look.rows[at][3])), 'j M')}"
    return [cell(look, at, 0), where, *(cell(look, at, look.place(key)) for key in ("views", "lift_views", "saves"))]


def _proposed(page: Document, content: Told) -> None:
    found = saying.proposals(content)
    if found:
        page.heading(_("What we propose"), 2)
        for number, each in enumerate(found, 1):
            page.paragraph(f"{number}. {each.what}", bold=True)
            if each.why:
                page.paragraph(each.why, muted=True)


def _where(page: Document, content: Told) -> None:
    look = content.look("platforms")
    if look is not None:
        page.heading(_("By platform"), 2)
        _table(page, look, ("name", "views", "change", "reach", "engagement_rate", "followers_gained", "posts"))
    streams = content.look("streams")
    if streams is not None:
        page.heading(_("Music"), 2)
        page.paragraph(" ".join(sentences(streams)))
        _table(page, streams, ("name", "platform", "streams", "streams_before", "change", "followers"))


def _table(page: Document, look: Looked, keys: Sequence[str]) -> None:
    places = [place for place, column in enumerate(look.columns) if column.key in keys]
    told_of = [place for place in places if any(row[place] is not None for row in look.rows)]
    columns = [
        Column(name_of(look.columns[place].key), 1.6 if place == 0 else 1, right=look.columns[place].unit in NUMBERS)
        for place in told_of
    ]
    numbers = [place for place in told_of if look.columns[place].unit in NUMBERS]
    some = [at for at, row in enumerate(look.rows) if any(row[place] for place in numbers)][:MOST_ROWS]
    rows = [[cell(look, at, place) for place in told_of] for at in some]
    page.table(columns, rows, small=True)


def _when_and_what(page: Document, content: Told) -> None:
    times, tags = content.look("best_times"), content.look("hashtags")
    if times is not None:
        page.heading(_("Best time to post"), 2)
        page.paragraph(" ".join(sentences(times)))
    if tags is not None:
        page.heading(_("Hashtags"), 2)
        page.paragraph(" ".join(sentences(tags)))
        _table(page, tags, ("name", "posts", "lift", "lift_low", "lift_high"))
    for key, title in (("kinds", _("Kinds")), ("lengths", _("Lengths")), ("weekdays", _("Days of the week"))):
        look = content.look(key)
        if look is not None:
            page.heading(title, 3)
            page.paragraph(" ".join(sentences(look)))


def _findings(page: Document, content: Told) -> None:
    for key, title in (
        ("insights", _("Insights")), ("anomalies", _("Days out of the ordinary")), ("goals", _("Goals"))
    ):  # fmt: skip
        look = content.look(key)
        if look is not None:
            page.heading(title, 2)
            for words in sentences(look):
                page.paragraph(f"• {words}")
    tried = content.look("back_test")
    if tried is not None:
        page.heading(_("How earlier advice did"), 3)
        page.paragraph(" ".join(sentences(tried)))


def _foot(page: Document, content: Told) -> None:
    page.space(3)
    page.rule()
    words = [
        _(
            "“Against the usual” is the median of the account’s last posts at the same age; ranges hold what is true "
            "in 95 of 100 cases."
        ),
        _("What a platform does not tell is not given, never nought."),
    ]
    totals = content.looks.get("totals")
    words += notes(totals) if totals is not None else []
    if content.as_of:
        day = date_format(content.local(content.as_of), "j M Y, H:i")
        words.append(_("Numbers of posts as of %(day)s (%(zone)s).") % {"day": day, "zone": content.zone})
    page.paragraph(" ".join(words), muted=True, small=True)
