"""What changes the calendar: something dropped, several posts at once, and the way back."""

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from publishing.forms.calendar import BulkForm, DropForm
from publishing.models import CalendarEntry, ScheduledPost
from publishing.screens.calendar import landing
from publishing.screens.calendar.wanted import Wanted
from publishing.services import calendar as commands
from publishing.services import calendars
from publishing.services.calendar import Outcome, Stood
from publishing.views import calendar
from publishing.walltime import UnknownZone, zone_of

KEPT = 10
ENTRY = "entry"  # what is put back is one of a named calendar
MOST_REASONS = 3


@require_POST
@requires("posts.schedule")
def drop(request: MemberRequest, key: UUID) -> HttpResponse:
    """Put a post where it was dropped."""
    post, form = _post(request, key), DropForm(request.POST)
    if not form.is_valid():
        return _refused(request, _("That is no day of the calendar. Nothing was moved."), "")
    told = form.cleaned_data
    try:
        outcome = commands.move_to(
            post, day=told["day"], time=told["time"], clock=told["clock"], by=request.membership, now=timezone.now()
        )
    except UnknownZone as error:
        return _refused(request, str(error), told["back"])
    if outcome.refused:
        return _refused(request, outcome.refused[0][1], told["back"])
    return _changed(request, outcome, _moved_words(outcome.done[0]), told["back"])


@require_safe
@requires("posts.schedule")
def there(request: MemberRequest, key: UUID) -> HttpResponse:
    """Say what would come of it, before something is dropped."""
    post, form = _post(request, key), DropForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"words": "", "warnings": [], "refused": True})
    told = form.cleaned_data
    try:
        found = landing.there(post, day=told["day"], time=told["time"], clock=told["clock"], now=timezone.now())
    except UnknownZone as error:
        return JsonResponse({"words": str(error), "warnings": [], "refused": True})
    return JsonResponse({"words": found.words, "warnings": found.warnings, "refused": found.is_refused})


@require_POST
@requires("posts.schedule")
def drop_entry(request: MemberRequest, key: UUID) -> HttpResponse:
    """Put an entry of a named calendar, which is no post yet, where it was dropped."""
    entry, form = _entry(request, key), DropForm(request.POST)
    if not form.is_valid():
        return _refused(request, _("That is no day of the calendar. Nothing was moved."), "")
    told = form.cleaned_data
    try:
        placed = calendars.place(
            entry, day=told["day"], time=told["time"], clock=told["clock"], by=request.membership, now=timezone.now()
        )
    except (calendars.CannotKeep, UnknownZone) as error:
        return _refused(request, str(error), told["back"])
    stood = [ENTRY, str(key), *map(_plain, ((placed.date, placed.at), (placed.entry.date, placed.entry.at)))]
    words = _("“%(title)s” is intended for %(when)s.") % {
        "title": placed.entry.title[:60],
        "when": _intended(placed.entry.date, placed.entry.at, placed.entry.timezone),
    }
    return _shown(request, words, told["back"], key=_remember(request, [stood]))


@require_safe
@requires("posts.schedule")
def there_entry(request: MemberRequest, key: UUID) -> HttpResponse:
    """Say what would come of it, before an entry is dropped."""
    entry, form = _entry(request, key), DropForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"words": "", "warnings": [], "refused": True})
    told = form.cleaned_data
    try:
        date, at = calendars.there(entry, day=told["day"], time=told["time"], clock=told["clock"], now=timezone.now())
        calendars.check_within(entry.calendar, date)
    except (calendars.CannotKeep, UnknownZone) as error:
        return JsonResponse({"words": str(error), "warnings": [], "refused": True})
    return JsonResponse({"words": _intended(date, at, entry.timezone), "warnings": [], "refused": False})


def _intended(date: dt.date, at: dt.time | None, zone: str) -> str:
    if at is None:
        return _("%(day)s, any time") % {"day": date_format(date, "D j M")}
    return date_format(dt.datetime.combine(date, at, zone_of(zone)), "D j M, H:i T")


