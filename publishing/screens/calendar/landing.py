"""What would come of dropping a post somewhere: the time it gets, what clocks do, what it comes too near to."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone as clock_of_reader
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from publishing import caps
from publishing.delivery import handing
from publishing.models import ScheduledPost
from publishing.screens.calendar.reading import AHEAD, NEAR
from publishing.services import posts
from publishing.services.calendar import there as clock_there
from publishing.walltime import Moment, zone_of
from trenddrop.core.display import span

LIVE = (*AHEAD, ScheduledPost.Status.UNCONFIRMED, ScheduledPost.Status.PUBLISHED)


@dataclass
class Landing:
    """The time in words, what to think of, and whether it would be refused."""

    words: str
    warnings: list[str] = field(default_factory=list)
    is_refused: bool = False


def there(post: ScheduledPost, *, day: dt.date, time: dt.time | None, clock: str, now: dt.datetime) -> Landing:
    """Look ahead, writing nothing; raise UnknownZone."""
    at_local = clock_there(post, day=day, time=time, clock=clock)
    try:
        moment = posts.plan_for(at_local, handing.time_of(post).zone, now=now, moves=True)
    except posts.CannotPlan as error:
        return Landing(str(error), is_refused=True)
    warnings = [moment.note] if moment.note else []
    full = (
        []
        if post.status == ScheduledPost.Status.DRAFT
        else caps.problems(post.connection, moment.instant, besides=post.pk)
    )
    words = _words(moment, clock)
    if full:
        return Landing(" ".join([words, *(each.message for each in full)]), is_refused=True)
    return Landing(words, warnings + warnings_of(post, at=moment.instant))


def _words(moment: Moment, clock: str) -> str:
    shown = moment.instant.astimezone(zone_of(clock))
    words = date_format(shown, "D j M, H:i T")
    if shown.utcoffset() == moment.local.utcoffset():
        return words
    return _("%(when)s, on its own clock %(own)s") % {"when": words, "own": date_format(moment.local, "H:i T")}


def warnings_of(post: ScheduledPost, *, at: dt.datetime) -> list[str]:
    """Return what is too near to that time for this post, in sentences; two questions."""
    rows = ScheduledPost.objects.filter(connection_id=post.connection_id, status__in=LIVE).exclude(pk=post.pk)
    near = rows.filter(scheduled_for__gt=at - NEAR, scheduled_for__lt=at + NEAR).order_by("scheduled_for").first()
    found = []
    if near is not None:
        apart = abs(near.scheduled_for - at)
        told = {"other": str(near)[:60], "handle": post.connection.handle, "span": span(apart)}
        same = _("%(handle)s has “%(other)s” at the same time.")
        found.append((_("%(handle)s has “%(other)s” only %(span)s away.") if apart else same) % told)
    twin = rows.filter(piece_id=post.piece_id, status__in=AHEAD, series=None).order_by("scheduled_for").first()
    if twin is not None and post.series_id is None:
        when = date_format(clock_of_reader.localtime(twin.scheduled_for), "D j M, H:i")
        found.append(_("The same piece is planned there for %(when)s too.") % {"when": when})
    return found
