"""What a repurposing job may cost at most: finished video by the minute with intro and outro; words by the model."""

from typing import Any

from accounts.models import BrandProfile
from content import credits as costs
from content.looks import films_of, named_by, seconds_around
from content.models import PieceFormat, RepurposingJob, RepurposingKind, Script, Transcript, VoiceOver
from content.writing.brief import Shape
from content.writing.prompting import MOST_WORDS_SENT, USUAL_ANSWER
from trenddrop.core import llm

RENDERED = frozenset({RepurposingKind.SHORTS, RepurposingKind.AUDIOGRAM, RepurposingKind.SCRIPT_VIDEO})
SHAPES = {
    RepurposingKind.THREAD: Shape.THREAD,
    RepurposingKind.ARTICLE: Shape.ARTICLE,
    RepurposingKind.NEWSLETTER: Shape.NEWSLETTER,
}
OF_OURS = 1600  # tokens of our prompt, the brand, its samples and what went well before
LETTERS = 4  # of the material's words, a token
LONGEST = 60  # seconds of a clip unless told
LARGEST = 600.0  # seconds of a range by hand
CUT = frozenset({RepurposingKind.SHORTS, RepurposingKind.AUDIOGRAM})
FORMATS = {RepurposingKind.AUDIOGRAM: PieceFormat.SQUARE}  # unless told
USUAL = {RepurposingKind.SHORTS: 3, RepurposingKind.AUDIOGRAM: 1, RepurposingKind.SOCIAL: 2}  # made unless told


def estimate(job: RepurposingJob) -> int:
    """Return the credits a job may take at most. Call in the organisation's scope."""
    parts = _parts(job)
    rendered = parts * _rendered(job) if job.kind in RENDERED else 0
    if job.config.get("piece") or not llm.available():
        return rendered
    return rendered + parts * max(1, len(job.platforms)) * words(job.kind, said(job))


def clip_credits(brand: BrandProfile | None) -> dict[str, int]:
    """Return what one clip of the usual length costs at most in each format, with the brand's intro and outro."""
    films = films_of(brand)
    return {shape: costs.of_rendering(LONGEST + seconds_around(films, shape)) for shape in PieceFormat.values}


def _rendered(job: RepurposingJob) -> int:
    """Return the credits one film takes at most, intro and outro too."""
    around = 0.0
    if job.config.get("cards", True):
        shape = job.format or FORMATS.get(RepurposingKind(job.kind), PieceFormat.VERTICAL)
        around = seconds_around(films_of(job.brand, template=named_by(job)), shape)
    return costs.of_rendering(_seconds(job) + around)


def _parts(job: RepurposingJob) -> int:
    """Return how many clips or texts it makes, as its maker reads that where nothing was said."""
    if job.kind in CUT and not {"start", "end"}.isdisjoint(name for name, at in job.config.items() if at is not None):
        return 1
    return max(1, int(job.config.get("count") or USUAL.get(RepurposingKind(job.kind), 1)))


def said(job: RepurposingJob) -> int:
    """Return how many letters the asset's words have."""
    text = Transcript.objects.filter(asset_id=job.asset_id).values_list("text", flat=True).first()
    return len(text if text is not None else job.asset.text)


def words(kind: str, letters: int) -> int:
    """Return the credits one text of a kind takes; nothing without a model."""
    if not llm.available():
        return 0
    shape = SHAPES.get(RepurposingKind(kind), Shape.POST)
    return costs.estimate(OF_OURS + min(letters, MOST_WORDS_SENT) // LETTERS, USUAL_ANSWER[shape]).credits


def _seconds(job: RepurposingJob) -> float:
    if job.kind == RepurposingKind.SCRIPT_VIDEO and job.script is not None:
        return _spoken(job.config, job.script)
    start, end = job.config.get("start"), job.config.get("end")
    if start is not None or end is not None:
        whole = job.asset.duration or LARGEST
        last = min(float(end), whole) if end is not None else whole
        return min(max(1.0, last - float(start or 0)), LARGEST)
    return float((job.config.get("seconds") or [0, LONGEST])[1])


def _spoken(config: dict[str, Any], script: Script) -> float:
    """Return the seconds of the voice-over it is filmed with, or those its scenes ask for."""
    asked = sum(float(scene.get("seconds") or 0) for scene in script.scenes) or float(script.seconds)
    key = str(config.get("voice_over") or "")
    kept = VoiceOver.objects.filter(script=script, pk=key).first() if key else None
    return max(asked, kept.duration or 0.0) if kept else asked
