"""What writing costs: told before, counted after, booked once; never more than was told, nothing for a fallback."""

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from billing import credits as ledger
from content.models import Generation
from trenddrop.core import limits

TOKENS_PER_CREDIT = 1500
SECONDS_PER_CREDIT = 60
ANSWER_WEIGHT = 4  # a token written costs as much as four read, with most providers


@dataclass(frozen=True)
class Estimate:
    """About how many tokens and at most how many credits an asking takes; nothing where no model is asked."""

    tokens: int = 0
    credits: int = 0


@dataclass(frozen=True)
class Asked:
    """How an asking went: who was asked in turn (JSON), the tokens of all of them, who answered in the end."""

    made_by: str
    tried: Sequence[dict[str, Any]] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    model: str = ""
    prompt: str = ""
    is_fallback: bool = False


@dataclass(frozen=True)
class Subject:
    """What was asked for: a piece, a script or a voice-over, and the version it became."""

    organization_id: uuid.UUID
    client_id: uuid.UUID | None
    purpose: str
    of: uuid.UUID | None = None
    version: int | None = None
    about: str = ""


def credits_of(input_tokens: int, output_tokens: int) -> int:
    """What so many tokens cost."""
    weighed = input_tokens + ANSWER_WEIGHT * output_tokens
    return math.ceil(weighed / TOKENS_PER_CREDIT)


def estimate(input_tokens: int, output_tokens: int) -> Estimate:
    """What a question and its answer of about these sizes will cost."""
    return Estimate(input_tokens + output_tokens, credits_of(input_tokens, output_tokens))


def of_rendering(seconds: float) -> int:
    """What finished video or sound of so many seconds costs: a credit for each begun minute."""
    return math.ceil(max(seconds, 0.0) / SECONDS_PER_CREDIT)


def require(organization_id: uuid.UUID, expected: Estimate, *, held_as: str = "") -> None:
    """Raise LimitReached before a paid model is asked for nothing; what holds credits is booked of them alone."""
    if expected.credits and not (held_as and ledger.is_held(organization_id, held_as=held_as)):
        limits.require(organization_id, "ai_credits", amount=expected.credits)


def count(
    subject: Subject, expected: Estimate, asked: Asked, *, by: User | None, held_as: str = ""
) -> Generation | None:
    """Keep what an asking took, and book it; None when no model was asked. Call in the organisation's scope.

    `held_as`: what the job holds its credits as.
    """
    if not asked.tried:
        return None
    cost = 0 if asked.is_fallback else min(credits_of(asked.input_tokens, asked.output_tokens), expected.credits)
    kept = Generation.objects.create(
        organization_id=subject.organization_id,
        client_id=subject.client_id,
        purpose=subject.purpose,
        of=subject.of,
        version=subject.version,
        about=subject.about[:200],
        asked_by=by,
        estimated_tokens=expected.tokens,
        estimated_credits=expected.credits,
        input_tokens=asked.input_tokens,
        output_tokens=asked.output_tokens,
        credits=cost,
        tried=list(asked.tried),
        made_by=asked.made_by[:80],
        model=asked.model[:120],
        prompt=asked.prompt[:40],
        is_fallback=asked.is_fallback,
    )
    _book(kept, by, held_as)
    return kept


def _book(kept: Generation, by: User | None, held_as: str) -> None:
    """Book it. What was written while somebody else used up the last credits is kept, and costs nothing."""
    if not kept.credits:
        return
    words = f"{kept.get_purpose_display()}: {kept.about}"[:120]
    try:
        told: dict[str, Any] = {"reason": words, "reference": f"generation:{kept.pk}", "by": by}
        if held_as:
            ledger.draw(kept.organization_id, kept.credits, held_as=held_as, **told)
        else:
            ledger.spend(kept.organization_id, kept.credits, **told)
    except limits.LimitReached:
        kept.credits = 0
        kept.save(update_fields=["credits"])
