"""The writer: language models when there are some, else, or when they fail, the embedded one, which says so."""

from dataclasses import replace
from random import Random

from content.writing.brief import Brief, Draft
from content.writing.generator import generate
from content.writing.model import ask_model
from content.writing.prompting import order_of
from trenddrop.core.llm import LLMError, available


def write(brief: Brief, *, rng: Random) -> Draft:
    """A draft inside the platform's limits. `is_fallback` says that models were asked and could not be used."""
    if not available():
        return generate(brief, rng=rng)
    try:
        return ask_model(brief)
    except LLMError as error:
        return replace(
            generate(brief, rng=rng),
            is_fallback=True,
            fallback_reason=str(error),
            tried=list(error.tried),
            input_tokens=error.input_tokens,
            output_tokens=error.output_tokens,
            prompt=order_of(brief).name,
        )
