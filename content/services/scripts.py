"""Commands on scripts: write, write again, edit, approve, take a version back, make an asset of it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from content.models import ContentAsset, Prompt, Script, ScriptVersion
from content.pipeline import scripting
from content.pipeline.scripting import Wish
from content.services import assets
from content.writing import scenes
from content.writing.scenes import MOST_SCENES, ScriptDraft

PERSON = "person"
EMPTY_SCENES = 3
Status = Script.Status


class NoSuchVersion(Exception):
    """The script never had that version."""

    def __init__(self) -> None:
        super().__init__(_("This script has no such version. Nothing was changed."))


class OpenScenes(Exception):
    """Some scenes have no words yet."""

    def __init__(self) -> None:
        super().__init__(_("Some scenes have no words yet. Write them, or take those scenes out, then approve."))


class Outdated(Exception):
    """Somebody changed the script after it was shown."""

    def __init__(self) -> None:
        super().__init__(_("The script was changed meanwhile. Read it as it stands now, then approve."))


class AlreadyApproved(Exception):
    """It is approved as it stands."""

    def __init__(self) -> None:
        super().__init__(_("This script is approved already."))


class NotApproved(Exception):
    """It waits for somebody's approval."""

    def __init__(self) -> None:
        super().__init__(_("Nobody has approved this script as it stands. Approve it first."))


class NothingToSay(Exception):
    """The script has too few words."""

    def __init__(self) -> None:
        super().__init__(_("There are too few words in this script to make anything of. Write its scenes first."))


@dataclass(frozen=True)
class Edited:
    """A saved script, and the version that somebody else saved meanwhile (kept, and replaced), if any."""

    script: Script
    meanwhile: ScriptVersion | None


def begin(prompt: Prompt, *, by: Membership, wish: Wish | None = None) -> Script:
    """Begin a script that a person writes: scenes without words."""
    wish = wish or Wish()
    brand = prompt.brand
    row = _new(prompt, wish, language=wish.language or (brand.language if brand else "en"))
    row.title, row.generated_by = _title(prompt.text), Script.Origin.USER
    row.scenes = [scenes.scene("", "", "", row.language).stored() for _n in range(EMPTY_SCENES)]
    row.made_by = PERSON
    row.save(force_insert=True)
    _keep_version(row, by=by)
    audit.record("script.begun", row, organization_id=row.organization_id, by=by)
    return row


def write(prompt: Prompt, wish: Wish, *, by: Membership) -> tuple[Script, ScriptDraft]:
    """Have a script written. Speaks to the model outside any transaction; raises LimitReached."""
    with tenancy.of_member(by):
        prompt = Prompt.objects.select_related("brand", "topic").get(pk=prompt.pk)
        order = scripting.order_of(prompt, wish)
    order = scripting.with_samples(order, prompt)
    draft = scripting.write(order, prompt, version=1)
    with tenancy.of_member(by):
        row = _new(prompt, wish, language=draft.language)
        row.tone = order.tone
        _take(row, draft)
        row.save(force_insert=True)
        _keep_version(row, by=by, note=wish.note, model=draft.model, tokens=draft.tokens)
        scripting.count(row, draft, order, client=prompt.client_id, by=by.user)
        audit.record("script.written", row, organization_id=row.organization_id, by=by, made_by=row.made_by)
    return row, draft


def rewrite(script: Script, wish: Wish, *, by: Membership) -> ScriptDraft:
    """Write it again with a wish; what stands is kept as a version. Raises LimitReached."""
    with tenancy.of_member(by):
        prompt = Prompt.objects.select_related("brand", "topic").get(pk=script.prompt_id)
        order = scripting.order_of(prompt, wish, previous=script)
    order = scripting.with_samples(order, prompt)
    draft = scripting.write(order, prompt, version=script.version + 1)
    with tenancy.of_member(by):
        held = _locked(script)
        _take(held, draft)
        held.tone, held.seconds = order.tone, wish.seconds
        _next(held, by=by, note=wish.note, model=draft.model, tokens=draft.tokens)
        scripting.count(held, draft, order, client=prompt.client_id, by=by.user)
        audit.record("script.rewritten", held, organization_id=held.organization_id, by=by, note=wish.note)
    return draft


