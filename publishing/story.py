"""One post's story in words: planned, tried, looked for, ended. From its rows; nothing is asked."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from publishing import resting
from publishing.approving import WITHOUT
from publishing.delivery.claiming import WITHDRAWN
from publishing.delivery.handing import WISH
from publishing.linked import LINKS
from publishing.models import PublishAttempt, ScheduledPost
from publishing.resting import Rest
from trenddrop.core.catalogue import badge

Status = ScheduledPost.Status
Outcome = PublishAttempt.Outcome

STEPS = {
    "chosen": gettext_lazy("A place for it was chosen"),
    "registered": gettext_lazy("A place for the files was asked for"),
    "session": gettext_lazy("An upload was begun"),
    "upload": gettext_lazy("An upload was begun"),
    "uploading": gettext_lazy("The files are on their way"),
    "uploaded": gettext_lazy("The files arrived"),
    "staged": gettext_lazy("All lies ready there, unseen"),
    "expired": gettext_lazy("What was prepared there is made anew"),
    "spoiled": gettext_lazy("What was prepared there is made anew"),
    "described": gettext_lazy("The files were described"),
    "container": gettext_lazy("The platform prepares it"),
    "containers": gettext_lazy("The platform prepares it"),
    "processing": gettext_lazy("The platform processes it"),
    "processed": gettext_lazy("The platform has processed it"),
    "video_job": gettext_lazy("The video is being processed there"),
    "sending": gettext_lazy("Handed to the platform"),
    "posted": gettext_lazy("The platform named it"),
    "withdrawn": gettext_lazy("Taken back from the platform"),
}


@dataclass(frozen=True)
class Line:
    """One thing that happened: a state for its sign, words, and when."""

    state: str
    title: str
    at: dt.datetime | None
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """Where the post is, in one sentence, and one more."""

    say: str
    more: str = ""


def tell(post: ScheduledPost, attempts: Sequence[PublishAttempt], rest: Rest | None = None) -> list[Line]:
    """Return what happened, oldest first, and what happens next; `rest`: why nothing goes out to its account."""
    lines = [_planned(post), *_unapproved(post)]
    for attempt in attempts:
        lines += _looked(attempt) if attempt.purpose == PublishAttempt.Purpose.LOOK else _sent(attempt)
    return [*lines, *_ended(post, attempts), *_linked(post), *_next(post, rest)]


def _planned(post: ScheduledPost) -> Line:
    who = str(post.scheduled_by) if post.scheduled_by_id else _("somebody")
    return Line("done", _("Planned by %(who)s") % {"who": who}, post.created_at, post.time_note)


def _unapproved(post: ScheduledPost) -> list[Line]:
    """Say for ever that it was let go out though nobody had approved it."""
    said = post.metadata.get(WITHOUT)
    if not said:
        return []
    at = dt.datetime.fromisoformat(said["at"])
    return [Line("unconfirmed", _("Let out without approval"), at, said["why"])]


def _linked(post: ScheduledPost) -> list[Line]:
    """Tell each time that a person gave it a link after it was live."""
    found = []
    for said in post.metadata.get(LINKS, []):
        title = _("Somebody corrected its link") if said["was"] else _("Somebody added its link")
        note = _("before: %(link)s") % {"link": said["was"]} if said["was"] else ""
        found.append(Line("done", title, dt.datetime.fromisoformat(said["at"]), note))
    return found


def _sent(attempt: PublishAttempt) -> list[Line]:
    lines = [Line("done", _step(name), dt.datetime.fromisoformat(at)) for name, at in _last_of_each(attempt.steps)]
    if not lines:
        lines = [Line("done", _("Taken in hand"), attempt.created_at)]
    if attempt.outcome == Outcome.RUNNING:
        return [*lines, Line("running", _("Under way"), None)]
    titles = {
        Outcome.PUBLISHED: _("The platform confirmed it"),
        Outcome.REJECTED: _("The platform refused it"),
        Outcome.TRY_LATER: _("Not now: it tries again"),
        Outcome.SIGN_IN_AGAIN: _("The account is signed out"),
        Outcome.UNKNOWN: _("No clear answer"),
        Outcome.LOST: _("Interrupted"),
    }
    title = titles.get(Outcome(attempt.outcome), attempt.get_outcome_display())
    return [*lines, Line(attempt.outcome, title, attempt.finished_at, attempt.message)]


def _last_of_each(steps: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Several files (a video, its picture) arrive one by one; the story tells once that they are there."""
    return list(dict(steps).items())


def _step(name: str) -> str:
    return str(STEPS.get(name) or name.replace("_", " ").capitalize())


def _looked(attempt: PublishAttempt) -> list[Line]:
    titles = {
        Outcome.RUNNING: _("Looking for it"),
        Outcome.FOUND: _("Found there in part: the rest follows") if attempt.step else _("Found on the platform"),
        Outcome.REJECTED: _("It is gone from the platform"),
        Outcome.NOT_FOUND: _("Looked for it: not there"),
        Outcome.SIGN_IN_AGAIN: _("Could not look: the account is signed out"),
        Outcome.LOST: _("A look was interrupted"),
    }
    title = titles.get(Outcome(attempt.outcome), _("Looked for it: no answer"))
    if attempt.step == WITHDRAWN:
        return [Line("done", _step(WITHDRAWN), attempt.finished_at)]
    note = "" if attempt.outcome == Outcome.FOUND else attempt.message
    return [Line(attempt.outcome, title, attempt.finished_at or attempt.created_at, note)]


