"""Ideas: what there is, a further one, one with its scripts."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from content.forms.prompts import IdeaForm, PromptForm, WishForm
from content.intake import fetching
from content.models import Prompt, Script
from content.pipeline.scripting import Wish
from content.screens import ideas
from content.services import prompts, scripts
from trenddrop.core.limits import LimitReached
from trends.queries.alerts import name_of_topic

PAGE = 25
READ = 1200  # characters shown of what was read


@require_safe
@requires("content.view")
def ideas_page(request: MemberRequest) -> HttpResponse:
    """Every idea, the latest first; `?q=` looks for words, `?source=` narrows."""
    rows, said = ideas.prompts_of(request.membership), request.GET.get("q", "").strip()[:200]
    source = request.GET.get("source", "")
    rows = rows.filter(source=source) if source in Prompt.Source.values else rows
    page = Paginator(ideas.matching(rows, said).order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": said, "source": source, "sources": Prompt.Source.choices}
    return render(request, "content/ideas.html", context)


@require_safe
@requires("content.edit")
def ideas_deleted(request: MemberRequest) -> HttpResponse:
    """Ideas that were put aside, to bring back."""
    return render(request, "content/ideas_deleted.html", {"rows": ideas.deleted_of(request.membership)[:100]})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.edit", scoped=False)
def idea_new(request: MemberRequest) -> HttpResponse:
    """A further idea; `?topic=`, `?hashtag=` and `?link=` say where it comes from.

    Reading a page and asking a model may take their time, so no transaction stays open.
    """
    with tenancy.of_member(request.membership):
        form = _idea_form(request)
        valid = form.is_bound and form.is_valid()
        chosen = form.cleaned_data.get("topic") if valid else None
        topic = chosen or name_of_topic(request.GET.get("topic", "") or request.POST.get("topic", ""))
    context = {"form": form, "topic": topic}
    if valid and (prompt := _kept(request, form)) is not None:
        return _go_on(request, prompt, form)
    status = 422 if form.is_bound else 200
    with tenancy.of_member(request.membership):
        return render(request, "content/idea_new.html", context, status=status)


def _idea_form(request: MemberRequest) -> IdeaForm:
    brand, given = current_brand(request), request.GET
    named = {"link": given.get("link", ""), "hashtag": given.get("hashtag", ""), "brand": brand.pk if brand else None}
    topic = name_of_topic(given.get("topic", ""))
    initial = named | ({"topic": topic.pk} if topic else {})
    data = request.POST if request.method == "POST" else None
    return IdeaForm(data, membership=request.membership, initial=initial)


def _kept(request: MemberRequest, form: IdeaForm) -> Prompt | None:
    given = form.cleaned_data
    try:
        page = fetching.read_link(given["link"]) if given["link"] else None
        with tenancy.of_member(request.membership):
            return prompts.create(
                text=given["text"],
                by=request.membership,
                brand=given["brand"],
                topic=given["topic"],
                page=page,
                hashtag=given["hashtag"],
                tags=given["tags"],
            )
    except (fetching.LinkFailed, prompts.NothingToRead) as error:
        form.add_error("link", str(error))
        return None


def _go_on(request: MemberRequest, prompt: Prompt, form: WishForm) -> HttpResponse:
    """Write the script at once, begin an empty one, or only keep the idea, as the button says."""
    how = request.POST.get("how", "write")
    if how == "keep":
        return redirect("idea", pk=prompt.pk)
    given = form.cleaned_data
    wish = Wish(given["tone"], given["language"], given["seconds"])
    if how == "self":
        with tenancy.of_member(request.membership):
            return redirect("script", pk=scripts.begin(prompt, by=request.membership, wish=wish).pk)
    try:
        script, draft = scripts.write(prompt, wish, by=request.membership)
    except LimitReached as error:
        messages.error(request, _("%(reason)s The idea is kept.") % {"reason": error})
        return redirect("idea", pk=prompt.pk)
    for note in draft.notes:
        messages.info(request, note)
    return redirect("script", pk=script.pk)


def _visible(request: MemberRequest, pk: uuid.UUID) -> Prompt:
    rows = Prompt.objects.visible_to(request.membership).filter(deleted_at=None)
    return get_object_or_404(rows.select_related("brand", "topic", "created_by").defer("topic__embedding"), pk=pk)


@require_safe
@requires("content.view")
def idea(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One idea: what it is, what was read, its scripts."""
    return _page(request, _visible(request, pk))


def _page(request: MemberRequest, prompt: Prompt, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "prompt": prompt,
        "material": prompt.material[:READ],
        "is_cut": len(prompt.material) > READ,
        "scripts": list(Script.objects.filter(prompt=prompt).order_by("-created_at").select_related("approved_by")),
        "wish": WishForm(),
        "form": PromptForm(instance=prompt, membership=request.membership),
    }
    return render(request, "content/idea.html", context | more, status=status)


@require_POST
@requires("content.edit")
def idea_edit(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Change words, tags or brand."""
    prompt = _visible(request, pk)
    form = PromptForm(request.POST, instance=_visible(request, pk), membership=request.membership)
    if not form.is_valid():
        return _page(request, prompt, form=form, status=422)
    prompts.describe(form.save(commit=False), fields=form.changed_data, by=request.membership)
    messages.success(request, _("The idea is saved."))
    return redirect("idea", pk=pk)


@require_POST
@requires("content.edit")
def idea_delete(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Put it aside."""
    prompts.delete(_visible(request, pk), by=request.membership)
    messages.success(request, _("The idea and its scripts are put aside. You find them under “Deleted”."))
    return redirect("ideas")


@require_POST
@requires("content.edit")
def idea_restore(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Bring it back."""
    prompt = get_object_or_404(ideas.deleted_of(request.membership), pk=pk)
    prompts.restore(prompt, by=request.membership)
    return redirect("idea", pk=pk)


@require_POST
@requires("content.edit", scoped=False)
def script_new(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """A further script of an idea."""
    form = WishForm(request.POST)
    with tenancy.of_member(request.membership):
        prompt = _visible(request, pk)
        if not form.is_valid():
            return _page(request, prompt, wish=form, status=422)
    return _go_on(request, prompt, form)
