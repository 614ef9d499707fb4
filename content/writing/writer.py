"""The writer: a language model when there is one, else, or when it fails, the embedded one, which says so."""

from dataclasses import replace
from random import Random

from content.writing.brief import Brief, Draft
from content.writing.generator import generate
from content.writing.model import UnusableDraft, ask_model
from trenddrop.core.llm import LLMNonsense, LLMUnavailable, available


def write(brief: Brief, *, rng: Random) -> Draft:
    """A draft inside the platform's limits. `is_fallback` says that the model was asked and could not be used."""
    if not available():
        return generate(brief, rng=rng)
    try:
        return ask_model(brief)
    except (LLMUnavailable, LLMNonsense, UnusableDraft) as error:
        return replace(generate(brief, rng=rng), is_fallback=True, fallback_reason=str(error))