def _ended(post: ScheduledPost, attempts: Sequence[PublishAttempt]) -> list[Line]:
    if post.shortfalls:
        return [Line("unconfirmed", str(each), post.published_at) for each in post.shortfalls]
    confirmed = any(attempt.outcome in {Outcome.PUBLISHED, Outcome.FOUND} for attempt in attempts)
    if post.status == Status.PUBLISHED and not confirmed:
        return [Line("published", _("Somebody saw it live and said so"), post.published_at)]
    if post.status == Status.MISSED:
        return [Line("missed", _("Missed its time"), post.updated_at, post.error)]
    if post.status == Status.CANCELLED:
        return [Line("cancelled", _("Cancelled"), post.updated_at)]
    return []


def _next(post: ScheduledPost, rest: Rest | None) -> list[Line]:
    if post.status == Status.SCHEDULED:
        return [Line("scheduled", _waits(post, rest), post.next_try_at)]
    if post.status == Status.WAITING:
        return [Line("waiting", _("Waits for approval"), None)]
    if post.status == Status.HANDED:
        return [Line("scheduled", _("Goes live there by itself"), post.scheduled_for)]
    if post.status == Status.ASSISTED and rest:
        return [Line("scheduled", resting.words(rest, post.connection)["until"], None)]
    if post.status == Status.ASSISTED and post.next_try_at:
        return [Line("scheduled", _("We ask again"), post.next_try_at)]
    if post.status == Status.UNCONFIRMED and post.next_try_at:
        note = _("After a day of looking we stop and leave it to you.")
        return [Line("scheduled", _("Looks again"), post.next_try_at, note)]
    return []


def _waits(post: ScheduledPost, rest: Rest | None) -> str:
    if rest:
        return resting.words(rest, post.connection)["until"]
    return _("Tries again") if post.tries else _("Goes out")


def answer(post: ScheduledPost, rest: Rest | None = None) -> Answer:
    """Return the page's first sentence: where the post is now; `rest`: why nothing goes out to its account."""
    name = str(badge(post.connection.platform).name)
    match post.status:
        case Status.SCHEDULED:
            return _answer_planned(post, rest)
        case Status.HANDED:
            return _answer_handed(post, name)
        case Status.PUBLISHED:
            return _answer_live(post, name)
        case Status.UNCONFIRMED:
            more = _("We have not sent it again and will not, until we know")
            return Answer(_("%(name)s may have it. It has not said that it is live.") % {"name": name}, more)
    said = {
        Status.DRAFT: Answer(_("It is a draft."), post.time_note or _("Nothing happens by itself until you plan it")),
        Status.WAITING: Answer(_("It waits for approval."), _("What is sent is exactly what is approved")),
        Status.PUBLISHING: Answer(_("It is being sent."), _("This page looks again by itself")),
        Status.ASSISTED: _answer_asked(post, rest),
        Status.MISSED: Answer(_("It missed its time and was not sent.")),
        Status.FAILED: Answer(_("It was not published.")),
        Status.CANCELLED: Answer(_("It was cancelled.")),
    }
    return said[Status(post.status)]


def _answer_asked(post: ScheduledPost, rest: Rest | None) -> Answer:
    say = resting.words(rest, post.connection)["say"] if rest else _("It waits for you to post it.")
    return Answer(say, _("Everything it takes is on one page, also on your phone"))


def _answer_handed(post: ScheduledPost, name: str) -> Answer:
    if wish := post.metadata.get(WISH):
        cancels = wish.get("status") == Status.CANCELLED
        say = _("It is being taken back from %(name)s.") % {"name": name}
        return Answer(say, _("Then it is cancelled") if cancels else _("Then it is planned for the new time"))
    more = post.error or _("Until then you can change its time or cancel it; we take it back first")
    return Answer(_("It waits on %(name)s, which makes it public at its time.") % {"name": name}, more)


def _answer_live(post: ScheduledPost, name: str) -> Answer:
    say = _("It is live on %(name)s.") % {"name": name}
    if post.shortfalls:
        return Answer(say, _("Not everything about it worked: see below"))
    if not post.url and post.next_try_at:
        return Answer(say, _("%(name)s has not told its address yet; we ask again") % {"name": name})
    return Answer(say)


def _answer_planned(post: ScheduledPost, rest: Rest | None) -> Answer:
    if post.platform_post_id:
        return Answer(_("It is live in part; the rest follows by itself."), post.error)
    if rest:
        say = resting.words(rest, post.connection)["say"]
        return Answer(say, _("Once it is too late it is kept, and not sent as a surprise"))
    if post.tries:
        tries = ngettext("%(n)s try so far", "%(n)s tries so far", post.tries) % {"n": post.tries}
        return Answer(_("It was put off and tries again by itself."), f"{tries}. {post.error}".strip())
    if post.error and post.next_try_at and post.next_try_at > max(post.scheduled_for, timezone.now()):
        return Answer(_("It was put off and tries again by itself."), post.error)
    if post.status == Status.SCHEDULED and post.scheduled_for <= timezone.now():
        return Answer(_("It goes out now."), _("What comes of it stands here in a moment"))
    return Answer(_("It is planned."), _("Nothing is sent before its time; until then you can change or cancel it"))