@require_POST
@requires("posts.schedule")
def bulk(request: MemberRequest) -> HttpResponse:
    """Do the same with several posts."""
    form, keys = BulkForm(request.POST), _keys(request.POST.getlist("post"))
    back = request.POST.get("back", "")[:500]
    if not form.is_valid() or not keys:
        return _refused(request, _("Choose posts, and what to do with them. Nothing was changed."), back)
    chosen = _posts(request, keys)
    told = form.cleaned_data
    if told["do"] == "cancel" and not told["sure"]:
        return render(request, "publishing/calendar/cancel.html", {"posts": chosen, "back": back})
    try:
        outcome = _do(request, told, chosen)
    except (commands.TooMany, UnknownZone) as error:
        return _refused(request, str(error), back)
    return _changed(request, outcome, _bulk_words(told["do"], outcome), back, undoable=told["do"] != "cancel")


def _do(request: MemberRequest, told: dict[str, Any], chosen: Sequence[ScheduledPost]) -> Outcome:
    by, now = request.membership, timezone.now()
    match told["do"]:
        case "move":
            return commands.move(chosen, days=told["days"] or 0, hours=told["hours"] or 0, by=by, now=now)
        case "slots":
            return commands.to_slots(chosen, by=by, now=now)
        case "hold":
            return commands.hold_back(chosen, by=by)
        case "zone":
            return commands.keep_clock(chosen, zone=_wanted(request, told["back"]).zone, by=by, now=now)
    return commands.cancel(chosen, by=by)


@require_POST
@requires("posts.schedule")
def undo(request: MemberRequest) -> HttpResponse:
    """Put back what was changed last, or what `key` names."""
    kept, back = list(request.session.get(calendar.UNDO, [])), request.POST.get("back", "")[:500]
    key = request.POST.get("key") or (kept[-1][0] if kept else "")
    found = next((each for each in kept if each[0] == key), None)
    if found is None:
        return _refused(request, _("There is nothing to undo any more. Nothing was changed."), back)
    if found[1][0][0] == ENTRY:
        return _put_entry_back(request, found, back)
    stood = [Stood.of(each) for each in found[1]]
    outcome = commands.put_back(stood, by=request.membership, now=timezone.now())
    request.session[calendar.UNDO] = [each for each in kept if each[0] != key]
    count = len(outcome.done)
    words = ngettext("%(n)s post is where it was.", "%(n)s posts are where they were.", count) % {"n": count}
    return _changed(request, outcome, words if count else "", back, undoable=False)


def _put_entry_back(request: MemberRequest, found: list[Any], back: str) -> HttpResponse:
    _kind, entry, was, now = found[1][0]
    kept = request.session[calendar.UNDO]
    request.session[calendar.UNDO] = [each for each in kept if each[0] != found[0]]
    try:
        calendars.put_back(UUID(entry), to=_stand(was), still=_stand(now), by=request.membership)
    except calendars.CannotKeep as error:
        return _refused(request, str(error), back)
    return _shown(request, _("The entry is where it was."), back, key="")


def _plain(stand: calendars.Stand) -> list[str]:
    return [stand[0].isoformat(), stand[1].isoformat() if stand[1] else ""]


def _stand(plain: Sequence[str]) -> calendars.Stand:
    return dt.date.fromisoformat(plain[0]), dt.time.fromisoformat(plain[1]) if plain[1] else None


# What is answered


def _changed(request: MemberRequest, outcome: Outcome, words: str, back: str, *, undoable: bool = True) -> HttpResponse:
    """Show the calendar as it is now, with what was done, what was not and why, and the way back."""
    stood = [each.plain() for each in outcome.stood]
    key = _remember(request, stood) if undoable and stood else ""
    reasons = list(dict.fromkeys(reason for _post, reason in outcome.refused))[:MOST_REASONS]
    if outcome.refused and len(outcome.refused) + len(outcome.done) > 1:
        count = len(outcome.refused)
        stay = ngettext("%(n)s post stays as it was:", "%(n)s posts stay as they were:", count) % {"n": count}
        reasons = [stay, *reasons]
    return _shown(request, words, back, key=key, reasons=reasons)


