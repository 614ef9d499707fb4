"""The composer: words and a file for several accounts at once, each platform in its tab; then they are planned."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries
from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from accounts.permissions import may
from content.models import ContentAsset, GeneratedContent, Prompt
from content.pieces.preflight import preflight
from content.screens import words
from content.services import pieces
from content.services.handwritten import Words
from publishing.forms.compose import ComposeForm, DraftsForm
from publishing.models import CalendarEntry, PlatformConnection, ScheduledPost
from publishing.screens import compose as screens
from publishing.services import calendars, posts
from publishing.services import compose as commands
from publishing.views.schedule import moment_of
from publishing.walltime import UnknownZone, zone_of
from trenddrop.core.limits import LimitReached
from trends.models import TrendOpportunity
from trends.services import opportunities

NEXT = dt.timedelta(hours=2)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.schedule")
def compose(request: MemberRequest) -> HttpResponse:
    """Write something for several accounts; `?asset=`, `?connection=`, `?at=`, `?zone=`, `?idea=`, `?opportunity=`,
    `?entry=` and `?text=` say with what it begins."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            drafts = _begun(request, form)
        except (commands.CannotCompose, posts.CannotPlan, LimitReached) as error:
            form.add_error(None, str(error))
        except UnknownZone as error:
            form.add_error("timezone", str(error))
        else:
            return redirect("composing", drafts[0].piece.asset_id)
    return render(request, "publishing/compose/new.html", _context(request, form), status=422 if form.is_bound else 200)


def _form(request: MemberRequest) -> ComposeForm:
    bound = request.method == "POST"
    begins = {} if bound else _beginning(request)
    own = [request.user.timezone, request.membership.organization.timezone]
    zones = [request.GET.get("zone", "")[:64], begins.pop("zone", ""), *own]
    form = ComposeForm(
        request.POST if bound else None,
        initial=begins,
        zones=zones,
        accounts=screens.accounts_of(request.membership, current_brand(request)),
        files=screens.files_of(request.membership),
        brands=queries.brands_of(request.membership),
    )
    chosen = form["asset"].value()
    files = list(screens.files_of(request.membership)[: screens.MOST_FILES])
    if chosen and str(chosen) not in {str(one.pk) for one in files}:
        files += list(screens.files_of(request.membership).filter(pk__in=[_key(str(chosen))]))
    form.offer(files)
    return form


def _beginning(request: MemberRequest) -> dict[str, Any]:
    """Return what the form begins with, as the address says."""
    asked, brand = request.GET, current_brand(request)
    soon = timezone.now().astimezone(zone_of(request.user.timezone)) + NEXT
    found: dict[str, Any] = {
        "local_time": asked.get("at") or soon.replace(tzinfo=None, minute=0, second=0, microsecond=0),
        "text": asked.get("text", "")[:5000],
        "brand": brand.pk if brand else None,
        "asset": _key(asked.get("asset", "")),
        "accounts": [key for key in map(_key, asked.getlist("connection")) if key],
        "key": uuid.uuid4(),
    }
    return found | _from_entry(request) | _from_idea(request) | _from_opportunity(request)


def _from_entry(request: MemberRequest) -> dict[str, Any]:
    key = _key(request.GET.get("entry", ""))
    rows = CalendarEntry.objects.visible_to(request.membership).open().filter(calendar__deleted_at=None)
    entry = rows.filter(pk=key).first() if key else None
    if entry is None:
        return {}
    at = dt.datetime.combine(entry.date, entry.at or dt.time(9))
    accounts = [entry.connection_id] if entry.connection_id else []
    hashtags = [tag for tag in entry.tags if " " not in tag]
    said = {"text": entry.title, "accounts": accounts, "hashtags": hashtags, "entry": entry.pk}
    return said | {"local_time": at, "zone": entry.timezone}


def _from_idea(request: MemberRequest) -> dict[str, Any]:
    key = _key(request.GET.get("idea", ""))
    idea = Prompt.objects.visible_to(request.membership).filter(pk=key, deleted_at=None).first() if key else None
    return {"text": idea.text} if idea else {}


def _from_opportunity(request: MemberRequest) -> dict[str, Any]:
    found = _opportunity(request, request.GET.get("opportunity", ""))
    if found is None:
        return {}
    tags = [str(tag) for tag in found.hashtags]
    return {"text": found.hook or found.title, "title": found.title, "hashtags": tags, "opportunity": found.pk}


