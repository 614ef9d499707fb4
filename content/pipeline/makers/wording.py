"""What the makers of texts share: the material read once, a draft for each platform, and models that stay silent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts import tenancy
from content import credits as costs
from content import writing
from content.models import GeneratedContent
from content.pipeline import generate
from content.pipeline.makers import CannotMake, Made, Work
from content.writing import Shape
from content.writing.slides import SlidesDraft, tell_slides, tokens_of_slides, write_slides
from trenddrop.core import llm
from trenddrop.core.platforms import rules
from trenddrop.core.platforms.threads import THREADED

Kind = GeneratedContent.Kind
KINDS = {
    Shape.POST: Kind.SOCIAL_POST,
    Shape.THREAD: Kind.THREAD,
    Shape.ARTICLE: Kind.ARTICLE,
    Shape.NEWSLETTER: Kind.NEWSLETTER,
}
LONG = 2500  # signs a platform must take for an article or a newsletter
USUAL = {Shape.THREAD: ["x"], Shape.ARTICLE: ["linkedin"], Shape.NEWSLETTER: ["linkedin"]}


@dataclass
class Desk:
    """One job's writing: the material, and how many drafts in a row no model answered."""

    work: Work
    material: generate.Material
    silent: int = 0

    def write(self, platform: str, shape: Shape, *, part: int = 0, note: str = "", **changes: Any) -> "Written":
        """Write for a platform; `changes` to the brief. Speaks to models; raises LimitReached, Stopped."""
        order = replace(generate.brief(self.material, platform, note=note), shape=shape, **changes)
        rng = generate.chance(self.work.asset, f"{platform}:{shape}", part + 1)
        asks, held_as = self.silent < generate.PATIENCE, self.work.job.held_as
        draft = generate.write(order, self.work.asset, rng=rng, asks=asks, held_as=held_as)
        self._hear(draft)
        return Written(order, draft, part, note)

    def slides(self, platform: str, *, count: int, note: str = "") -> tuple[SlidesDraft, "Written"]:
        """Write a carousel's pictures and its post. Speaks to models; raises LimitReached, Stopped."""
        order = replace(generate.brief(self.material, platform, note=note), shape=Shape.POST)
        rng = generate.chance(self.work.asset, f"{platform}:slides")
        expected = costs.estimate(*tokens_of_slides(order, count)) if llm.available() else costs.Estimate()
        if self.silent >= generate.PATIENCE:
            found = tell_slides(order, count=count, rng=rng)
        else:
            costs.require(self.work.asset.organization_id, expected, held_as=self.work.job.held_as)
            found = write_slides(order, count=count, rng=rng)
        self._hear(found.caption)
        return found, Written(order, found.caption, 0, note, expected)

    def _hear(self, draft: writing.Draft) -> None:
        self.silent = self.silent + 1 if generate.was_silent(draft) else 0 if draft.tried else self.silent


@dataclass(frozen=True)
class Written:
    """A draft with what was asked for it."""

    order: writing.Brief
    draft: writing.Draft
    part: int = 0
    note: str = ""
    expected: costs.Estimate | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """What a Made tells of words."""
        draft = self.draft
        return {
            "title": draft.title,
            "text": draft.text,
            "hashtags": tuple(draft.hashtags),
            "call_to_action": draft.call_to_action,
            "language": self.order.language or self.order.understanding.language,
            "made_by": draft.made_by,
            "model": draft.model,
            "is_fallback": draft.is_fallback,
            "fallback_reason": draft.fallback_reason,
            "prompt_note": self.note,
            "tokens": draft.tokens,
            "steered_by": generate.steering(draft),
            "expected": self.expected or generate.estimate(self.order),
            "asked": generate.asked_for(draft),
        }

    def made(self, **more: Any) -> Made:
        """The piece; `more` says what else a Made has."""
        given: dict[str, Any] = {"kind": KINDS[self.draft.shape], "part": self.part} | self.fields
        return Made(platforms=[str(self.order.platform)], **(given | more))


def desk_of(work: Work) -> Desk:
    """Read everything the writer needs. Raises CannotMake where nobody says anything."""
    with tenancy.of_organization(work.job.organization_id):
        material = generate.gather(work.asset, brand=work.brand)
    if not material.sentences:
        raise CannotMake(_("Nothing is said or written here to make texts of. Add a description or a transcript."))
    return Desk(work, generate.with_samples(material))


def platforms_for(work: Work, shape: Shape) -> list[str]:
    """Return where a text of this shape goes: as the job says, else where the brand is, else the usual ones.

    Raises CannotMake where none of the job's platforms can take it.
    """
    brands = work.brand.preferred_platforms if work.brand else []
    fitting = [platform for platform in (work.platforms or brands) if takes(platform, shape)]
    if work.platforms and not fitting:
        raise CannotMake(_("None of the chosen platforms takes this kind of text. Choose others."))
    return list(dict.fromkeys(fitting)) or USUAL.get(shape, list(generate.PLATFORMS))


def takes(platform: str, shape: Shape) -> bool:
    """Say whether a platform takes a text of a shape without a video."""
    row = rules(platform)
    if shape is Shape.THREAD:
        return platform in THREADED
    if shape in (Shape.ARTICLE, Shape.NEWSLETTER):
        return row.text_limit >= LONG and not row.media.required
    return "image" in row.media.kinds or not row.media.required


def too_little(shape: Shape) -> CannotMake:
    """Say that a text of this shape needs more to be said."""
    names = {
        Shape.THREAD: _("Too little is said here for a thread. Make posts of it."),
        Shape.ARTICLE: _("Too little is said here for an article. Make posts of it."),
        Shape.NEWSLETTER: _("Too little is said here for a newsletter. Make posts of it."),
    }
    return CannotMake(names[shape])


def every_platform(desk: Desk, shape: Shape, *, note: str = "") -> Iterator[Written]:
    """Give a thread, an article or a newsletter for each platform that has none of this job yet.

    Raises CannotMake where too little is said, LimitReached, Stopped.
    """
    work, count = desk.work, 0
    platforms = platforms_for(work, shape)
    left = [platform for platform in platforms if not work.is_kept(0, [platform])]
    for number, platform in enumerate(left):
        work.progress(number / len(left), _("Writing for %(platform)s") % {"platform": rules(platform).name})
        found = desk.write(platform, shape, note=note)
        if found.draft.shape is shape:
            count += 1
            yield found
    if left and not count:
        raise too_little(shape)