def _shown(request: MemberRequest, words: str, back: str, *, key: str, reasons: Sequence[str] = ()) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _part(request, back, words=" ".join(filter(None, [words, *reasons])), key=key)
    if words:
        messages.success(request, words)
    if reasons:
        messages.error(request, " ".join(reasons))
    wanted = _wanted(request, back)
    end = f"&undo={key}" if key else ""
    return redirect(f"{reverse('calendar')}{wanted}{end}")


def _part(request: MemberRequest, back: str, *, words: str, key: str) -> HttpResponse:
    wanted = _wanted(request, back)
    with timezone.override(wanted.place):
        answer = calendar.show(request, wanted)
    answer["HX-Trigger"] = json.dumps({"calendar-changed": {"text": words, "undo": key}})
    return answer


def _refused(request: MemberRequest, words: str, back: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(words, status=409, content_type="text/plain; charset=utf-8")
    messages.error(request, words)
    return redirect(f"{reverse('calendar')}{_wanted(request, back)}")


def _remember(request: MemberRequest, stood: Sequence[list[Any]]) -> str:
    key = uuid.uuid4().hex[:12]
    kept = [*request.session.get(calendar.UNDO, []), [key, list(stood)]]
    request.session[calendar.UNDO] = kept[-KEPT:]
    return key


def _moved_words(post: ScheduledPost) -> str:
    own = post.scheduled_for.astimezone(zone_of(post.timezone))
    words = _("“%(post)s” goes out on %(when)s.") % {
        "post": str(post)[:60],
        "when": date_format(own, "D j M, H:i T"),
    }
    warnings = landing.warnings_of(post, at=post.scheduled_for)
    return " ".join([words, *filter(None, [post.time_note]), *warnings])


def _bulk_words(do: str, outcome: Outcome) -> str:
    count = len(outcome.done)
    if not count:
        return ""
    words = {
        "move": ngettext("%(n)s post was moved.", "%(n)s posts were moved.", count),
        "slots": ngettext("%(n)s post has a slot.", "%(n)s posts have slots.", count),
        "hold": ngettext("%(n)s post is a draft now.", "%(n)s posts are drafts now.", count),
        "zone": ngettext("%(n)s post keeps its clock there.", "%(n)s posts keep their clocks there.", count),
        "cancel": ngettext("%(n)s post was cancelled.", "%(n)s posts were cancelled.", count),
    }
    return words[do] % {"n": count}


def _wanted(request: MemberRequest, back: str) -> Wanted:
    asked = QueryDict(back.removeprefix("?")).dict()
    return Wanted.read({name: str(value) for name, value in asked.items()}, zone=_zone(request), now=timezone.now())


def _zone(request: MemberRequest) -> str:
    return str(request.user.timezone)


def _post(request: MemberRequest, key: UUID) -> ScheduledPost:
    rows = ScheduledPost.objects.visible_to(request.membership).select_related("connection", "piece__asset")
    return get_object_or_404(rows, pk=key)


def _entry(request: MemberRequest, key: UUID) -> CalendarEntry:
    rows = CalendarEntry.objects.visible_to(request.membership).filter(calendar__deleted_at=None)
    return get_object_or_404(rows.select_related("calendar", "connection"), pk=key)


def _posts(request: MemberRequest, keys: Sequence[UUID]) -> list[ScheduledPost]:
    rows = ScheduledPost.objects.visible_to(request.membership).select_related("connection", "piece__asset")
    return list(rows.filter(pk__in=keys).order_by("scheduled_for", "pk"))


def _keys(given: Sequence[str]) -> list[UUID]:
    found = []
    for text in given[: commands.MOST + 1]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