def _opportunity(request: MemberRequest, key: str) -> TrendOpportunity | None:
    rows = TrendOpportunity.objects.visible_to(request.membership)
    found = _key(key)
    return rows.filter(pk=found).first() if found else None


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _begun(request: MemberRequest, form: ComposeForm) -> list[ScheduledPost]:
    given = form.cleaned_data
    drafts = commands.begin(
        Words(text=given["text"], title=given["title"], hashtags=given["hashtags"]),
        accounts=list(given["accounts"]),
        when=commands.When(given["local_time"], given["timezone"]),
        by=request.membership,
        now=timezone.now(),
        key=given["key"],
        asset=ContentAsset.objects.get(pk=given["asset"].pk) if given["asset"] else None,
        brand=given["brand"],
    )
    if entry := given["entry"]:
        calendars.fulfil(entry, drafts[0], by=request.membership)
    if idea := _opportunity(request, str(given["opportunity"] or "")):
        opportunities.use(idea, by=request.membership, asset_id=drafts[0].piece.asset_id)
    return drafts


def _context(request: MemberRequest, form: ComposeForm) -> dict[str, Any]:
    accounts = list(form.fields["accounts"].queryset)  # type: ignore[attr-defined]
    value = form["accounts"].value() or []
    chosen = {str(key) for key in value}
    if len(accounts) == 1:
        chosen = {str(accounts[0].pk)}
    rows = [(account, str(account.pk) in chosen) for account in accounts]
    away = list(screens.away_of(request.membership, current_brand(request)))
    can_connect = may(request.membership, "connections.manage")
    return {"form": form, "accounts": rows, "away": away, "can_connect": can_connect}


@require_safe
@requires("posts.schedule")
def files(request: MemberRequest) -> HttpResponse:
    """Files of the library by their words, as options to choose from."""
    said = request.GET.get("q", "").strip()[:100]
    rows = screens.files_of(request.membership, said)[: screens.MOST_FILES]
    context = {"files": rows, "chosen": request.GET.get("asset", ""), "q": said}
    return render(request, "publishing/compose/files.html", context)


@require_safe
@requires("posts.schedule")
def when(request: MemberRequest) -> HttpResponse:
    """Say what the chosen clock means, and what daylight saving does to it."""
    return render(request, "publishing/partials/when_note.html", moment_of(request))


