"""One piece under review: how it looks, what changed, what was said; yes, changes, or no."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.models import Membership
from accounts.permissions import may
from content.services import pieces
from publishing import approving
from publishing.forms.approvals import DecisionForm, NoteForm, PeopleForm, PersonForm, RemarkForm, WhyForm
from publishing.models import ApprovalAsk, ApprovalDecision, ApprovalRequest, ReviewComment, Revision, ScheduledPost
from publishing.screens import inbox, reviewing
from publishing.services.approvals import asking, commenting, deciding, handing_over, reopening, revising
from publishing.views.verdicts import Answer

Status = ApprovalRequest.Status
Verdict = ApprovalDecision.Verdict
REFUSED = (
    asking.CannotAsk, commenting.CannotComment, deciding.CannotDecide, handing_over.CannotHandOver,
    revising.CannotRevise,
)  # fmt: skip
DONE = {
    Verdict.APPROVED: gettext_lazy("Approved."),
    Verdict.CHANGES: gettext_lazy("Sent back with your words."),
    Verdict.REJECTED: gettext_lazy("Rejected. Nothing of it goes out."),
}
MOST_POSTS = 20


@require_safe
@requires("approvals.view")
def page(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Everything one needs to decide."""
    return _show(request, find(request, key))


def find(request: MemberRequest, key: uuid.UUID) -> ApprovalRequest:
    """Return a request the member may see, with its piece."""
    rows = ApprovalRequest.objects.visible_to(request.membership)
    related = ("piece__asset__brand", "piece__thumbnail", "client", "requested_by")
    return get_object_or_404(rows.select_related(*related), pk=key, piece__asset__deleted_at=None)


