"""A script of any material: a new idea with its first script, to be spoken or filmed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit
from content import credits as costs
from content.models import Prompt, RepurposingJob, Script, ScriptVersion
from content.pipeline import generate, scripting
from content.pipeline.makers import Keeps, Made, Work
from content.pipeline.makers.wording import desk_of
from content.writing.scenes import ScriptDraft, ScriptOrder
from content.writing.scripts import write_script
from trenddrop.core.text.language import UNKNOWN

DEFAULTS: dict[str, Any] = {"note": "", "seconds": 45}
SHORTEST, LONGEST = 15, 600  # seconds
LONGEST_IDEA = 5000
LONGEST_MATERIAL = 60_000


@dataclass(frozen=True)
class MadeScript:
    """A script to be kept in Ideas; `keep` writes it in the transaction that holds the job."""

    draft: ScriptDraft
    order: ScriptOrder
    material: str
    note: str = ""

    def keep(self, job: RepurposingJob) -> Script:
        """Write the idea, the script and its first version, and book what it took. Call in the organisation's scope."""
        prompt = self._prompt(job)
        draft = self.draft
        row = Script(organization_id=job.organization_id, prompt=prompt, tone=self.order.tone)
        row.title, row.scenes = draft.title[:200] or prompt.text[:120], [one.stored() for one in draft.scenes]
        row.language, row.seconds = (draft.language or "en")[:8], self.order.seconds
        row.made_by, row.is_fallback, row.fallback_reason = draft.made_by, draft.is_fallback, draft.fallback_reason
        row.save(force_insert=True)
        ScriptVersion.objects.create(
            organization_id=job.organization_id, script=row, number=row.version, title=row.title, scenes=row.scenes,
            note=self.note[:500], made_by=row.made_by, model=draft.model, tokens=draft.tokens,
        )  # fmt: skip
        told: dict[str, Any] = {"by": job.asked_by, "most": job.left(), "held_as": job.held_as}
        used = scripting.count(row, draft, self.order, client=prompt.client_id, **told)
        RepurposingJob.objects.filter(pk=job.pk).update(script=row, credits_used=F("credits_used") + used)
        audit.record("script.written", row, organization_id=row.organization_id, by=None, made_by=row.made_by)
        return row

    def _prompt(self, job: RepurposingJob) -> Prompt:
        return Prompt.objects.create(
            organization_id=job.organization_id,
            client_id=job.asset.client_id,
            brand_id=job.brand_id or job.asset.brand_id,
            created_by=job.asked_by,
            text=self.order.idea[:LONGEST_IDEA],
            material=self.material[:LONGEST_MATERIAL],
        )


def make(work: Work) -> Iterator[Made | Keeps]:
    """Give one script. Raises CannotMake, LimitReached."""
    if work.job.script_id is not None:
        return
    material = desk_of(work).material
    work.progress(0.1, _("Writing the script"))
    order = order_of(work, material)
    costs.require(work.asset.organization_id, scripting.estimate(order), held_as=work.job.held_as)
    draft = write_script(order, rng=random.Random(f"{work.asset.pk}:{order.note}"))
    yield MadeScript(draft, order, order.material, order.note)


def order_of(work: Work, material: generate.Material) -> ScriptOrder:
    """What to write: the recording's words as what was read, its title as the idea."""
    brand = generate.brand_of(material, "")
    said = "\n".join(one.text for one in material.sentences)
    return ScriptOrder(
        idea=work.asset.title,
        material=said,
        title=work.asset.title,
        brand=brand,
        tone=brand.tone,
        language=_language(material),
        seconds=min(max(int(work.config.get("seconds", DEFAULTS["seconds"])), SHORTEST), LONGEST),
        note=work.config.get("note", ""),
    )


def _language(material: generate.Material) -> str:
    found = generate.language_of(material)
    return found if found != UNKNOWN else ""