def edit(
    script: Script, *, title: str, told: Sequence[Mapping[str, Any]], by: Membership, base: int | None = None
) -> Edited:
    """Save what a person wrote on top of version `base`; changed words become a new version and need approval."""
    held = _locked(script)
    kept = [_scene(one, held.language) for one in told[:MOST_SCENES]]
    if (title, kept) == (held.title, held.scenes):
        return Edited(held, None)
    meanwhile = held.versions.filter(number=held.version).first() if base and held.version > base else None
    held.title, held.scenes, held.made_by = title[:200], kept, PERSON
    held.is_fallback, held.fallback_reason, held.status = False, "", Status.EDITED
    _next(held, by=by)
    audit.record("script.edited", held, organization_id=held.organization_id, by=by, version=held.version)
    return Edited(held, meanwhile)


def _scene(given: Mapping[str, Any], language: str) -> dict[str, Any]:
    return scenes.scene(given.get("heading", ""), given.get("say", ""), given.get("show", ""), language).stored()


def restore(script: Script, number: int, *, by: Membership) -> Script:
    """Take an earlier version back, as a new one. Raises NoSuchVersion."""
    old = ScriptVersion.objects.filter(script=script, number=number).first()
    if old is None:
        raise NoSuchVersion
    return edit(script, title=old.title, told=old.scenes, by=by).script


def approve(script: Script, *, version: int, by: Membership) -> None:
    """Approve what was read, and nothing newer. Raises OpenScenes, Outdated, AlreadyApproved."""
    held = _locked(script)
    if held.version != version:
        raise Outdated
    if held.status == Status.APPROVED:
        raise AlreadyApproved
    if not held.scenes or not all(one["say"] for one in held.scenes):
        raise OpenScenes
    changes = {"status": Status.APPROVED, "approved_by": by.user, "approved_at": timezone.now()}
    Script.objects.filter(pk=held.pk).update(**changes)
    audit.record("script.approved", held, organization_id=held.organization_id, by=by, version=version)


def take_back_approval(script: Script, *, by: Membership) -> None:
    """Let an approved script be a draft again. Raises NotApproved."""
    rows = Script.objects.filter(pk=script.pk, status=Status.APPROVED)
    if not rows.update(status=Status.EDITED, approved_by=None, approved_at=None):
        raise NotApproved
    audit.record("script.reopened", script, organization_id=script.organization_id, by=by)


def make_asset(script: Script, *, by: Membership) -> ContentAsset:
    """Make an asset of the words, which becomes pieces; the same version makes one asset. Raises NothingToSay."""
    text = scenes.plain(script.scenes)
    if len(text.split()) < 3:
        raise NothingToSay
    prompt = Prompt.objects.select_related("brand").get(pk=script.prompt_id)
    key = uuid.uuid5(script.pk, str(script.version))
    asset = assets.create_from_text(
        text=text, title=script.title, key=key, brand=prompt.brand, client_id=prompt.client_id, by=by
    )
    if asset.script_id is None:
        ContentAsset.objects.filter(pk=asset.pk).update(script=script)
        asset.script = script
        audit.record("script.used", script, organization_id=script.organization_id, by=by, asset=str(asset.pk))
    return asset


def _new(prompt: Prompt, wish: Wish, *, language: str) -> Script:
    brand = prompt.brand
    tone = wish.tone or (brand.tone if brand else "professional")
    return Script(
        organization_id=prompt.organization_id,
        prompt=prompt,
        tone=tone,
        language=(language or "en")[:8],
        seconds=wish.seconds,
    )


def _take(row: Script, draft: ScriptDraft) -> None:
    row.title, row.scenes = draft.title[:200] or _title(row.prompt.text), [one.stored() for one in draft.scenes]
    row.made_by, row.is_fallback, row.fallback_reason = draft.made_by, draft.is_fallback, draft.fallback_reason
    row.status = Status.DRAFT


def _title(text: str) -> str:
    return " ".join(text.split()[:12])[:120] or _("Untitled")


def _locked(script: Script) -> Script:
    """Return the script as it stands now, held until the transaction ends."""
    return Script.objects.select_for_update(of=("self",)).select_related("prompt").get(pk=script.pk)


def _next(row: Script, *, by: Membership, **more: Any) -> None:
    """Give a locked script its next number, and keep its words beside it; new words are approved by nobody."""
    row.version += 1
    row.approved_by, row.approved_at = None, None
    row.save()
    _keep_version(row, by=by, **more)


def _keep_version(row: Script, *, by: Membership, **more: Any) -> None:
    ScriptVersion.objects.create(
        organization_id=row.organization_id,
        script=row,
        number=row.version,
        title=row.title,
        scenes=row.scenes,
        made_by=row.made_by,
        author=by.user if row.made_by == PERSON else None,
        **more,
    )