# What was begun


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.schedule")
def composing(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """An original's drafts: one platform's words open, and where and when each goes; saved and carried out."""
    drafts = _drafts(request, key)
    if not drafts:
        messages.info(request, _("Nothing of it is a draft any more. What was planned stands in the calendar."))
        return redirect("posts")
    piece = _open_piece(request, drafts)
    if request.method == "POST":
        return _saved(request, piece, drafts)
    return _show(request, piece, drafts)


def _drafts(request: MemberRequest, key: uuid.UUID) -> list[ScheduledPost]:
    rows = ContentAsset.objects.visible_to(request.membership).filter(deleted_at=None)
    return commands.drafts_of(get_object_or_404(rows.only("pk"), pk=key), by=request.membership)


def _open_piece(request: MemberRequest, drafts: Sequence[ScheduledPost]) -> GeneratedContent:
    wanted = request.POST.get("piece") or request.GET.get("piece", "")
    found = screens.pieces_of(drafts)
    return next((piece for piece in found if str(piece.pk) == wanted), found[0])


def _show(
    request: MemberRequest, piece: GeneratedContent, drafts: Sequence[ScheduledPost], *, form: Any = None,
    table: DraftsForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    table = table or DraftsForm(drafts=drafts)
    ticked = set(request.POST.getlist("post")) if table.is_bound else {str(draft.pk) for draft in drafts}
    rows = [(draft, table[f"at-{draft.pk}"], str(draft.pk) in ticked) for draft in drafts]
    context = screens.of_piece(piece) | {
        "tabs": screens.tabs(screens.pieces_of(drafts), drafts),
        "form": form or words.form_of(piece),
        "table": table,
        "rows": rows,
        "at_home": ", ".join(account.handle for account in screens.at_home(drafts)),
        "check_url": reverse("composing_check", args=[piece.pk]),
        "handle": next((draft.connection.handle for draft in drafts if draft.piece_id == piece.pk), ""),
    }
    return render(request, "publishing/compose/composing.html", context, status=status)


def _saved(request: MemberRequest, piece: GeneratedContent, drafts: Sequence[ScheduledPost]) -> HttpResponse:
    """Keep the open piece and the times, then do what the button says."""
    form, table = words.form_of(_again(piece), request.POST), DraftsForm(request.POST, drafts=drafts)
    if not form.is_valid() or not table.is_valid():
        return _show(request, piece, drafts, form=form, table=table, status=422)
    base = request.POST.get("base", "")
    given = words.given(form) | {"base": int(base) if base.isascii() and base.isdecimal() else None}
    if (fix := words.clicked(request.POST)) is not None:
        pieces.fix(piece, fix, by=request.membership, **given)
    else:
        pieces.edit(piece, by=request.membership, **given)
    _move(request, table)
    return _done(request, piece, table)


def _again(piece: GeneratedContent) -> GeneratedContent:
    """Return a second copy of the row, for the form to write on."""
    return GeneratedContent.objects.select_related("asset").get(pk=piece.pk)


def _move(request: MemberRequest, table: DraftsForm) -> None:
    for draft, at in table.moved:
        try:
            posts.reschedule(draft, at_local=at, zone=draft.timezone, by=request.membership, now=timezone.now())
        except (posts.CannotPlan, posts.CannotChange, UnknownZone) as error:
            messages.error(request, f"{draft.connection.handle}: {error}")
        else:
            if draft.time_note:
                messages.info(request, draft.time_note)


def _done(request: MemberRequest, piece: GeneratedContent, table: DraftsForm) -> HttpResponse:
    do, now, by = table.cleaned_data["do"] or "save", timezone.now(), request.membership
    drafts = commands.drafts_of(piece.asset, by=by)
    ticked = {draft.pk for draft in table.ticked}
    chosen = [draft for draft in drafts if draft.pk in ticked]
    note = table.cleaned_data["note"]
    acts: dict[str, Callable[[], list[commands.Outcome]]] = {
        "plan": lambda: commands.plan(chosen, by=by, now=now),
        "queue": lambda: commands.to_queue(chosen, by=by, now=now),
        "now": lambda: commands.send(chosen, by=by, now=now),
        "ask": lambda: commands.ask(chosen, by=by, now=now, note=note),
        "drop": lambda: commands.drop(chosen, by=by),
    }
    if do in acts:
        if not chosen:
            messages.warning(request, _("Tick the accounts first. Everything is saved."))
        else:
            _tell(request, do, acts[do]())
    tab = request.POST.get("tab", "") or str(piece.pk)
    if not commands.drafts_of(piece.asset, by=by):
        return redirect("calendar" if do != "drop" else "posts")
    return redirect(f"{reverse('composing', args=[piece.asset_id])}?piece={tab}")


def _tell(request: MemberRequest, do: str, outcomes: Sequence[commands.Outcome]) -> None:
    good = [one.post for one in outcomes if not one.error]
    waiting = sum(post.status == ScheduledPost.Status.WAITING for post in good)
    if do == "drop":
        messages.success(request, _("Put aside. The words are kept in the Studio."))
    elif good:
        said = ngettext("%(n)s post is planned.", "%(n)s posts are planned.", len(good)) % {"n": len(good)}
        if do == "now":
            said = ngettext("%(n)s post is on its way.", "%(n)s posts are on their way.", len(good)) % {"n": len(good)}
        if waiting:
            said += " " + ngettext(
                "%(n)s waits for approval.", "%(n)s of them wait for approval.", waiting
            ) % {"n": waiting}  # fmt: skip
        messages.success(request, said)
    for one in outcomes:
        if one.error:
            account: PlatformConnection = one.post.connection
            messages.error(request, f"{account.handle}: {one.error}")


@require_POST
@requires("content.edit")
def check(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Say what the platform would refuse about what stands in the form now; nothing is saved."""
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None, asset__deleted_at=None)
    piece = get_object_or_404(rows.select_related("asset"), pk=key)
    form = words.form_of(piece, request.POST)
    form.is_valid()  # what cannot be stored is told when it is saved
    for name, value in form.cleaned_data.items():
        setattr(piece, name, value)
    if form.options.is_bound and form.options.is_valid():
        piece.options = form.options.changes["options"]
    context = {"piece": piece, "findings": preflight(piece), "check_url": request.path}
    return render(request, "publishing/compose/preflight.html", context)