def _show(request: MemberRequest, asked: ApprovalRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = _seen(request, asked) | _said(request, asked) | _around(request, asked) | forms
    return render(request, "publishing/approvals/review.html", context, status=status)


def _seen(request: MemberRequest, asked: ApprovalRequest) -> dict[str, Any]:
    """What the piece is: its look, its words, what changed, and what was decided about it."""
    piece, decisions = asked.piece, _decisions(asked)
    base = request.GET.get("from", "")
    compared = reviewing.compared(
        asked, piece, decisions, base=int(base) if base.isdecimal() else None, user_id=request.user.pk
    )
    return {
        "request_": asked,
        "piece": piece,
        "asset": piece.asset,
        "look": reviewing.look_of(piece),
        "compared": compared,
        "show": "clean" if compared.is_first else request.GET.get("show", "changes"),
        "decisions": decisions,
        "handle": piece.asset.brand.name if piece.asset.brand else "",
        "thread": reviewing.parts(piece),
        "checks": reviewing.checks_of(piece),
    }


def _decisions(asked: ApprovalRequest) -> list[ApprovalDecision]:
    return list(ApprovalDecision.objects.filter(request=asked).order_by("created_at"))


def _said(request: MemberRequest, asked: ApprovalRequest) -> dict[str, Any]:
    """What was said about it, and the form to say more."""
    comments = reviewing.comments_of(asked, request.membership)
    duration = reviewing.look_of(asked.piece).duration
    threads = reviewing.threads(comments, version=asked.piece.version, duration=duration)
    return {
        "threads": threads,
        "open_threads": sum(thread.comment.resolved_at is None for thread in threads),
        "words": reviewing.words_of(asked.piece, threads),
        "remark_form": RemarkForm(piece=asked.piece),
        "is_house": request.membership.client_id is None,
    }


def _around(request: MemberRequest, asked: ApprovalRequest) -> dict[str, Any]:
    """Where it stands, what the reader may do about it, and what comes next."""
    member, now = request.membership, timezone.now()
    own = approving.ask_of(asked, member)
    rows = ScheduledPost.objects.visible_to(member).filter(approval=asked)
    rows = rows.exclude(status=ScheduledPost.Status.CANCELLED)
    posts = list(rows.select_related("connection").order_by("scheduled_for")[:MOST_POSTS])
    steps = approving.tracker(asked)
    names = names_of(steps, request)
    return {
        "now": now,
        "look_state": inbox.LOOKS[Status(asked.status)],
        "own_ask": own,
        "others_asked": any(_is_of_others(ask, member) for step in steps if step.state == "open" for ask in step.asks),
        "steps": [{**vars(step), "names": names.get(step.position, [])} for step in steps],
        "decide_form": DecisionForm(),
        "approve_words": _approve_words(asked, posts),
        "posts": posts,
        "revisions": list(asked.revisions.select_related("assigned_to").order_by("-number")),
        "can_restore": _can_restore(asked),
        "next_url": inbox.next_of(member, asked, now=now) if may(member, "approvals.decide") else "",
    } | _people(request, asked, is_asked=own is not None)


def _is_of_others(ask: ApprovalAsk, member: Membership) -> bool:
    """Say whether somebody else than the reader can still answer it: nobody reminds themselves."""
    return ask.status == ApprovalAsk.Status.OPEN and ask.member_id != member.pk


def names_of(steps: list[approving.Step], request: MemberRequest) -> dict[int, list[str]]:
    """Return who is or was asked at each stage, in words; whom the reader may not see is not named."""
    found: dict[int, list[str]] = {}
    for step in steps:
        for ask in step.asks:
            if ask.is_client:
                name = _("the client")
            elif ask.member_id == request.membership.pk:
                name = _("you")
            else:
                name = str(ask.member.user) if ask.member else _("somebody of the house")
            if ask.status != ask.Status.OVER or ask.decided_at:
                found.setdefault(step.position, []).append(name)
    return found


def _approve_words(asked: ApprovalRequest, posts: Sequence[ScheduledPost]) -> str:
    """What the button says: who is asked next, or what happens at the end."""
    coming = asked.stages[asked.stage + 1 :]
    if coming:
        return _("Approve, then: %(stage)s") % {"stage": coming[0]["name"]}
    goes_out = asked.auto_publish and any(post.status == ScheduledPost.Status.WAITING for post in posts)
    return _("Approve and let it go out") if goes_out else _("Approve")


def _can_restore(asked: ApprovalRequest) -> bool:
    return bool(asked.approved_fingerprint) and asked.approved_fingerprint != asked.fingerprint


def _people(request: MemberRequest, asked: ApprovalRequest, *, is_asked: bool) -> dict[str, Any]:
    """Forms that need to know who could decide: only where the reader may use one."""
    manages = may(request.membership, "approvals.manage")
    house = request.membership.client_id is None
    if asked.status == Status.REVISION_REQUESTED and house and may(request.membership, "approvals.request"):
        return {"assign_form": PersonForm(people=revising.editors(asked))}
    if asked.status != Status.PENDING or not house or not (manages or is_asked):
        return {}
    with tenancy.widened():
        people = approving.people_for(asked)
    found: dict[str, Any] = {"hand_form": PersonForm(people=people)} if is_asked else {}
    return found | ({"choose_form": PeopleForm(people=people), "skip_form": WhyForm()} if manages else {})


def do(request: MemberRequest, key: uuid.UUID, command: Callable[[ApprovalRequest], Any], *, done: str) -> HttpResponse:
    """Carry out one command and go back to the page, which says how it stands now."""
    asked = find(request, key)
    try:
        command(asked)
    except REFUSED as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("approval", asked.pk)


@require_POST
@requires("approvals.decide")
def decide(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Yes, changes, or no, to what stood on the page; what stands in the comment box goes along."""
    asked, member = find(request, key), request.membership
    answer = Answer(request, asked, by=member, answered=reviewing.comments_of(asked, member))
    if not answer.is_valid():
        asked = find(request, key)
        return _show(request, asked, status=422, **answer.kept(asked))
    if answer.decide():
        messages.success(request, DONE[answer.verdict])
        following = inbox.next_of(member, asked, now=timezone.now()) if request.POST.get("then") == "next" else ""
        return redirect(following) if following else redirect("approval", asked.pk)
    if not answer.has_words and not answer.form.errors:
        return redirect("approval", asked.pk)
    asked = find(request, key)
    return _show(request, asked, status=422, **answer.kept(asked))


@require_POST
@requires("approvals.view")
def comment(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Say something about it: the whole, a moment, some words, a spot; or answer."""
    asked = find(request, key)
    form = RemarkForm(request.POST, piece=asked.piece)
    if not form.is_valid():
        return _show(request, asked, status=422, remark_form=form)
    said, parent = form.cleaned_data, None
    if said["parent"]:
        own = ReviewComment.objects.visible_to(request.membership).filter(request=asked, deleted_at=None)
        parent = get_object_or_404(own, pk=said["parent"])
    try:
        made = commenting.comment(
            asked,
            by=request.membership,
            body=said["body"],
            anchor=form.anchor(),
            parent=parent,
            is_internal=said["is_internal"],
        )
    except commenting.CannotComment as error:
        form.add_error("body", str(error))
        return _show(request, asked, status=422, remark_form=form)
    return redirect(f"{reverse('approval', args=[asked.pk])}#c-{(parent or made).pk}")


@require_POST
@requires("approvals.view")
def settle(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Call a remark settled, open it again, or take one's own back."""
    rows = ReviewComment.objects.visible_to(request.membership).filter(deleted_at=None)
    if request.membership.client_id:
        rows = rows.filter(is_internal=False)
    found = get_object_or_404(rows.select_related("request"), pk=key)
    now, by = timezone.now(), request.membership
    commands: dict[str, Callable[[], Any]] = {
        "resolve": lambda: commenting.resolve(found, by=by, now=now),
        "open": lambda: commenting.open_again(found, by=by),
        "remove": lambda: commenting.remove(found, by=by, now=now),
    }
    command = commands.get(request.POST.get("do", ""))
    if command:
        try:
            command()
        except commenting.CannotComment as error:
            messages.error(request, str(error))
    return redirect(f"{reverse('approval', args=[found.request.pk])}#talk")


# What goes on around the decision


@require_POST
@requires("approvals.decide")
def hand_over(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Have somebody else decide in one's place."""
    asked = find(request, key)
    with tenancy.widened():
        form = PersonForm(request.POST, people=approving.people_for(asked))
    if not form.is_valid():
        return _show(request, asked, status=422, hand_form=form)
    to, now = form.cleaned_data["to"], timezone.now()
    done = _("%(name)s is asked in your place.") % {"name": to.user}
    return do(request, key, lambda it: handing_over.hand_over(it, to=to, by=request.membership, now=now), done=done)


@require_POST
@requires("approvals.manage")
def choose(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Say who decides the open stage."""
    asked = find(request, key)
    form = PeopleForm(request.POST, people=approving.people_for(asked))
    if not form.is_valid():
        return _show(request, asked, status=422, choose_form=form)
    to, now = list(form.cleaned_data["to"]), timezone.now()
    done = _("They are asked now.")
    return do(request, key, lambda it: handing_over.choose(it, to=to, by=request.membership, now=now), done=done)


@require_POST
@requires("approvals.manage")
def skip(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Leave the open stage out, and say why."""
    form, now = WhyForm(request.POST), timezone.now()
    if not form.is_valid():
        return _show(request, find(request, key), status=422, skip_form=form)
    why = form.cleaned_data["why"]
    done = _("The stage is left out; your reason is kept.")
    return do(request, key, lambda it: handing_over.skip(it, why=why, by=request.membership, now=now), done=done)


@require_POST
@requires("approvals.request")
def withdraw(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Ask no longer."""
    now = timezone.now()
    done = _("Nobody is asked any more. Its posts wait as drafts.")
    return do(request, key, lambda it: asking.withdraw(it, by=request.membership, now=now), done=done)


@require_POST
@requires("approvals.request")
def remind(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Remind those who have not decided."""
    now = timezone.now()
    done = _("Reminded.")
    return do(request, key, lambda it: asking.remind(it, by=request.membership, now=now), done=done)


@require_POST
@requires("approvals.request")
def again(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """The changes are made: ask again."""
    form, now = NoteForm(request.POST), timezone.now()
    note = form.cleaned_data["note"] if form.is_valid() else ""
    done = _("Asked again, from the first stage.")
    return do(request, key, lambda it: asking.ask_again(it, by=request.membership, now=now, note=note), done=done)


@require_POST
@requires("content.edit")
def restore(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Take back what was approved."""
    asked, now = find(request, key), timezone.now()
    try:
        restored = reopening.restore(asked, by=request.membership, now=now)
    except (reopening.NothingApproved, pieces.NoSuchVersion) as error:
        messages.error(request, str(error))
        return redirect("approval", asked.pk)
    if restored.is_whole:
        messages.success(request, _("It is again what was approved."))
    else:
        words = _("The words are again those that were approved; a file, cover or frame of then is gone.")
        messages.warning(request, words)
    return redirect("approval", asked.pk)


@require_POST
@requires("approvals.request")
def revision(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Take changes in hand, or give them to somebody."""
    rows = Revision.objects.visible_to(request.membership).select_related("request")
    found, member = get_object_or_404(rows, pk=key), request.membership
    try:
        if request.POST.get("do") == "give":
            form = PersonForm(request.POST, people=revising.editors(found.request))
            if form.is_valid():
                revising.assign(found, to=form.cleaned_data["to"], by=member)
        else:
            revising.start(found, by=member)
            messages.success(request, _("You have it in hand. Edit the piece, then say that the changes are made."))
    except revising.CannotRevise as error:
        messages.error(request, str(error))
    return redirect("approval", found.request.pk)
