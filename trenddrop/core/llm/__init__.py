"""Language models, when the operator has named some; typed answers, and users' text only ever as data."""

from trenddrop.core.llm.asking import Answer, ask, available, whole_prompt
from trenddrop.core.llm.errors import Attempt, LLMError, LLMNonsense, LLMRefused, LLMUnavailable
from trenddrop.core.llm.fence import fence
from trenddrop.core.llm.providers import providers
from trenddrop.core.llm.tools import LookUp

__all__ = [
    "Answer",
    "Attempt",
    "LLMError",
    "LLMNonsense",
    "LLMRefused",
    "LLMUnavailable",
    "LookUp",
    "ask",
    "available",
    "fence",
    "providers",
    "whole_prompt",
]
